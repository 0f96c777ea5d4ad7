"""Cards of people who said no, so that they are not asked again for a while: a keyed digest and an end date, nothing else.

HMAC-SHA256 with the terminal's own key: on another machine, and without the key, a digest leads to nobody. An encrypted file of
its own (as `db` opens it); damaged, it is deleted and begun anew, and then somebody is asked once more. On the disk thread;
raises the StorageError family.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from offline_cache.db import Connection, open_expendable, reading, transaction

FILE_NAME = "refusals.db"
KEPT_MS = 90 * 86_400_000

_SCHEMA = """
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS refusals (digest BLOB PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


class Refusals:
    """Made by `Refusals.open`."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key

    @classmethod
    def open(cls, directory: Path, key: bytes) -> Refusals:
        return cls(open_expendable(directory / FILE_NAME, key, _SCHEMA), key)

    def close(self) -> None:
        self._connection.close()

    def note(self, card_ref: str, now_ms: int) -> None:
        """This card's holder is not asked again for 90 days."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO refusals VALUES (?, ?)", (self._digest(card_ref), now_ms + KEPT_MS)
            )

    def is_noted(self, card_refs: Iterable[str], now_ms: int) -> bool:
        """Whether the holder of one of these has said no within that time."""
        with reading():
            return any(
                self._connection.execute(
                    "SELECT 1 FROM refusals WHERE digest = ? AND until_ms > ?",
                    (self._digest(card_ref), now_ms),
                ).fetchone()
                for card_ref in card_refs
            )

    def forget(self, card_refs: Iterable[str]) -> None:
        """She has said yes since."""
        with transaction(self._connection):
            self._connection.executemany(
                "DELETE FROM refusals WHERE digest = ?", [(self._digest(each),) for each in card_refs]
            )

    def expire(self, now_ms: int) -> None:
        """Deletes what is over. What was noted by a clock that was ahead is over 90 days from now at the latest."""
        with transaction(self._connection):
            self._connection.execute("UPDATE refusals SET until_ms = min(until_ms, ?)", (now_ms + KEPT_MS,))
            self._connection.execute("DELETE FROM refusals WHERE until_ms <= ?", (now_ms,))

    def _digest(self, card_ref: str) -> bytes:
        return hmac.new(self._key, b"refusal\0" + card_ref.encode(), hashlib.sha256).digest()

"""Records that may be kept on a terminal for a while, so that they can be read while the hall is away.

An encrypted file of its own (as `db` opens it), found by person_id: no name and no number of a person is in it. What is
over its time is never told and is deleted. A file that is damaged holds nothing that the hall does not have: it is
deleted and begun anew. All of it is to be used on the disk thread and raises the StorageError family.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from offline_cache.db import DiskDamaged, begin_anew, open_expendable, reading, transaction
from offline_cache.wire_residents import RecordPage

Result = TypeVar("Result")

FILE_NAME = "records.db"
MOST_RECORDS = 2_000

SCHEMA = """
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS cached (
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,  -- 0: not asked for by year
    page TEXT NOT NULL,
    kept_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (person_id, kind, year)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cached_until ON cached (until_ms);
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedRecord:
    """`kept_ms`: when the hall said so."""

    page: RecordPage = field(repr=False)
    kept_ms: int


class RecordCache:
    """Made by `RecordCache.open`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._connection = open_expendable(path, key, SCHEMA)

    @classmethod
    def open(cls, directory: Path, key: bytes) -> RecordCache:
        return cls(directory / FILE_NAME, key)

    def close(self) -> None:
        self._connection.close()

    def keep(self, person_id: str, year: int | None, page: RecordPage, now_ms: int, cache_s: int) -> None:
        """In place of what was kept of this record. `cache_s` 0 keeps nothing, and forgets what was kept."""
        key = (person_id, page.kind, year or 0)
        values = (*key, page.model_dump_json(), now_ms, now_ms + cache_s * 1000) if cache_s > 0 else ()
        self._mended(lambda: self._replace(key, values), None)

    def find(self, person_id: str, kind: str, year: int | None, now_ms: int) -> CachedRecord | None:
        """What was kept of this record and is within its time. A clock that went back makes nothing younger: then it is
        not told either."""
        found = self._mended(lambda: self._found((person_id, kind, year or 0), now_ms), None)
        if found is None:
            return None
        try:
            return CachedRecord(RecordPage.model_validate_json(found[0]), found[1])
        except ValidationError:  # of an earlier release
            return None

    def expire(self, now_ms: int) -> int:
        """Deletes what is over its time; returns how many records."""
        return self._mended(lambda: self._expired(now_ms), 0)

    # --- inside -------------------------------------------------------------------------------------------------

    def _replace(self, key: tuple[str, str, int], values: tuple[object, ...]) -> None:
        """`values` () puts nothing in its place."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM cached WHERE person_id = ? AND kind = ? AND year = ?", key)
            if not values:
                return
            self._connection.execute("INSERT INTO cached VALUES (?, ?, ?, ?, ?, ?)", values)
            self._connection.execute(
                "DELETE FROM cached WHERE kept_ms <="
                " (SELECT kept_ms FROM cached ORDER BY kept_ms DESC LIMIT 1 OFFSET ?)",
                (MOST_RECORDS,),
            )

    def _found(self, key: tuple[str, str, int], now_ms: int) -> tuple[str, int] | None:
        with reading():
            found = self._connection.execute(
                "SELECT page, kept_ms FROM cached WHERE person_id = ? AND kind = ? AND year = ?"
                " AND kept_ms <= ? AND until_ms > ?",
                (*key, now_ms, now_ms),
            ).fetchone()
        return (str(found[0]), int(found[1])) if found else None

    def _expired(self, now_ms: int) -> int:
        with reading():
            due = self._connection.execute(
                "SELECT 1 FROM cached WHERE until_ms <= ? LIMIT 1", (now_ms,)
            ).fetchone()
        if due is None:
            return 0
        with transaction(self._connection):
            return int(self._connection.execute("DELETE FROM cached WHERE until_ms <= ?", (now_ms,)).rowcount)

    def _mended(self, work: Callable[[], Result], otherwise: Result) -> Result:
        """What `work` returns; `otherwise` where the file turns out damaged, and is begun anew for the next one."""
        try:
            return work()
        except DiskDamaged as damage:
            log.error("the records kept here cannot be read and are deleted: %s", damage)
        self._connection.close()
        self._connection = begin_anew(self._path, self._key, SCHEMA)
        return otherwise

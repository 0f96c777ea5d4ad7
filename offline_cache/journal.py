"""The second copy of rows that the hall has not answered yet: `unsent.journal`, encrypted, written behind the commit.

A damaged page of the log takes whole rows with it, a damaged write-ahead log its newest ones, without an error. Rows
the hall has are safe there; the others stand in this file too. It is not synced to the disk row by row: it guards
against damage to the log, not against a power cut, which the log's own commit withstands. See
docs/decisions for the choice.

A record is MARK, length (4 bytes, big-endian), nonce (12), AES-256-GCM ciphertext with its tag. A damaged record is
passed over by looking for the next MARK.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.wire import LogRow

MARK = b"\xf5\x00JR"
NONCE_BYTES = 12
# A write of its own for each row would cost a meal a tenth of its commit.
ROWS_TOGETHER = 16
_HEAD_BYTES = len(MARK) + 4
_MAX_RECORD = 1 << 20

_log = logging.getLogger(__name__)


class SupportsJson(Protocol):
    def json(self) -> bytes:
        """The row as a JSON object."""
        ...


class UnsentJournal:
    """Owned by the disk thread. A failed write loses the second copy only, so it is reported, never raised:
    `complete` is False until the next `rewrite` or `clear` succeeds."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.complete = True
        self._cipher = AESGCM(hashlib.sha256(b"service-hall unsent journal\0" + key).digest())
        self._handle: int | None = None
        self._gathered: list[SupportsJson] = []

    def append(self, row: SupportsJson) -> None:
        """Takes a row in; it stands in the file after the next `flush`, or when ROWS_TOGETHER have gathered."""
        if self.complete:
            self._gathered.append(row)
            if len(self._gathered) >= ROWS_TOGETHER:
                self.flush()

    def flush(self) -> None:
        """Writes what has gathered."""
        if self._gathered:
            records = b"".join(self._record(row.json()) for row in self._gathered)
            self._gathered.clear()
            self._write(records)

    def read(self) -> list[LogRow]:
        """Every record that can be read, in the order written; [] when there is no file."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return []
        rows = []
        at = content.find(MARK)
        while at != -1:
            row, at = self._read_one(content, at)
            if row is not None:
                rows.append(row)
        return rows

    def rewrite(self, rows: Iterable[LogRow]) -> None:
        """Makes the journal hold exactly these rows."""
        self._gathered.clear()
        self.close()
        self.complete = True
        temporary = self.path.with_name(self.path.name + ".new")
        try:
            temporary.write_bytes(b"".join(self._record(row.model_dump_json().encode()) for row in rows))
            temporary.chmod(0o600)
            temporary.replace(self.path)
        except OSError as error:
            self._give_up(error)

    def clear(self) -> None:
        """Nothing is unsent any more."""
        self._gathered.clear()
        try:
            os.ftruncate(self._open(), 0)
            self.complete = True
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        self.flush()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _record(self, row: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, row, None)
        return MARK + len(sealed).to_bytes(4, "big") + sealed

    def _read_one(self, content: bytes, at: int) -> tuple[LogRow | None, int]:
        start = at + _HEAD_BYTES
        length = int.from_bytes(content[at + len(MARK) : start], "big")
        sealed = content[start : start + length] if length < _MAX_RECORD else b""
        try:
            text = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
            return LogRow.model_validate_json(text), content.find(MARK, start + length)
        except (InvalidTag, ValueError):
            return None, content.find(MARK, at + 1)

    def _open(self) -> int:
        if self._handle is None:
            self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self._handle

    def _write(self, record: bytes) -> None:
        try:
            if os.write(self._open(), record) != len(record):
                raise OSError("short write")
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self.complete = False
        _log.warning("unsent rows have no second copy for now: %s", error.strerror or error)

"""Reading a file of which any page may be bad."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from offline_cache.db import Connection, StorageError, open_file

BUDGET_S = 20.0
_STEPS_ONE_BY_ONE = 16


class DamagedFile:
    """Look-ups in a file of which any page may be bad. One bad page makes SQLCipher refuse everything that follows on
    that connection, so each error costs a new one (about a millisecond)."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._connection: Connection | None = None
        self._ends = time.monotonic() + BUDGET_S

    def rows(self, select: str, low: int, high: int) -> Iterator[tuple[Any, ...]]:
        """What `select … WHERE id > ? AND id < ? ORDER BY id` gives, passing over what cannot be read. The first
        column is the id."""
        at = low
        while at < high - 1:
            try:
                for row in self._open().execute(select, (at, high)):
                    at = int(row[0])
                    yield row
                return
            except (sqlcipher.DatabaseError, StorageError):
                self.close()
                found = self._next_readable(select, at, high)
                if found is None:
                    return
                # Where nothing is stored at the very next id, only a step beyond it makes headway.
                at = max(found - 1, at + 1)

    def value(self, select: str) -> Any:
        try:
            found = self._open().execute(select).fetchone()
        except (sqlcipher.DatabaseError, StorageError):
            self.close()
            return None
        return found[0] if found else None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = open_file(self._path, self._key, read_only=True)
        return self._connection

    def _next_readable(self, select: str, after: int, high: int) -> int | None:
        """The lowest id behind the damage: one by one for a leaf page, in doubling steps for more than that."""
        step, bad, probe = 1, after, after + 1
        while probe < high and time.monotonic() < self._ends:
            if self._reads(select, probe):
                return self._lowest_between(select, bad, probe)
            bad = probe
            step = 1 if probe - after < _STEPS_ONE_BY_ONE else step * 2
            probe += step
        return None

    def _lowest_between(self, select: str, bad: int, good: int) -> int:
        while good - bad > 1:
            middle = (bad + good) // 2
            if self._reads(select, middle):
                good = middle
            else:
                bad = middle
        return good

    def _reads(self, select: str, probe: int) -> bool:
        """Whether what lies at `probe` can be read. An id that never was lies on a page that can be read: so the
        search ends at the end of the table."""
        try:
            self._open().execute(select, (probe - 1, probe + 1)).fetchall()
        except (sqlcipher.DatabaseError, StorageError):
            self.close()
            return False
        return True

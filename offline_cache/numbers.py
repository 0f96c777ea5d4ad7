"""Numbers of documents and applications, minted by a terminal alone: `QP01-20261120-0042`.

A number that was said once is never said again, whatever happens to the log, the clock or the power: each day has a
small file of its own that holds the last count, is written durably before its number is used, and is never deleted.
A clock that goes back therefore goes on where that day had ended.
"""

from __future__ import annotations

import re
from pathlib import Path

from offline_cache.db import DiskDamaged, storage_error, sync_directory, write_durably

DIRECTORY = "numbers"
LAST_COUNT = 999_999

_DAY = re.compile(r"\d{8}")


class Numbers:
    """The counts of one terminal, in `directory`/numbers. To be used on the disk thread; the constructor does no I/O."""

    def __init__(self, directory: Path, terminal_id: str) -> None:
        self._directory = directory / DIRECTORY
        self._prefix = terminal_id.replace("-", "")

    def mint(self, day: str) -> str:
        """The next number of `day`, "YYYYMMDD" of the local calendar. When it returns, the number is used up on the disk.

        Raises the StorageError family: a count that cannot be read is disk.damaged, because guessing could say a number
        twice; ValueError for what is no day, OverflowError after the last count of a day.
        """
        if not _DAY.fullmatch(day):
            raise ValueError(f"{day!r} is not a day like 20261120")
        path = self._directory / day
        count = self._last(path) + 1
        if count > LAST_COUNT:
            raise OverflowError(f"all numbers of {day} are used up")
        self._make_directory()
        write_durably(path, f"{count}\n".encode())
        return f"{self._prefix}-{day}-{count:04d}"

    def _last(self, path: Path) -> int:
        try:
            text = path.read_text("ascii").strip()
        except FileNotFoundError:
            return 0
        except UnicodeDecodeError as error:
            raise DiskDamaged(f"{path.name} of the numbers is not a count") from error
        except OSError as error:
            raise storage_error(error) from error
        if not text.isdecimal():
            raise DiskDamaged(f"{path.name} of the numbers is not a count")
        return int(text)

    def _make_directory(self) -> None:
        if self._directory.is_dir():
            return
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_directory(self._directory.parent)
        except OSError as error:
            raise storage_error(error) from error

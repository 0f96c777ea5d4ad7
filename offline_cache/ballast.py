"""A file whose only use is to be deleted: when the disk is full, the room it held lets meals go on."""

from __future__ import annotations

import os
from pathlib import Path

# A write-ahead log grows to about 4 MiB before it is folded back; the rest holds some thousand meals.
BALLAST_BYTES = 16 * 1024 * 1024


class Ballast:
    """Owned by the disk thread."""

    def __init__(self, path: Path, size: int | None = None) -> None:
        self._path = path
        self._size = BALLAST_BYTES if size is None else size

    def in_place(self) -> bool:
        return self._path.exists() and self._path.stat().st_size == self._size

    def restore(self) -> bool:
        """Takes its room on the disk, really allocated, if after that as much again stays free. False: it could
        not, and there is no reserve."""
        if self.in_place():
            return True
        try:
            disk = os.statvfs(self._path.parent)
            if disk.f_bavail * disk.f_frsize < 2 * self._size:
                return False
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(handle, 0, self._size)
            finally:
                os.close(handle)
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> bool:
        """Gives the room back. False when there was none."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

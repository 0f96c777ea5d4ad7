"""Looking into a file that a terminal is writing: in a copy, so that the terminal never waits for who is curious."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline_cache.db import StorageError, storage_error

TRIES = 20


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of the database at `path` with its write-ahead log, as both were at one instant; gone afterwards.

    It lies beside the original, as encrypted as that. Raises StorageError (disk.busy) when the file changed at each
    of TRIES attempts, and the rest of its family for what the disk did; FileNotFoundError when there is no file.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".copy-") as directory:
        for _ in range(TRIES):
            if _copy_at_rest(path, Path(directory)):
                yield Path(directory) / path.name
                return
        raise StorageError(f"{path.name} is written to without a pause", "disk.busy")


def _copy_at_rest(path: Path, directory: Path) -> bool:
    """False when rows moved from the write-ahead log into the file meanwhile. Rows that were only added do no harm:
    a half copied one is no part of the log."""
    before = path.stat()
    log = path.with_name(path.name + "-wal")
    try:
        shutil.copyfile(path, directory / path.name)
        if log.exists():
            shutil.copyfile(log, directory / log.name)
    except OSError as error:
        raise storage_error(error) from error
    after = path.stat()
    return (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)

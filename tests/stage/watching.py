"""Waiting for a file to be written to, by inotify: the kernel says so within microseconds, and nothing has to spin."""

from __future__ import annotations

import ctypes
import os
import select
import struct
import time
from collections.abc import Callable
from pathlib import Path

_IN_MODIFY = 0x2
_IN_CREATE = 0x100
_EVENT = struct.Struct("iIII")
_LIBC = ctypes.CDLL(None, use_errno=True)


class DirectoryWatch:
    """Hears of every write to the files of one directory, from its making on. Close it by `with`."""

    def __init__(self, directory: Path) -> None:
        self._descriptor = _LIBC.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._descriptor < 0 or self._watch(directory) < 0:
            raise OSError(ctypes.get_errno(), "inotify")

    def _watch(self, directory: Path) -> int:
        added: int = _LIBC.inotify_add_watch(
            self._descriptor, os.fsencode(directory), _IN_MODIFY | _IN_CREATE
        )
        return added

    def __enter__(self) -> DirectoryWatch:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def wait_for(self, matches: Callable[[str], bool], deadline_s: float) -> bool:
        """Until a write to a file whose name `matches`; False when there is none within the deadline."""
        end = time.monotonic() + deadline_s
        while (left := end - time.monotonic()) > 0:
            if select.select([self._descriptor], [], [], left)[0] and any(map(matches, self._written())):
                return True
        return False

    def _written(self) -> list[str]:
        """Names of the files that were written to, as far as the kernel has told."""
        told, names = os.read(self._descriptor, 65_536), []
        at = 0
        while at < len(told):
            *_, length = _EVENT.unpack_from(told, at)
            at += _EVENT.size
            names.append(os.fsdecode(told[at : at + length].rstrip(b"\0")))
            at += length
        return names

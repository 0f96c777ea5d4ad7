"""What the device tests share: raw ptys, a printer's socket, and a user without rights."""

from __future__ import annotations

import os
import pty
import socket
import tty
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NOBODY = 65534


@dataclass
class RawPty:
    """A pty in raw mode: the test holds the master, the transport opens `path`."""

    master: int
    slave: int
    path: str

    def hang_up(self) -> None:
        """Closes both of the test's ends, as unplugging does."""
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)
        self.master = self.slave = -1


@pytest.fixture
def raw_pty() -> Iterator[RawPty]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    ends = RawPty(master, slave, os.ttyname(slave))
    yield ends
    ends.hang_up()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A TCP port with a small receive buffer, so that a writer soon has to wait."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        listening.settimeout(5)
        yield listening


@pytest.fixture
def without_rights() -> Callable[[Path], AbstractContextManager[None]]:
    """Takes the right to open a path, also from root (who is asked to be nobody for a moment)."""

    @contextmanager
    def taken(path: Path) -> Iterator[None]:
        mode = path.stat().st_mode
        path.chmod(0)
        is_root = os.geteuid() == 0
        try:
            if is_root:
                os.seteuid(NOBODY)
            yield
        finally:
            if is_root:
                os.seteuid(0)
            path.chmod(mode)

    return taken

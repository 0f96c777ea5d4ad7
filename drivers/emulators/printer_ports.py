"""Where an emulated printer is plugged in: a TCP port that serves one host at a time, and a pty under a constant name.

Both are watched by one selector. Which line the latest bytes came from is where answers go.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import tty
from collections.abc import Callable
from pathlib import Path

READ_BYTES = 1024
LINK_NAME = "printer"


class PrinterPorts:
    """Not safe for threads: its owner holds a lock around every call but `wait`. `directory` holds the pty's link."""

    def __init__(self, directory: Path, port: int) -> None:
        self.path = str(directory / LINK_NAME)
        self.port = port
        self._selector = selectors.DefaultSelector()
        self._waking, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._listener: socket.socket | None = None
        self._connection: socket.socket | None = None
        self._master: int | None = None
        self._slave: int | None = None
        self._answer_to: Callable[[bytes], object] | None = None
        directory.mkdir(parents=True, exist_ok=True)

    @property
    def plugged(self) -> bool:
        return self._listener is not None

    def plug(self) -> None:
        """The same port and the same name of the pty as before; the first time a free port where none was given."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._master, self._slave = os.openpty()
        # The slave stays open here, raw: before the terminal sets the line, nothing may be echoed back.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._selector.register(self._master, selectors.EVENT_READ)
        self._link(os.ttyname(self._slave))

    def unplug(self) -> None:
        """Port, connection and pty are gone. Twice is harmless."""
        self.hang_up()
        if self._listener is not None:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None
        if self._master is not None and self._slave is not None:
            Path(self.path).unlink(missing_ok=True)
            self._selector.unregister(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = None

    def close(self) -> None:
        """Ends it. The waiting thread must have ended before."""
        self.unplug()
        self._selector.close()
        self._waking.close()
        self._woken.close()

    def wake(self) -> None:
        """Ends a running `wait`."""
        with contextlib.suppress(OSError):
            self._waking.send(b"\0")

    def wait(self, timeout_s: float | None) -> list[object]:
        """The sources that have something, for `read`."""
        return [key.fileobj for key, _ in self._selector.select(timeout_s)]

    def read(self, source: object, full: bool) -> bytes:
        """Bytes from the host at `source`, none where it was a call, a wake or a hang-up. `full`: the machine takes
        no bytes now; they stay in the line, which holds their sender up."""
        if source is self._woken:
            self._woken.recv(READ_BYTES)
        elif source is self._listener:
            self._accept()
        elif not full and source is self._connection and self._connection is not None:
            connection = self._connection
            return self._take(lambda: connection.recv(READ_BYTES), connection.send)
        elif not full and source == self._master and self._master is not None:
            master = self._master
            return self._take(lambda: os.read(master, READ_BYTES), lambda data: os.write(master, data))
        return b""

    def idle(self, source: object, full: bool) -> bool:
        """Whether `source` stays ready because nobody may read it now: a second caller, or a full machine."""
        if source is self._listener:
            return self._connection is not None
        return full and source is not self._woken

    def answer(self, data: bytes) -> None:
        """To the host that spoke last. A host that has gone, or does not read, loses it."""
        if self._answer_to is not None:
            with contextlib.suppress(OSError):
                self._answer_to(data)

    def hang_up(self) -> None:
        """Breaks the TCP connection."""
        if self._connection is not None:
            self._selector.unregister(self._connection)
            self._connection.close()
            self._connection = None
            self._answer_to = None

    def _accept(self) -> None:
        if self._listener is None or self._connection is not None:
            return
        try:
            self._connection, _ = self._listener.accept()
        except OSError:
            return  # the caller has gone already
        self._connection.setblocking(False)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._connection, selectors.EVENT_READ)

    def _take(self, read: Callable[[], bytes], answer_to: Callable[[bytes], object]) -> bytes:
        try:
            data = read()
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if data:
            self._answer_to = answer_to
        else:
            self.hang_up()
        return data

    def _link(self, target: str) -> None:
        fresh = Path(f"{self.path}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.path)

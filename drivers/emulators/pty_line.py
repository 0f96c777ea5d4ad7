"""A pty under a constant name: what every emulated serial device is plugged in by.

The terminal opens `path`, a link; unplugging takes the link and the pty away, plugging in makes a new pty under the same
name, as a USB adapter under `/dev/serial/by-path` does. A pty has no baud rate: with `baud` each byte is held back for as
long as the line would take, with None they come at once.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

BITS_A_BYTE = 10  # start, eight of data, stop
READ_BYTES = 1024
LET_GO_S = 1.0


class PtyLine:
    """One line. `hear` is called on a thread of the line's own with what the terminal sends, holding no lock; without
    it nobody listens. Every method may be called from any thread."""

    def __init__(
        self, path: Path, hear: Callable[[bytes], None] | None = None, *, baud: int | None = None
    ) -> None:
        self.path = str(path)
        self._hear = hear
        self._byte_s = BITS_A_BYTE / baud if baud else 0.0
        self._changed = threading.Condition()
        self._watched = False
        self._master: int | None = None
        self._slave: int | None = None
        self._closing = False
        self._woken, self._waking = os.pipe()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.plug()
        self._thread: threading.Thread | None = None  # made last: it needs all of the above
        if hear is not None:
            self._thread = threading.Thread(target=self._listen, name=f"emulated-{path.name}", daemon=True)
            self._thread.start()

    @property
    def plugged(self) -> bool:
        """Whether the pty is there."""
        return self._master is not None

    def send(self, data: bytes) -> int:
        """Writes bytes at the line's pace; returns the monotonic ns after the last one. With no cable, or a full
        buffer, they are lost, as on a real line."""
        with self._changed:
            pieces = [data] if not self._byte_s else [bytes([byte]) for byte in data]
            due = time.monotonic()
            for piece in pieces:
                due += self._byte_s
                if self._byte_s:
                    threading.Event().wait(max(0.0, due - time.monotonic()))
                if self._master is not None:
                    with contextlib.suppress(OSError):
                        os.write(self._master, piece)
            return time.monotonic_ns()

    def unplug(self) -> None:
        """Pulls the cable: the pty and its name are gone. Twice is harmless."""
        with self._changed:
            if self._master is None or self._slave is None:
                return
            Path(self.path).unlink(missing_ok=True)
            descriptors = (self._master, self._slave)
            self._master = self._slave = None
            self._wake()
            # While somebody waits for its bytes the kernel keeps a closed pty alive.
            self._changed.wait_for(lambda: not self._watched, LET_GO_S)
            for descriptor in descriptors:
                os.close(descriptor)

    def plug(self) -> None:
        """Plugs the cable in again: a new pty under the same name. Twice is harmless."""
        with self._changed:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            # The slave stays open here, raw: before the terminal sets the line, nothing may be echoed back.
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            fresh = Path(f"{self.path}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.path)
            self._wake()

    def close(self) -> None:
        """Ends it. Never raises; twice is harmless."""
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._wake()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.unplug()
        os.close(self._waking)
        os.close(self._woken)

    def _wake(self) -> None:
        os.write(self._waking, b"\0")

    def _listen(self) -> None:
        while not self._closing:
            poll = select.poll()
            poll.register(self._woken, select.POLLIN)
            with self._changed:
                self._watched = self._master is not None
                if self._master is not None:
                    poll.register(self._master, select.POLLIN)
            ready = [descriptor for descriptor, _ in poll.poll()]
            with self._changed:
                self._watched = False
                self._changed.notify_all()
            if self._woken in ready:
                os.read(self._woken, READ_BYTES)
            heard = self._take()
            if heard and self._hear is not None:
                self._hear(heard)

    def _take(self) -> bytes:
        """What is there now; the cable may have been pulled, and plugged in again, since it was waited for."""
        with self._changed:
            if self._master is None:
                return b""
            try:
                return os.read(self._master, READ_BYTES)
            except OSError:
                return b""

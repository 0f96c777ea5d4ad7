"""A running recognition process, and the pipe to it, which never makes its user wait for longer than he says.

Both directions are non-blocking: a process that was stopped reads nothing, and 50 MB of gallery would wait in a write for ever.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.faces.messages import Unpacker, packed

COMMAND = (sys.executable, "-m", "kiosk.faces.process")
ROOT = Path(__file__).resolve().parents[2]
# numpy, OpenCV and dlib would each take a thread a core, and the screen needs one.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
READ_BYTES = 1 << 16
END_S = 3.0
# Running or waiting its turn, and waiting for a disk.
WANTING = "RD"


class LinkEnded(Exception):
    """The process has closed its end: it is over, or nearly so."""


class Link:
    """One process, from `start` to `stop`. `send` and `wake` from any thread; all else of one thread."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._unpacker = Unpacker()
        self._lock = threading.Lock()
        self._outgoing = bytearray()
        self._wakes = -1

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Raises OSError."""
        self._wakes = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        paths = os.pathsep.join(path for path in (str(ROOT), os.environ.get("PYTHONPATH", "")) if path)
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=os.environ | ONE_THREAD | {"PYTHONPATH": paths},
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        os.set_blocking(self._process.stdout.fileno(), False)

    def send(self, message: Any) -> None:
        """Goes out with the next `exchange`."""
        with self._lock:
            self._outgoing += packed(message)
            self._wake()

    def wake(self) -> None:
        """Ends an `exchange` that waits."""
        with self._lock:
            self._wake()

    def exchange(self, timeout_s: float) -> list[Any]:
        """Sends what goes out and returns what came in; returns early when something did, or when it was woken. Raises LinkEnded and
        MessageDamaged."""
        assert self._process is not None
        source, target = self._process.stdout, self._process.stdin
        assert source is not None and target is not None
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            selector.register(self._wakes, selectors.EVENT_READ)
            if self._outgoing:
                selector.register(target, selectors.EVENT_WRITE)
            ready = {key.fileobj for key, _ in selector.select(timeout_s)}
        if self._wakes in ready:
            os.eventfd_read(self._wakes)
        if target in ready:
            self._write(target.fileno())
        return list(self._unpacker.feed(self._read(source.fileno()))) if source in ready else []

    def is_working(self) -> bool:
        """Whether the process wants the processor or a disk at this moment: one that does is slow, not stuck."""
        if self._process is None:
            return False
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_text("ascii", "replace")
        except OSError:
            return False
        # The state stands after the program's name, which is in brackets and may hold anything.
        return stat.rpartition(")")[2].split()[0] in WANTING

    def ended_with(self) -> int | None:
        """Its exit code once it is over (negative: the signal), None while it is not."""
        return None if self._process is None else self._process.poll()

    def wait(self, timeout_s: float) -> int | None:
        """The same, waiting for it."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout_s)
        return self.ended_with()

    def stop(self, timeout_s: float = 0.0) -> None:
        """Ends the process: closes its input, and kills it where that has not ended it within `timeout_s`. One that waits in the kernel,
        for a camera's driver, is left to end by itself. Twice is harmless."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()  # reaches a stopped process too
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(END_S)
            process.stdout.close()
        with self._lock:
            self._outgoing[:] = bytes(len(self._outgoing))
            self._outgoing.clear()
            if self._wakes >= 0:
                os.close(self._wakes)
                self._wakes = -1

    def _wake(self) -> None:
        if self._wakes >= 0:
            os.eventfd_write(self._wakes, 1)

    def _write(self, target: int) -> None:
        with self._lock:
            try:
                written = os.write(target, self._outgoing)
            except BlockingIOError:
                return
            except OSError as error:
                raise LinkEnded from error
            del self._outgoing[:written]

    def _read(self, source: int) -> bytes:
        try:
            received = os.read(source, READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LinkEnded from error
        if not received:
            raise LinkEnded
        return received

"""Bytes to and from a device: serial line, TCP socket, USB printer file.

A transport knows nothing of what the bytes mean. It is owned by one thread, its constructor does no I/O, `open` may be
called again after an error and finds the device anew, `close` never raises. Every call takes a deadline.

Errors: `DeviceGone` (unplugged, refused, never there), `DeviceBusy` (another program holds it), `DeviceDenied` (no
rights), `DeviceTimeout` (it did not take the bytes in time). Silence on a read is no error: `read` gives `b""`.

Wire logs and recordings, which are transports too, are in `drivers/wire_log.py`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import socket
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from drivers.base import DeviceBusy, DeviceDenied, DeviceError, DeviceGone, DeviceTimeout

if TYPE_CHECKING:
    from serial import Serial

__all__ = [
    "FileTransport",
    "SerialTransport",
    "TcpTransport",
    "Transport",
    "UnixTransport",
    "device_error",
]

CONNECT_TIMEOUT_S = 2.0
# usblp answers a read with nothing when the printer sends an empty packet; without a pause that would spin.
EMPTY_PACKET_PAUSE_S = 0.005
MAX_DRAIN_READS = 64
HANG_UP = select.POLLHUP | select.POLLERR

_ERRORS: dict[int, type[DeviceError]] = {
    errno.EBUSY: DeviceBusy,
    errno.EAGAIN: DeviceBusy,  # the exclusive lock of another opener
    errno.EACCES: DeviceDenied,
    errno.EPERM: DeviceDenied,
    errno.ETIMEDOUT: DeviceTimeout,
}


class Transport(Protocol):
    """What every transport can do."""

    @property
    def name(self) -> str:
        """Where the device is, for people."""
        ...

    @property
    def bytes_written(self) -> int:
        """How many bytes the device took since the last `open`."""
        ...

    @property
    def bytes_read(self) -> int:
        """How many bytes came since the last `open`."""
        ...

    def open(self) -> None:
        """Finds and takes the device. Raises DeviceError."""
        ...

    def close(self) -> None:
        """Lets the device go. Never raises."""
        ...

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """What has arrived, at least one byte, or `b""` after `timeout_s` of silence. Raises DeviceError."""
        ...

    def write(self, data: bytes, timeout_s: float) -> None:
        """Writes all of `data`. Raises DeviceTimeout when the device did not take all of it in `timeout_s`;
        `bytes_written` then says how much it did take."""
        ...


class _DescriptorTransport:
    """A device behind one non-blocking file descriptor. Subclasses attach and detach it."""

    end_of_file_means_gone = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.bytes_written = 0
        self.bytes_read = 0
        self._descriptor: int | None = None

    def open(self) -> None:
        """Attaches the device anew. Raises DeviceGone, DeviceBusy, DeviceDenied or DeviceTimeout."""
        self.close()
        try:
            self._descriptor = self._attach()
        except OSError as error:  # pyserial's SerialException is an OSError too
            self._detach()
            raise device_error(error, self.name) from error
        self.bytes_written = 0
        self.bytes_read = 0

    def close(self) -> None:
        """Detaches the device; closing twice is harmless, and so is closing from outside while the owner does."""
        self._descriptor = None
        self._detach()

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See `Transport.read`."""
        deadline = time.monotonic() + timeout_s
        while events := self._ready(select.POLLIN, deadline):
            data = self._read_now(max_bytes)
            if data:
                self.bytes_read += len(data)
                return data
            if data is not None and (self.end_of_file_means_gone or events & HANG_UP):
                raise DeviceGone(f"{self.name}: closed by the other side")
            if time.monotonic() >= deadline:
                break
            select.poll().poll(EMPTY_PACKET_PAUSE_S * 1000)
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """See `Transport.write`. A partial write is resumed until the deadline."""
        deadline = time.monotonic() + timeout_s
        rest = memoryview(data)
        late = False
        while rest:
            if late or not self._ready(select.POLLOUT, deadline):
                raise DeviceTimeout(f"{self.name}: took {len(data) - len(rest)} of {len(data)} bytes")
            taken = self._write_now(rest)
            self.bytes_written += taken
            rest = rest[taken:]
            late = time.monotonic() >= deadline

    def _read_now(self, max_bytes: int) -> bytes | None:
        """What is there, `b""` at the end of the file, None when somebody else was quicker."""
        try:
            return os.read(self._attached(), max_bytes)
        except BlockingIOError:
            return None
        except OSError as error:
            raise DeviceGone(f"{self.name}: {error.strerror}") from error

    def _write_now(self, data: memoryview) -> int:
        try:
            return os.write(self._attached(), data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise DeviceGone(f"{self.name}: {error.strerror}") from error

    def _attached(self) -> int:
        if self._descriptor is None:
            raise DeviceGone(f"{self.name}: not open")
        return self._descriptor

    def _ready(self, wanted: int, deadline: float) -> int:
        """Waits until the descriptor can be read or written; 0 when it cannot by the deadline. A hang-up counts as
        ready: the call then says what happened."""
        poll = select.poll()
        poll.register(self._attached(), wanted)
        events = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if events and events[0][1] & select.POLLNVAL:
            raise DeviceGone(f"{self.name}: descriptor is gone")
        return events[0][1] if events else 0

    def _attach(self) -> int:
        raise NotImplementedError

    def _detach(self) -> None:
        raise NotImplementedError


FLOWS = ("none", "xonxoff", "rtscts", "dsrdtr")
"""How a serial device says that its buffer is full."""


class SerialTransport(_DescriptorTransport):
    """A serial line, 8N1, opened exclusively: a real UART, a USB adapter or a pty. `port` should be a stable name
    (`/dev/serial/by-path/…`), so that the next `open` finds a re-plugged adapter under its new number. `flow` is one of
    FLOWS.

    Bytes that waited in the line's buffer before `open` are dropped: nobody was listening when they came.
    """

    def __init__(self, port: str, baud: int = 9600, flow: str = "none") -> None:
        super().__init__(port)
        self.baud = baud
        self._flow = flow
        self._serial: Serial | None = None

    def _attach(self) -> int:
        from serial import Serial

        try:
            self._serial = Serial(
                self.name,
                self.baud,
                timeout=0,
                write_timeout=0,
                exclusive=True,
                xonxoff=self._flow == "xonxoff",
                rtscts=self._flow == "rtscts",
                dsrdtr=self._flow == "dsrdtr",
            )
        except termios.error as error:  # no OSError: a device that vanished between open and its settings
            raise DeviceGone(f"{self.name}: {error}") from error
        return int(self._serial.fileno())

    def _detach(self) -> None:
        line, self._serial = self._serial, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.close()


class TcpTransport(_DescriptorTransport):
    """A raw TCP port (network printers, 9100). Many printers take one connection at a time and some never notice a lost
    one, so open it for a job, close it after, and let keepalive end what is dead."""

    def __init__(self, host: str, port: int, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> None:
        super().__init__(f"{host}:{port}")
        self._address = (host, port)
        self._connect_timeout_s = connect_timeout_s
        self._socket: socket.socket | None = None

    def _attach(self) -> int:
        connection = socket.create_connection(self._address, timeout=self._connect_timeout_s)
        self._socket = connection
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        return connection.fileno()

    def _detach(self) -> None:
        connection, self._socket = self._socket, None
        if connection is None:
            return
        with contextlib.suppress(OSError):
            # Closing over unread status bytes would reset the connection, and the reset could overtake the last of
            # the slip on its way to the printer.
            for _ in range(MAX_DRAIN_READS):
                connection.recv(4096)
        with contextlib.suppress(OSError):
            connection.close()


class UnixTransport(_DescriptorTransport):
    """A service of this machine by its socket file, where it can tell which user is asking."""

    def __init__(self, path: str | Path, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> None:
        super().__init__(str(path))
        self._connect_timeout_s = connect_timeout_s
        self._socket: socket.socket | None = None

    def _attach(self) -> int:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(self._connect_timeout_s)
        self._socket.connect(self.name)
        self._socket.setblocking(False)
        return self._socket.fileno()

    def _detach(self) -> None:
        connection, self._socket = self._socket, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()


class FileTransport(_DescriptorTransport):
    """A printer's character device, `/dev/usb/lp*` (the kernel's usblp), both directions, locked against a second opener."""

    end_of_file_means_gone = False

    def __init__(self, path: str | Path) -> None:
        super().__init__(str(path))
        self._file: int | None = None

    def _attach(self) -> int:
        self._file = os.open(self.name, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._file

    def _detach(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file)


def device_error(error: OSError, name: str) -> DeviceError:
    """The member of our family that an operating system error at `open` stands for."""
    if isinstance(error, TimeoutError):
        return DeviceTimeout(f"{name}: no answer")
    kind = _ERRORS.get(error.errno or 0, DeviceGone)
    return kind(f"{name}: {error.strerror or error}")

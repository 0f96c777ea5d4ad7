"""Relay boards on ptys: Modbus RTU with a timer of its own, and LCUS, which is only switched.

The terminal opens `path`, a link with a constant name; unplugging takes the link and the pty away, plugging in makes a
new pty under the same name, as a USB adapter under `/dev/serial/by-path` does. `coils` holds when each relay was on.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import time
import tty
from pathlib import Path

from drivers.emulators.coils import Coils
from drivers.relays import modbus_frames as frames
from drivers.relays.lcus import START, switch_frame

LINK_NAME = "relay"
READ_BYTES = 256
ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
LCUS_BYTES = 4


class SerialBoard:
    """What both boards share: the pty, its thread, plugging. `directory` holds the link. Every method may be called from
    any thread."""

    def __init__(self, directory: Path) -> None:
        self.path = str(directory / LINK_NAME)
        self.coils = Coils()
        self._lock = threading.RLock()
        self._selector = selectors.DefaultSelector()
        self._waking, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._master: int | None = None
        self._slave: int | None = None
        self._closing = False
        directory.mkdir(parents=True, exist_ok=True)
        self.plug()
        self._thread = threading.Thread(target=self._serve, name="emulated-relay", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pulls the cable: the pty and its name are gone. Twice is harmless."""
        with self._lock:
            Path(self.path).unlink(missing_ok=True)
            if self._master is not None and self._slave is not None:
                self._selector.unregister(self._master)
                os.close(self._master)
                os.close(self._slave)
            self._master = self._slave = None
            self._unplugged()

    def plug(self) -> None:
        """Plugs the cable in again: a new pty under the same name."""
        with self._lock:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            # The slave stays open here, raw: before the terminal sets the line, nothing may be echoed back.
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._selector.register(self._master, selectors.EVENT_READ)
            fresh = Path(f"{self.path}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.path)
            self._wake()

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        if self._closing:
            return
        self._closing = True
        self._wake()
        self._thread.join(timeout=5)
        self.unplug()
        self._selector.close()
        self._waking.close()
        self._woken.close()

    def _serve(self) -> None:
        """The thread."""
        while not self._closing:
            ready = {key.fd for key, _ in self._selector.select(self._until_due_s())}
            with self._lock:
                self._tick()
                if self._woken.fileno() in ready:
                    self._woken.recv(READ_BYTES)
                if self._master in ready:
                    self._take(self._read())

    def _read(self) -> bytes:
        assert self._master is not None
        with contextlib.suppress(OSError):  # unplugged a moment ago, or read by nobody
            return os.read(self._master, READ_BYTES)
        return b""

    def _send(self, data: bytes) -> None:
        if self._master is not None:
            with contextlib.suppress(OSError):
                os.write(self._master, data)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._waking.send(b"\0")

    def _take(self, data: bytes) -> None:
        raise NotImplementedError

    def _until_due_s(self) -> float | None:
        return None

    def _tick(self) -> None:
        """Does what is due."""

    def _unplugged(self) -> None:
        """What the board does when its cable is pulled."""


class EmulatedLcusRelay(SerialBoard):
    """A board that is powered by its USB cable: unplugged, every relay falls off. It never answers."""

    def __init__(self, directory: Path) -> None:
        self._heard = bytearray()
        super().__init__(directory)

    def _take(self, data: bytes) -> None:
        self._heard += data
        while len(self._heard) >= LCUS_BYTES:
            frame = bytes(self._heard[:LCUS_BYTES])
            whole = frame[0] == START and frame[2] in (0, 1)
            if whole and frame == switch_frame(frame[1], frame[2] == 1):
                self.coils.switch(frame[1], frame[2] == 1)
                del self._heard[:LCUS_BYTES]
            else:
                del self._heard[0]

    def _unplugged(self) -> None:
        self._heard.clear()
        self.coils.all_off()


class EmulatedModbusRelay(SerialBoard):
    """A board with its own power and its own timers: a pulse that has begun ends by itself, whoever pulls what cable.

    `echo`: the adapter gives back what is sent. The other faults last for so many answers."""

    def __init__(self, directory: Path, *, address: int = 1, channels: int = 8) -> None:
        self.echo = False
        self._address = address
        self._channels = channels
        self._heard = bytearray()
        self._off_at: dict[int, float] = {}
        self._muted = False
        self._lost_requests = 0
        self._lost_replies = 0
        self._damaged = 0
        self._swapped = 0
        self._exception = 0
        self.has_flash_on = True
        super().__init__(directory)

    def mute(self) -> None:
        """Its power is gone, or its wires are crossed: it hears nothing."""
        with self._lock:
            self._muted = True

    def lose_requests(self, count: int) -> None:
        """The next so many requests do not reach it."""
        with self._lock:
            self._lost_requests = count

    def lose_replies(self, count: int) -> None:
        """It does what the next so many requests say, and its replies do not reach us."""
        with self._lock:
            self._lost_replies = count

    def damage_checks(self, count: int) -> None:
        """The next so many replies carry a wrong check."""
        with self._lock:
            self._damaged = count

    def swap_check_bytes(self, count: int) -> None:
        """The next so many replies carry their check high byte first."""
        with self._lock:
            self._swapped = count

    def refuse(self, number: int) -> None:
        """Every request is answered by this exception, until `recover`."""
        with self._lock:
            self._exception = number

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        with self._lock:
            self._send(data)

    def recover(self) -> None:
        """It hears and answers again."""
        with self._lock:
            self._muted, self._exception, self.echo, self.has_flash_on = False, 0, False, True
            self._lost_requests = self._lost_replies = self._damaged = self._swapped = 0

    def _take(self, data: bytes) -> None:
        if self.echo:
            self._send(data)
        self._heard += data
        while len(self._heard) >= frames.REQUEST_BYTES:
            request = bytes(self._heard[: frames.REQUEST_BYTES])
            if frames.framed(request[: -frames.CRC_BYTES]) == request:
                del self._heard[: frames.REQUEST_BYTES]
                self._hear(request)
            else:
                del self._heard[0]

    def _hear(self, request: bytes) -> None:
        if self._muted or request[0] != self._address:
            return
        if self._lost_requests:
            self._lost_requests -= 1
            return
        reply = self._answer(
            request[1], int.from_bytes(request[2:4], "big"), int.from_bytes(request[4:6], "big")
        )
        self._reply(request if reply == b"" else frames.framed(bytes([self._address]) + reply))

    def _answer(self, function: int, first: int, value: int) -> bytes:
        """The body of the reply after the address, b"" for the request itself."""
        if self._exception:
            return bytes([function | frames.REFUSED, self._exception])
        flash = first - frames.FLASH_ON
        if function == frames.READ_COILS and first == 0 and 1 <= value <= self._channels:
            return self._states(value)
        if function == frames.WRITE_COIL and first < self._channels and value in (0, frames.COIL_ON):
            self._off_at.pop(first + 1, None)
            self.coils.switch(first + 1, value == frames.COIL_ON)
            return b""
        if function == frames.WRITE_COIL and 0 <= flash < self._channels and self.has_flash_on:
            self._off_at[flash + 1] = time.monotonic() + value * frames.FLASH_UNIT_MS / 1000
            self.coils.switch(flash + 1, True)
            return b""
        known = function in (frames.READ_COILS, frames.WRITE_COIL)
        return bytes([function | frames.REFUSED, ILLEGAL_ADDRESS if known else ILLEGAL_FUNCTION])

    def _states(self, count: int) -> bytes:
        bits = sum(1 << channel - 1 for channel in self.coils.on if channel <= count)
        data = bits.to_bytes((count + 7) // 8, "little")
        return bytes([frames.READ_COILS, len(data)]) + data

    def _reply(self, frame: bytes) -> None:
        if self._lost_replies:
            self._lost_replies -= 1
            return
        if self._damaged:
            self._damaged -= 1
            frame = frame[:-1] + bytes([frame[-1] ^ 0x40])
        if self._swapped:
            self._swapped -= 1
            frame = frame[:-2] + frame[:-3:-1]
        self._send(frame)

    def _until_due_s(self) -> float | None:
        with self._lock:
            return max(0.0, min(self._off_at.values()) - time.monotonic()) if self._off_at else None

    def _tick(self) -> None:
        now = time.monotonic()
        for channel in [channel for channel, due in self._off_at.items() if due <= now]:
            del self._off_at[channel]
            self.coils.switch(channel, False)

    def _unplugged(self) -> None:
        self._heard.clear()

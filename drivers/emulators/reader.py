"""An RDM6300 card reader on a pty.

The terminal opens `path`, a link with a constant name; unplugging takes the link and the pty away, plugging in makes a
new pty under the same name, as a USB adapter under `/dev/serial/by-path` does. A pty has no baud rate: with
`baud=9600` each byte is held back for as long as the line would take, with None they come at once.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import tty
from pathlib import Path

from drivers.cards.em4100_frames import FRAME_BYTES, frame, xor_of

REPEAT_S = 0.065
BITS_A_BYTE = 10  # start, eight of data, stop
LINK_NAME = "reader"


class EmulatedReader:
    """One reader with at most one card on its coil. `directory` holds the link. Every method may be called from any
    thread. `uid_hex` is ten hex digits (five bytes)."""

    def __init__(self, directory: Path, *, baud: int | None = None) -> None:
        self.path = str(directory / LINK_NAME)
        self._byte_s = BITS_A_BYTE / baud if baud else 0.0
        # One lock for the coil and the line: a frame of a card that was just taken away must not follow the next one's.
        self._changed = threading.Condition()
        self._master: int | None = None
        self._slave: int | None = None
        self._resting: bytes | None = None
        self._lift_at: float | None = None
        self._closing = False
        self._last_byte_ns = 0
        directory.mkdir(parents=True, exist_ok=True)
        self.plug()
        self._thread = threading.Thread(target=self._repeat, name="emulated-reader", daemon=True)
        self._thread.start()

    @property
    def last_byte_ns(self) -> int:
        """time.monotonic_ns() right after the last byte of the latest whole frame was written."""
        return self._last_byte_ns

    @property
    def plugged(self) -> bool:
        """Whether the pty is there."""
        return self._master is not None

    @property
    def resting(self) -> str | None:
        """The card on the coil, in hex."""
        uid = self._resting
        return None if uid is None else uid.hex().upper()

    def tap(self, uid_hex: str, hold_s: float = 0.2) -> int:
        """Holds a card to the reader for `hold_s`. Returns, while it is still held, the monotonic ns right after the
        last byte of its first frame; later frames go out by themselves. Another card on the coil is taken away."""
        return self._put_down(bytes.fromhex(uid_hex), hold_s)

    def rest(self, uid_hex: str) -> int:
        """Lays a card on the reader until `lift`. Returns as `tap` does."""
        return self._put_down(bytes.fromhex(uid_hex), None)

    def lift(self) -> None:
        """Takes the card away."""
        with self._changed:
            self._resting = None
            self._changed.notify_all()

    def wait_lifted(self, timeout_s: float) -> bool:
        """Waits until the coil is empty; False when it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: self._resting is None, timeout_s)

    def half_frame(self, uid_hex: str, length: int = FRAME_BYTES // 2) -> None:
        """A card that left in the middle of its frame: the first `length` bytes."""
        self._send(frame(bytes.fromhex(uid_hex))[:length])

    def bad_checksum(self, uid_hex: str) -> None:
        """A frame damaged on its way: right shape, wrong checksum."""
        uid = bytes.fromhex(uid_hex)
        self._send(frame(uid, checksum=xor_of(uid) ^ 0x01))

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        self._send(data)

    def unplug(self) -> None:
        """Pulls the cable: the pty and its name are gone."""
        with self._changed:
            Path(self.path).unlink(missing_ok=True)
            for descriptor in (self._master, self._slave):
                if descriptor is not None:
                    os.close(descriptor)
            self._master = self._slave = None

    def plug(self) -> None:
        """Plugs the cable in again: a new pty under the same name."""
        with self._changed:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            # The slave stays open here, raw: before the terminal sets the line, nothing may be echoed back.
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._link(os.ttyname(self._slave))

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self.unplug()

    def _link(self, target: str) -> None:
        fresh = Path(f"{self.path}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.path)

    def _put_down(self, uid: bytes, hold_s: float | None) -> int:
        with self._changed:
            self._last_byte_ns = self._send(frame(uid))
            self._resting = uid
            self._lift_at = None if hold_s is None else time.monotonic() + hold_s
            self._changed.notify_all()
            return self._last_byte_ns

    def _repeat(self) -> None:
        """The thread: repeats the resting card's frame until it is taken away."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._resting is not None)
                self._changed.wait_for(lambda: self._closing or self._resting is None, self._until_next())
                if self._closing:
                    return
                if self._lift_at is not None and time.monotonic() >= self._lift_at:
                    self._resting = None
                    self._changed.notify_all()
                if self._resting is not None:
                    self._last_byte_ns = self._send(frame(self._resting))

    def _until_next(self) -> float:
        left_s = REPEAT_S if self._lift_at is None else self._lift_at - time.monotonic()
        return max(0.0, min(REPEAT_S, left_s))

    def _send(self, data: bytes) -> int:
        """Writes bytes at the line's pace; returns the monotonic ns after the last one. Like a real module it does not
        care whether anybody takes them: with no cable, or a full buffer, they are lost."""
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

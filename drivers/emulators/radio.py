"""Receivers of radio call buttons on a pty, with buttons to press."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from drivers.buttons.rf_frames import BRIDGE_ACK, Family, bridge_frame, generic_frame
from drivers.emulators.pty_line import PtyLine

LINK_NAME = "radio"
FRAMES_A_PRESS = 4
WIDTH, JITTER = 0x5F, 3


class EmulatedRadio:
    """One receiver. A press is `frames` frames, right after each other; a generic receiver says the width of the pulse
    in each, a little different (`seed`). Every method may be called from any thread."""

    def __init__(self, directory: Path, family: Family = Family.GENERIC, *, seed: int = 0) -> None:
        self.family = family
        self._random = random.Random(seed)
        self._changed = threading.Condition()
        self._acknowledged = 0
        hear = self._hear if family is Family.BRIDGE else None
        self._line = PtyLine(directory / LINK_NAME, hear)
        self.path = self._line.path
        self.unplug, self.plug = self._line.unplug, self._line.plug
        self.close = self._line.close

    @property
    def acknowledged(self) -> int:
        """How many frames the terminal acknowledged."""
        return self._acknowledged

    def wait_acknowledged(self, count: int, timeout_s: float = 5.0) -> bool:
        """Waits for that many acknowledgements; False when they do not come."""
        with self._changed:
            return self._changed.wait_for(lambda: self._acknowledged >= count, timeout_s)

    def press(self, code: bytes, frames: int = FRAMES_A_PRESS) -> int:
        """Presses a button of this 24-bit code: `frames` frames right after each other. Returns the monotonic ns after the
        second, or the only, one."""
        stamps = [self._line.send(self._frame(code)) for _ in range(frames)]
        return stamps[min(1, len(stamps) - 1)]

    def half_frame(self, code: bytes) -> None:
        """A frame whose second half is lost."""
        whole = self._frame(code)
        self._line.send(whole[: len(whole) // 2])

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        self._line.send(data)

    def _frame(self, code: bytes) -> bytes:
        if self.family is Family.BRIDGE:
            return bridge_frame(code)
        return generic_frame(code, WIDTH + self._random.randint(-JITTER, JITTER))

    def _hear(self, data: bytes) -> None:
        with self._changed:
            self._acknowledged += data.count(BRIDGE_ACK)
            self._changed.notify_all()

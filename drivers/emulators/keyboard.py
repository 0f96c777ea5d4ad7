"""A reader or scanner that types, on a pty: the bytes of the kernel's `struct input_event`, as its file gives them.

Where a machine has /dev/uinput the kernel itself can be made to give them; a pty is there on every machine, and what the
driver reads from it is the same.
"""

from __future__ import annotations

import time
from pathlib import Path

from drivers.emulators.pty_line import PtyLine
from drivers.keyboard.input_events import (
    EV_KEY,
    EV_MSC,
    EV_SYN,
    MSC_SCAN,
    PRESSED,
    RELEASED,
    REPEATED,
    SYN_DROPPED,
    SYN_REPORT,
    event,
)
from drivers.keyboard.typed import KEYS

LINK_NAME = "keyboard"
ENTER = 28
KEYPAD_ENTER = 96
LEFT_SHIFT = 42
KEY_GAP_NS = 2_000_000
USB_PAGE = 0x70000


class EmulatedKeyboard:
    """One device. Every method may be called from any thread."""

    def __init__(self, directory: Path) -> None:
        self._line = PtyLine(directory / LINK_NAME)
        self.path = self._line.path
        self.unplug, self.plug = self._line.unplug, self._line.plug
        self.close = self._line.close

    def type_line(self, text: str, *, enter: int = ENTER, gap_ns: int = KEY_GAP_NS, age_ns: int = 0) -> int:
        """Types ASCII text and Enter, the last key `age_ns` ago, `gap_ns` between two keys. Returns the monotonic ns right
        after the last event."""
        start_ns = time.monotonic_ns() - age_ns - gap_ns * len(text)
        keys = [self._struck(char, start_ns + place * gap_ns) for place, char in enumerate(text)]
        keys.append(stroke(enter, start_ns + len(text) * gap_ns))
        return self._send(keys)

    def half_line(self, text: str) -> None:
        """Types the first half, and no Enter."""
        now_ns = time.monotonic_ns()
        self._send([self._struck(char, now_ns) for char in text[: len(text) // 2]])

    def held_key(self, char: str) -> None:
        """A key that is held down repeats itself."""
        code, _ = KEYS[char]
        now_ns = time.monotonic_ns()
        repeats = [event(now_ns, EV_KEY, code, REPEATED) + event(now_ns, EV_SYN, SYN_REPORT, 1)] * 5
        self._send([stroke(code, now_ns), *repeats])

    def overflow(self) -> None:
        """The kernel's queue was full: events are missing here, up to the end of a report."""
        now_ns = time.monotonic_ns()
        self._line.send(event(now_ns, EV_SYN, SYN_DROPPED, 0) + event(now_ns, EV_SYN, SYN_REPORT, 0))

    def noise(self, data: bytes) -> None:
        """Bytes that no input device gives."""
        self._line.send(data)

    def _struck(self, char: str, stamp_ns: int) -> bytes:
        code, shifted = KEYS[char]
        if not shifted:
            return stroke(code, stamp_ns)
        down = event(stamp_ns, EV_KEY, LEFT_SHIFT, PRESSED) + event(stamp_ns, EV_SYN, SYN_REPORT, 0)
        up = event(stamp_ns, EV_KEY, LEFT_SHIFT, RELEASED) + event(stamp_ns, EV_SYN, SYN_REPORT, 0)
        return down + stroke(code, stamp_ns) + up

    def _send(self, keys: list[bytes]) -> int:
        """A key at a time: a pty holds 4 KiB, and loses what is above."""
        stamp_ns = 0
        for key in keys:
            stamp_ns = self._line.send(key)
        return stamp_ns


def stroke(code: int, stamp_ns: int) -> bytes:
    """The events of one key, pressed and released, as a USB keyboard makes them."""
    scan = event(stamp_ns, EV_MSC, MSC_SCAN, USB_PAGE + code)
    report = event(stamp_ns, EV_SYN, SYN_REPORT, 0)
    return b"".join(scan + event(stamp_ns, EV_KEY, code, value) + report for value in (PRESSED, RELEASED))

"""The kernel's `struct input_event`, pure: bytes in, events out, in any pieces.

    seconds, microseconds (a long each) | type (16 bits) | code (16 bits) | value (32 bits, signed)

24 bytes on a 64-bit machine, 16 on a 32-bit one, in its own byte order. Source: the kernel's <linux/input.h>; numbers of
types and keys from <linux/input-event-codes.h>. Nothing marks where an event begins: the kernel gives whole ones only, so
bytes that are none mean that the file is no input device.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

EVENT = struct.Struct("@llHHi")

EV_SYN = 0x00
EV_KEY = 0x01
EV_MSC = 0x04
SYN_REPORT = 0
SYN_DROPPED = 3
MSC_SCAN = 4

RELEASED, PRESSED, REPEATED = 0, 1, 2

_HIGHEST_TYPE = 0x1F
_HIGHEST_CODE = 0x2FF
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One event. `stamp_ns` is the kernel's, by the clock that the file was asked to use."""

    stamp_ns: int
    type: int
    code: int = field(repr=False)
    value: int = field(repr=False)


class NotInputEvents(ValueError):
    """Bytes that no input device gives."""


class EventParser:
    """Takes bytes in any pieces, gives whole events."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> Iterator[InputEvent]:
        """The events that these bytes complete. Raises NotInputEvents; what was held and fed is then forgotten."""
        data = self._held + data
        whole = len(data) - len(data) % EVENT.size
        self._held = b""
        for seconds, microseconds, kind, code, value in EVENT.iter_unpack(data[:whole]):
            right = kind <= _HIGHEST_TYPE and code <= _HIGHEST_CODE and 0 <= microseconds < _MICROSECONDS
            if not right or seconds < 0:
                raise NotInputEvents("no struct input_event")
            yield InputEvent(seconds * 1_000_000_000 + microseconds * 1000, kind, code, value)
        self._held = data[whole:]


def event(stamp_ns: int, kind: int, code: int, value: int) -> bytes:
    """The bytes of one event."""
    seconds, nanoseconds = divmod(stamp_ns, 1_000_000_000)
    return EVENT.pack(seconds, nanoseconds // 1000, kind, code, value)

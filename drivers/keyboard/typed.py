"""What was typed, pure: input events in, whole lines out. US layout, as wedge readers and scanners type.

* Only pressing counts: holding repeats a key in the kernel, and a reader's key is never held.
* A line ends with Enter, of either block. A key that comes 150 ms after the one before begins anew: machines type faster,
  and the beginning of a line whose end was lost must not join the next.
* Where the kernel says that it dropped events, the line is not whole and is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from drivers.keyboard.input_events import (
    EV_KEY,
    EV_SYN,
    PRESSED,
    RELEASED,
    SYN_DROPPED,
    SYN_REPORT,
    InputEvent,
)

GAP_NS = 150_000_000
LONGEST = 4096

ENTERS = frozenset({28, 96})
SHIFTS = frozenset({42, 54})

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (15, "\t", "\t"),
)
_KEYPAD = {82: "0", 79: "1", 80: "2", 81: "3", 75: "4", 76: "5", 77: "6", 71: "7", 72: "8", 73: "9"}
_KEYPAD |= {55: "*", 74: "-", 78: "+", 83: ".", 98: "/"}

PLAIN = {first + place: char for first, plain, _ in _ROWS for place, char in enumerate(plain)} | _KEYPAD
SHIFTED = {first + place: char for first, _, upper in _ROWS for place, char in enumerate(upper)} | _KEYPAD
KEYS = {
    char: (first + place, shifted)
    for first, *faces in _ROWS
    for shifted, face in zip((True, False), reversed(faces), strict=True)
    for place, char in enumerate(face)
}
"""For each character the key of the main block that types it, and whether with shift."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A whole line, ASCII. `stamp_ns` is that of its Enter."""

    octets: bytes = field(repr=False)
    stamp_ns: int


@dataclass(frozen=True, slots=True)
class Torn:
    """The beginning of a line, whose end did not come."""


class Typist:
    """Puts lines together from events."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._shifts: set[int] = set()
        self._last_ns = 0
        self._dropped = False

    @property
    def pending(self) -> bool:
        """Whether a line has begun and not ended."""
        return bool(self._line)

    def feed(self, events: Iterable[InputEvent]) -> Iterator[TypedLine | Torn]:
        """What these events complete."""
        for each in events:
            if each.type == EV_SYN and each.code == SYN_DROPPED:
                self._dropped = True
                self._shifts.clear()
                yield from self.abandon()
            elif each.type == EV_SYN and each.code == SYN_REPORT:
                self._dropped = False
            elif each.type == EV_KEY and not self._dropped:
                yield from self._key(each)

    def abandon(self) -> Iterator[Torn]:
        """The rest of a begun line will not come."""
        if self._line:
            self._forget()
            yield Torn()

    def _key(self, key: InputEvent) -> Iterator[TypedLine | Torn]:
        if key.code in SHIFTS:
            (self._shifts.discard if key.value == RELEASED else self._shifts.add)(key.code)
        elif key.value == PRESSED and key.code in ENTERS:
            yield from self._enter(key.stamp_ns)
        elif key.value == PRESSED and key.code in PLAIN:
            yield from self._character(key)

    def _enter(self, stamp_ns: int) -> Iterator[TypedLine | Torn]:
        yield from self._late(stamp_ns)
        if self._line:
            line = TypedLine(bytes(self._line), stamp_ns)
            self._forget()
            yield line

    def _character(self, key: InputEvent) -> Iterator[Torn]:
        yield from self._late(key.stamp_ns)
        self._last_ns = key.stamp_ns
        self._line += (SHIFTED if self._shifts else PLAIN)[key.code].encode()
        if len(self._line) > LONGEST:
            yield from self.abandon()

    def _late(self, stamp_ns: int) -> Iterator[Torn]:
        if stamp_ns - self._last_ns >= GAP_NS:
            yield from self.abandon()

    def _forget(self) -> None:
        self._line[:] = bytes(len(self._line))
        self._line.clear()

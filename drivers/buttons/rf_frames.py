"""Frames of two families of 315/433 MHz receivers, pure: bytes in, frames out, in any pieces.

    generic    FD … DF                              `frame_bytes` in all, 7 at most sellers':
               FD 03 c1 c2 c3 width DF              24 bits of code, and the width of the button's pulse, which jitters
    rf bridge  AA A4 sync2 low2 high2 c1 c2 c3 55   three times in microseconds, and 24 bits of code

An EV1527 button sends 20 bits of address and 4 bits of key. Neither family has a checksum, so one frame proves nothing:
`receiver` asks for two equal ones. Sources: sellers' descriptions of the generic decoders, which say FD, DF and what is
between them, not in which order (so the length is an option, and a layout other than the 7 bytes is learned by what does
not change); the bridge's public firmware.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

GENERIC_START, GENERIC_END = 0xFD, 0xDF
GENERIC_BYTES = 7

BRIDGE_HEAD = b"\xaa\xa4"
BRIDGE_END = 0x55
BRIDGE_BYTES = 12
BRIDGE_ACK = b"\xaa\xa0\x55"

CODE_BYTES = 3


class Family(StrEnum):
    """Which receiver sent a frame."""

    GENERIC = "generic"
    BRIDGE = "bridge"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `body` is what a button's code may be in: the code itself where its place is known, else all that is
    between the ends."""

    body: bytes


class FrameParser:
    """Finds frames of one family in a stream fed in pieces of any size. `noise_bytes` counts what is in none."""

    def __init__(self, family: Family, frame_bytes: int = GENERIC_BYTES) -> None:
        self.noise_bytes = 0
        self._head = BRIDGE_HEAD if family is Family.BRIDGE else bytes([GENERIC_START])
        self._end = BRIDGE_END if family is Family.BRIDGE else GENERIC_END
        self._frame_bytes = BRIDGE_BYTES if family is Family.BRIDGE else frame_bytes
        self._family = family
        self._held = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that these bytes complete."""
        held = self._held + data
        position = 0
        while (start := held.find(self._head, position)) >= 0 and len(held) - start >= self._frame_bytes:
            self.noise_bytes += start - position
            if held[start + self._frame_bytes - 1] == self._end:
                position = start + self._frame_bytes
                yield Frame(self._body(held[start:position]))
            else:
                self.noise_bytes += 1
                position = start + 1
        kept = start if start >= 0 else len(held) - _begun(held[position:], self._head)
        self.noise_bytes += kept - position
        self._held = held[kept:]

    def abandon(self) -> None:
        """The line is silent: what began will not end. A whole frame cannot hide in it, for nothing begins within it that
        was not looked at when it came."""
        self.noise_bytes += len(self._held)
        self._held = b""

    def _body(self, whole: bytes) -> bytes:
        if self._family is Family.BRIDGE:
            return whole[-1 - CODE_BYTES : -1]
        if self._frame_bytes == GENERIC_BYTES and whole[1] == CODE_BYTES:
            return whole[2 : 2 + CODE_BYTES]
        return whole[1:-1]


def _begun(rest: bytes, head: bytes) -> int:
    """How many bytes at the end of `rest` may be the beginning of a frame's head."""
    return int(len(head) > 1 and rest.endswith(head[:1]))


def generic_frame(code: bytes, width: int = 0x5F) -> bytes:
    """The seven bytes that a generic receiver sends for a code of three."""
    return bytes([GENERIC_START, CODE_BYTES, *code, width, GENERIC_END])


def bridge_frame(code: bytes, sync_us: int = 9440, low_us: int = 320, high_us: int = 900) -> bytes:
    """The twelve bytes that an RF bridge sends for a code of three."""
    times = b"".join(value.to_bytes(2, "big") for value in (sync_us, low_us, high_us))
    return BRIDGE_HEAD + times + code + bytes([BRIDGE_END])

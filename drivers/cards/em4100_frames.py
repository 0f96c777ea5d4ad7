"""Frames of the RDM6300 module, pure: bytes in, frames and faults out, in any pieces.

A frame is 14 bytes: `02`, ten ASCII digits (five bytes of tag, hex, upper case), two ASCII digits (the five bytes XORed),
`03`. Source: the module's data sheet; the vectors in the tests are readings of real tags.

`02` and `03` never occur inside a frame, so a parser that starts again at every `02` finds every whole frame in any
stream, and nothing but whole frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

from drivers.cards.numbers import TAG_BYTES

START = 0x02
END = 0x03
FRAME_BYTES = 14
DIGITS = frozenset(b"0123456789ABCDEF")

NOISE = "card.noise"
CHECKSUM = "card.checksum"
TORN = "card.torn"

_SHAPE = re.compile(rb"\x02([0-9A-F]{10})([0-9A-F]{2})\x03")
_NO_DIGIT = 0xFF


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame whose checksum is right. `uid` is five bytes, big-endian."""

    uid: bytes

    def __repr__(self) -> str:
        return "Frame(****)"


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no frame: `code` is card.noise (outside a frame), card.checksum or card.torn."""

    code: str


class FrameParser:
    """Finds frames in a stream fed in pieces of any size."""

    def __init__(self) -> None:
        self._partial = bytearray()
        self._in_noise = False

    @property
    def pending(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._partial)

    def feed(self, data: bytes) -> Iterator[Frame | Fault]:
        """What these bytes complete. A run of noise is one fault, however it is cut into pieces."""
        for byte in data:
            found = self._take(byte)
            if found is not None:
                yield found

    def abandon(self) -> Iterator[Fault]:
        """Gives up a begun frame whose rest did not come."""
        self._in_noise = False
        if self._partial:
            self._partial.clear()
            yield Fault(TORN)

    def _take(self, byte: int) -> Frame | Fault | None:
        if byte == START:
            torn = self.pending
            self._partial[:] = bytes([START])
            self._in_noise = False
            return Fault(TORN) if torn else None
        if not self.pending:
            return self._noise()
        if len(self._partial) == FRAME_BYTES - 1:
            return self._end(byte)
        if byte in DIGITS:
            self._partial.append(byte)
            return None
        self._partial.clear()
        self._in_noise = byte != END  # what follows a torn frame is part of the same trouble
        return Fault(TORN)

    def _noise(self) -> Fault | None:
        if self._in_noise:
            return None
        self._in_noise = True
        return Fault(NOISE)

    def _end(self, byte: int) -> Frame | Fault:
        digits = bytes(self._partial[1:])
        self._partial.clear()
        if byte != END:
            self._in_noise = True
            return Fault(TORN)
        uid, checksum = _decode(digits)
        return Frame(uid) if checksum == xor_of(uid) else Fault(CHECKSUM)


def frame(uid: bytes, checksum: int | None = None) -> bytes:
    """The 14 bytes the module sends for a tag; another `checksum` makes a damaged one. Raises ValueError when `uid`
    has not five bytes."""
    if len(uid) != TAG_BYTES:
        raise ValueError(f"an EM4100 tag has {TAG_BYTES} bytes, not {len(uid)}")
    check = xor_of(uid) if checksum is None else checksum
    return bytes([START]) + (uid + bytes([check])).hex().upper().encode() + bytes([END])


def xor_of(uid: bytes) -> int:
    """The frame's checksum."""
    return reduce(xor, uid, 0)


def redact(direction: str, stream: bytes) -> bytes:
    """The stream with every tag replaced, as `drivers.wire_log.Redaction`. Whole frames get made-up tags (the same for
    the same tag, and as right or wrong in their checksum as before), so a redacted log still replays; of everything
    else only its kind stays: digit, no digit, start, end."""
    invented: dict[bytes, bytes] = {}
    clean = bytearray()
    position = 0
    for match in _SHAPE.finditer(stream):
        clean += _masked(stream[position : match.start()])
        uid, checksum = _decode(match[1] + match[2])
        replacement = invented.setdefault(uid, (len(invented) + 1).to_bytes(TAG_BYTES, "big"))
        clean += frame(replacement, checksum ^ xor_of(uid) ^ xor_of(replacement))
        position = match.end()
    return bytes(clean + _masked(stream[position:]))


def _masked(stray: bytes) -> bytes:
    return bytes(
        byte if byte in (START, END) else ord("0") if byte in DIGITS else _NO_DIGIT for byte in stray
    )


def _decode(digits: bytes) -> tuple[bytes, int]:
    values = bytes.fromhex(digits.decode("ascii"))
    return values[:TAG_BYTES], values[TAG_BYTES]

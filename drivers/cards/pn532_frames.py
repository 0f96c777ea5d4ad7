"""Frames of the NXP PN532 on its serial line, pure: bytes in, frames and faults out, in any pieces.

| frame        | bytes                                                                    |
|--------------|--------------------------------------------------------------------------|
| normal       | `00 00 FF LEN LCS TFI … DCS 00`, LEN counts from TFI, up to 255          |
| extended     | `00 00 FF FF FF LENM LENL LCS TFI … DCS 00`, up to 265                   |
| acknowledged | `00 00 FF 00 FF 00`; from the host it ends the running command           |
| not so       | `00 00 FF FF 00 00`; the chip then repeats its last frame                |
| error        | `00 00 FF 01 FF 7F 81 00`: the chip does not take the command            |

LEN + LCS = 0 and TFI + … + DCS = 0, modulo 256. TFI is D4 from the host, D5 from the chip. The zeros around a frame are
padding of any length, so a frame is whole with its DCS. Source: NXP UM0701-02, section 6.2; vectors in the tests.

A frame may hold any bytes, so what looks like a start may be content or damage: bytes that turn out to be no frame are
given up one by one and the rest is looked at again. Thus no whole valid frame is missed, however much noise is around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

TO_CHIP = 0xD4
TO_HOST = 0xD5
ERROR = 0x7F
START = b"\x00\xff"
ACK = bytes.fromhex("0000FF00FF00")
NACK = bytes.fromhex("0000FFFF0000")
LONGEST_NORMAL = 0xFF
LONGEST = 265

NOISE = "card.noise"
CHECKSUM = "card.checksum"
TORN = "card.torn"


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame whose sums are right. `body` is what follows TFI."""

    tfi: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ack:
    """The last frame was taken."""


@dataclass(frozen=True, slots=True)
class Nack:
    """The last frame came damaged; send it again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no frame: `code` is card.noise, card.checksum or card.torn."""

    code: str


Item = Frame | Ack | Nack | Fault


class FrameParser:
    """Finds frames in a stream fed in pieces of any size."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._in_noise = False

    @property
    def pending(self) -> bool:
        """Whether a frame has begun and not ended."""
        return START in self._waiting

    def feed(self, data: bytes) -> Iterator[Item]:
        """What these bytes complete. A run of noise is one fault, however it is cut into pieces."""
        self._waiting += data
        yield from self._found(final=False)

    def abandon(self) -> Iterator[Item]:
        """The rest of a begun frame did not come. It is given up, and what lay behind its start is looked at again."""
        if self.pending:
            yield Fault(TORN)
            self._in_noise = True  # what is left of a torn frame is part of the same trouble
            yield from self._found(final=True)
        self._waiting.clear()
        self._in_noise = False

    def _found(self, *, final: bool) -> Iterator[Item]:
        """Takes off what can be told from the bytes at hand; with `final` no more are hoped for."""
        waiting = self._waiting
        while (start := waiting.find(START)) >= 0:
            yield from self._skip(start)
            read = read_frame(waiting)
            if read is None and not final:
                return
            item, length = read or (None, 0)
            if length:
                del waiting[:length]
                self._in_noise = False
            else:
                yield from self._skip(1)
            if item is not None:
                yield item
        kept = 1 if waiting.endswith(START[:1]) else 0  # may be the first half of a start
        yield from self._skip(len(waiting) - kept)

    def _skip(self, count: int) -> Iterator[Fault]:
        """Takes bytes off that begin no frame. Zeros are padding and no noise."""
        is_noise = any(self._waiting[:count])
        del self._waiting[:count]
        if is_noise and not self._in_noise:
            self._in_noise = True
            yield Fault(NOISE)


def read_frame(data: bytes | bytearray) -> tuple[Item | None, int] | None:
    """What begins at this start code: the frame and its length; length 0 when it is none, with a fault when only its last
    sum is wrong; None when there are too few bytes to tell."""
    if len(data) < 4:
        return None
    length, check = data[2], data[3]
    if (length, check) == (0x00, 0xFF):
        return Ack(), 4
    if (length, check) == (0xFF, 0x00):
        return Nack(), 4
    first = 4
    if (length, check) == (0xFF, 0xFF):
        if len(data) < 7:
            return None
        first, length, check = 7, data[4] * 256 + data[5], data[4] + data[5] + data[6]
    else:
        check += length
    if check % 256 or not 0 < length <= LONGEST:
        return None, 0
    end = first + length + 1
    if len(data) < end:
        return None
    if sum(data[first:end]) % 256:
        return Fault(CHECKSUM), 0
    return Frame(data[first], bytes(data[first + 1 : end - 1])), end


def frame(tfi: int, body: bytes) -> bytes:
    """A normal frame, or an extended one where the body needs it. Raises ValueError for more than 264 bytes of body."""
    content = bytes([tfi]) + body
    if len(content) > LONGEST:
        raise ValueError(f"a frame holds {LONGEST} bytes, not {len(content)}")
    if len(content) <= LONGEST_NORMAL:
        header = bytes([len(content), -len(content) & 0xFF])
    else:
        high, low = divmod(len(content), 256)
        header = bytes([0xFF, 0xFF, high, low, -(high + low) & 0xFF])
    return b"\x00" + START + header + content + bytes([sum_to_zero(content), 0])


def sum_to_zero(content: bytes) -> int:
    """The byte that makes the sum of all of them 0 modulo 256."""
    return -sum(content) & 0xFF

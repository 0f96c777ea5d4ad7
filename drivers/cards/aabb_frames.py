"""Frames of the AA BB family of 13.56 MHz readers (YHY523U, YHY632 and clones), pure: bytes in, frames and faults out.

    AA BB | length (2, little-endian) | node (2) | command (2, little-endian) | data | check

`length` counts from node to check. `check` is the exclusive or of node to data. Behind every AA from node to check
comes an extra 00, which neither length nor check knows of; so AA BB is always a start, and a parser that starts again
at every AA BB finds every whole frame. Some firmware leaves out the 00 behind a check that is AA: the frame is whole
with its check, and a 00 behind it says nothing.

In an answer the first byte of `data` is a status, 0 for success. Source: the readers' published command set, and
mdeverdelhan/YHY523U-driver; the beep frame in the tests is a published one. From there also: an answer that says a
failure may carry a wrong check. Such an answer is told apart (`Damaged`), it can say that there is no card and nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import xor

START = b"\xaa\xbb"
ESCAPED = 0xAA
ANY_NODE = 0xFFFF
# Node and command, and a check. The longest answer holds a block; AA and more cannot be told from an escaped length.
SHORTEST, LONGEST = 5, 0xA9

NOISE = "card.noise"
CHECKSUM = "card.checksum"
TORN = "card.torn"


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame whose check is right."""

    node: int
    command: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame of the right length whose check is wrong. `status` is what would be its first byte of data, if any."""

    command: int
    status: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no frame: `code` is card.noise, card.checksum or card.torn."""

    code: str


Item = Frame | Damaged | Fault


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
        waiting = self._waiting
        waiting += data
        while (start := waiting.find(START)) >= 0:
            yield from self._skip(start)
            read = read_frame(waiting)
            if read is None:
                return
            item, length = read
            del waiting[:length]
            self._in_noise = isinstance(item, Fault)
            yield item
        yield from self._skip(len(waiting) - waiting.endswith(START[:1]))

    def abandon(self) -> Iterator[Fault]:
        """Gives up a begun frame whose rest did not come."""
        torn = self.pending
        self._waiting.clear()
        self._in_noise = False
        if torn:
            yield Fault(TORN)

    def _skip(self, count: int) -> Iterator[Fault]:
        """Takes bytes off that begin no frame. Zeros are the rest of an escape and no noise."""
        is_noise = any(self._waiting[:count])
        del self._waiting[:count]
        if is_noise and not self._in_noise:
            self._in_noise = True
            yield Fault(NOISE)


def read_frame(data: bytes | bytearray) -> tuple[Item, int] | None:
    """What begins at this start, and how many bytes it takes; None when there are too few to tell."""
    if len(data) < 4:
        return None
    length = data[2] + data[3] * 256
    if not SHORTEST <= length <= LONGEST:
        return Fault(NOISE), len(START)
    body = bytearray()
    position = 4
    while len(body) < length:
        if position >= len(data):
            return None
        body.append(data[position])
        position += 1
        if body[-1] == ESCAPED and len(body) < length:
            if position >= len(data):
                return None
            if data[position] != 0:
                return Fault(TORN), position - 1  # this AA may be the next start
            position += 1
    item = _whole(body)
    if isinstance(item, Damaged) and body[-1] == ESCAPED:
        position -= 1  # of a frame that lost a byte, the next start may have been taken for the check
    return item, position


def frame(node: int, command: int, data: bytes = b"") -> bytes:
    """The frame on the wire. Raises ValueError for more data than one holds."""
    body = struct.pack("<HH", node, command) + data
    if len(body) + 1 > LONGEST:
        raise ValueError(f"a frame holds {LONGEST - SHORTEST} bytes of data, not {len(data)}")
    body += bytes([check_of(body)])
    return START + struct.pack("<H", len(body)) + escaped(body)


def escaped(body: bytes) -> bytes:
    """What goes over the wire for these bytes."""
    return body.replace(bytes([ESCAPED]), bytes([ESCAPED, 0]))


def check_of(body: bytes | bytearray) -> int:
    """The frame's check."""
    return reduce(xor, body, 0)


def _whole(body: bytearray) -> Frame | Damaged:
    node, command = struct.unpack_from("<HH", body)
    data = bytes(body[4:-1])
    if check_of(body) == 0:
        return Frame(node, command, data)
    return Damaged(command, data[0] if data else None)

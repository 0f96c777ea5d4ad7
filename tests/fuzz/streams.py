"""Streams as a bad line makes them, from a seed: frames, glued or torn, flipped bits, noise, any cut into reads."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.cards.em4100_frames import frame

FRAME_BYTES = 14
HEX_DIGITS = b"0123456789ABCDEF"


@dataclass
class Stream:
    """Bytes cut into reads, and what was truly said in them, undamaged."""

    pieces: list[bytes] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces)


def cut(data: bytes, draw: random.Random, lengths: tuple[int, ...] = (1, 3, 14, 64)) -> list[bytes]:
    """The same bytes in reads of any length up to one of `lengths`."""
    pieces = []
    position = 0
    longest = draw.choice(lengths)
    while position < len(data):
        length = draw.randint(1, longest)
        pieces.append(data[position : position + length])
        position += length
    return pieces


def flipped(data: bytes, bits: int, draw: random.Random) -> bytes:
    """`bits` different bits of `data` turned over."""
    damaged = bytearray(data)
    for position in draw.sample(range(len(data) * 8), bits):
        damaged[position // 8] ^= 1 << position % 8
    return bytes(damaged)


def card_stream(draw: random.Random) -> Stream:
    """What an RDM6300 on a bad cable sends. Few cards, so that frames repeat."""
    cards = [draw.randbytes(5) for _ in range(draw.randint(1, 3))]
    said: list[bytes] = []
    data = bytearray()
    for _ in range(draw.randint(1, 8)):
        data += _card_part(draw.choice(cards), said, draw)
    return Stream(cut(bytes(data), draw), said)


def _card_part(uid: bytes, said: list[bytes], draw: random.Random) -> bytes:
    whole = frame(uid)
    kind = draw.randrange(9)
    if kind <= 2:
        said.append(uid)
        return whole
    if kind == 3:
        return flipped(whole, draw.randint(1, 4), draw)
    if kind == 4:
        return whole[: draw.randrange(FRAME_BYTES)]
    if kind == 5:
        return whole[draw.randrange(1, FRAME_BYTES) :]
    if kind == 6:
        return _digits_swapped(whole, draw)
    if kind == 7:
        lost = draw.randrange(FRAME_BYTES)
        return whole[:lost] + whole[lost + 1 :]
    return draw.randbytes(draw.randint(1, 20))


def _digits_swapped(whole: bytes, draw: random.Random) -> bytes:
    """Some digits replaced by other digits: the kind of damage that only the checksum can tell."""
    damaged = bytearray(whole)
    for position in draw.sample(range(1, FRAME_BYTES - 1), draw.randint(1, 4)):
        damaged[position] = draw.choice(HEX_DIGITS)
    return bytes(damaged)


_STATUS_PARTS: tuple[Callable[[random.Random], bytes], ...] = (
    lambda draw: bytes([0x12 | draw.getrandbits(8) & 0x6C]),
    lambda draw: bytes([0x10 | draw.getrandbits(8) & 0x6C, *(draw.getrandbits(8) & 0x6F for _ in range(3))]),
    lambda draw: bytes([draw.getrandbits(8) & 0x6F]),
    lambda draw: b'7"' + bytes(draw.randrange(0x20, 0x7F) for _ in range(4)) + b"\0",
    lambda draw: b"_" + bytes(draw.randrange(0x20, 0x7F) for _ in range(draw.randint(0, 90))) + b"\0",
    lambda draw: draw.choice((b"\x11", b"\x13")),
    lambda draw: draw.randbytes(draw.randint(1, 12)),
)


def status_stream(draw: random.Random) -> Stream:
    """What an ESC/POS printer and a bad cable send back."""
    data = bytearray()
    for _ in range(draw.randint(1, 8)):
        part = draw.choice(_STATUS_PARTS)(draw)
        damage = draw.randrange(6)
        if damage == 0:
            part = flipped(part, 1, draw)
        elif damage == 1:
            part = part[: draw.randint(0, len(part))]
        data += part
    return Stream(cut(bytes(data), draw))

"""What 13.56 MHz readers send on bad lines, from a seed: frames made by hand here, not by the drivers."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import reduce
from operator import xor

from tests.fuzz.streams import Stream, cut, flipped

Make = Callable[[bytes], bytes]

PN532_ACK = bytes.fromhex("0000FF00FF00")
NUMBERS = b"\x00\x01\xaa\xbb\xd4\xd5\xff"


def pn532_frame(content: bytes) -> bytes:
    """TFI and what follows, framed."""
    check = -sum(content) & 0xFF
    if len(content) < 256:
        head = bytes([len(content), -len(content) & 0xFF])
    else:
        head = bytes([0xFF, 0xFF, len(content) >> 8, len(content) & 0xFF])
        head += bytes([-sum(head[2:]) & 0xFF])
    return b"\x00\x00\xff" + head + content + bytes([check, 0])


def aabb_frame(body: bytes) -> bytes:
    """Node, command and data, framed."""
    body += bytes([reduce(xor, body, 0)])
    return b"\xaa\xbb" + bytes([len(body), 0]) + body.replace(b"\xaa", b"\xaa\x00")


def awkward(length: int, draw: random.Random) -> bytes:
    """Bytes among which those that mean something to the protocols come often."""
    return bytes(draw.choice(NUMBERS) if draw.random() < 0.4 else draw.getrandbits(8) for _ in range(length))


def pn532_content(draw: random.Random) -> bytes:
    """Something that the chip says."""
    kind = draw.randrange(6)
    if kind <= 2:
        uid = awkward(draw.choice((4, 7)), draw)
        return bytes.fromhex("D54B0101000408") + bytes([len(uid)]) + uid
    if kind == 3:
        return b"\xd5\x41\x00" + awkward(16, draw)
    if kind == 4:
        return draw.choice(
            (b"\xd5\x4b\x00", b"\xd5\x41\x14", b"\xd5\x15", b"\x7f", b"\xd5\x03\x32\x01\x06\x07")
        )
    return b"\xd5" + awkward(draw.choice((0, 1, 30, 254, 260)), draw)


def aabb_content(draw: random.Random) -> bytes:
    """Something that the reader says."""
    kind = draw.randrange(5)
    if kind <= 1:
        return bytes.fromhex("0000020200") + awkward(4, draw)
    if kind == 2:
        return bytes.fromhex("0000120200") + awkward(7, draw)
    if kind == 3:
        return bytes.fromhex("0000080200") + awkward(16, draw)
    return bytes.fromhex("00000102") + draw.choice((b"\x14", b"\x00\x04\x00", b"\x0d"))


def pn532_stream(draw: random.Random) -> Stream:
    """Frames, acknowledgements, damage and noise."""
    return _stream(pn532_content, pn532_frame, draw)


def aabb_stream(draw: random.Random) -> Stream:
    """Frames, damage and noise."""
    return _stream(aabb_content, aabb_frame, draw)


def _stream(content: Callable[[random.Random], bytes], make: Make, draw: random.Random) -> Stream:
    said: list[bytes] = []
    data = bytearray()
    for _ in range(draw.randint(1, 6)):
        told = content(draw)
        whole = make(told)
        part = damaged(whole, draw)
        if whole[1:-1] in part:  # what was hurt is padding only
            said.append(told)
        data += part
    return Stream(cut(bytes(data), draw), said)


def damaged(whole: bytes, draw: random.Random) -> bytes:
    """What a line makes of a frame: a bad one damages or loses it."""
    kind = draw.randrange(10)
    if kind == 0:
        return flipped(whole, draw.randint(1, 4), draw)
    if kind == 1:
        return whole[: draw.randrange(len(whole))]
    if kind == 2:
        lost = draw.randrange(len(whole))
        return whole[:lost] + whole[lost + 1 :]
    if kind == 3:
        return awkward(draw.randint(1, 20), draw)
    if kind == 4:
        return PN532_ACK
    return whole


def pn532_talk(draw: random.Random) -> Stream:
    """A conversation, one piece an answer: woken, told its limit, asked its name, then polls. Some answers are damaged."""
    ready = [b"\xd5\x15", b"\xd5\x33", b"\xd5\x03\x32\x01\x06\x07"]
    polls = [pn532_content(draw) for _ in range(draw.randint(2, 8))]
    return _talk(ready, polls, lambda told: PN532_ACK + pn532_frame(told), draw)


def aabb_talk(draw: random.Random) -> Stream:
    """A conversation, one piece an answer: its name, then request, number and choice of a card, again and again."""
    told = [bytes.fromhex("000004010059")]
    for _ in range(draw.randint(1, 4)):
        uid = awkward(4, draw)
        told += [bytes.fromhex("00000102000400"), bytes.fromhex("0000020200") + uid]
        told += [bytes.fromhex("000003020008"), bytes.fromhex("0000040200")]
    return _talk(told[:1], told[1:], aabb_frame, draw)


def _talk(ready: list[bytes], then: list[bytes], make: Make, draw: random.Random) -> Stream:
    pieces = [make(told) for told in ready]
    said = list(ready)
    for told in then:
        whole = make(told)
        part = damaged(whole, draw)
        said += [told] if whole[6:-1] in part else []
        pieces.append(part)
    return Stream(pieces, said)

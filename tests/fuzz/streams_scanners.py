"""Streams of scanners, typing devices and radio receivers on a bad line, from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from drivers.buttons.rf_frames import bridge_frame, generic_frame
from drivers.keyboard.input_events import EV_KEY, EV_SYN, EVENT, PRESSED, SYN_DROPPED, SYN_REPORT, event
from drivers.scanners.ssi_frames import DECODE_DATA, SCANNER, packet
from tests.fuzz.streams import Stream, cut, flipped

LETTERS = b"abcdefghijkmnpqrstuvwxyz"
DIGIT_KEYS = range(2, 12)
ENTER, SHIFT = 28, 42
MS = 1_000_000


def content(draw: random.Random) -> bytes:
    """What a code holds: letters, so that a redaction's digits are not taken for it."""
    return bytes(draw.choices(LETTERS, k=draw.randint(4, 12)))


def damaged(whole: bytes, draw: random.Random) -> bytes:
    """What a bad line leaves of a frame: flipped bits, a lost end, a lost beginning, a lost byte."""
    kind = draw.randrange(4)
    if kind == 0:
        return flipped(whole, draw.randint(1, 3), draw)
    if kind == 1:
        return whole[: draw.randrange(len(whole))]
    if kind == 2:
        return whole[draw.randrange(1, len(whole)) :]
    lost = draw.randrange(len(whole))
    return whole[:lost] + whole[lost + 1 :]


def framed_stream(draw: random.Random, frame_of: Callable[[bytes], bytes], contents: list[bytes]) -> Stream:
    """Frames of a few contents, whole, damaged, glued, with noise between, cut into any reads."""
    said: list[bytes] = []
    data = bytearray()
    for _ in range(draw.randint(1, 6)):
        kind = draw.randrange(8)
        whole = frame_of(draw.choice(contents))
        if kind <= 3:
            said.append(whole)
            data += whole
        elif kind <= 6:
            data += damaged(whole, draw)
        else:
            data += draw.randbytes(draw.randint(1, 12))
    return Stream(cut(bytes(data), draw), said)


def ssi_stream(draw: random.Random) -> Stream:
    """An SSI module's packets."""
    status = draw.choice((0, 0, 1))
    return framed_stream(
        draw,
        lambda code: packet(DECODE_DATA, b"\xf1" + code, source=SCANNER, status=status),
        [content(draw) for _ in range(draw.randint(1, 3))],
    )


def line_stream(draw: random.Random) -> Stream:
    """A plain-line scanner's codes."""
    end = draw.choice((b"\r", b"\n", b"\r\n"))
    return framed_stream(draw, lambda code: code + end, [content(draw) for _ in range(draw.randint(1, 3))])


def generic_radio_stream(draw: random.Random) -> Stream:
    """A generic receiver's frames; codes may hold its start and end bytes."""
    return framed_stream(draw, lambda code: generic_frame(code, draw.randint(0x58, 0x66)), _codes(draw))


def bridge_stream(draw: random.Random) -> Stream:
    """An RF bridge's frames; codes may hold its head."""
    return framed_stream(draw, bridge_frame, _codes(draw))


def _codes(draw: random.Random) -> list[bytes]:
    alphabet = draw.choice((range(256), (0xFD, 0xDF, 0xAA, 0xA4, 0x55, 0x03)))
    return [bytes(draw.choices(alphabet, k=3)) for _ in range(draw.randint(1, 3))]


def typed_stream(draw: random.Random) -> Stream:
    """A typing device's events. The kernel loses none in silence, but a wrong file gives anything."""
    said: list[bytes] = []
    data = bytearray()
    now_ns = draw.randrange(1000) * 1_000_000_000
    for _ in range(draw.randint(1, 4)):
        line = _typed_line(draw, now_ns)
        now_ns += draw.choice((20, 140, 160, 3000)) * MS
        kind = draw.randrange(8)
        if kind <= 3:
            said.append(line)
            data += line
        elif kind == 4:
            data += _some_events(line, draw)
        elif kind == 5:
            data += _some_events(line, draw) + event(now_ns, EV_SYN, SYN_DROPPED, 0)
        elif kind == 6:
            data += damaged(line, draw)
        else:
            data += draw.randbytes(draw.randint(1, 50))
    return Stream(cut(bytes(data), draw, (7, 24, 100, 500)), said)


def _typed_line(draw: random.Random, at_ns: int) -> bytes:
    keys = [draw.choice(DIGIT_KEYS) for _ in range(draw.randint(1, 4))]
    if draw.randrange(4) == 0:
        keys.insert(draw.randrange(len(keys)), SHIFT)
    events = b""
    for place, key in enumerate([*keys, ENTER]):
        stamp_ns = at_ns + place * draw.choice((2, 2, 2, 2, 155)) * MS
        events += event(stamp_ns, EV_KEY, key, draw.choice((PRESSED, PRESSED, PRESSED, 0, 2)))
        events += event(stamp_ns, EV_SYN, SYN_REPORT, 0)
    return events


def _some_events(line: bytes, draw: random.Random) -> bytes:
    """A line of which the kernel dropped events: whole ones."""
    events = [line[at : at + EVENT.size] for at in range(0, len(line), EVENT.size)]
    return b"".join(each for each in events if draw.randrange(4))

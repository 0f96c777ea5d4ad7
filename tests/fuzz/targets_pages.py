"""IPP replies: a queue is not well, and a job has not ended, because a damaged reply said so."""

from __future__ import annotations

from functools import cache
from random import Random

from hypothesis import strategies as st

from drivers.printers import ipp
from drivers.printers.ipp import Attribute, Group, IppDamaged, Message, Tag
from tests.fuzz.streams import Stream, cut, flipped
from tests.fuzz.target import Target
from tests.fuzz.verdict import Verdict

WORDS = ("none", "media-empty-warning", "marker-supply-low-report", "job-printing", "", "纸盒已空", "x" * 300)
NAMES = ("printer-state", "printer-state-reasons", "job-id", "job-state", "job-name", "a")
COLLECTION = (
    b"\x34\x00\x09media-col\x00\x00" + b"\x4a\x00\x00\x00\x01a" + b"\x21\x00\x00\x00\x04\x00\x00\x00\x01"
    b"\x34\x00\x00\x00\x00"
    + b"\x4a\x00\x00\x00\x01b"
    + b"\x44\x00\x00\x00\x01c"
    + b"\x37\x00\x00\x00\x00" * 2
)
WITH_LANGUAGE = b"\x36\x00\x04name\x00\x0b\x00\x02zh\x00\x05hello"


def _attribute(draw: Random) -> Attribute:
    name = draw.choice(NAMES)
    kind = draw.randrange(4)
    count = draw.randint(1, 3)
    if kind == 0:
        tag = draw.choice((Tag.INTEGER, Tag.ENUM))
        return ipp.attribute(name, tag, *(draw.randint(-(2**31), 2**31 - 1) for _ in range(count)))
    if kind == 1:
        return ipp.attribute(name, Tag.BOOLEAN, *(bool(draw.getrandbits(1)) for _ in range(count)))
    if kind == 2:
        return ipp.attribute(name, Tag.NO_VALUE, None)
    tag = draw.choice((Tag.KEYWORD, Tag.NAME, Tag.TEXT, Tag.URI))
    return ipp.attribute(name, tag, *(draw.choice(WORDS) for _ in range(count)))


def _message(draw: Random) -> bytes:
    groups = tuple(
        (
            draw.choice((Group.OPERATION, Group.JOB, Group.PRINTER)),
            tuple(_attribute(draw) for _ in range(draw.randint(0, 3))),
        )
        for _ in range(draw.randint(0, 3))
    )
    message = Message(draw.choice((0, 0x0406, 0x0506)), draw.randint(1, 9), groups)
    whole = ipp.encode(message)
    if groups and draw.randrange(4) == 0:
        extra = draw.choice((COLLECTION, WITH_LANGUAGE))
        whole = whole[:-1] + extra + whole[-1:]
    return whole


def reply_stream(draw: Random) -> Stream:
    """One reply as a body of HTTP: whole, or torn, flipped, glued, or none at all."""
    whole = _message(draw)
    damage = draw.randrange(8)
    if damage == 0:
        whole = flipped(whole, draw.randint(1, 4), draw)
    elif damage == 1:
        whole = whole[: draw.randrange(len(whole))]
    elif damage == 2:
        at = draw.randrange(8, len(whole) + 1)
        whole = whole[:at] + draw.randbytes(draw.randint(1, 9)) + whole[at:]
    elif damage == 3:
        return Stream(cut(draw.randbytes(draw.randint(1, 60)), draw))
    else:
        return Stream(cut(whole, draw), [whole])
    return Stream(cut(whole, draw))


# --- the judge: the same words by another way, from the token list of RFC 8010, section 3.5 ------------------------------

Told = tuple[int, int, tuple[tuple[int, tuple[tuple[str, tuple[object, ...]], ...]], ...], bytes]


class _Torn(ValueError):
    """The reply breaks a rule."""


def _tokens(data: bytes) -> tuple[list[tuple[int, bytes, bytes]], bytes]:
    """(tag, name, value) of each token, delimiters with nothing; and what stands behind the end."""
    found: list[tuple[int, bytes, bytes]] = []
    rest = data
    while rest:
        tag, rest = rest[0], rest[1:]
        if tag == 3:
            return found, rest
        pieces = []
        for _ in range(0 if tag < 0x10 else 2):
            length = int.from_bytes(rest[:2], "big")
            if len(rest) < 2 + length:
                raise _Torn
            pieces.append(rest[2 : 2 + length])
            rest = rest[2 + length :]
        found.append((tag, *(pieces or (b"", b""))))
    raise _Torn


def _meant(tag: int, value: bytes) -> object:
    if tag in (0x21, 0x23):
        if len(value) != 4:
            raise _Torn
        return int.from_bytes(value, "big", signed=True)
    if tag == 0x22:
        if value not in (b"\0", b"\1"):
            raise _Torn
        return value != b"\0"
    if tag in (0x35, 0x36):
        language = int.from_bytes(value[:2], "big")
        text = value[4 + language :]
        if len(value) < 4 + language or int.from_bytes(value[2 + language : 4 + language], "big") != len(
            text
        ):
            raise _Torn
        return text.decode("utf-8", "replace")
    if tag >> 4 == 1:
        return None
    return value.decode("utf-8", "replace") if 4 <= tag >> 4 <= 5 else value


def spoken(data: bytes) -> Told | None:
    """What a reply says; None where it breaks a rule."""
    try:
        return _spoken(data)
    except _Torn:
        return None


def _spoken(data: bytes) -> Told:
    if len(data) < 9 or data[0] not in (1, 2):
        raise _Torn
    tokens, document = _tokens(data[8:])
    groups: list[tuple[int, list[tuple[str, list[object]]]]] = []
    depth = 0
    for tag, name, value in tokens:
        if tag < 0x10:
            if depth or not tag:
                raise _Torn
            groups.append((tag, []))
            continue
        if depth:
            if name:
                raise _Torn
            if tag not in (0x34, 0x37):
                _meant(tag, value)
            depth += (tag == 0x34) - (tag == 0x37)
            continue
        if not groups or tag in (0x37, 0x4A):
            raise _Torn
        depth += tag == 0x34
        meaning = None if tag == 0x34 else _meant(tag, value)
        if name:
            groups[-1][1].append((name.decode("ascii", "replace"), [meaning]))
        elif groups[-1][1]:
            groups[-1][1][-1][1].append(meaning)
        else:
            raise _Torn
    if depth:
        raise _Torn
    told = tuple((kind, tuple((name, tuple(values)) for name, values in found)) for kind, found in groups)
    code, number = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:8], "big", signed=True)
    return code, number, told, document


def parsed(data: bytes) -> Told | None:
    """What the parser makes of it, in the judge's words."""
    try:
        message = ipp.decode(data)
    except IppDamaged:
        return None
    groups = tuple(
        (kind, tuple((each.name, each.values) for each in attributes)) for kind, attributes in message.groups
    )
    return message.code, message.request_id, groups, message.document


def judge_reply(stream: Stream) -> Verdict:
    """The parser and the judge say the same, to the type of each value; what they say in spite of damage is counted."""
    told, true = parsed(stream.data), spoken(stream.data)
    same = repr(told) == repr(true)
    return Verdict(
        streams=1,
        wrong_accepts=told is not None and not same,
        missed=told is None and true is not None,
        undetectable=told is not None and same and stream.data not in stream.said,
    )


@cache
def _samples() -> tuple[bytes, ...]:
    draw = Random(1)
    return tuple(_message(draw) for _ in range(24))


SAMPLES = {whole: whole for whole in _samples()}
PARTS = (
    st.sampled_from(sorted(SAMPLES)),
    st.sampled_from(
        [b"\x02\x00\x00\x00\x00\x00\x00\x01", b"\x01", b"\x02", b"\x03", COLLECTION, WITH_LANGUAGE]
    ),
    st.binary(max_size=12),
)

TARGETS = (Target("ipp_replies", reply_stream, judge_reply, PARTS, samples=SAMPLES),)

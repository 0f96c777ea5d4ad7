"""Each parser with its judge. A judge works out by itself, in another way than the parser, what a stream says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from hypothesis import strategies as st

from drivers.base import CardId, CardSeen
from drivers.cards.em4100 import Em4100Reader
from drivers.cards.em4100_frames import Frame, FrameParser, frame, redact
from drivers.printers.status import (
    Answer,
    AutoStatus,
    Echo,
    Fence,
    FlowControl,
    Info,
    Noise,
    RealTime,
    StatusStream,
)
from drivers.wire_log import RecordedTransport
from tests.fuzz import (
    targets_id_cards,
    targets_pages,
    targets_polled,
    targets_relays,
    targets_scanners,
    targets_smart_cards,
)
from tests.fuzz.streams import Stream, card_stream, status_stream
from tests.fuzz.target import Target
from tests.fuzz.verdict import Verdict

SAMPLE_FRAMES = {
    frame(uid): uid for uid in (b"\x01\x00\x12\x93\xd8", b"\x29\x00\xde\xb3\x0a", b"\x01\x00\xcd\xa4\xec")
}
CARD_PARTS = (
    st.sampled_from(sorted(SAMPLE_FRAMES)),
    st.lists(st.sampled_from(b"\x02\x0301234ABF"), max_size=16).map(bytes),
    st.binary(max_size=16),
)
STATUS_PARTS = (
    st.sampled_from([b"\x12", b"\x14\x00\x00\x0f", b"\x00", b'7"!!!!\x00', b"_EPSON\x00", b"\x11", b"\x13"]),
    st.lists(st.sampled_from(b'\x00\x03\x10\x12\x147"_A\x80'), max_size=16).map(bytes),
    st.binary(max_size=16),
)

_FRAME = re.compile(rb"\x02([0-9A-F]{12})\x03")


def valid_cards(data: bytes) -> Counter[bytes]:
    """Every whole valid frame's card, by pattern and sum."""
    found: Counter[bytes] = Counter()
    for match in _FRAME.finditer(data):
        values = bytes.fromhex(match[1].decode())
        check = 0
        for value in values:
            check ^= value
        if check == 0:
            found[values[:5]] += 1
    return found


def judge_cards(stream: Stream, accepted: Counter[bytes]) -> Verdict:
    """Holds what was accepted against what the stream holds and what was truly said."""
    valid = valid_cards(stream.data)
    said = Counter(stream.said)
    return Verdict(
        streams=1,
        wrong_accepts=(accepted - valid).total(),
        missed=(valid - accepted).total(),
        undetectable=((accepted & valid) - said).total(),
    )


def parse_frames(pieces: Iterable[bytes]) -> Counter[bytes]:
    """The frame parser's cards."""
    parser = FrameParser()
    return Counter(item.uid for piece in pieces for item in parser.feed(piece) if isinstance(item, Frame))


def _judge_frames(stream: Stream) -> Verdict:
    return judge_cards(stream, parse_frames(stream.pieces))


def seen_cards(stream: Stream, *, all_known: bool) -> Counter[bytes]:
    """The cards that the whole driver believes, the reads 20 ms apart."""
    lines = [f"{number * 0.02:.2f} < {piece.hex()}" for number, piece in enumerate(stream.pieces)]
    transport = RecordedTransport(lines)

    def known(card: CardId) -> bool:
        return all_known

    reader = Em4100Reader(transport, known, monotonic_ns=transport.monotonic_ns)
    reader.open()
    seen: Counter[bytes] = Counter()
    while not transport.finished:
        while (reading := reader.read(1.0)) is not None:
            if isinstance(reading, CardSeen):
                seen[reading.card.reveal()] += 1
    return seen


def _judge_driver(stream: Stream) -> Verdict:
    valid = valid_cards(stream.data)
    said = Counter(stream.said)
    verdict = Verdict(streams=1)
    for all_known, frames_needed in ((True, 1), (False, 2)):
        for uid in seen_cards(stream, all_known=all_known):
            verdict.wrong_accepts += valid[uid] < frames_needed
            verdict.undetectable += valid[uid] >= frames_needed > said[uid]
    return verdict


def _judge_redaction(stream: Stream) -> Verdict:
    """A redacted log is as long as before, and shows no digit of a card."""
    clean = redact("<", stream.data)
    leaks = sum(uid.hex().upper().encode() in clean for uid in set(stream.said))
    same_faults = (
        len(clean) == len(stream.data) and valid_cards(clean).total() == valid_cards(stream.data).total()
    )
    return Verdict(streams=1, wrong_accepts=leaks, missed=not same_faults)


def answer_bytes(answer: Answer) -> bytes:
    """The bytes that make this answer."""
    match answer:
        case RealTime(value) | Fence(value):
            return bytes([value])
        case AutoStatus(data) | Noise(data):
            return data
        case Echo(job):
            return b'7"' + job + b"\0"
        case Info(text):
            return b"_" + text.encode("ascii") + b"\0"
        case FlowControl(room):
            return b"\x11" if room else b"\x13"


def judge_answers(stream: Stream, answers: list[Answer], at_once: list[Answer]) -> Verdict:
    """Every answer stands in the stream, in its place; nothing between is dropped but an unfinished end; and the cut
    makes no difference."""
    told = b"".join(answer_bytes(answer) for answer in answers)
    return Verdict(
        streams=1,
        wrong_accepts=not stream.data.startswith(told),
        missed=told != b"".join(answer_bytes(answer) for answer in at_once) or not _same(answers, at_once),
    )


def _same(answers: list[Answer], others: list[Answer]) -> bool:
    def meant(listed: list[Answer]) -> list[Answer]:
        return [answer for answer in listed if not isinstance(answer, Noise)]

    return meant(answers) == meant(others)


def _judge_status(stream: Stream) -> Verdict:
    pieces, whole = StatusStream(), StatusStream()
    answers = [answer for piece in stream.pieces for answer in pieces.feed(piece)]
    return judge_answers(stream, answers, whole.feed(stream.data))


TARGETS = (
    Target("em4100_frames", card_stream, _judge_frames, CARD_PARTS, samples=SAMPLE_FRAMES),
    Target("printer_status", status_stream, _judge_status, STATUS_PARTS),
    Target("em4100_driver", card_stream, _judge_driver, CARD_PARTS, share=0.2, samples=SAMPLE_FRAMES),
    Target("em4100_redaction", card_stream, _judge_redaction, CARD_PARTS, share=0.2, samples=SAMPLE_FRAMES),
    *targets_id_cards.TARGETS,
    *targets_pages.TARGETS,
    *targets_polled.TARGETS,
    *targets_relays.TARGETS,
    *targets_scanners.TARGETS,
    *targets_smart_cards.TARGETS,
)

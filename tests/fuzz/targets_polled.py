"""13.56 MHz readers that are asked, each with a judge that reads the protocol in its own way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from hypothesis import strategies as st

from drivers.base import CardReader, CardSeen, DeviceError, DeviceGone
from drivers.cards import aabb_frames, aabb_redaction, pn532_frames, pn532_redaction
from drivers.cards.aabb import AabbReader
from drivers.cards.pn532 import Pn532Reader
from tests.fuzz.streams import Stream
from tests.fuzz.streams_polled import (
    aabb_frame,
    aabb_stream,
    aabb_talk,
    pn532_frame,
    pn532_stream,
    pn532_talk,
)
from tests.fuzz.target import Target
from tests.fuzz.verdict import Verdict

PN532_SAYS = [bytes.fromhex("D54B010100040804901F2AA4"), b"\xd5\x41\x00" + bytes(range(16)), b"\xd5\x4b\x00"]
PN532_SAMPLES = {pn532_frame(told): told for told in PN532_SAYS}
PN532_PARTS = (
    st.sampled_from(sorted(PN532_SAMPLES)),
    st.lists(st.sampled_from(b"\x00\xff\xff\x02\xfe\xd5\x4b"), max_size=16).map(bytes),
    st.binary(max_size=16),
)
AABB_SAYS = [
    bytes.fromhex("0000020200901FAAA4"),
    bytes.fromhex("000001020D"),
    bytes.fromhex("00000102000400"),
]
AABB_SAMPLES = {aabb_frame(told): told for told in AABB_SAYS}
AABB_PARTS = (
    st.sampled_from(sorted(AABB_SAMPLES)),
    st.lists(st.sampled_from(b"\xaa\xbb\xaa\x00\x05\x06"), max_size=16).map(bytes),
    st.binary(max_size=16),
)


def compared(accepted: Iterable[bytes], valid: Iterable[bytes], said: Iterable[bytes]) -> Verdict:
    """What was believed against what the stream holds and what was truly said."""
    believed, whole = Counter(accepted), Counter(valid)
    return Verdict(
        streams=1,
        wrong_accepts=(believed - whole).total(),
        missed=(whole - believed).total(),
        undetectable=((believed & whole) - Counter(said)).total(),
    )


def whole_pn532(data: bytes) -> list[bytes]:
    """Every frame from left to right, by trying each place: TFI and what follows."""
    found = []
    at = 0
    while at < len(data):
        head = data[at : at + 7]
        if head[:4] in (b"\x00\xff\x00\xff", b"\x00\xff\xff\x00"):
            at += 4
            continue
        if head[:4] == b"\x00\xff\xff\xff" and len(head) == 7:
            skip, length, right = 7, head[4] * 256 + head[5], not sum(head[4:]) % 256
        else:
            skip, length = 4, (head + bytes(4))[2]
            right = len(head) >= 4 and head[:2] == b"\x00\xff" and not (head[2] + head[3]) % 256
        content = data[at + skip : at + skip + length + 1]
        if right and 1 <= length <= 265 and len(content) == length + 1 and not sum(content) % 256:
            found.append(content[:-1])
            at += skip + length + 1
        else:
            at += 1
    return found


def parsed_pn532(pieces: Iterable[bytes]) -> list[bytes]:
    """What the parser makes of them."""
    parser = pn532_frames.FrameParser()
    found = [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())
    return [bytes([item.tfi]) + item.body for item in found if isinstance(item, pn532_frames.Frame)]


def whole_aabb(data: bytes) -> list[bytes]:
    """Every frame from left to right, by a pattern of its length behind each start, with a check of zero."""
    found = []
    at = 0
    while (at := data.find(b"\xaa\xbb", at)) >= 0:
        length = int.from_bytes(data[at + 2 : at + 4], "little") if len(data) >= at + 4 else 0
        match = _aabb_body(length).match(data, at + 4) if 5 <= length <= 169 else None
        body = match[0][:-1].replace(b"\xaa\x00", b"\xaa") + match[0][-1:] if match else b"\1"
        check = 0
        for byte in body:
            check ^= byte
        if match is None or check:
            at += 2
        else:
            found.append(body[:-1])
            at = match.end()
    return found


@cache
def _aabb_body(length: int) -> re.Pattern[bytes]:
    """Escaped bytes, and a check that may stand there unescaped."""
    return re.compile(rb"(?:\xaa\x00|[^\xaa]){%d}[\x00-\xff]" % (length - 1), re.DOTALL)


def parsed_aabb(pieces: Iterable[bytes]) -> list[bytes]:
    """What the parser makes of them."""
    parser = aabb_frames.FrameParser()
    found = [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())
    return [
        item.node.to_bytes(2, "little") + item.command.to_bytes(2, "little") + item.data
        for item in found
        if isinstance(item, aabb_frames.Frame)
    ]


def _judge_pn532(stream: Stream) -> Verdict:
    return compared(parsed_pn532(stream.pieces), whole_pn532(stream.data), stream.said)


def _judge_aabb(stream: Stream) -> Verdict:
    return compared(parsed_aabb(stream.pieces), whole_aabb(stream.data), stream.said)


def secrets_of(said: Iterable[bytes], lists: tuple[bytes, ...], reads: tuple[bytes, ...]) -> list[bytes]:
    """The card numbers and blocks in what was said, by how it begins. What is nobody's number is none."""
    found = []
    for told in said:
        if told.startswith(lists):
            uid = told[8:] if told[0] == 0xD5 else told[5:]
            found += [uid] if len(uid) in (4, 7) else []
        elif told.startswith(reads):
            found.append(told[-16:])
    return [secret for secret in found if len(set(secret) - {0x00, 0xFF, 0x55, 0xAA, 0xBB}) >= 3]


def _judge_pn532_redaction(stream: Stream) -> Verdict:
    clean = pn532_redaction.redact("<", stream.data)
    secrets = secrets_of(stream.said, (b"\xd5\x4b\x01\x01\x00\x04\x08",), (b"\xd5\x41\x00",))
    same = len(clean) == len(stream.data) and len(whole_pn532(clean)) == len(whole_pn532(stream.data))
    return Verdict(streams=1, wrong_accepts=sum(secret in clean for secret in secrets), missed=not same)


def _judge_aabb_redaction(stream: Stream) -> Verdict:
    clean = aabb_redaction.redact("<", stream.data)
    lists = (bytes.fromhex("0000020200"), bytes.fromhex("0000120200"))
    secrets = secrets_of(stream.said, lists, (bytes.fromhex("0000080200"),))
    shown = sum(secret.replace(b"\xaa", b"\xaa\x00") in clean for secret in secrets)
    same = len(clean) == len(stream.data) and len(whole_aabb(clean)) == len(whole_aabb(stream.data))
    return Verdict(streams=1, wrong_accepts=shown, missed=not same)


class AnswersInTurn:
    """A transport that gives one piece for each write, in its own time; gone when there are no more."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.name = "fuzzed"
        self.bytes_written = 0
        self.bytes_read = 0
        self._pieces = iter(pieces)
        self._waiting = b""
        self._now_ns = 0

    def monotonic_ns(self) -> int:
        """Its time, which moves with silence."""
        return self._now_ns

    def open(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Never busy."""

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """What was answered, and then silence."""
        data, self._waiting = self._waiting[:max_bytes], self._waiting[max_bytes:]
        if not data:
            self._now_ns += round(timeout_s * 1e9) + 1
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """Makes the next answer come."""
        try:
            self._waiting = next(self._pieces)
        except StopIteration:
            raise DeviceGone("the stream is over") from None


def seen_by(make: Callable[[AnswersInTurn], CardReader], pieces: list[bytes]) -> list[bytes]:
    """The cards that the whole driver believes. It is opened anew when it gives up, until the stream is over."""
    transport = AnswersInTurn(pieces)
    driver = make(transport)
    seen = []
    over = False
    while not over:
        try:
            driver.open()
            while True:
                reading = driver.read(0.1)
                if isinstance(reading, CardSeen):
                    seen.append(reading.card.reveal())
        except DeviceError as error:
            over = isinstance(error, DeviceGone)
    return seen


def _pn532(transport: AnswersInTurn) -> CardReader:
    return Pn532Reader(transport, monotonic_ns=transport.monotonic_ns)


def _aabb(transport: AnswersInTurn) -> CardReader:
    return AabbReader(transport, monotonic_ns=transport.monotonic_ns)


def _numbers(frames: Iterable[bytes]) -> set[bytes]:
    """The card numbers that whole frames name."""
    found = set()
    for told in frames:
        if told.startswith(b"\xd5\x4b") and len(told) >= 8:
            found.add(told[8 : 8 + told[7]])
        elif told[2:5] in (b"\x02\x02\x00", b"\x12\x02\x00"):
            found.add(told[5:])
    return found


def _judge_pn532_driver(stream: Stream) -> Verdict:
    # Each piece by itself: the driver drops what is left of an answer before it asks again.
    whole = _numbers(told for piece in stream.pieces for told in whole_pn532(piece))
    return _judge_driver(seen_by(_pn532, stream.pieces), whole, stream.said)


def _judge_aabb_driver(stream: Stream) -> Verdict:
    whole = _numbers(told for piece in stream.pieces for told in whole_aabb(piece))
    return _judge_driver(seen_by(_aabb, stream.pieces), whole, stream.said)


def _judge_driver(seen: list[bytes], whole: set[bytes], said: list[bytes]) -> Verdict:
    truly = _numbers(said)
    return Verdict(
        streams=1,
        wrong_accepts=sum(uid not in whole for uid in seen),
        undetectable=sum(uid in whole and uid not in truly for uid in seen),
    )


TARGETS = (
    Target("pn532_frames", pn532_stream, _judge_pn532, PN532_PARTS, samples=PN532_SAMPLES),
    Target("aabb_frames", aabb_stream, _judge_aabb, AABB_PARTS, samples=AABB_SAMPLES),
    Target("pn532_driver", pn532_talk, _judge_pn532_driver, PN532_PARTS, share=0.2, samples=PN532_SAMPLES),
    Target("aabb_driver", aabb_talk, _judge_aabb_driver, AABB_PARTS, share=0.2, samples=AABB_SAMPLES),
    Target("pn532_redaction", pn532_stream, _judge_pn532_redaction, PN532_PARTS, 0.2, PN532_SAMPLES),
    Target("aabb_redaction", aabb_stream, _judge_aabb_redaction, AABB_PARTS, 0.2, AABB_SAMPLES),
)

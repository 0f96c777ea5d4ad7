"""Identity card readers: frames judged by an own reading of the protocol, people by an own reading of the layouts."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from hypothesis import strategies as st

from drivers.base import CardSeen, DeviceError, DeviceGone
from drivers.cards.id_card import SamReader
from drivers.cards.sam_frames import Reply, ReplyParser
from drivers.cards.sam_redaction import redact
from drivers.documents import DocumentKind
from drivers.emulators.people import InventedCard, invented_card
from tests.fuzz.streams import Stream, cut, flipped
from tests.fuzz.target import Target
from tests.fuzz.targets_polled import AnswersInTurn
from tests.fuzz.verdict import Verdict

PREAMBLE = bytes.fromhex("AAAAAA9669")
HOST_TIMEOUT = bytes.fromhex("0005 05050505")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
KINDS = [kind for kind in DocumentKind if kind is not DocumentKind.SOCIAL_SECURITY]
CARDS = [invented_card(50 + number, kind, says_chip=True) for number, kind in enumerate(KINDS)]


def framed(body: bytes) -> bytes:
    """The frame of a body (SW1 SW2 SW3 and data), put together here once more."""
    told = (len(body) + 1).to_bytes(2, "big") + body
    check = 0
    for byte in told:
        check ^= byte
    return PREAMBLE + told + bytes([check])


def read_body(card: InventedCard) -> bytes:
    """What the module says of a card."""
    return b"\x00\x00\x90\x01\x00\x04\x00" + card.text + card.photo


STATES = [bytes([0, 0, state]) for state in (0x90, 0x80, 0x81, 0x41, 0x91, 0x60, 0x10)]
SHORT = [*STATES, b"\x00\x00\x9f" + bytes(4), b"\x00\x00\x90" + CARDS[0].chip]
LONG = [read_body(card) for card in CARDS]
SAMPLES = {framed(body): body for body in (*SHORT, *LONG)}
PARTS = (
    st.sampled_from([framed(body) for body in SHORT]),
    st.sampled_from([framed(LONG[0]), PREAMBLE, PREAMBLE + HOST_TIMEOUT]),
    st.lists(st.sampled_from(b"\xaa\xaa\xaa\x96\x69\x00\x04\x05\x90"), max_size=16).map(bytes),
    st.binary(max_size=16),
)


def whole_frames(data: bytes) -> list[bytes]:
    """The bodies of every whole frame, from left to right, by cutting at preambles: the first that its LEN and check
    allow, wherever the search then stands."""
    found: list[bytes] = []
    at = 0
    while True:
        before, preamble, rest = data[at:].partition(PREAMBLE)
        if not preamble:
            return found
        at += len(before)
        length = int.from_bytes(rest[:2], "big")
        whole = rest[: 2 + length]
        if rest.startswith(HOST_TIMEOUT):
            at += len(PREAMBLE) + len(HOST_TIMEOUT)
        elif 4 <= length <= 2400 and len(whole) == 2 + length and _checks(whole):
            found.append(whole[2:-1])
            at += len(PREAMBLE) + len(whole)
        else:
            at += 1


def _checks(told: bytes) -> bool:
    """Whether the exclusive or of all is zero: the bytes as one number, folded in halves until one byte is left."""
    width = 1 << (len(told) - 1).bit_length()
    folded = int.from_bytes(told, "big")
    while width > 1:
        width //= 2
        folded = folded >> 8 * width ^ folded & ((1 << 8 * width) - 1)
    return folded == 0


def parsed(pieces: Iterable[bytes]) -> list[bytes]:
    """What the parser makes of them, to the end."""
    parser = ReplyParser()
    items = [item for piece in pieces for item in parser.feed(piece)] + list(parser.abandon())
    return [item.status + item.data for item in items if isinstance(item, Reply)]


def judge_frames(stream: Stream, accepted: list[bytes]) -> Verdict:
    """Holds what was accepted, in its order, against what the stream holds and what was truly said."""
    valid = whole_frames(stream.data)
    said = list(stream.said)
    damaged = 0
    for body in valid:
        if body in said:
            said.remove(body)
        else:
            damaged += 1
    wrong = sum(body not in valid for body in accepted)
    return Verdict(
        streams=1,
        wrong_accepts=wrong,
        missed=not wrong and accepted != valid,
        undetectable=damaged if accepted == valid else 0,
    )


def frame_stream(draw: Random) -> Stream:
    """What a module on a bad cable sends: mostly short replies, now and then a card."""
    said: list[bytes] = []
    data = bytearray()
    for _ in range(draw.randint(1, 6)):
        data += _part(draw.choice(LONG) if draw.random() < 0.04 else draw.choice(SHORT), said, draw)
    return Stream(cut(bytes(data), draw) if len(data) < 300 else _long_cut(bytes(data), draw), said)


def _part(body: bytes, said: list[bytes], draw: Random) -> bytes:
    whole = framed(body)
    kind = draw.randrange(9)
    if kind <= 3:
        said.append(body)
        return whole
    if kind == 4:
        return flipped(whole, draw.randint(1, 4), draw)
    if kind == 5:
        return whole[: draw.randrange(len(whole))]
    if kind == 6:
        return whole[draw.randrange(1, len(whole)) :]
    if kind == 7:
        return draw.choice(
            (PREAMBLE + HOST_TIMEOUT, PREAMBLE, b"\xaa\xaa\xaa", PREAMBLE + b"\x05\x08\x00\x00\x90")
        )
    return draw.randbytes(draw.randint(1, 20))


def _long_cut(data: bytes, draw: Random) -> list[bytes]:
    length = draw.choice((64, 500, 2048))
    return [data[at : at + length] for at in range(0, len(data), length)]


def _judge_parser(stream: Stream) -> Verdict:
    return judge_frames(stream, parsed(stream.pieces))


def talk_stream(draw: Random) -> Stream:
    """A piece for each question: what a module says of a card, often right, sometimes not."""
    pieces = []
    said: list[bytes] = []
    for _ in range(draw.randint(1, 3)):
        card = draw.choice(LONG)
        for body in (STATES[0], SHORT[-2], SHORT[-1], card):
            spoiled = draw.randrange(8) == 0
            pieces.append(_part(body, [], draw) if spoiled else framed(body))
            if body is card and not spoiled:
                said.append(card)
        pieces += [framed(draw.choice(STATES)) for _ in range(draw.randint(0, 4))]
    return Stream(pieces, said)


def numbers_in(data: bytes) -> set[str]:
    """The numbers of all whole reads anywhere in a stream, whose check character is right."""
    found = set()
    at = data.find(PREAMBLE)
    while at >= 0:
        told = data[at + 5 : at + 7 + 0x508]
        if told[:9] == bytes.fromhex("0508 000090 01000400") and len(told) == 2 + 0x508 and _checks(told):
            text = told[9:265].decode("utf-16-le", "replace")
            number = text[61:76].strip() if text[124] == "I" else text[61:79].strip().upper()
            if text[124] == "I" or _is_citizens(number):
                found.add(number)
        at = data.find(PREAMBLE, at + 1)
    return found


def _is_citizens(number: str) -> bool:
    if len(number) != 18 or not number[:17].isdecimal():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[17]


def seen_by_driver(pieces: list[bytes]) -> list[str]:
    """The numbers of the people whom the whole driver believes in. It is opened anew when it gives up."""
    transport = AnswersInTurn(pieces)
    reader = SamReader({115200: transport}, monotonic_ns=transport.monotonic_ns)
    seen: list[str] = []
    while True:
        try:
            reader.open()
            while True:
                reading = reader.read(5.0)
                if isinstance(reading, CardSeen) and reading.document is not None:
                    seen.append(reading.document.number.reveal())
                    reading.document.wipe()
        except DeviceGone:
            return seen
        except DeviceError:
            continue


def judge_people(stream: Stream, seen: list[str]) -> Verdict:
    """Nobody is believed in whose whole read the stream does not hold."""
    valid = numbers_in(stream.data)
    said = numbers_in(b"".join(framed(body) for body in stream.said))
    wrong = [number for number in seen if number not in valid]
    damaged = [number for number in seen if number in valid and number not in said]
    return Verdict(streams=1, wrong_accepts=len(wrong), undetectable=len(damaged))


def _judge_driver(stream: Stream) -> Verdict:
    return judge_people(stream, seen_by_driver(stream.pieces))


def shown(clean: bytes, card: InventedCard) -> int:
    """How many of the stretches that tell who it is stand in a redacted stream."""
    number, birth = card.number.encode("utf-16-le"), card.number[6:14].encode("utf-16-le")
    private = [number, birth, card.name.encode("utf-16-le"), card.photo[:8], card.photo[600:608], card.chip]
    return sum(secret in clean for secret in private)


def _judge_redaction(stream: Stream) -> Verdict:
    """Nobody is shown, and every bare status stays. One in some ten thousand torn frames checks by luck once it is
    redacted, and then holds the status that followed it: that is nobody's fault, and counted apart."""
    clean = redact("<", stream.data)
    bare = [body for body in whole_frames(stream.data) if len(body) == 3]
    kept = whole_frames(clean)
    lucky = any(PREAMBLE in body for body in kept)
    lost = sum(len(body) == 3 for body in kept) < len(bare)
    return Verdict(
        streams=1,
        wrong_accepts=sum(shown(clean, card) for card in CARDS),
        missed=len(clean) != len(stream.data) or (lost and not lucky),
        undetectable=lost and lucky,
    )


TARGETS = (
    Target("sam_frames", frame_stream, _judge_parser, PARTS, samples=SAMPLES),
    Target("sam_driver", talk_stream, _judge_driver, PARTS, share=0.1, samples=SAMPLES),
    Target("sam_redaction", frame_stream, _judge_redaction, PARTS, share=0.2, samples=SAMPLES),
)

"""Smart cards: what they say in tags and lengths, in records, and whole reads of which answers are damaged. The judges
read the answers by themselves."""

from __future__ import annotations

from hypothesis import strategies as st

from drivers.base import CardSeen
from drivers.cards import social_security, transport_card
from drivers.cards.apdu import CardGone, NotReadable
from drivers.cards.pcsc import PcscReader
from drivers.emulators.smart_card import EmulatedCardLink
from drivers.emulators.smart_cards import RADIO_ATR
from tests.fuzz.streams import Stream
from tests.fuzz.streams_smart_cards import (
    RECORDS,
    information_of,
    information_stream,
    read_stream,
    record_stream,
    whole_read,
)
from tests.fuzz.target import Target
from tests.fuzz.verdict import Verdict

NUMBER_AT, NUMBER_END, PUBLIC_BYTES = 10, 20, 30


# --- control information (FCI) --------------------------------------------------------------------------------------


def judge_information(stream: Stream) -> Verdict:
    """The driver's reading against one that is worked out here."""
    data = stream.data
    try:
        believed = transport_card.parsed("t_union", transport_card.public_data(data), None).card.reveal()
    except NotReadable:
        believed = b""
    right = number_in(data)
    return Verdict(
        streams=1,
        wrong_accepts=bool(believed) and believed != right,
        missed=bool(right) and believed != right,
        undetectable=bool(believed) and believed == right and believed not in stream.said,
    )


def number_in(data: bytes) -> bytes:
    """The number at 6F / A5 / 9F0C, by recursive descent; b"" where anything on the way is damaged."""
    found = _value(data, b"\x6f")
    found = _value(found, b"\xa5") if found is not None else None
    found = _value(found, b"\x9f\x0c") if found is not None else None
    if found is None or len(found) != PUBLIC_BYTES:
        return b""
    number = found[NUMBER_AT:NUMBER_END]
    digits = number.hex()
    return number if all(digit in "0123456789" for digit in digits) and digits.strip("0") else b""


def _value(data: bytes, wanted: bytes) -> bytes | None:
    """The first value of a tag among its neighbours; None when it is not there, or a neighbour is damaged."""
    first: bytes | None = None
    while data:
        if data[0] in (0x00, 0xFF):
            data = data[1:]
            continue
        size = 1
        if data[0] & 0x1F == 0x1F:
            while size < len(data) and size < 3 and data[size] & 0x80:
                size += 1
            size += 1
            if size > 3 or size > len(data) or data[size - 1] & 0x80:
                return None
        tag, data = data[:size], data[size:]
        if not data:
            return None
        length, data = data[0], data[1:]
        if length in (0x81, 0x82):
            count = length & 0x0F
            if len(data) < count:
                return None
            length, data = int.from_bytes(data[:count], "big"), data[count:]
        elif length >= 0x80:
            return None
        if len(data) < length:
            return None
        if tag == wanted and first is None:
            first = data[:length]
        data = data[length:]
    return first


# --- records --------------------------------------------------------------------------------------------------------


def judge_record(stream: Stream) -> Verdict:
    """A record is a tag that was asked for, its own length, and exactly so many bytes."""
    tag = stream.pieces[0][0] if stream.pieces and stream.pieces[0] else 0
    record = b"".join(stream.pieces[1:])
    if tag not in social_security.LENGTHS:
        return Verdict(streams=1)
    try:
        believed: bytes | None = bytes(social_security.record_value(bytearray(record), tag))
    except NotReadable:
        believed = None
    length = {1: 16, 5: 4, 6: 4, 7: 9, 8: 18, 9: 30, 10: 1, 11: 1, 13: 4}[tag]
    right = record[2:] if record[:2] == bytes([tag, length]) and len(record) == length + 2 else None
    return Verdict(
        streams=1,
        wrong_accepts=believed is not None and believed != right,
        missed=right is not None and believed != right,
        undetectable=right is not None and believed == right and right not in stream.said,
    )


# --- a whole read ---------------------------------------------------------------------------------------------------


class ScriptedCard:
    """Gives the answers it was handed, whatever it is asked, and then leaves. Keeps what was said."""

    def __init__(self, atr: bytes, answers: list[bytes]) -> None:
        self.atr = atr
        self._answers = list(answers)
        self.exchanges: list[tuple[bytes, bytes]] = []

    def reset(self) -> None:
        """Nothing to forget."""

    def answer(self, command: bytes) -> bytes:
        """The next answer."""
        if not self._answers:
            raise CardGone("the script is at its end")
        answer = self._answers.pop(0)
        self.exchanges.append((command, answer))
        return answer


def judge_read(stream: Stream) -> Verdict:
    """A card that is believed must be what the answers to the very commands that ask for it say, the last of them
    whole."""
    card = ScriptedCard(RADIO_ATR, stream.pieces)
    link = EmulatedCardLink()
    reader = PcscReader(link, monotonic_ns=link.monotonic_ns)
    reader.open()
    link.insert(card)
    reading = reader.read(0.5)
    if not isinstance(reading, CardSeen):
        return Verdict(streams=1, missed=bool(stream.said))
    believed = reading.card.reveal()
    told = told_by(card.exchanges)
    return Verdict(
        streams=1,
        wrong_accepts=believed not in told,
        undetectable=believed in told and believed not in stream.said,
    )


def told_by(exchanges: list[tuple[bytes, bytes]]) -> set[bytes]:
    """Every number that these answers tell, by their own reading: the card number of EF05, or a T-Union number."""
    told: set[bytes] = set()
    for (command, _), answer in zip(exchanges, _joined(exchanges), strict=True):
        if command[:3] == b"\x00\xb2\x07" and answer[:2] == b"\x07\x09" and len(answer) == 11:
            told.add(answer[2:].upper())
        if command[:4] == b"\x00\xa4\x04\x00":
            told.add(number_in(answer))
        if command[:4] == b"\x00\xb0\x95\x00" and len(answer) == PUBLIC_BYTES:
            told.add(answer[NUMBER_AT:NUMBER_END])
    return told - {b""}


def _joined(exchanges: list[tuple[bytes, bytes]]) -> list[bytes]:
    """What each command was answered in all, where it was answered well in the end: with what GET RESPONSE fetched, and
    for a command that was sent again with another length, the answer to that."""
    joined: list[bytes] = []
    for number, (command, _) in enumerate(exchanges):
        data, position = b"", number
        while position < len(exchanges) and (
            position == number
            or exchanges[position][0][1] == 0xC0
            or exchanges[position][0][:4] == command[:4]
        ):
            answer = exchanges[position][1]
            data += answer[:-2]
            if answer[-2:-1] not in (b"\x61", b"\x6c"):
                break
            position += 1
        ended_well = position < len(exchanges) and exchanges[position][1][-2:] == b"\x90\x00"
        joined.append(data if ended_well else b"")
    return joined


NUMBER = "3101000000000000017"
WHOLE = information_of(NUMBER)
INFORMATION_PARTS = (
    st.just(WHOLE),
    st.lists(st.sampled_from(b"\x6f\x84\xa5\x9f\x0c\x1e\x00\x81\x82\xff\x31"), max_size=16).map(bytes),
    st.binary(max_size=16),
)
RECORD_PARTS = (
    st.sampled_from([bytes([tag]) for tag, _ in RECORDS]),
    st.sampled_from([record for _, record in RECORDS]),
    st.binary(max_size=16),
)
READ_PARTS = (
    st.sampled_from(sorted({answer for serial in range(5) for answer in whole_read(serial)[0]})),
    st.sampled_from([b"\x90\x00", b"\x6a\x82", b"\x61\x10", b"\x6c\x0b", b"\x69\x82", b""]),
    st.binary(max_size=16),
)
TARGETS = (
    Target(
        "smart_card_fci",
        information_stream,
        judge_information,
        INFORMATION_PARTS,
        samples={WHOLE: bytes.fromhex(NUMBER.zfill(20))},
    ),
    Target(
        "smart_card_records",
        record_stream,
        judge_record,
        RECORD_PARTS,
        samples={record: record[2:] for _, record in RECORDS},
    ),
    Target("smart_card_reads", read_stream, judge_read, READ_PARTS, share=0.2),
)

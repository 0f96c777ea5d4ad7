"""A case file leaves the machine: it must show what happened on the wire, and nobody's card."""

from __future__ import annotations

import pytest

from drivers.base import CardReading, CardSeen, CardUnreadable
from drivers.cards.id_card import SamReader
from drivers.cards.sam_frames import (
    HOST_TIMEOUT_FRAME,
    PREAMBLE,
    Command,
    Fault,
    ReplyParser,
    State,
    reply_frame,
)
from drivers.cards.sam_redaction import INVENTED_NUMBER, redact
from drivers.documents import DocumentKind
from drivers.emulators.people import InventedCard, invented_card
from drivers.wire_log import RecordedTransport, WireLog, parse
from tests.drivers.cards.sam_in_time import Stage

CARD = invented_card(21, appended_address="示例省样本市新路9号", says_chip=True)
LENGTHS = b"\x01\x00\x04\x00"


def read_frame(card: InventedCard) -> bytes:
    return reply_frame(bytes([0, 0, State.OK]), LENGTHS + card.text + card.photo)


def secrets(card: InventedCard) -> list[bytes]:
    return [
        card.number.encode("utf-16-le"),
        card.number[6:14].encode("utf-16-le"),
        card.name.encode("utf-16-le"),
        "示例省".encode("utf-16-le"),
        card.photo[:6],
        card.photo[-6:],
        card.chip,
    ]


def shown(card: InventedCard, stream: bytes) -> list[bytes]:
    return [secret for secret in secrets(card) if secret in stream]


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind is not DocumentKind.SOCIAL_SECURITY])
def test_a_read_of_each_layout_becomes_one_of_an_invented_person(kind: DocumentKind) -> None:
    card = invented_card(3, kind)
    clean = redact("<", read_frame(card))
    assert len(clean) == len(read_frame(card))
    assert clean[:14] == read_frame(card)[:14]
    assert [secret for secret in secrets(card)[:6] if secret in clean] == []
    (reply,) = ReplyParser().feed(clean)
    assert not isinstance(reply, Fault)
    assert not any(reply.data[260:])


@pytest.mark.parametrize("start", [0, 1, 5, 100, 132, 300])
@pytest.mark.parametrize("end", [6, 10, 13, 200, 700, 1294])
def test_any_stretch_of_a_read_shows_nobody(start: int, end: int) -> None:
    stretch = read_frame(CARD)[start:end]
    clean = redact("<", stretch)
    assert len(clean) == len(stretch)
    assert shown(CARD, clean) == []


def test_damage_stays_damage() -> None:
    wire = bytearray(read_frame(CARD))
    wire[700] ^= 0x20
    clean = redact("<", bytes(wire))
    assert shown(CARD, clean) == []
    assert Fault("card.checksum") in list(ReplyParser().feed(clean))


def test_what_is_no_frame_becomes_zeros() -> None:
    stray = CARD.number.encode("utf-16-le")
    assert redact("<", stray) == bytes(len(stray))
    assert redact("<", PREAMBLE + b"\xff\xff" + stray) == PREAMBLE + bytes(2 + len(stray))


def test_a_bare_status_and_a_wrappers_timeout_stay() -> None:
    for wire in (reply_frame(bytes([0, 0, State.NO_CARD])), HOST_TIMEOUT_FRAME):
        assert redact("<", wire * 2) == wire * 2


def test_what_we_ask_stays() -> None:
    assert redact(">", Command.READ.frame) == Command.READ.frame


def test_redacting_twice_changes_nothing() -> None:
    wire = (
        b"\x13" + read_frame(CARD) + read_frame(CARD)[:400] + reply_frame(bytes([0, 0, State.OK]), CARD.chip)
    )
    assert redact("<", redact("<", wire)) == redact("<", wire)


def test_a_whole_session_exported_holds_nobody_and_replays() -> None:
    stage = Stage(appended_address=True)
    stage.reader.open()
    stage.module.put(CARD)
    stage.readings(3)
    stage.module.put(None)
    stage.readings(2)
    exported = stage.log.export(stage.reader.redact)
    stream = b"".join(line.data for line in parse(exported))
    assert shown(CARD, stream) == []
    transport = RecordedTransport(exported)
    again = SamReader({0: transport}, appended_address=True, monotonic_ns=transport.monotonic_ns)
    again.open()
    readings: list[CardReading] = []
    while not transport.finished:
        reading = again.read(0.1)
        readings += [reading] if reading is not None else []
    assert isinstance(readings[0], CardSeen) and readings[0].document is not None
    assert readings[0].document.number.reveal() == INVENTED_NUMBER


def test_an_unreadable_card_stays_unreadable() -> None:
    text = bytearray(CARD.text)
    text[122 + 34 : 122 + 36] = b"Q\0"
    data = LENGTHS + bytes(text) + CARD.photo
    stage = Stage()
    stage.line.spoil = lambda command, frame: (
        redact("<", reply_frame(bytes([0, 0, State.OK]), data)) if command is Command.READ else frame
    )
    stage.reader.open()
    stage.module.put(CARD)
    assert stage.readings(5) == [CardUnreadable("card.damaged")]


def test_a_log_that_is_redacted_piece_by_piece_shows_nobody() -> None:
    """The driver redacts after each exchange; an exchange may end in the middle of a frame."""
    log = WireLog(capacity=5)
    for piece in (read_frame(CARD)[:300], read_frame(CARD)[300:], read_frame(CARD)):
        log.note("<", piece)
        log.redact_now(redact)
        kept = b"".join(line.data for line in parse(log.export(lambda direction, stream: stream)))
        assert shown(CARD, kept) == []

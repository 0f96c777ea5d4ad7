"""What a smart card reader makes of each kind of card, of cards that leave, and of bank cards, whose number it must never
ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.base import CardId, CardIncomplete, CardLifted, CardReading, CardSeen, CardUnreadable, DeviceGone
from drivers.cards import pcsc, social_security
from drivers.cards.apdu_log import LoggedApduTransport, RecordedApduTransport
from drivers.cards.mifare import DataBlock
from drivers.cards.pcsc import PcscReader, Wanted
from drivers.cards.pcsc_transport import name_fits
from drivers.cards.transport_card import printed_number
from drivers.documents import Document, DocumentKind, IdNumber
from drivers.emulators.smart_card import EmulatedCardLink, Pull
from drivers.emulators.smart_cards import (
    BankCard,
    ClassicCard,
    SmartCard,
    SocialSecurityCard,
    TransportCard,
    UnknownCard,
    invented_person,
)
from drivers.wire_log import WireLog

UID = bytes.fromhex("04112233445566")
KEY = bytes.fromhex("A0A1A2A3A4A5")
RECORDINGS = Path(__file__).parent.parent / "recordings"
PERSON = invented_person(3)


class Table:
    """A reader on a table: cards are laid on it and lifted."""

    def __init__(self, wanted: Wanted | None = None) -> None:
        self.link = EmulatedCardLink()
        self.log = WireLog(monotonic_ns=self.link.monotonic_ns)
        self.reader = PcscReader(
            LoggedApduTransport(self.link, self.log), wanted, monotonic_ns=self.link.monotonic_ns
        )
        self.reader.open()

    def lay(self, card: SmartCard) -> CardReading | None:
        self.link.insert(card)
        return self.reader.read(0.5)

    def lift(self) -> CardReading | None:
        self.link.remove()
        return self.reader.read(0.5)

    def said(self, seconds: float) -> list[CardReading]:
        """All readings while time passes."""
        until_ns = self.link.monotonic_ns() + round(seconds * 1e9)
        heard = []
        while self.link.monotonic_ns() < until_ns:
            reading = self.reader.read(0.5)
            if reading is not None:
                heard.append(reading)
        return heard


@pytest.fixture
def table() -> Table:
    return Table()


def seen(reading: CardReading | None) -> CardSeen:
    assert isinstance(reading, CardSeen), reading
    return reading


# --- social security ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uid", [b"", UID], ids=["contact", "radio"])
@pytest.mark.parametrize("way", [0x00, 0x04])
@pytest.mark.parametrize("exact", [False, True])
def test_a_social_security_card_is_known_by_its_number_and_tells_its_holder(
    table: Table, uid: bytes, way: int, exact: bool
) -> None:
    card = SocialSecurityCard(uid=uid, way=way, exact=exact, holder=PERSON, card_number="A1234567B")
    reading = seen(table.lay(card))
    assert reading.card == CardId("social_security", b"A1234567B")
    document = reading.document
    assert document is not None and document.kind is DocumentKind.SOCIAL_SECURITY
    assert (document.number.reveal(), document.name.reveal()) == (PERSON.number, PERSON.name)
    assert (document.sex, document.nation, document.birth.reveal()) == (PERSON.sex, "01", PERSON.birth)
    assert (document.valid_from, document.valid_to) == ("20240101", "20340101")
    document.wipe()


def test_who_the_holder_is_is_not_asked_where_nobody_needs_it() -> None:
    table = Table(Wanted(pcsc.SOCIAL_SECURITY, holder=False))
    card = SocialSecurityCard()
    assert seen(table.lay(card)).document is None
    assert not [command for command in card.commands if command.endswith(b"\xef\x06")]


@pytest.mark.parametrize("protects", ["application", "holder"])
def test_a_protected_card_is_not_called_broken(table: Table, protects: str) -> None:
    assert table.lay(SocialSecurityCard(protects=protects)) == CardUnreadable("card.needs_psam")


def test_a_number_whose_check_character_is_wrong_is_not_believed(table: Table) -> None:
    wrong = invented_person(3).number[:-1] + ("0" if not PERSON.number.endswith("0") else "1")
    card = SocialSecurityCard(holder=type(PERSON)(PERSON.name, wrong, "1", "01", PERSON.birth))
    assert table.lay(card) == CardUnreadable("card.checksum")


@pytest.mark.parametrize("number", ["12345678\0", "A 2345678", "short"])
def test_a_card_number_of_another_form_is_none(table: Table, number: str) -> None:
    assert table.lay(SocialSecurityCard(card_number=number)) == CardUnreadable("card.noise")


# --- transport, MIFARE, UID -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("older", [False, True])
def test_a_transport_card_tells_its_number_and_balance(table: Table, older: bool) -> None:
    reading = seen(table.lay(TransportCard(older=older)))
    assert reading.card.family == ("city_transport" if older else "t_union")
    assert printed_number(reading.card) == "3101000000000000017"
    assert reading.balance == 1250


def test_a_block_of_a_sector_names_the_card() -> None:
    table = Table(Wanted(pcsc.MIFARE, DataBlock(4, KEY, first_byte=8, byte_count=8)))
    card = ClassicCard(uid=UID[:4], blocks={4: b"CANTEEN-00000017"}, keys={1: (KEY, KEY)})
    assert seen(table.lay(card)).card == CardId("mifare", b"00000017")


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (ClassicCard(uid=UID[:4]), "card.denied"),
        (ClassicCard(uid=UID[:4], keys={1: (KEY, KEY)}), "card.unsupported"),
        (ClassicCard(uid=UID[:4], keys={1: (KEY, KEY)}, blocks={4: b"\xff" * 16}), "card.unsupported"),
        (TransportCard(uid=UID), "card.unsupported"),
    ],
    ids=["another key", "never written", "blank", "no Classic"],
)
def test_a_card_without_our_block_is_nobodys(card: SmartCard, code: str) -> None:
    assert Table(Wanted(pcsc.MIFARE, DataBlock(4, KEY))).lay(card) == CardUnreadable(code)


@pytest.mark.parametrize("card", [ClassicCard(uid=UID[:4]), UnknownCard(uid=UID)])
def test_a_uid_names_a_card(card: SmartCard) -> None:
    reading = seen(Table(Wanted(pcsc.UID)).lay(card))
    assert reading.card.family == "iso14443a"


def test_a_uid_that_is_drawn_anew_each_time_names_nobody() -> None:
    assert Table(Wanted(pcsc.UID)).lay(UnknownCard(uid=b"\x08\x01\x02\x03")) == CardUnreadable(
        "card.unsupported"
    )


@pytest.mark.parametrize("reads", pcsc.READS)
@pytest.mark.parametrize("uid", [b"", UID])
def test_a_card_of_another_kind_is_said_to_be_one(reads: str, uid: bytes) -> None:
    block = DataBlock(4, KEY) if reads == pcsc.MIFARE else None
    reading = Table(Wanted(reads, block)).lay(UnknownCard(uid=uid))
    if reads == pcsc.UID and uid:
        assert isinstance(reading, CardSeen)
    else:
        assert reading == CardUnreadable("card.unsupported")


# --- bank cards -----------------------------------------------------------------------------------------------------

ACCOUNT_COMMANDS = {
    0xA8: "GET PROCESSING OPTIONS",
    0xB2: "READ RECORD",
    0xCA: "GET DATA",
    0xB0: "READ BINARY",
}


@pytest.mark.parametrize("reads", pcsc.READS)
@pytest.mark.parametrize("uid", [b"", UID], ids=["contact", "radio"])
def test_a_bank_card_is_told_to_be_one_and_never_asked_for_its_number(reads: str, uid: bytes) -> None:
    card = BankCard(uid=uid)
    block = DataBlock(4, KEY) if reads == pcsc.MIFARE else None
    reading = Table(Wanted(reads, block)).lay(card)
    assert isinstance(reading, CardUnreadable)
    if reads != pcsc.MIFARE:
        assert reading == CardUnreadable("card.bank")
    to_the_card = [command for command in card.commands if command[0] != 0xFF]
    assert [ACCOUNT_COMMANDS[each[1]] for each in to_the_card if each[1] in ACCOUNT_COMMANDS] == []
    assert card.attempts == []


def test_the_bank_card_sees_an_attempt() -> None:
    card = BankCard(uid=UID)
    for attempt in (
        "00A4040008A000000333010101",
        "80A8000002830000",
        "00B2010C00",
        "80CA005A00",
        "00CA005A00",
    ):
        card.answer(bytes.fromhex(attempt))
    assert len(card.attempts) == 5


def test_a_payment_directory_of_a_transport_card_makes_no_bank_card_of_it() -> None:
    card = BankCard(uid=UID, application=bytes.fromhex("A000000632010105"))
    assert Table(Wanted(pcsc.SOCIAL_SECURITY)).lay(card) == CardUnreadable("card.unsupported")


# --- presence -------------------------------------------------------------------------------------------------------


def test_a_card_at_rest_is_one_reading(table: Table) -> None:
    table.link.insert(TransportCard())
    (reading,) = table.said(30)
    assert isinstance(reading, CardSeen)
    assert table.lift() == CardLifted(reading.card)
    assert table.said(5) == []


def test_a_refused_card_at_rest_is_one_reading(table: Table) -> None:
    table.link.insert(BankCard())
    assert table.said(30) == [CardUnreadable("card.bank")]
    assert table.lift() is None


def test_the_next_card_is_read_even_when_nobody_saw_the_first_one_leave(table: Table) -> None:
    first = seen(table.lay(TransportCard()))
    table.link.insert(TransportCard(number="3101000000000000025"))
    lifted, second = table.said(1)
    assert lifted == CardLifted(first.card)
    assert isinstance(second, CardSeen) and second.card != first.card


def test_a_loose_plug_charges_nobody_twice(table: Table) -> None:
    card = TransportCard()
    first = seen(table.lay(card))
    table.reader.close()
    table.reader.open()
    assert table.said(3) == []
    assert table.lift() == CardLifted(first.card)
    assert isinstance(table.lay(card), CardSeen)


def test_a_card_that_was_lifted_while_the_plug_was_out_is_a_new_tap(table: Table) -> None:
    first = seen(table.lay(TransportCard()))
    table.reader.close()
    table.link.remove()
    table.reader.open()
    assert table.said(1) == [CardLifted(first.card)]
    assert isinstance(table.lay(TransportCard()), CardSeen)


# --- cards that leave -----------------------------------------------------------------------------------------------


def commands_of(make: Callable[[], SmartCard]) -> int:
    table, card = Table(), make()
    seen(table.lay(card))
    return len(card.commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [SocialSecurityCard, lambda: SocialSecurityCard(uid=UID), TransportCard])
def test_a_card_that_leaves_at_any_command_is_incomplete_and_reads_whole_afterwards(
    make: Callable[[], SmartCard],
) -> None:
    for number in range(1, commands_of(make) + 1):
        table = Table()
        table.link.pull(Pull(number))
        torn = table.lay(make())
        assert isinstance(torn, CardIncomplete), (number, torn)
        whole = seen(table.lay(make()))
        assert torn.chip in ("", whole.chip)


def test_a_contactless_card_is_named_from_its_first_answer_on(table: Table) -> None:
    table.link.pull(Pull(2))
    torn = table.lay(SocialSecurityCard(uid=UID))
    assert isinstance(torn, CardIncomplete) and torn.chip
    other = seen(table.lay(SocialSecurityCard(uid=b"\x04" + bytes(6))))
    assert other.chip != torn.chip
    assert UID.hex() not in torn.chip


def test_a_card_that_only_lost_contact_is_read_again_while_it_lies_there(table: Table) -> None:
    class Loose(SocialSecurityCard):
        faults = 2

        def answer(self, command: bytes) -> bytes:
            if len(self.commands) == 5 and self.faults:
                self.faults -= 1
                self.commands.clear()
                return b""
            return super().answer(command)

    table.link.insert(Loose(uid=UID))
    readings = table.said(5)
    assert [type(reading) for reading in readings] == [CardIncomplete, CardIncomplete, CardSeen]


def test_nothing_of_an_incomplete_read_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[int, list[bytearray]] = {}
    value_of = social_security.record_value

    def kept(record: bytearray, tag: int) -> bytearray:
        value = value_of(record, tag)
        values.setdefault(tag, []).append(value)
        return value

    monkeypatch.setattr(social_security, "record_value", kept)
    commands = commands_of(lambda: SocialSecurityCard(holder=PERSON))
    values.clear()
    for number in range(1, commands + 1):
        table = Table()
        table.link.pull(Pull(number))
        assert isinstance(table.lay(SocialSecurityCard(holder=PERSON)), CardIncomplete)
    assert len(values[social_security.NUMBER]) >= 4  # it was read, and then the card was pulled
    private = (social_security.NUMBER, social_security.NAME, social_security.SEX, social_security.NATION)
    assert [value for tag in private for value in values[tag] if any(value)] == []


def test_a_holder_that_nobody_took_is_wiped_at_close(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    wiped: list[str] = []
    wipe = Document.wipe

    def noted(document: Document) -> None:
        wiped.append(document.number.reveal())
        wipe(document)

    monkeypatch.setattr(Document, "wipe", noted)
    first = seen(table.lay(TransportCard()))
    table.reader.close()
    table.link.insert(SocialSecurityCard(holder=PERSON))
    table.reader.open()
    assert table.reader.read(0.5) == CardLifted(first.card)  # and the holder's turn is next
    table.reader.close()
    assert wiped == [PERSON.number]


def test_a_holder_whose_name_is_noise_leaves_no_number(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[IdNumber] = []

    class Noted(IdNumber):
        __slots__ = ()

        def __init__(self, octets: bytes | bytearray | memoryview) -> None:
            super().__init__(octets)
            made.append(self)

    class Noisy(SocialSecurityCard):
        def _records(self) -> dict[int, bytes]:
            records = super()._records()
            if social_security.NAME in records:
                records[social_security.NAME] = b"\xff" * len(records[social_security.NAME])
            return records

    monkeypatch.setattr(social_security, "IdNumber", Noted)
    assert table.lay(Noisy(holder=PERSON)) == CardUnreadable("card.noise")
    assert [number for number in made if number] == []


def test_a_card_that_takes_for_ever_is_given_up_in_time(table: Table) -> None:
    table.link = EmulatedCardLink(command_s=0.4)
    table.reader = PcscReader(table.link, monotonic_ns=table.link.monotonic_ns)
    table.reader.open()
    assert table.lay(SocialSecurityCard()) == CardUnreadable("card.torn")
    assert table.link.monotonic_ns() < 5_000_000_000


# --- the wire log ---------------------------------------------------------------------------------------------------


def test_the_log_plays_again_and_names_nobody() -> None:
    cards: list[SmartCard] = [
        SocialSecurityCard(holder=PERSON, card_number="A1234567B"),
        SocialSecurityCard(uid=UID, holder=PERSON, card_number="A1234567B", exact=True, way=0),
        TransportCard(uid=UID, number="3101000000000000017", balance=4321),
        ClassicCard(uid=UID[:4]),
        BankCard(),
    ]
    table = Table()
    heard = []
    for card in cards:
        table.link.insert(card)
        heard += table.said(1)
        table.link.remove()
        heard += table.said(1)
    lines = table.log.export(PcscReader.redact)
    private = [
        PERSON.number.encode(),
        PERSON.name.encode("gbk"),
        bytes.fromhex(PERSON.birth),
        b"A1234567B",
        UID,
        UID[:4],
        bytes.fromhex("3101000000000000017".rjust(20, "0")),
        (4321).to_bytes(4, "big"),
    ]
    whole = "".join(line.partition("<")[2].replace(" ", "") for line in lines).lower()
    assert [each for each in private if each.hex() in whole] == []
    played = RecordedApduTransport(lines)
    reader = PcscReader(played, monotonic_ns=played.monotonic_ns)
    reader.open()
    again = []
    while not played.finished:
        reading = reader.read(0.5)
        if reading is not None:
            again.append(reading)
    assert [type(each) for each in again] == [type(each) for each in heard]


def test_a_key_is_not_in_the_log() -> None:
    table = Table(Wanted(pcsc.MIFARE, DataBlock(4, KEY)))
    table.lay(ClassicCard(uid=UID[:4], blocks={4: b"CANTEEN-00000017"}, keys={1: (KEY, KEY)}))
    said = "".join(table.log.export(PcscReader.redact)).replace(" ", "").lower()
    assert KEY.hex() not in said
    assert b"CANTEEN".hex() not in said


@pytest.mark.parametrize(
    ("name", "wanted", "readings"),
    [
        ("pcsc_social_security", None, [CardSeen, CardLifted]),
        ("pcsc_t_union", None, [CardSeen, CardLifted]),
        ("pcsc_bank", None, [CardUnreadable]),
        ("pcsc_mifare", Wanted(pcsc.MIFARE, DataBlock(4, bytes(6))), [CardSeen, CardLifted, CardUnreadable]),
        ("pcsc_pulled", None, [CardIncomplete, CardSeen, CardLifted]),
    ],
)
def test_recordings_play(name: str, wanted: Wanted | None, readings: list[type]) -> None:
    played = RecordedApduTransport.from_file(RECORDINGS / f"{name}.txt")
    reader = PcscReader(played, wanted, monotonic_ns=played.monotonic_ns)
    reader.open()
    heard = [reader.read(0.5) for _ in range(20)]
    assert [type(reading) for reading in heard if reading is not None] == readings
    assert played.finished


def test_a_recording_may_unplug_the_reader() -> None:
    played = RecordedApduTransport(["0.1 ! gone"])
    reader = PcscReader(played, monotonic_ns=played.monotonic_ns)
    reader.open()
    with pytest.raises(DeviceGone):
        reader.read(1.0)


# --- the reader's name ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("", True),
        ("ACR122U", True),
        ("acr122u*picc", True),
        ("ACR122U PICC Interface 0? 00", True),
        ("[PICC]", False),
        ("ACR39", False),
        ("ACR.22U", False),
    ],
)
def test_a_reader_is_meant_by_a_part_of_its_name(pattern: str, fits: bool) -> None:
    assert name_fits(pattern, "ACS ACR122U PICC Interface 01 00") is fits


def test_brackets_in_a_name_are_letters() -> None:
    assert name_fits("[PICC]", "ACS ACR1281 1S Dual Reader [PICC] 00 01")
    assert not name_fits("[PICC]", "ACS ACR1281 1S Dual Reader [ICC] 00 00")

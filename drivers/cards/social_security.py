"""The social security card: what EF05 says of the card, and EF06 of its holder. Read without a PSAM.

| what          | how                                                                                            |
|---------------|------------------------------------------------------------------------------------------------|
| Application   | SELECT by name `sx1.sh.社会保障` (GBK)                                                         |
| EF05          | 01 identifier (16 bytes), 05 issued, 06 valid until (4 BCD), 07 card number (9 ASCII)          |
| EF06          | 08 social security number (18 ASCII), 09 name (30 GBK), 0A sex, 0B nation (BCD), 0D birth (BCD)|
| Records       | READ RECORD, the tag in P1, P2 00 or 04 as the card has it; the answer is tag, length, value   |
| Not supported | writing, payment, medical insurance files, proof that the card is genuine: all need a PSAM     |
| Source        | LD/T 32; readers' public code of several provinces; some cards protect EF06 and answer 6982    |

A card is known by its card number (EF05 07), which is printed on it, so that staff can enter it by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from drivers.base import CardId
from drivers.cards import apdu, id_numbers
from drivers.cards.apdu import Command, NotReadable, wipe
from drivers.cards.session import Session
from drivers.documents import Document, DocumentKind, IdNumber, PrivateText

FAMILY = "social_security"
APPLICATION = "sx1.sh.社会保障".encode("gbk")
EF_CARD, EF_HOLDER = 0xEF05, 0xEF06
IDENTIFIER, ISSUED, VALID_TO, CARD_NUMBER = 0x01, 0x05, 0x06, 0x07
NUMBER, NAME, SEX, NATION, BIRTH = 0x08, 0x09, 0x0A, 0x0B, 0x0D
LENGTHS = {
    IDENTIFIER: 16,
    ISSUED: 4,
    VALID_TO: 4,
    CARD_NUMBER: 9,
    NUMBER: 18,
    NAME: 30,
    SEX: 1,
    NATION: 1,
    BIRTH: 4,
}
WAYS = (0x00, 0x04)  # P2: the two ways in which cards take a tag for a record's number
_HEAD = 2
_PROTECTED = (apdu.SECURITY_STATUS, apdu.CONDITIONS)


@dataclass(frozen=True, slots=True)
class SocialSecurityCard:
    """A whole card. Dates are YYYYMMDD, "" where the card has none."""

    card: CardId
    holder: Document | None


class RecordFile:
    """One selected EF, whose records are asked by tag. `way` is the P2 that this card took last."""

    def __init__(self, session: Session, identifier: int, way: int = WAYS[0]) -> None:
        self.way = way
        self._session = session
        answer = session.ask(apdu.select_file(identifier))
        if answer.status in _PROTECTED:
            raise NotReadable("card.needs_psam")
        if not answer.succeeded:
            raise NotReadable("card.unsupported")

    def read(self, tag: int) -> bytearray:
        """The value of a record, empty where the card has none. Who receives it zeroes it. Raises NotReadable."""
        for way in sorted(WAYS, key=lambda each: each != self.way):
            command = Command(0x00, apdu.READ_RECORD, tag, way, expected=LENGTHS[tag] + _HEAD)
            answer = self._session.ask(command)
            if answer.status in _PROTECTED:
                raise NotReadable("card.needs_psam")
            if answer.succeeded and answer.data[:1] == bytes([tag]):
                self.way = way
                return record_value(answer.data, tag)
            answer.wipe()
        return bytearray()


def record_value(record: bytearray, tag: int) -> bytearray:
    """The value in a record, which is zeroed. Raises NotReadable with card.noise for anything but a whole record of
    this tag: half an answer must not pass for a short one."""
    try:
        if record[:_HEAD] != bytes([tag, LENGTHS[tag]]) or len(record) != LENGTHS[tag] + _HEAD:
            raise NotReadable("card.noise")
        return record[_HEAD:]
    finally:
        wipe(record)


def is_on(session: Session) -> bool:
    """Whether the card has the application; it is then selected. Raises NotReadable with card.needs_psam."""
    return session.selects(APPLICATION) is not None


def read(session: Session, *, holder: bool) -> SocialSecurityCard:
    """Everything that is asked of a card, its application selected before. `holder`: also whose it is. Raises
    NotReadable; CardGone leaves nothing behind."""
    file = RecordFile(session, EF_CARD)
    identifier = file.read(IDENTIFIER)
    if identifier.strip(b"\x00") and identifier.strip(b"\xff"):
        session.names_chip(identifier)
    number = file.read(CARD_NUMBER)
    _check_number(number)
    card = CardId(FAMILY, bytes(number))
    session.names_chip(card.reveal())
    if not holder:
        return SocialSecurityCard(card, None)
    valid_from, valid_to = _day(file.read(ISSUED)), _day(file.read(VALID_TO))
    document = _holder(RecordFile(session, EF_HOLDER, file.way))
    document.valid_from, document.valid_to = valid_from, valid_to
    return SocialSecurityCard(card, document)


def _holder(file: RecordFile) -> Document:
    """EF06 as a document. Whatever breaks it off, what was read so far is zeroed."""
    fields: dict[int, bytearray] = {}
    try:
        for tag in (NUMBER, NAME, SEX, NATION, BIRTH):
            fields[tag] = file.read(tag)
        _check_number(fields[NUMBER])
        _check_citizen(fields[NUMBER])
        name = PrivateText.decoded(fields[NAME], "gb18030")
        return Document(
            DocumentKind.SOCIAL_SECURITY,
            IdNumber(fields[NUMBER]),  # after all that may fail: nobody could wipe it
            name,
            sex=_sex(fields[SEX]),
            nation=_digits(fields[NATION]),
            birth=PrivateText(_day(fields[BIRTH]).encode()),
        )
    except UnicodeDecodeError as error:
        raise NotReadable("card.noise") from error
    finally:
        for value in fields.values():
            wipe(value)


def _check_number(value: bytearray) -> None:
    """Brings a number's letters into upper case, in its place: it may be somebody's ID number, and is not copied.
    Raises NotReadable with card.noise for none, and for anything else."""
    for position, byte in enumerate(value):
        if 0x61 <= byte <= 0x7A:
            value[position] = byte - 0x20
    if not value.isalnum() or not value.isascii():
        raise NotReadable("card.noise")


def _check_citizen(number: bytearray) -> None:
    """Raises NotReadable with card.checksum for a citizen's number whose check character is wrong. People from abroad
    have letters in theirs, and no check."""
    if number[:-1].isdigit() and not id_numbers.is_valid(number):
        raise NotReadable("card.checksum")


def _digits(value: bytearray) -> str:
    """Packed decimal; "" where it is none."""
    text = value.hex()
    return text if text.isdecimal() else ""


def _day(value: bytearray) -> str:
    """YYYYMMDD; "" where the card has no day there."""
    text = _digits(value)
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return ""
    return text


def _sex(value: bytearray) -> str:
    """GB/T 2261.1, which cards have as a digit or as a letter of one."""
    text = value.decode("ascii", "replace") if value[:1] >= b"0" else str(value[0]) if value else ""
    return text if text in ("0", "1", "2", "9") else ""

"""Transport cards: the national T-Union (交通联合) and the older cards of the cities. Number and balance, read only.

| what          | how                                                                                              |
|---------------|--------------------------------------------------------------------------------------------------|
| T-Union       | SELECT `A000000632010105`; the FCI has 9F0C, thirty bytes: issuer 8, type, version, number 10 BCD,|
|               | start 4, end 4, reserved 2                                                                       |
| Older cards   | SELECT `A00000000386980701`; the same thirty bytes in 9F0C or in file 15 [not tried on a card]    |
| Balance       | `80 5C 00 02 04`, four bytes, fen. It is shown, never charged: the purse is at the hall          |
| Not supported | anything that is written, travel records, overdraft                                              |
| Source        | public code of readers; JT/T 978                                                                 |
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.base import CardId
from drivers.cards import apdu, tlv
from drivers.cards.apdu import Command, NotReadable
from drivers.cards.session import Session

T_UNION_FAMILY = "t_union"
CITY_FAMILY = "city_transport"
T_UNION = bytes.fromhex("A000000632010105")
CITY = bytes.fromhex("A00000000386980701")

PUBLIC_BYTES = 30
PUBLIC_DATA = 0x9F0C
NUMBER = slice(10, 20)
START = slice(20, 24)
END = slice(24, 28)
FILE_15 = 0x95  # P1 of READ BINARY: the file of short identifier 15h
_FCI, _PROPRIETARY = 0x6F, 0xA5
_BALANCE = Command(0x80, 0x5C, 0x00, 0x02, expected=4)


@dataclass(frozen=True, slots=True)
class TransportCard:
    """A transport card. `valid_from` and `valid_to` are YYYYMMDD as the card has them, `balance` fen or None."""

    card: CardId
    valid_from: str = field(repr=False)
    valid_to: str = field(repr=False)
    balance: int | None = field(default=None, repr=False)


def read(session: Session) -> TransportCard | None:
    """The transport card, None where it is none. Raises NotReadable with card.noise for one that makes no sense."""
    for family, name in ((T_UNION_FAMILY, T_UNION), (CITY_FAMILY, CITY)):
        answer = session.selects(name)
        if answer is not None:
            public = public_data(bytes(answer.data)) or _file_15(session)
            return parsed(family, public, balance_of(session))
    return None


def public_data(control_information: bytes) -> bytes:
    """The thirty bytes in an FCI, b"" where it has none. Raises NotReadable for a damaged one."""
    try:
        found = tlv.find(control_information, _FCI, _PROPRIETARY, PUBLIC_DATA)
    except tlv.Malformed as error:
        raise NotReadable("card.noise") from error
    return bytes(found or b"")


def parsed(family: str, public: bytes, balance: int | None) -> TransportCard:
    """What the thirty bytes say. Raises NotReadable with card.noise."""
    number = public[NUMBER].hex()
    if len(public) != PUBLIC_BYTES or not number.isdecimal() or not int(number):
        raise NotReadable("card.noise")
    card = CardId(family, public[NUMBER])
    return TransportCard(card, public[START].hex(), public[END].hex(), balance)


def printed_number(card: CardId) -> str:
    """The number as it stands on a T-Union card: nineteen digits. In clear, for the staff's card administration."""
    return card.reveal().hex()[1:]


def balance_of(session: Session) -> int | None:
    """The balance of the selected purse in fen, None where the card does not tell it."""
    answer = session.ask(_BALANCE)
    if not answer.succeeded or len(answer.data) != 4:
        return None
    return int.from_bytes(answer.data, "big")


def _file_15(session: Session) -> bytes:
    answer = session.ask(Command(0x00, apdu.READ_BINARY, FILE_15, 0x00, expected=PUBLIC_BYTES))
    return bytes(answer.data) if answer.succeeded else b""

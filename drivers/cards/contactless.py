"""Cards known by their UID, and MIFARE Classic by a block of a sector (PC/SC part 3, reader commands).

A UID is an identifier, never a proof: it can be copied onto another card. A card that makes up a new UID each time (its
first byte is 08, ISO/IEC 14443-3 6.5.4) identifies nobody.
"""

from __future__ import annotations

from drivers.base import CardId
from drivers.cards import apdu
from drivers.cards.apdu import Command, NotReadable
from drivers.cards.mifare import BLOCK_BYTES, DataBlock
from drivers.cards.numbers import ISO14443A, UID_LENGTHS
from drivers.cards.session import Session

READER_CLASS = 0xFF
LOAD_KEY = 0x82
AUTHENTICATE = 0x86
_SLOT = 0x00
_RANDOM = 0x08

GET_UID = Command(READER_CLASS, apdu.GET_DATA, expected=apdu.ALL)


def read_uid(session: Session) -> bytes:
    """The UID of a contactless card, b"" where there is none that stays the same. Names the chip by it."""
    if not session.contactless:
        return b""
    answer = session.ask(GET_UID)
    if not answer.succeeded:
        return b""
    uid = bytes(answer.data)
    if len(uid) not in UID_LENGTHS:
        raise NotReadable("card.noise")
    if len(uid) == 4 and uid[0] == _RANDOM:
        return b""
    session.names_chip(uid)
    return uid


def uid_card(uid: bytes) -> CardId:
    """The card of a UID. Raises NotReadable with card.unsupported where there is none."""
    if not uid:
        raise NotReadable("card.unsupported")
    return CardId(ISO14443A, uid)


def read_block(session: Session, wanted: DataBlock) -> CardId:
    """The card that a block's number stands for. Raises NotReadable: card.unsupported (no MIFARE Classic, or a blank
    block, which all new cards share), card.denied (another key)."""
    if not session.is_classic:
        raise NotReadable("card.unsupported")
    proof = bytes([0x01, 0x00, wanted.block, wanted.key_type, _SLOT])
    if not session.ask(Command(READER_CLASS, LOAD_KEY, 0x00, _SLOT, wanted.key)).succeeded:
        raise NotReadable("card.unsupported")
    if not session.ask(Command(READER_CLASS, AUTHENTICATE, data=proof)).succeeded:
        raise NotReadable("card.denied")
    answer = session.ask(Command(READER_CLASS, apdu.READ_BINARY, 0x00, wanted.block, expected=BLOCK_BYTES))
    if not answer.succeeded:
        raise NotReadable("card.denied")
    if len(answer.data) != BLOCK_BYTES:
        raise NotReadable("card.noise")
    card = wanted.number_in(bytes(answer.data))
    if card is None:
        raise NotReadable("card.unsupported")
    return card

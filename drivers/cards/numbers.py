"""The families of card numbers, and how a number is written on the card, on invoices and in other systems.

| family      | bytes           | what they are                                                                      |
|-------------|-----------------|------------------------------------------------------------------------------------|
| `em4100`    | 5               | a 125 kHz tag                                                                      |
| `iso14443a` | 4, 7 or 10      | the UID of a 13.56 MHz type A card, in the order in which the card sends it        |
| `iso14443b` | 4               | the PUPI of a type B card                                                          |
| `mifare`    | 1 to 16         | what an operator wrote into a data block of a MIFARE Classic card, or a part of it |

A UID is an identifier and no proof: it can be copied. Printed forms use the last four or three bytes, so they cannot be
turned back into the card: store the bytes (`CardId`), print whichever form the site is used to. All forms show the
number in clear: they are for the staff's card administration, never for a log.

Source of the forms: the arithmetic printed on the cards themselves; vectors in the tests.
"""

from __future__ import annotations

import re
from enum import StrEnum

from drivers.base import CardId

EM4100 = "em4100"
ISO14443A = "iso14443a"
ISO14443B = "iso14443b"
MIFARE = "mifare"
TAG_BYTES = 5
UID_LENGTHS = (4, 7, 10)


def em4100_card(uid_hex: str) -> CardId:
    """The card with these ten hex digits. Raises ValueError for anything else."""
    uid = bytes.fromhex(uid_hex)
    if len(uid) != TAG_BYTES:
        raise ValueError(f"an EM4100 tag has {TAG_BYTES} bytes, not {len(uid)}")
    return CardId(EM4100, uid)


def iso14443a_card(uid_hex: str) -> CardId:
    """The card with this UID of 4, 7 or 10 bytes. Raises ValueError for anything else."""
    uid = bytes.fromhex(uid_hex)
    if len(uid) not in UID_LENGTHS:
        raise ValueError(f"a type A card has 4, 7 or 10 bytes, not {len(uid)}")
    return CardId(ISO14443A, uid)


def whole_hex(card: CardId) -> str:
    """All bytes in hex, the only form that is the card itself: `901F2AA4`."""
    return card.reveal().hex().upper()


def eight_hex(card: CardId) -> str:
    """8H: the last four bytes in hex, `001293D8`."""
    return _tag(card).hex().upper()


def ten_decimal(card: CardId) -> str:
    """10D: the last four bytes as one big-endian decimal number of ten digits, `0001217496`."""
    return f"{int.from_bytes(_tag(card), 'big'):010d}"


def ten_decimal_reversed(card: CardId) -> str:
    """10D of readers that count the bytes from the other end, `3633517056`."""
    return f"{int.from_bytes(_tag(card), 'little'):010d}"


def facility_and_number(card: CardId) -> str:
    """3+5, also called W26: the third last byte, a comma, the last two bytes, `018,37848`."""
    tag = _tag(card)
    return f"{tag[1]:03d},{int.from_bytes(tag[2:], 'big'):05d}"


def wiegand26(card: CardId) -> str:
    """The 26 bits a Wiegand reader sends: even parity over the first twelve, the last three bytes, odd parity over the
    last twelve."""
    bits = f"{int.from_bytes(_tag(card)[1:], 'big'):024b}"
    even = bits[:12].count("1") % 2
    odd = 1 - bits[12:].count("1") % 2
    return f"{even}{bits}{odd}"


def wiegand34(card: CardId) -> str:
    """The 34 bits of a Wiegand reader for 13.56 MHz cards: even parity over the first sixteen, the last four bytes, odd
    parity over the last sixteen."""
    bits = f"{int.from_bytes(_tag(card), 'big'):032b}"
    even = bits[:16].count("1") % 2
    odd = 1 - bits[16:].count("1") % 2
    return f"{even}{bits}{odd}"


class TypedForm(StrEnum):
    """How a keyboard reader types an EM4100 card: H is hex, D decimal; reversed counts the bytes from the other end."""

    TEN_HEX = "10H"
    TEN_DECIMAL = "10D"
    TEN_DECIMAL_REVERSED = "10D_reversed"
    EIGHT_HEX = "8H"
    EIGHT_HEX_REVERSED = "8H_reversed"

    @property
    def whole(self) -> bool:
        """Whether it holds all five bytes. The others leave out the first."""
        return self is TypedForm.TEN_HEX


def typed_card(typed: str, form: TypedForm, first_byte: int) -> CardId | None:
    """The card that a reader typed; None for what is no number of this form. `first_byte` is put before the four bytes
    of a form that leaves it out."""
    decimal = form in (TypedForm.TEN_DECIMAL, TypedForm.TEN_DECIMAL_REVERSED)
    digits = 8 if form in (TypedForm.EIGHT_HEX, TypedForm.EIGHT_HEX_REVERSED) else 10
    shape = rf"[0-9]{{{digits}}}" if decimal else rf"[0-9A-Fa-f]{{{digits}}}"
    if not re.fullmatch(shape, typed):
        return None
    value = int(typed, 10 if decimal else 16)
    if form.whole:
        return CardId(EM4100, value.to_bytes(TAG_BYTES, "big"))
    if value > 0xFFFF_FFFF:
        return None
    backwards = form in (TypedForm.TEN_DECIMAL_REVERSED, TypedForm.EIGHT_HEX_REVERSED)
    return CardId(EM4100, bytes([first_byte]) + value.to_bytes(4, "little" if backwards else "big"))


def _tag(card: CardId) -> bytes:
    return card.reveal()[-4:]

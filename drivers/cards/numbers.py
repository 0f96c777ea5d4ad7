"""How the number of an EM4100 card is written on the card, on invoices and in other systems.

The tag holds five bytes. Printed forms use the last four or three of them, so they cannot be turned back into the tag:
store the five bytes (`CardId`), print whichever form the site is used to. All forms show the number in clear: they are
for the staff's card administration, never for a log.

Source of the forms: the arithmetic printed on the cards themselves; vectors in the tests.
"""

from __future__ import annotations

from drivers.base import CardId

EM4100 = "em4100"
TAG_BYTES = 5


def em4100_card(uid_hex: str) -> CardId:
    """The card with these ten hex digits. Raises ValueError for anything else."""
    uid = bytes.fromhex(uid_hex)
    if len(uid) != TAG_BYTES:
        raise ValueError(f"an EM4100 tag has {TAG_BYTES} bytes, not {len(uid)}")
    return CardId(EM4100, uid)


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


def _tag(card: CardId) -> bytes:
    return card.reveal()[-4:]

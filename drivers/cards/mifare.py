"""Which number of a type A card counts: its UID, or what an operator wrote into a data block of a MIFARE Classic card.

A block is named as operators name it: sector (0 to 31) and block within the sector (0 to 2). The fourth block of a sector
holds the keys and cannot be named: it reads the same from every card. `first_byte` and `byte_count` (0: to the end of
the block) pick the number out of a block that holds more: a balance beside it would make another card of it after each
meal. A block of which all these bytes are 00 or FF was never written: every blank card has it, so it is nobody's number.

The key is the operator's. It is sent to the reader at each read, never logged (`drivers/cards/redaction.py`), and never
printed. Source: NXP MF1S50YYX data sheet, sections 8.6 and 10.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.base import CardId
from drivers.cards.numbers import MIFARE
from drivers.kinds import Option, Options, WrongOption, text, whole

UID = "uid"
BLOCK = "block"
BLOCK_BYTES = 16
BLOCKS_A_SECTOR = 4
TRANSPORT_KEY = "FFFFFFFFFFFF"
KEY_TYPES = {"A": 0x60, "B": 0x61}
# SAK bit 4 (0x08) says MIFARE Classic to whoever does not ask further; 0x01 is an old 1K by another maker.
CLASSIC_BIT = 0x08
OLD_CLASSIC = 0x01

NUMBER_OPTIONS: Mapping[str, Option] = {
    "number": Option(str, UID, choices=(UID, BLOCK)),
    "sector": Option(int, 1, lowest=0, highest=31),
    "block": Option(int, 0, choices=(0, 1, 2)),
    "first_byte": Option(int, 0, lowest=0, highest=15),
    "byte_count": Option(int, 0, lowest=0, highest=BLOCK_BYTES),
    "key": Option(
        str, TRANSPORT_KEY, pattern="[0-9A-Fa-f]{12}", reason="the card's key: twelve hex digits (0-9, A-F)"
    ),
    "key_type": Option(str, "A", choices=tuple(KEY_TYPES)),
}


@dataclass(frozen=True, slots=True)
class DataBlock:
    """A block to be read, and the key that opens it. `block` counts from the card's first, `key` is six bytes."""

    block: int
    key: bytes = field(repr=False)
    key_type: int = KEY_TYPES["A"]
    first_byte: int = 0
    byte_count: int = 0

    def number_in(self, content: bytes) -> CardId | None:
        """The card that 16 bytes of block name, None when they name nobody."""
        count = self.byte_count or BLOCK_BYTES
        number = content[self.first_byte :][:count]
        if not number.strip(b"\x00") or not number.strip(b"\xff"):
            return None
        return CardId(MIFARE, number)


def block_of(options: Options) -> DataBlock | None:
    """What the checked NUMBER_OPTIONS ask for; None for the UID."""
    if text(options, "number") == UID:
        return None
    return DataBlock(
        whole(options, "sector") * BLOCKS_A_SECTOR + whole(options, "block"),
        bytes.fromhex(text(options, "key")),
        KEY_TYPES[text(options, "key_type")],
        whole(options, "first_byte"),
        whole(options, "byte_count"),
    )


def check_number(options: Options) -> None:
    """Raises WrongOption when the number would reach beyond its block."""
    if (
        whole(options, "first_byte") + whole(options, "byte_count") > BLOCK_BYTES
        and text(options, "number") == BLOCK
    ):
        raise WrongOption("byte_count", f"first_byte and byte_count together at most {BLOCK_BYTES}")


def is_classic(sak: int) -> bool:
    """Whether a card's SAK says that it has MIFARE Classic blocks."""
    return bool(sak & CLASSIC_BIT) or sak == OLD_CLASSIC

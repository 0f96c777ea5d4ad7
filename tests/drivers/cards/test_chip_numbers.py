"""A 13.56 MHz card's number in other systems' forms: one wrong byte order, and somebody else pays."""

from __future__ import annotations

import pytest

from drivers.cards.mifare import BLOCK, NUMBER_OPTIONS, block_of, is_classic
from drivers.cards.numbers import (
    eight_hex,
    iso14443a_card,
    ten_decimal,
    ten_decimal_reversed,
    whole_hex,
    wiegand34,
)
from drivers.kinds import REQUIRED

CARD = iso14443a_card("901F2AA4")


def test_the_forms_of_a_short_uid() -> None:
    assert whole_hex(CARD) == eight_hex(CARD) == "901F2AA4"
    assert ten_decimal(CARD) == "2417961636"
    assert ten_decimal_reversed(CARD) == f"{int('A42A1F90', 16):010d}"


def test_thirty_four_bits_have_the_right_parities() -> None:
    bits = wiegand34(CARD)
    assert bits[1:-1] == f"{0x901F2AA4:032b}"
    assert bits[:17].count("1") % 2 == 0
    assert bits[17:].count("1") % 2 == 1


def test_of_a_long_uid_only_the_whole_is_the_card() -> None:
    one, other = iso14443a_card("04A1B2C3D4E580"), iso14443a_card("0511B2C3D4E580")
    assert eight_hex(one) == eight_hex(other)
    assert whole_hex(one) != whole_hex(other)


@pytest.mark.parametrize("uid", ["", "90", "901F2AA4FF", "901F2AA4901F2AA4"])
def test_only_a_uid_makes_a_card(uid: str) -> None:
    with pytest.raises(ValueError, match="4, 7 or 10 bytes"):
        iso14443a_card(uid)


def test_a_sector_and_its_block_are_the_cards_block() -> None:
    options = {name: option.default for name, option in NUMBER_OPTIONS.items()}
    assert REQUIRED not in options.values()
    assert block_of(options) is None
    wanted = block_of({**options, "number": BLOCK, "sector": 15, "block": 2, "key": "a0b1c2d3e4f5"})
    assert wanted is not None
    assert wanted.block == 62
    assert "a0" not in repr(wanted).lower()


@pytest.mark.parametrize(
    ("sak", "classic"), [(0x08, True), (0x18, True), (0x01, True), (0x20, False), (0x00, False)]
)
def test_what_has_blocks(sak: int, classic: bool) -> None:
    assert is_classic(sak) is classic

"""A wrong digit in a printed form sends staff to the wrong person's card: each form is pinned by readings of real tags."""

from __future__ import annotations

import pytest

from drivers.base import CardId
from drivers.cards import numbers

TAGS = [
    ("01001293D8", "001293D8", "0001217496", "018,37848"),
    ("0100CDA4EC", "00CDA4EC", "0013477100", "205,42220"),
    ("2900DEB30A", "00DEB30A", "0014594826", "222,45834"),
    ("0000D507D0", "00D507D0", "0013961168", "213,02000"),
]


@pytest.mark.parametrize(("uid_hex", "hex8", "decimal10", "w26"), TAGS)
def test_printed_forms(uid_hex: str, hex8: str, decimal10: str, w26: str) -> None:
    card = numbers.em4100_card(uid_hex)
    assert numbers.eight_hex(card) == hex8
    assert numbers.ten_decimal(card) == decimal10
    assert numbers.facility_and_number(card) == w26


def test_reversed_decimal() -> None:
    assert numbers.ten_decimal_reversed(numbers.em4100_card("01001293D8")) == "3633517056"


@pytest.mark.parametrize(
    ("uid_hex", "bits"),
    [("01001293D8", "00001001010010011110110001"), ("0100CDA4EC", "11100110110100100111011001")],
)
def test_wiegand_bits(uid_hex: str, bits: str) -> None:
    assert numbers.wiegand26(numbers.em4100_card(uid_hex)) == bits


@pytest.mark.parametrize("wrong", ["", "01001293", "01001293D8FF", "01001293DX"])
def test_anything_but_ten_hex_digits_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"hex|bytes"):
        numbers.em4100_card(wrong)


def test_a_card_prints_masked() -> None:
    card = numbers.em4100_card("01001293D8")
    assert isinstance(card, CardId)
    for shown in (repr(card), str(card), f"{card}", f"{card!r:>40}"):
        assert "1293" not in shown

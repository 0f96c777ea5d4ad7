"""A wrong digit must not pass for somebody else's number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.gb_codes import NATIONS, SEXES, nation_named, sex_named
from drivers.cards.id_numbers import WEIGHTS, check_character, is_valid, upgraded

SEVENTEEN_DIGITS = st.text("0123456789", min_size=17, max_size=17).map(str.encode)


@pytest.mark.parametrize(
    "number",
    [
        b"11010519491231002X",
        b"11010519491231002x",
        b"440524188001010014",
        b"110101199003077539",
        b"81000019970101001X",
        b"830000199001010020",
        b"911826198001010008",
    ],
)
def test_published_numbers_are_valid(number: bytes) -> None:
    assert is_valid(number)
    assert is_valid(bytearray(number))
    assert is_valid(memoryview(number))


@pytest.mark.parametrize(
    "number",
    [
        b"110105194912310020",
        b"",
        b"11010519491231002",
        b"11010519491231002XX",
        b"1101051949123100 2X",
        b"X1010519491231002X",
        "１１０１０５１９４９１２３１００２X".encode(),
    ],
)
def test_others_are_not(number: bytes) -> None:
    assert not is_valid(number)


def test_the_weights_are_those_of_the_standard() -> None:
    assert WEIGHTS == (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@given(digits=SEVENTEEN_DIGITS, position=st.integers(0, 16), digit=st.sampled_from(b"0123456789"))
def test_one_wrong_digit_is_always_noticed(digits: bytes, position: int, digit: int) -> None:
    number = bytearray(digits)
    number.append(check_character(digits))
    assert is_valid(number)
    changed = number[position] != digit
    number[position] = digit
    assert is_valid(number) != changed


@given(digits=SEVENTEEN_DIGITS, position=st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_noticed(digits: bytes, position: int) -> None:
    number = bytearray(digits)
    number.append(check_character(digits))
    one, other = number[position], number[position + 1]
    number[position], number[position + 1] = other, one
    assert is_valid(number) == (one == other)


def test_an_old_number_gets_its_century_and_its_check_character() -> None:
    old = bytearray(b"110105491231002")
    assert upgraded(old) == b"11010519491231002X"
    assert old == b"110105491231002"


@pytest.mark.parametrize("old", [b"", b"11010549123100", b"11010549123100X", b"11010519491231002X"])
def test_what_is_no_old_number_is_refused(old: bytes) -> None:
    with pytest.raises(ValueError, match="digits"):
        upgraded(old)


def test_the_nations_are_fifty_six_and_two() -> None:
    assert len(NATIONS) == 58
    assert len(set(NATIONS.values())) == 58
    assert set(NATIONS) == {f"{code:02}" for code in range(1, 57)} | {"97", "98"}
    assert (nation_named("01"), nation_named("46"), nation_named("56")) == ("汉", "德昂", "基诺")
    assert nation_named("57") == nation_named("") == ""


def test_the_sexes() -> None:
    assert SEXES == {"0": "未知", "1": "男", "2": "女", "9": "未说明"}
    assert (sex_named("2"), sex_named("3")) == ("女", "")

"""The 18 characters of a citizen's or resident's number: GB 11643, its last one the check character of ISO 7064 MOD 11-2.

Numbers are handled as octets, never as text, so that whoever owns the buffer can zero it.
"""

from __future__ import annotations

from collections.abc import Sequence

NUMBER_CHARACTERS = 18
OLD_NUMBER_CHARACTERS = 15  # issued until 1999: two digits of the year, no check character
CHECK_CHARACTERS = b"10X98765432"
WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))

_BIRTH_YEAR_AT = 6
_DIGITS = frozenset(b"0123456789")

Octets = Sequence[int] | memoryview


def check_character(digits: Octets) -> int:
    """The check character, as an octet, of the first 17. Raises ValueError when they are not 17 digits."""
    if len(digits) != len(WEIGHTS) or not _DIGITS.issuperset(digits):
        raise ValueError("a number has 17 digits before its check character")
    total = sum(weight * (digit - ord("0")) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return CHECK_CHARACTERS[total % 11]


def is_valid(number: Octets) -> bool:
    """Whether these are 17 digits and their check character; x in either case."""
    if len(number) != NUMBER_CHARACTERS or not _DIGITS.issuperset(number[:-1]):
        return False
    last = ord("X") if number[-1] == ord("x") else number[-1]
    return last == check_character(number[:-1])


def upgraded(old: Octets) -> bytearray:
    """The 18 characters that a number of 15 digits became: the century goes in, the check character at the end. Raises
    ValueError when they are not 15 digits."""
    if len(old) != OLD_NUMBER_CHARACTERS:
        raise ValueError("an old number has 15 digits")
    number = bytearray(old)
    number[_BIRTH_YEAR_AT:_BIRTH_YEAR_AT] = b"19"
    number.append(check_character(number))
    return number

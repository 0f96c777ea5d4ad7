"""The 256 bytes of text on an identity card, pure: four layouts, told apart by the letter at byte 248.

| letter     | whose card                                            | since      |
|------------|-------------------------------------------------------|------------|
| space, NUL | a resident's                                          | 2004       |
| J          | a resident's from Hong Kong, Macao or Taiwan          | 2018-09-01 |
| I          | a foreigner's with permanent residence, old design    | 2017-06-16 |
| Y          | a foreigner's with permanent residence, new design    | 2023-12-01 |

The text is UTF-16, little-endian, padded with spaces; a character beyond the basic plane takes two units. Characters of
the private-use area stand for what could not be encoded when the card was issued: they are kept as they are. Source of
the layouts: a public reader (Johann356/readinfo) and the announcements of the three later cards.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from drivers.cards.id_numbers import OLD_NUMBER_CHARACTERS, is_valid, upgraded
from drivers.documents import Document, DocumentKind, IdNumber, PrivateText, zero

TEXT_BYTES = 256
LETTER_AT = 248
FOR_EVER = "长期"

_ENCODING = "utf-16-le"
_PADDING = b" \0"
_OLD_FOREIGNER_CHARACTERS = 15

Span = tuple[int, int]


class UnreadableText(ValueError):
    """The text is in none of the layouts, or its number is not valid. Says which field, never what stands in it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands: the spans (first byte, length in bytes) that it is put together from."""

    kind: DocumentKind
    letter: str
    fields: Mapping[str, tuple[Span, ...]]


_COMMON = {
    "name": ((0, 30),),
    "sex": ((30, 2),),
    "birth": ((36, 16),),
    "number": ((122, 36),),
    "valid_from": ((188, 16),),
    "valid_to": ((204, 16),),
}
_OF_RESIDENTS = _COMMON | {"address": ((52, 70),), "issuer": ((158, 30),)}

LAYOUTS = (
    Layout(DocumentKind.RESIDENT, " ", _OF_RESIDENTS | {"nation": ((32, 4),)}),
    Layout(DocumentKind.HMT_RESIDENT, "J", _OF_RESIDENTS | {"permit_number": ((220, 18),)}),
    Layout(
        DocumentKind.FOREIGNER_2017,
        "I",
        {
            "name_latin": ((0, 120),),
            "sex": ((120, 2),),
            "number": ((122, 30),),
            "country": ((152, 6),),
            "name": ((158, 30),),
            "valid_from": ((188, 16),),
            "valid_to": ((204, 16),),
            "birth": ((220, 16),),
            "issuer": ((240, 8),),
        },
    ),
    Layout(
        DocumentKind.FOREIGNER_2023,
        "Y",
        _COMMON | {"name_latin": ((52, 70), (220, 22)), "country": ((242, 6),)},
    ),
)
_BY_LETTER = {ord(layout.letter): layout for layout in LAYOUTS} | {0: LAYOUTS[0]}
_BY_KIND = {layout.kind: layout for layout in LAYOUTS}


def layout_of(text: bytes | bytearray | memoryview) -> Layout:
    """The layout that the letter names. Raises UnreadableText."""
    letter = int.from_bytes(text[LETTER_AT : LETTER_AT + 2], "little")
    if len(text) != TEXT_BYTES or letter not in _BY_LETTER:
        raise UnreadableText("layout")
    return _BY_LETTER[letter]


def read(text: bytearray | memoryview) -> Document:
    """What these 256 bytes say; they stay the caller's to zero. Raises UnreadableText for an unknown layout, a number
    whose check character is wrong, a birth date that no calendar has, or bytes that are not text."""
    layout = layout_of(text)
    document = Document(layout.kind, IdNumber(b""))
    try:
        _fill(document, layout, text)
    except UnreadableText:
        document.wipe()
        raise
    return document


def appended_address(octets: bytearray) -> PrivateText:
    """The address that was written to the card after it was issued. Raises UnreadableText."""
    return _private_text(octets, "address")


def compose(kind: DocumentKind, fields: Mapping[str, str]) -> bytes:
    """The text that `read` would take apart, for emulated cards and invented ones. Raises ValueError when a field is
    unknown or too long."""
    layout = _BY_KIND[kind]
    text = bytearray(" ".encode(_ENCODING) * (TEXT_BYTES // 2))
    text[LETTER_AT : LETTER_AT + 2] = layout.letter.encode(_ENCODING)
    for name, value in fields.items():
        spans = layout.fields.get(name, ())
        room = sum(length for _, length in spans)
        octets = value.encode(_ENCODING)
        if len(octets) > room:
            raise ValueError(f"{name} has {room} bytes on this card")
        padded = octets + " ".encode(_ENCODING) * ((room - len(octets)) // 2)
        for start, length in spans:
            text[start : start + length], padded = padded[:length], padded[length:]
    return bytes(text)


def _fill(document: Document, layout: Layout, text: bytearray | memoryview) -> None:
    for name, spans in layout.fields.items():
        octets = bytearray().join(memoryview(text)[start : start + length] for start, length in spans)
        try:
            if name == "number":
                document.number = _number(octets, layout.kind)
            elif name == "birth":
                document.birth = _birth(octets)
            elif name in ("name", "name_latin", "address", "issuer", "permit_number"):
                setattr(document, name, _private_text(octets, name))
            else:
                setattr(document, name, _plain_text(octets, name))
        finally:
            zero(octets)


def _number(octets: bytearray, kind: DocumentKind) -> IdNumber:
    number = _ascii(octets, "number")
    try:
        if number[-1:] == b"x":
            number[-1:] = b"X"
        if kind is DocumentKind.FOREIGNER_2017:
            fine = _is_old_foreigner_number(number)
        else:
            if len(number) == OLD_NUMBER_CHARACTERS and number.isdigit():
                number[:] = upgraded(number)
            fine = is_valid(number)
        if not fine:
            raise UnreadableText("number")
        return IdNumber(number)
    finally:
        zero(number)


def _is_old_foreigner_number(number: bytearray) -> bool:
    """Three letters of a country and twelve digits; how its last digit checks the others is not published."""
    return (
        len(number) == _OLD_FOREIGNER_CHARACTERS
        and number[:3].isalpha()
        and number[:3].isupper()
        and number[3:].isdigit()
    )


def _birth(octets: bytearray) -> PrivateText:
    birth = _ascii(octets, "birth")
    try:
        if len(birth) != 8 or not birth.isdigit():
            raise UnreadableText("birth")
        datetime.date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
        return PrivateText(birth)
    except ValueError:
        raise UnreadableText("birth") from None
    finally:
        zero(birth)


def _ascii(octets: bytearray, name: str) -> bytearray:
    """One octet a character, without the padding and without ever being text."""
    if any(octets[1::2]):
        raise UnreadableText(name)
    characters = octets[::2]
    while characters[-1:] and characters[-1] in _PADDING:
        characters[-1:] = b""
    return characters


def _private_text(octets: bytearray, name: str) -> PrivateText:
    try:
        return PrivateText.decoded(octets, _ENCODING)
    except UnicodeDecodeError:
        raise UnreadableText(name) from None


def _plain_text(octets: bytearray, name: str) -> str:
    try:
        return octets.decode(_ENCODING).rstrip(" \0")
    except UnicodeDecodeError:
        raise UnreadableText(name) from None

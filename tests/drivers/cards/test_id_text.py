"""Four layouts share one block of 256 bytes; a field read from the wrong place would be somebody else's number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards import id_text
from drivers.cards.id_text import UnreadableText, appended_address, compose, read
from drivers.documents import Document, DocumentKind
from drivers.emulators.people import invented_card

# Byte by byte as the layout says, put together without `compose`.
ZHANG_SAN = (
    bytes.fromhex("20 5F 09 4E" + "20 00" * 13)
    + bytes.fromhex("31 00 30 00 31 00")
    + "19900307".encode("utf-16-le")
    + "示例路1号".ljust(35).encode("utf-16-le")
    + "110101199003077539".encode("utf-16-le")
    + "样本市公安局".ljust(15).encode("utf-16-le")
    + "20100101".encode("utf-16-le")
    + bytes.fromhex("7F 95 1F 67" + "20 00" * 6)
    + bytes.fromhex("20 00" * 18)
)
MARKS = {
    "name": "样本甲",
    "name_latin": "SPECIMEN",
    "sex": "2",
    "nation": "03",
    "country": "XXX",
    "birth": "19900307",
    "address": "示例路1号",
    "issuer": "1500",
    "valid_from": "20200101",
    "valid_to": "20300101",
    "permit_number": "H00000001",
}
NUMBERS = {
    DocumentKind.RESIDENT: "109900199003070015",
    DocumentKind.HMT_RESIDENT: "81000019970101001X",
    DocumentKind.FOREIGNER_2017: "XXX990090030712",
    DocumentKind.FOREIGNER_2023: "911826198001010008",
}


def said(document: Document) -> dict[str, str]:
    """Every field that says something."""
    found = {}
    for name in (*MARKS, "number"):
        value = getattr(document, name)
        if value:
            found[name] = value if isinstance(value, str) else value.reveal()
    return found


def test_a_block_that_was_put_together_by_hand() -> None:
    assert len(ZHANG_SAN) == 256
    assert said(read(bytearray(ZHANG_SAN))) == {
        "name": "张三",
        "sex": "1",
        "nation": "01",
        "birth": "19900307",
        "address": "示例路1号",
        "number": "110101199003077539",
        "issuer": "样本市公安局",
        "valid_from": "20100101",
        "valid_to": "长期",
    }


@pytest.mark.parametrize("kind", NUMBERS)
def test_each_layout_says_all_that_it_has(kind: DocumentKind) -> None:
    layout = next(layout for layout in id_text.LAYOUTS if layout.kind is kind)
    fields = {
        name: value for name, value in (MARKS | {"number": NUMBERS[kind]}).items() if name in layout.fields
    }
    document = read(bytearray(compose(kind, fields)))
    assert document.kind is kind
    assert said(document) == fields


@pytest.mark.parametrize("layout", id_text.LAYOUTS, ids=lambda layout: layout.kind.value)
def test_no_two_fields_share_a_byte_nor_that_of_the_letter(layout: id_text.Layout) -> None:
    taken = [
        at
        for spans in layout.fields.values()
        for start, length in spans
        for at in range(start, start + length)
    ]
    assert len(taken) == len(set(taken))
    assert max(taken) < 256
    assert not {248, 249} & set(taken)


def test_the_letter_may_be_missing_on_a_residents_card() -> None:
    text = bytearray(ZHANG_SAN)
    text[248:250] = b"\0\0"
    assert read(text).kind is DocumentKind.RESIDENT


def test_a_long_latin_name_goes_on_at_the_end() -> None:
    name = "SPECIMEN, " + "A" * 36
    fields = {"name_latin": name, "number": NUMBERS[DocumentKind.FOREIGNER_2023], "birth": "19800101"}
    assert len(name) == 46
    assert read(bytearray(compose(DocumentKind.FOREIGNER_2023, fields))).name_latin.reveal() == name


@pytest.mark.parametrize("name", ["样\U00020bb7", "\U00020bb7" * 7, "样\ue815\uf8ff", "古丽·样本", "·"])
def test_rare_characters_are_kept(name: str) -> None:
    text = compose(
        DocumentKind.RESIDENT, {"name": name, "number": NUMBERS[DocumentKind.RESIDENT], "birth": "19900307"}
    )
    assert read(bytearray(text)).name.reveal() == name


def test_a_small_x_becomes_a_large_one() -> None:
    text = compose(DocumentKind.RESIDENT, {"number": "11010519491231002x", "birth": "19491231"})
    assert read(bytearray(text)).number.reveal() == "11010519491231002X"


def test_an_old_number_is_made_a_new_one() -> None:
    text = compose(DocumentKind.RESIDENT, {"number": "110105491231002", "birth": "19491231"})
    assert read(bytearray(text)).number.reveal() == "11010519491231002X"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("number", "110101199003077538", "number"),
        ("number", "1101011990030775", "number"),
        ("number", "１10101199003077539", "number"),
        ("birth", "19900231", "birth"),
        ("birth", "1990", "birth"),
        ("birth", "+1990307", "birth"),
    ],
)
def test_what_cannot_be_is_unreadable_and_is_not_said(field: str, value: str, named: str) -> None:
    fields = {"number": "110101199003077539", "birth": "19900307"} | {field: value}
    with pytest.raises(UnreadableText) as caught:
        read(bytearray(compose(DocumentKind.RESIDENT, fields)))
    assert str(caught.value) == named


@pytest.mark.parametrize(
    "number", ["XXX99009003071", "xxx990090030712", "9XX990090030712", "XXX99009003071A"]
)
def test_an_old_foreigners_number_has_three_letters_and_twelve_digits(number: str) -> None:
    with pytest.raises(UnreadableText, match="number"):
        read(bytearray(compose(DocumentKind.FOREIGNER_2017, {"number": number, "birth": "19900307"})))


@pytest.mark.parametrize(
    "text", [b"", ZHANG_SAN[:-1], ZHANG_SAN + b"\0", ZHANG_SAN[:248] + b"K\0" + ZHANG_SAN[250:]]
)
def test_another_layout_is_unreadable(text: bytes) -> None:
    with pytest.raises(UnreadableText, match="layout"):
        read(bytearray(text))


def test_half_a_character_is_unreadable() -> None:
    text = bytearray(ZHANG_SAN)
    text[0:2] = b"\x42\xd8"  # the first half of a pair, alone
    with pytest.raises(UnreadableText, match="name"):
        read(text)
    with pytest.raises(UnreadableText, match="address"):
        appended_address(bytearray(b"\x42\xd8" + b" \0" * 34))


def test_the_source_is_left_to_its_owner() -> None:
    text = bytearray(ZHANG_SAN)
    read(text).wipe()
    assert text == ZHANG_SAN


@given(text=st.binary(min_size=256, max_size=256))
def test_any_bytes_are_a_document_or_unreadable(text: bytes) -> None:
    try:
        read(bytearray(text))
    except UnreadableText as error:
        assert str(error) in ("layout", *MARKS, "number")


@pytest.mark.parametrize("kind", NUMBERS)
def test_invented_people_are_readable_and_none_is_another(kind: DocumentKind) -> None:
    cards = [invented_card(seed, kind) for seed in range(200)]
    documents = [read(bytearray(card.text)) for card in cards]
    assert [document.number.reveal() for document in documents] == [card.number for card in cards]
    assert len({card.number for card in cards}) == 200
    assert all(card.name.startswith("样本") for card in cards)
    assert invented_card(7, kind) == cards[7]


def test_a_field_that_is_too_long_does_not_run_into_the_next() -> None:
    with pytest.raises(ValueError, match="30 bytes"):
        compose(DocumentKind.RESIDENT, {"name": "样" * 16})

"""What a card says of its holder must not be found anywhere but in its own block, and not there when it was wiped."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from drivers.base import CardSeen
from drivers.documents import Document, DocumentKind, IdNumber, PrivateText, zero

NUMBER = "109900190001010018"
PLANTED = {
    "number": NUMBER,
    "name": "样本甲",
    "name_latin": "SPECIMEN",
    "birth": "19000101",
    "address": "示例路1号",
    "issuer": "样本市公安局",
    "permit_number": "H00000001",
    "sex": "9",
    "nation": "98",
    "country": "XXX",
    "valid_from": "20200102",
    "valid_to": "20400102",
}
PHOTO = b"photograph"


def planted() -> Document:
    """A document in which every field holds something that can be looked for."""
    document = Document(DocumentKind.RESIDENT, IdNumber(NUMBER.encode()), photo=bytearray(PHOTO))
    for name, value in PLANTED.items():
        if name != "number":
            setattr(document, name, PrivateText(value.encode()) if name in _PRIVATE else value)
    return document


_PRIVATE = ("name", "name_latin", "birth", "address", "issuer", "permit_number")


def shown_in(said: str) -> list[str]:
    """The planted fields whose value stands in a text."""
    # One digit of a sex code stands in any text.
    return [name for name, value in PLANTED.items() if name != "sex" and value in said]


def test_every_field_is_planted() -> None:
    document = planted()
    for field in dataclasses.fields(Document):
        assert getattr(document, field.name), field.name


@pytest.mark.parametrize(
    "say",
    [
        repr,
        str,
        lambda document: f"{document}",
        lambda document: f"{document!r:>200}",
        lambda document: "%s" % (document,),  # noqa: UP031 the old way is what is tried
        lambda document: f"{document.number} {document.name:>40} {document.address!s}",
        lambda document: repr([document, {"card": document.number}]),
        lambda document: repr(CardSeen(document.number.card(), 0, document)),
        lambda document: json.dumps(document, default=str),
        lambda document: json.dumps({"number": document.number, "name": document.name}, default=repr),
    ],
    ids=range(10),
)
def test_nothing_prints_it(say: Callable[[Document], str]) -> None:
    assert shown_in(say(planted())) == []


@pytest.mark.parametrize(
    "keep",
    [
        pickle.dumps,
        lambda thing: pickle.dumps(thing, protocol=0),
        lambda thing: pickle.dumps({"session": [thing]}),
        copy.copy,
        copy.deepcopy,
        json.dumps,
        hash,
    ],
    ids=["pickle", "old pickle", "pickle in a dict", "copy", "deep copy", "json", "hash"],
)
@pytest.mark.parametrize(
    "thing", [planted(), planted().number, planted().name], ids=["document", "number", "text"]
)
def test_nothing_keeps_it(keep: Callable[[object], object], thing: object) -> None:
    with pytest.raises(TypeError) as caught:
        keep(thing)
    assert shown_in(str(caught.value)) == []


def test_a_dictionary_of_a_document_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        dataclasses.asdict(planted())


def test_a_log_and_a_traceback_hold_it_masked(caplog: pytest.LogCaptureFixture) -> None:
    document = planted()
    try:
        raise ValueError(document, document.number)
    except ValueError:
        logging.getLogger("session").exception("lost %s of %r", document.number, document)
        said = traceback.format_exc()
    assert shown_in(caplog.text + said) == []


def test_wiping_zeroes_the_very_block() -> None:
    number = IdNumber(NUMBER.encode())
    block = number.octets()
    number.wipe()
    assert bytes(block) == bytes(len(NUMBER))
    assert not number
    number.wipe()


def test_wiping_a_document_zeroes_every_block_of_it() -> None:
    document = planted()
    blocks = [getattr(document, name).octets() for name in ("number", *_PRIVATE)]
    photo = memoryview(document.photo)
    document.wipe()
    assert [bytes(block) for block in (*blocks, photo)] == [bytes(len(block)) for block in (*blocks, photo)]
    for field in dataclasses.fields(Document):
        assert field.name == "kind" or not getattr(document, field.name), field.name
    document.wipe()


def test_the_block_cannot_be_written_through_its_view() -> None:
    with pytest.raises(TypeError):
        IdNumber(NUMBER.encode()).octets()[0] = 0


def test_the_block_is_its_own() -> None:
    given = bytearray(NUMBER.encode())
    number = IdNumber(given)
    zero(given)
    assert number.reveal() == NUMBER
    assert given == bytes(18)


def test_a_masked_number_shows_ten_of_eighteen() -> None:
    assert IdNumber(NUMBER.encode()).masked() == "109900 ******** 0018"
    assert IdNumber(b"XXX990012345678").masked() == "*" * 15


def test_the_card_of_a_number_is_the_same_each_time_and_says_no_digit() -> None:
    card, other = IdNumber(NUMBER.encode()).card(), IdNumber(b"109900190001010026").card()
    assert card == IdNumber(NUMBER.encode()).card() != other
    assert card.family == "id_number"
    assert NUMBER.encode() not in card.reveal()


def test_text_compares_by_what_it_says() -> None:
    assert PrivateText("样本".encode()) == PrivateText.decoded("样本  \0".encode("utf-16-le"), "utf-16-le")
    assert PrivateText(b"a") != PrivateText(b"b")
    assert PrivateText(b"a") != "a"

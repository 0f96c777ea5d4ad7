"""The judge of IPP replies must be able to see: a parser that forgives a torn reply, or forgets a value, is found."""

from __future__ import annotations

import random

import pytest

from drivers.printers import ipp
from drivers.printers.ipp import Group, Message, Tag
from tests.fuzz import targets_pages
from tests.fuzz.streams import Stream
from tests.fuzz.targets_pages import (
    COLLECTION,
    WITH_LANGUAGE,
    Told,
    judge_reply,
    parsed,
    reply_stream,
    spoken,
)
from tests.fuzz.verdict import Verdict

TRUE_PARSED = parsed


def verdict_over(count: int) -> Verdict:
    total = Verdict()
    for seed in range(count):
        total.add(judge_reply(reply_stream(random.Random(seed))))
    return total


def forgiving(data: bytes) -> Told | None:
    return TRUE_PARSED(data) or TRUE_PARSED(data + b"\3")


def forgetful(data: bytes) -> Told | None:
    told = TRUE_PARSED(data)
    return None if told is None else (told[0], told[1], told[2][:1], told[3])


@pytest.mark.parametrize("defect", [forgiving, forgetful])
def test_a_defect_is_found(monkeypatch: pytest.MonkeyPatch, defect: object) -> None:
    assert verdict_over(300).passed
    monkeypatch.setattr(targets_pages, "parsed", defect)
    assert verdict_over(300).wrong_accepts > 0


def test_a_whole_reply_reads_back_as_it_was_written() -> None:
    message = Message(
        0,
        7,
        (
            (Group.OPERATION, (ipp.attribute("attributes-charset", Tag.CHARSET, "utf-8"),)),
            (
                Group.JOB,
                (ipp.attribute("job-id", Tag.INTEGER, -5), ipp.attribute("b", Tag.BOOLEAN, True, False)),
            ),
        ),
        b"%PDF",
    )
    assert ipp.decode(ipp.encode(message)) == message
    assert ipp.attributes_end(ipp.encode(message)) == len(ipp.encode(message)) - 4


def test_collections_are_walked_over() -> None:
    data = b"\2\0\0\0\0\0\0\1" + b"\4" + COLLECTION + WITH_LANGUAGE + b"\x23\0\5state\0\4\0\0\0\3" + b"\3"
    facts = ipp.decode(data).first(Group.PRINTER)
    assert facts == {"media-col": (None,), "name": ("hello",), "state": (3,)}
    assert spoken(data) == parsed(data)
    assert judge_reply(Stream([data], [data])).passed

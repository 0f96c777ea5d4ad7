"""The judges of smart cards must see: a parser that takes half an answer for a short one has to be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.base import CardId, CardReading, CardSeen
from drivers.cards import social_security, tlv, transport_card
from drivers.cards.pcsc import PcscReader
from drivers.cards.session import Session
from tests.fuzz import targets_smart_cards as smart_cards
from tests.fuzz.campaign import Campaign
from tests.fuzz.streams_smart_cards import information_of
from tests.fuzz.target import Target

FCI, RECORDS, READS = smart_cards.TARGETS
PUBLISHED = bytes.fromhex(
    "6F318408A000000632010105A5259F0801029F0C1E01011000FFFFFFFF02010310100000000000001720240101204012310000"
)


def run(target: Target, streams: int = 400) -> Campaign:
    campaign = Campaign(replace(target, share=1.0))
    campaign.run(0, streams, seed=1)
    return campaign


def test_the_judge_reads_control_information_by_itself() -> None:
    number = "3101000000000000017"
    assert smart_cards.number_in(PUBLISHED).hex() == number.zfill(20)
    assert smart_cards.number_in(information_of(number)).hex() == number.zfill(20)
    assert smart_cards.number_in(PUBLISHED[:-1]) == b""
    assert smart_cards.number_in(PUBLISHED + b"\x84\x05\x01") == b""


def test_a_reader_that_skips_tags_and_lengths_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(data: bytes) -> bytes:
        at = data.find(b"\x9f\x0c\x1e")
        return data[at + 3 : at + 33] if at >= 0 else b""

    monkeypatch.setattr(transport_card, "public_data", careless)
    assert run(FCI).verdict.wrong_accepts > 0


def test_a_reader_that_misses_what_is_whole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tlv, "find", lambda data, *path: None)
    assert run(FCI).verdict.missed > 0


def test_records_taken_for_what_they_are_not_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(social_security, "record_value", lambda record, tag: record[2:])
    assert run(RECORDS).verdict.wrong_accepts > 0


def test_a_driver_that_accepts_partial_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Accepting(PcscReader):
        def _incomplete(self, session: Session) -> CardReading | None:
            return CardSeen(CardId("social_security", session.chip.encode()), 0)

    monkeypatch.setattr(smart_cards, "PcscReader", Accepting)
    assert run(READS).verdict.wrong_accepts > 0


def test_a_driver_that_reads_nobody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PcscReader, "_seen", lambda reader, found, chip: None)
    assert run(READS, 100).verdict.missed > 0

"""The people of the service hall are who journeys and demos lay cards down for: each card must open the person whom its
label promises, at the hall and in an emulated reader, and the hall must not keep their numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drivers.cards import id_text
from drivers.documents import DocumentKind, IdNumber
from hall import seed, seed_residents
from hall.cli import main
from hall.database import Database
from hall.sample_residents import LONGEST_NAME, RESIDENTS
from hall.services import feed, identities
from kiosk.services.devices import card_reference
from offline_cache.wire import ReferenceKind
from tests.stage import disk_search

START = date(2026, 1, 5)  # before most of the invented birthdays
TARIFF = 'id = "xuzhou_jinlonghu"\nversion = 1\nlist_price = 1200\n'


@pytest.fixture(scope="module")
def sown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Database, list[dict[str, Any]]]]:
    """Where the database lies, the database, and the identity cards as they were written for the emulators."""
    directory = tmp_path_factory.mktemp("sown")
    (directory / "tariff.toml").write_text(TARIFF, encoding="utf-8")
    (directory / "hall").mkdir()
    url, cards = f"sqlite:///{directory / 'hall' / 'hall.sqlite3'}", directory / "id_cards.json"
    arguments = ["seed", "--database", url, "--residents", "40", "--days", "1", "--from", START.isoformat()]
    assert main([*arguments, "--tariffs", str(directory), "--id-cards", str(cards)]) == 0
    database = Database(url)
    yield directory / "hall", database, json.loads(cards.read_text("utf-8"))
    database.close()


def records(database: Database, kind: ReferenceKind) -> dict[str, dict[str, Any]]:
    with database.reading() as session:
        return feed.all_of(session, kind)


def test_both_cards_of_a_person_open_the_same_person(sown: Any) -> None:
    _, database, listed = sown
    with database.writing() as session:
        key = bytes.fromhex(identities.identity(session).card_key)
    held = records(database, ReferenceKind.CARD)
    for card in listed:
        number = card_reference(key, IdNumber(card["fields"]["number"].encode()).card())
        for reference in (number, seed.card_ref(key, card["uid"])):
            assert held.get(reference, {}).get("person_id", "") == card["person_id"], card["label_en"]
    assert [card["label_en"] for card in listed if not card["person_id"]] == ["not known to the hall"]


def test_an_emulated_reader_can_lay_each_card_down(sown: Any) -> None:
    residents = records(sown[1], ReferenceKind.RESIDENT)
    for card in sown[2]:
        text = bytearray(id_text.compose(DocumentKind(card["kind"]), card["fields"]))
        document = id_text.read(text)  # refuses a wrong check character or birth date
        if card["person_id"]:
            born = residents[card["person_id"]]["birth_date"].replace("-", "")
            assert born == card["fields"]["birth"] == card["fields"]["number"][6:14]
        document.wipe()


def test_the_ages_and_names_that_labels_promise(sown: Any) -> None:
    residents = records(sown[1], ReferenceKind.RESIDENT)
    for person in RESIDENTS:
        born = person.born(START)
        age = START.year - born.year - ((START.month, START.day) < (born.month, born.day))
        assert age == person.age, person.label_en
        assert not person.known or residents[person.person_id]["name"] == person.name
    names = [person.name for person in RESIDENTS]
    assert {68, 76, 34, 71} <= {person.age for person in RESIDENTS}
    assert len(LONGEST_NAME) == 60
    assert any("\U00020001" in name for name in names)
    assert [card["fields"]["valid_to"] for card in sown[2]].count("20200101") == 1


def test_the_hall_keeps_no_number(sown: Any) -> None:
    directory, _, listed = sown
    numbers = [card["fields"]["number"] for card in listed]
    assert len(set(numbers)) == len(RESIDENTS)
    assert disk_search.search([directory], numbers) == []
    assert disk_search.search([directory], [listed[0]["person_id"]]) != []


def test_the_service_hall_has_its_site_its_staff_and_the_technician(sown: Any) -> None:
    assert records(sown[1], ReferenceKind.SITE)["H1"]["name_zh"] == "和顺社区服务大厅"
    staff = records(sown[1], ReferenceKind.STAFF)
    here = {staff_id for staff_id, member in staff.items() if "H1" in member["site_ids"]}
    assert here == {"S-H1-1", "S-H1-2", "S-H1-3", "S-H1-G1", "S-H1-G2", "S-TECH"}


def test_the_same_people_each_time() -> None:
    assert seed_residents.id_cards(START) == seed_residents.id_cards(START)

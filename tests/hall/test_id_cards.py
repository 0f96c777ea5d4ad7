"""A resident who eats by identity card must be known at the terminal by the very reference that the hall has, and the
number itself must stay with neither."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from drivers.documents import IdNumber
from drivers.emulators.people import invented_card
from hall.cli import main
from hall.database import Database
from hall.errors import HallProblem
from hall.services import cards, feed, identities
from kiosk.services.devices import card_reference
from offline_cache.wire import ReferenceKind, Resident
from tests.stage import disk_search

NUMBER = invented_card(501).number
PERSON = "P-501"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path}/hall.sqlite3")
    database.migrate()
    resident = Resident(
        person_id=PERSON, name="样本甲", birth_date="1950-01-01", short_number="5010", home=[], card_tail=""
    )
    with database.writing() as session:
        feed.publish(session, [feed.Record(ReferenceKind.RESIDENT, PERSON, resident)])
    return database


@pytest.mark.parametrize("seed", range(20))
def test_hall_and_terminal_know_an_id_card_by_the_same_reference(seed: int) -> None:
    number, key = invented_card(seed).number, bytes([seed]) * 32
    assert cards.id_card_ref(key, number) == card_reference(key, IdNumber(number.encode()).card())


def test_a_registered_card_is_told_to_terminals_without_its_number(
    database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        reference = cards.register_id_card(session, PERSON, NUMBER)
        key = bytes.fromhex(identities.identity(session).card_key)
    with database.writing() as session:
        (held,) = feed.find(session, ReferenceKind.CARD, [reference]).values()
    database.close()
    assert reference == card_reference(key, IdNumber(NUMBER.encode()).card())
    assert (held["person_id"], held["tail"], held["state"]) == (PERSON, NUMBER[-4:], "active")
    assert disk_search.search([tmp_path], [NUMBER]) == []
    assert disk_search.search([tmp_path], [reference]) != []


@pytest.mark.parametrize(
    ("person", "number", "code"),
    [
        ("P-0", NUMBER, "resident.unknown"),
        (PERSON, NUMBER[:-1], "card.number_malformed"),
        (PERSON, NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "card.number_malformed"),
        (PERSON, "", "card.number_malformed"),
        (PERSON, "\u0661" * 18, "card.number_malformed"),
    ],
)
def test_a_wrong_number_or_person_is_refused_and_not_quoted(
    database: Database, person: str, number: str, code: str
) -> None:
    with database.writing() as session, pytest.raises(HallProblem) as refused:
        cards.register_id_card(session, person, number)
    assert refused.value.problem.code == code
    assert not number or number not in str(refused.value)


def test_the_command_reads_the_number_from_its_input(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NUMBER.lower()}\n"))
    assert main(["register-id-card", PERSON, "--database", f"sqlite:///{tmp_path}/hall.sqlite3"]) == 0
    with database.writing() as session:
        assert len(feed.all_of(session, ReferenceKind.CARD)) == 1
    database.close()

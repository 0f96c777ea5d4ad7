"""The halls of the contract suite, on SQLite and on PostgreSQL, for the tests of its services; and a hall that knows the
records of residents, with a terminal that asks."""

from __future__ import annotations

import pytest

from hall.catalogue import load_more
from hall.sample_residents import BULKY, EMPTY
from hall.services import feed
from hall.services.feed import Record
from offline_cache.wire import ReferenceKind, Resident
from tests.contract.conftest import (  # noqa: F401 - fixtures are found by their names here
    TestHall,
    clock,
    database_url,
    postgres,
    sqlite_files,
)
from tests.contract.conftest import hall as hall
from tests.contract.terminals import TestTerminal
from tests.hall.desks import DeskHall


@pytest.fixture
def residents_hall(hall: TestHall) -> TestHall:
    """Kinds of records are published, and the two people are known whose records are empty and long."""
    with hall.hall.database.writing() as session:
        feed.publish(
            session, (Record(ReferenceKind.RECORD_KIND, kind.kind, kind) for kind in load_more.record_kinds())
        )
        for person in (EMPTY, BULKY):
            resident = Resident(
                person_id=person.person_id,
                name=person.name,
                birth_date="1960-01-01",
                short_number=str(person.serial),
                home=["T-01"],
            )
            feed.publish(session, [Record(ReferenceKind.RESIDENT, person.person_id, resident)])
    return hall


@pytest.fixture
def desk(residents_hall: TestHall) -> TestTerminal:
    """A terminal of the residents' role."""
    return residents_hall.terminal("QP-01", "C3", "query_print")


@pytest.fixture
def desks(hall: TestHall) -> DeskHall:
    """A hall with two front desks and a screen at the door."""
    return DeskHall(hall)

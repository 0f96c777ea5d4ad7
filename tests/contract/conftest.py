"""The contract suite runs every test on SQLite and on PostgreSQL.

One setting narrows it down: `HALL_TEST_DATABASE=sqlite` or `HALL_TEST_DATABASE=postgresql`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hall.app import create_app
from hall.clock import HallClock
from hall.models import AccountEntry
from hall.services import accounts, feed, identities
from hall.services.feed import Record
from hall.settings import Settings
from hall.state import Hall
from offline_cache.wire import Card, ReferenceKind, Resident, Site, Tariff
from tests.contract.databases import BINARIES, PostgresServer, SqliteFiles
from tests.contract.terminals import LUNCH_MS, TestTerminal

with warnings.catch_warnings():
    # Starlette would rather have a successor of httpx that is not released for wide use; httpx works.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

KINDS = ("sqlite", "postgresql")
CHOSEN = os.environ.get("HALL_TEST_DATABASE")
if CHOSEN is not None and CHOSEN not in KINDS:
    raise pytest.UsageError(f"HALL_TEST_DATABASE is one of {KINDS}")
PARAMETERS = [
    pytest.param(kind, marks=pytest.mark.postgres if kind == "postgresql" else ())
    for kind in KINDS
    if CHOSEN in (None, kind)
]


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not (BINARIES / "initdb").exists():
        pytest.skip(f"PostgreSQL 15 is not installed: no {BINARIES}/initdb")
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=PARAMETERS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    databases = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres")
    with databases.fresh(tmp_path) as url:
        yield url


class SetClock(HallClock):
    """Stands at the lunch of the tests until moved."""

    def __init__(self) -> None:
        self.time_ms = LUNCH_MS + 4 * 3_600_000

    def now_ms(self) -> int:
        return self.time_ms


class TestHall:
    """A running hall with two canteens and a few residents, and the people who call it."""

    __test__ = False

    def __init__(self, http: httpx.Client, hall: Hall, clock: SetClock) -> None:
        self.http = http
        self.hall = hall
        self.clock = clock
        with hall.database.writing() as session:
            self.officer = {
                "Authorization": f"Bearer {identities.appoint(session, 'Officer Gao', clock.now_ms())}"
            }
            feed.publish(session, _town())
            for person_id, purse, welfare in (
                ("P1", 10_000, 60_000),
                ("P2", 10_000, 0),
                ("P3", 1_000, 0),
                ("P4", 0, 0),
            ):
                accounts.open_account(session, person_id, purse, welfare)

    def terminal(
        self, terminal_id: str = "CT-03", site_id: str = "C3", role: str = "canteen"
    ) -> TestTerminal:
        return TestTerminal(self.http, self.invite(terminal_id, site_id, role), self.clock.now_ms)

    def invite(self, terminal_id: str, site_id: str, role: str) -> str:
        with self.hall.database.writing() as session:
            return identities.invite(session, terminal_id, site_id, role, self.clock.now_ms())

    def top_up(self, person_id: str, purse: int, entry_id: str = "top-up-1") -> None:
        entry = AccountEntry(
            entry_id=entry_id, person_id=person_id, purse=purse, welfare=0, reason="top_up", made_by="test",
            made_at_ms=self.clock.now_ms(),
        )  # fmt: skip
        with self.hall.database.writing() as session:
            accounts.book(session, entry)

    def get(self, path: str, **parameters: Any) -> Any:
        """What an officer reads."""
        answer = self.http.get(path, params=parameters, headers=self.officer)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        return self.http.post(path, json=body, headers=self.officer)

    def post_twice(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What an officer does, sent twice: the second time is answered the same."""
        first, again = self.post(path, body), self.post(path, body)
        assert first.status_code == 200, first.text
        assert again.json() == first.json()
        return first.json()

    def states(self, terminal_id: str) -> list[tuple[str, str]]:
        rows = self.get("/v1/ledger", terminal=terminal_id)["rows"]
        return [("voided" if row["voided"] else row["state"], row["code"]) for row in rows]


def _town() -> Iterator[Record]:
    for site_id, longitude in (("C3", 117.3000), ("C7", 117.3261)):
        site = Site(
            site_id=site_id, name_zh=f"{site_id} 助餐点", name_en=site_id, operator_id="OP-1", tariff_id="plain",
            areas=["T-01", "D-01", "X-01"], periods=[], phone="0000", latitude=34.26, longitude=longitude,
        )  # fmt: skip
        yield Record(ReferenceKind.SITE, site_id, site)
    document = {
        "funds": [
            {"code": "age", "fund": "zone_meal_fund"},
            {"code": "day_line", "fund": "day_fund", "per": "day"},
        ]
    }
    yield Record(ReferenceKind.TARIFF, "plain", Tariff(tariff_id="plain", version=1, document=document))
    for person_id in ("P1", "P2", "P3", "P4"):
        resident = Resident(
            person_id=person_id,
            name="王㛃",
            birth_date="1948-05-01",
            short_number=person_id,
            home=["T-01", "D-01", "X-01"],
        )
        card = Card(card_ref=f"{person_id}-card", person_id=person_id, tail="0001", state="active")
        yield Record(ReferenceKind.RESIDENT, person_id, resident)
        yield Record(ReferenceKind.CARD, card.card_ref, card)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def hall(database_url: str, clock: SetClock) -> Iterator[TestHall]:
    app = create_app(Settings(database=database_url, clock=clock))
    with TestClient(app) as http:
        yield TestHall(http, app.state.hall, clock)

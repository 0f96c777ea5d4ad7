"""Whatever order the batches of several terminals reach the hall in, it must end in the same state: who kept the
subsidy, what is on each account, what is up for review. The whole state is compared, over real transactions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hall.database import Database
from hall.models import Account, Base, Claim, FundClaim, Meal, Published, Review, Row, Void
from hall.services import accounts, feed
from hall.services.feed import Record
from hall.services.intake import take_in
from offline_cache.wire import LogRow, ReferenceKind, Resident, Site, Tariff
from tests.contract.terminals import BAND, DAY_FUND, LUNCH_MS, MINUTE_MS, WELFARE, LogWriter

# What depends on arrival by nature: when a row came, and the numbers of the feed.
ARRIVAL = {"received_at_ms", "opened_at_ms", "number"}
STATE: list[type[Base]] = [Account, Claim, FundClaim, Meal, Review, Row, Void]
PEOPLE = ("P1", "P2", "P3")


class Arena:
    """A prepared database, copied afresh for every run."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._template = directory / "template.sqlite3"
        database = Database(f"sqlite:///{self._template}")
        database.migrate()
        with database.writing() as session:
            feed.publish(session, _records())
            for person_id, purse, welfare in (("P1", 100_000, 60_000), ("P2", 1_500, 300), ("P3", 0, 0)):
                accounts.open_account(session, person_id, purse, welfare)
        database.close()

    def outcome(self, batches: Sequence[Sequence[LogRow]]) -> dict[str, Any]:
        path = self._directory / "run.sqlite3"
        for leftover in self._directory.glob("run.sqlite3*"):
            leftover.unlink()
        shutil.copyfile(self._template, path)
        database = Database(f"sqlite:///{path}")
        for at, batch in enumerate(batches):
            push = {"log_id": batch[0].log_id, "rows": [row.model_dump(mode="json") for row in batch]}
            with database.writing() as session:
                answer = take_in(session, batch[0].terminal_id, push, LUNCH_MS + at)
            assert {each.result for each in answer.results} <= {"new", "refused"}
        state = _dump(database)
        database.close()
        return state


def _records() -> Iterator[Record]:
    for site_id in ("C3", "C5", "C7"):
        site = Site(
            site_id=site_id, name_zh=site_id, name_en=site_id, operator_id="OP-1", tariff_id="plain", areas=[],
            periods=[], phone="0000",
        )  # fmt: skip
        yield Record(ReferenceKind.SITE, site_id, site)
    document = {"funds": [{"code": "day_line", "fund": "day_fund", "per": "day"}]}
    yield Record(ReferenceKind.TARIFF, "plain", Tariff(tariff_id="plain", version=1, document=document))
    for person_id in PEOPLE:
        resident = Resident(
            person_id=person_id, name="张三", birth_date="1948-05-01", short_number=person_id, home=[]
        )
        yield Record(ReferenceKind.RESIDENT, person_id, resident)


def _dump(database: Database) -> dict[str, Any]:
    state: dict[str, Any] = {}
    with database.reading() as session:
        for table in STATE:
            names = [column.key for column in table.__table__.columns if column.key not in ARRIVAL]
            rows = [{name: getattr(row, name) for name in names} for row in session.scalars(select(table))]
            state[table.__tablename__] = sorted(rows, key=repr)
        told = session.execute(
            select(Published.kind, Published.id, Published.data).where(Published.data.is_not(None))
        )
        state["published"] = sorted((tuple(row) for row in told), key=repr)
    return state


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Arena:
    return Arena(tmp_path_factory.mktemp("arena"))


acts = st.tuples(
    st.sampled_from(PEOPLE),
    st.integers(0, 4),  # minutes: collisions are wanted
    st.booleans(),  # trusted
    st.sampled_from(["lunch", "lunch", "dinner"]),
    st.sampled_from([[BAND], [BAND, WELFARE], [DAY_FUND], []]),
    st.booleans(),  # taken back by the next row
)
terminals = st.lists(st.lists(acts, min_size=1, max_size=4), min_size=2, max_size=3)


def _log(place: int, plan: list[Any]) -> LogWriter:
    log = LogWriter(f"CT-0{place}", f"log-{place}")
    site_id = ("C3", "C5", "C7")[place]
    for person_id, minute, trusted, period, lines, taken_back in plan:
        at_ms = LUNCH_MS + minute * MINUTE_MS
        meal = log.meal(person_id, at_ms, trusted, period=period, lines=lines, site_id=site_id, online=False)
        if taken_back:
            log.void(meal, at_ms + 1)
    return log


def _batches(log: LogWriter, cuts: set[int]) -> list[list[LogRow]]:
    """The log cut into batches, in order."""
    edges = [0, *sorted(cut for cut in cuts if 0 < cut < len(log.rows)), len(log.rows)]
    return [log.rows[start:end] for start, end in pairwise(edges)]


def _interleaved(chance: Any, queues: list[list[list[LogRow]]]) -> list[list[LogRow]]:
    queues = [list(queue) for queue in queues]
    order: list[list[LogRow]] = []
    while any(queues):
        order.append(chance.choice([queue for queue in queues if queue]).pop(0))
    return order


@given(
    plans=terminals,
    cuts=st.lists(st.sets(st.integers(1, 7)), min_size=3, max_size=3),
    chance=st.randoms(use_true_random=False),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_interleaving_of_batches_ends_in_the_same_state(
    arena: Arena, plans: list[Any], cuts: list[set[int]], chance: Any
) -> None:
    logs = [_log(place, plan) for place, plan in enumerate(plans)]
    one_after_the_other = [batch for log in logs for batch in _batches(log, set())]
    mixed = _interleaved(chance, [_batches(log, cuts[place]) for place, log in enumerate(logs)])
    expected = arena.outcome(one_after_the_other)
    assert arena.outcome(mixed) == expected
    assert arena.outcome(list(reversed(one_after_the_other))) == expected


@given(plans=terminals, chance=st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_and_accounts_add_up(arena: Arena, plans: list[Any], chance: Any) -> None:
    logs = [_log(place, plan) for place, plan in enumerate(plans)]
    state = arena.outcome(_interleaved(chance, [_batches(log, {1, 3}) for log in logs]))
    for account in state["accounts"]:
        meals = [meal for meal in state["meals"] if meal["person_id"] == account["person_id"]]
        live = [meal for meal in meals if meal["outcome"] != "voided"]
        taken = sum(meal["purse_part"] for meal in live)
        taken += sum(meal["welfare_part"] for meal in live if meal["outcome"] == "accepted")
        opened = account["purse_opened"] + account["welfare_opened"]
        short = sum(meal["shortfall"] for meal in live)
        assert account["purse"] + account["welfare"] == opened - taken + short
        assert min(account["purse"], account["welfare"]) >= 0
    claimed = {(claim["person_id"], claim["service_date"], claim["period"]) for claim in state["claims"]}
    subsidised = [meal for meal in state["meals"] if meal["subsidised"] and meal["outcome"] == "accepted"]
    assert len(subsidised) == len(claimed) == len(state["claims"])
    due = {
        review["txn_id"]: review["amount_due"] for review in state["reviews"] if review["kind"] != "shortfall"
    }
    assert {meal["txn_id"]: meal["due"] for meal in state["meals"] if meal["due"]} == due

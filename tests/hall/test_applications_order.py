"""Rows of residents' matters reach the hall late, twice, cut into batches, after a salvage: whatever the order, the same
applications, runs and ratings must stand there, and the same rows must be refused. The whole state is compared."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hall.database import Database
from hall.models import Base, Published, Row
from hall.models_applications import (
    AgentAuthorisation,
    Application,
    ApplicationClaim,
    ApplicationPaper,
    ApplicationStep,
    ForgottenCard,
    NormRun,
    NormStepRecord,
    Rating,
    RegisteredObject,
)
from hall.services.intake import take_in
from offline_cache.wire import LogRow, RowKind
from tests.contract.terminals import LUNCH_MS, LogWriter
from tests.hall import offices
from tests.hall.offices import application, step, with_papers

ARRIVAL = {"received_at_ms"}
STATE: list[type[Base]] = [
    Row, Application, ApplicationClaim, ApplicationPaper, ApplicationStep, AgentAuthorisation, NormRun, NormStepRecord,
    Rating, ForgottenCard,
]  # fmt: skip


class Arena:
    """A prepared database, copied afresh for every run."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._template = directory / "template.sqlite3"
        database = Database(f"sqlite:///{self._template}")
        database.migrate()
        with database.writing() as session:
            offices.publish(session)
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
                take_in(session, batch[0].terminal_id, push, LUNCH_MS + 60_000 + at)
        state = _dump(database)
        database.close()
        return state


def _dump(database: Database) -> dict[str, Any]:
    state: dict[str, Any] = {}
    with database.reading() as session:
        for table in STATE:
            names = [column.key for column in table.__table__.columns if column.key not in ARRIVAL]
            rows = [{name: getattr(row, name) for name in names} for row in session.scalars(select(table))]
            state[table.__tablename__] = sorted(rows, key=repr)
        told = session.execute(select(Published.kind, Published.id, Published.data, Published.site_id))
        state["published"] = sorted((tuple(row) for row in told), key=repr)
        matters: dict[str, Any] = {}
        for matter in session.scalars(select(RegisteredObject).order_by(RegisteredObject.version)):
            matters[matter.id] = matter.data
        state["matters"] = matters
    return state


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Arena:
    return Arena(tmp_path_factory.mktemp("arena"))


AGENT = {
    "authorisation_id": "A",
    "agent_id": "P3",
    "relation": "child",
    "proof": "card",
    "until": "2026-04-01",
}
# A number that is used twice is wanted often, by the same words and by others.
applying = st.tuples(
    st.just("apply"),
    st.integers(1, 2),
    st.integers(0, 3),
    st.fixed_dictionaries(
        {
            "item": st.sampled_from(["plain", "anywhere", "papers", "gone"]),
            "person_id": st.sampled_from(["P1", "P2"]),
            "form": st.sampled_from([{"why": "a"}, {"why": "b"}, {}]),
            "agent": st.sampled_from([None, AGENT]),
            "number": st.sampled_from(["QP01-20260302-0001", "QP01-20260302-0002"]),
        }
    ),
)
recording = st.tuples(
    st.just("record"),
    st.integers(1, 2),
    st.integers(0, 3),
    st.fixed_dictionaries(
        {
            "step": st.sampled_from(["hear", "talk", "agree", "evaluation"]),
            "number": st.just("QP01-20260302-0007"),
        }
    ),
)
rating = st.tuples(
    st.just("rate"),
    st.integers(1, 5),
    st.integers(0, 3),
    st.fixed_dictionaries({"subject": st.just("visit")}),
)
plans = st.lists(
    st.lists(st.one_of(applying, applying, recording, rating), min_size=1, max_size=4), min_size=2, max_size=3
)


def _log(place: int, plan: list[Any]) -> LogWriter:
    # The last log is one that the first terminal opened after its own had to be quarantined.
    log = LogWriter("QP-01" if place != 1 else "QP-02", f"log-{place}")
    for sort, count, minute, facts in plan:
        at_ms = LUNCH_MS + minute
        if sort == "apply":
            write = with_papers if facts["item"] == "papers" else application
            write(log, count, at_ms=at_ms, accept_site=f"H{count}", **facts)
        elif sort == "record":
            record = {"said": str(count), "good": "yes"}
            step(log, facts["step"], at_ms=at_ms, number=facts["number"], record=record)
        else:
            log.add(RowKind.RATING_GIVEN, {"subject": facts["subject"], "score": count}, at_ms)
    return log


@given(plans=plans, chance=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_and_any_repetition_ends_in_the_same_state(
    arena: Arena, plans: list[Any], chance: Any
) -> None:
    logs = [_log(place, plan) for place, plan in enumerate(plans)]
    expected = arena.outcome([log.rows for log in logs])
    singly = [[row] for log in logs for row in log.rows]
    again = [chance.choice(singly) for _ in range(2)]
    chance.shuffle(singly)
    assert arena.outcome([*singly, *again]) == expected
    assert arena.outcome([log.rows for log in reversed(logs)]) == expected


@given(plans=plans)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_is_held_once_and_by_the_earliest(arena: Arena, plans: list[Any]) -> None:
    logs = [_log(place, plan) for place, plan in enumerate(plans)]
    state = arena.outcome([log.rows for log in logs])
    claims: dict[str, list[Any]] = {}
    for claim in state["application_claims"]:
        claims.setdefault(claim["number"], []).append(claim)
    held = {each["number"]: each for each in state["applications"]}
    assert set(held) == set(claims)
    rows = {(row["terminal_id"], row["log_id"], row["seq"]): row for row in state["rows"]}
    for number, claimed in claims.items():
        earliest = min(claim["occurred_at_ms"] for claim in claimed)
        assert held[number]["submitted_at_ms"] == earliest
        for claim in claimed:
            row = rows[(claim["terminal_id"], claim["log_id"], claim["seq"])]
            mine = claim["digest"] == held[number]["digest"]
            assert (row["state"], row["code"]) == (
                ("applied", "") if mine else ("refused", "application.number_taken")
            )

"""The access log is what a person may ask to see: each look is in it once, by the hall and by the terminal, and nothing
of what was looked at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hall.models_residents import AccessEntry, NoticeRead
from hall.services.residents import sweeping
from offline_cache.wire import RowKind
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, MINUTE_MS, TestTerminal

LOOK: dict[str, Any] = {
    "person_id": "P1", "kind": "points", "purpose": "self_query.points", "year": None, "result": "ok", "source": "cache"
}  # fmt: skip


def test_a_look_into_a_terminal_s_cache_is_written_down_once(hall: TestHall) -> None:
    terminal = hall.terminal("QP-01", "C3", "query_print")
    row = terminal.log.add(RowKind.RECORD_QUERIED, LOOK)
    terminal.push(row)  # twice, as after a lost reply
    (entry,) = hall.get("/v1/access-log")
    assert entry == {
        **LOOK,
        "entry_id": row.txn_id,
        "written_by": "terminal",
        "terminal_id": "QP-01",
        "rows": 0,
        "at_ms": LUNCH_MS,
        "staff_id": "",
    }


def test_a_row_of_another_shape_is_refused(hall: TestHall) -> None:
    terminal = hall.terminal("QP-01", "C3", "query_print")
    for body in ({**LOOK, "result": "stolen"}, {**LOOK, "name": "王㛃"}, {}):
        (result,) = terminal.push(terminal.log.add(RowKind.RECORD_QUERIED, body)).results
        assert (result.result, result.code) == ("refused", "record_queried.malformed")
    huge = terminal.log.add(RowKind.RECORD_QUERIED, {**LOOK, "year": 2**53 - 1})
    assert terminal.push(huge).results[0].result == "new"
    assert len(hall.get("/v1/access-log")) == 1


def test_the_hall_s_entry_names_no_one_and_holds_no_row(residents_hall: TestHall, desk: TestTerminal) -> None:
    query = {"person_id": "P1", "kind": "points", "purpose": "self_query.points"}
    answer = desk.http.post("/v1/residents/records", json=query, headers=desk.headers).json()
    with residents_hall.hall.database.reading() as session:
        (entry,) = session.scalars(select(AccessEntry))
        held = " ".join(str(getattr(entry, column.key)) for column in AccessEntry.__table__.columns)
    assert entry.rows == len(answer["rows"]) > 0
    assert (entry.terminal_id, entry.purpose, entry.written_by) == ("QP-01", "self_query.points", "hall")
    assert "王" not in held
    assert not any(
        cell in held for row in answer["rows"] for cell in row if not cell.lstrip("+-").isdecimal()
    )


def test_officers_read_it_by_person_and_terminal_and_back_in_time(hall: TestHall) -> None:
    one, other = (hall.terminal(name, "C3", "query_print") for name in ("QP-01", "QP-02"))
    for at in range(3):
        one.push(one.log.add(RowKind.RECORD_QUERIED, LOOK, LUNCH_MS + at * MINUTE_MS))
    other.push(other.log.add(RowKind.RECORD_QUERIED, {**LOOK, "person_id": "P2"}, LUNCH_MS + 5 * MINUTE_MS))
    assert [each["person_id"] for each in hall.get("/v1/access-log")] == ["P2", "P1", "P1", "P1"]
    assert len(hall.get("/v1/access-log", person="P1", terminal="QP-01")) == 3
    assert hall.get("/v1/access-log", person="P1", terminal="QP-02") == []
    newest, *_ = hall.get("/v1/access-log", terminal="QP-01", limit=1)
    assert len(hall.get("/v1/access-log", terminal="QP-01", before_ms=newest["at_ms"])) == 2
    answer = hall.http.get("/v1/access-log", headers=one.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "role.not_allowed")


def test_the_log_is_kept_for_the_three_years_of_the_notice_and_no_longer(hall: TestHall) -> None:
    one = hall.terminal("QP-01", "C3", "query_print")
    for at_ms in (LUNCH_MS, LUNCH_MS + MINUTE_MS):
        one.push(one.log.add(RowKind.RECORD_QUERIED, LOOK, at_ms))
    sweeping.sweep(hall.hall.database, LUNCH_MS + sweeping.THREE_YEARS_MS)
    assert len(hall.get("/v1/access-log")) == 2
    sweeping.sweep(hall.hall.database, LUNCH_MS + sweeping.THREE_YEARS_MS + MINUTE_MS)
    (left,) = hall.get("/v1/access-log")
    assert left["at_ms"] == LUNCH_MS + MINUTE_MS


def test_a_notice_is_read_once_a_version(hall: TestHall) -> None:
    terminal = hall.terminal("QP-01", "C3", "query_print")
    for at, version in enumerate((1, 1, 2)):
        body = {"person_id": "P1", "version": version}
        pushed = terminal.push(terminal.log.add(RowKind.NOTICE_READ, body, LUNCH_MS + at * MINUTE_MS))
        assert pushed.results[0].result == "new"
    with hall.hall.database.reading() as session:
        held = [(read.version, read.read_at_ms) for read in session.scalars(select(NoticeRead))]
    assert sorted(held) == [(1, LUNCH_MS), (2, LUNCH_MS + 2 * MINUTE_MS)]

"""A record holds what nobody else may see: it is given for the right purpose only, whole, in time, and never without an
entry in the access log."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from hall.auth import ROLES
from hall.catalogue import load_more
from hall.database import Database
from hall.sample_residents import BULKY, EMPTY
from hall.services.residents.record_source import Asked, RecordSource, SourceAway, SourcePage
from hall.services.residents.records import CALLS_A_SOURCE, Records
from hall.services.residents.seeded import BULKY_ROWS, TABLES
from hall.services.residents.sources import SOURCES
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, MINUTE_MS, TestTerminal

NUMBER = re.compile(r"[+-]?[0-9]+")
DAY_MS = 24 * 60 * MINUTE_MS


def ask(desk: TestTerminal, kind: str, person: str = "P1", **changes: Any) -> httpx.Response:
    query = {"person_id": person, "kind": kind, "purpose": f"self_query.{kind}", **changes}
    return desk.http.post("/v1/residents/records", json=query, headers=desk.headers)


def page(desk: TestTerminal, kind: str, person: str = "P1", **changes: Any) -> dict[str, Any]:
    answer = ask(desk, kind, person, **changes)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def log_of(hall: TestHall, **query: Any) -> list[tuple[str, str, int, str]]:
    """(whose, which kind, rows, result), oldest first."""
    entries = hall.get("/v1/access-log", **query)
    return [(each["person_id"], each["kind"], each["rows"], each["result"]) for each in reversed(entries)]


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- what is answered -----------------------------------------------------------------------------------------------


def test_social_insurance_by_year_is_a_table_with_a_sum(residents_hall: TestHall, desk: TestTerminal) -> None:
    found = page(desk, "social_insurance", year=2025)
    assert found["title_zh"] == "社保缴费记录"
    assert [column["sort"] for column in found["columns"]] == ["date", "money", "money", "state"]
    assert [row[0] for row in found["rows"]] == [f"2025-{month:02d}" for month in range(1, 13)]
    assert found["total"] == [
        "合计",
        str(sum(int(row[1]) for row in found["rows"])),
        str(sum(int(row[2]) for row in found["rows"])),
        "",
    ]
    assert (found["count"], found["next_cursor"]) == (12, "")
    assert found["as_of_ms"] == residents_hall.clock.now_ms()
    assert found["note_zh"].startswith("样例")
    assert {row[3] for row in found["rows"]} <= found["columns"][3]["english"].keys()


def test_what_stands_before_a_sum_has_its_english(residents_hall: TestHall, desk: TestTerminal) -> None:
    residents_hall.top_up("P1", 2_000)
    for kind in ("social_insurance", "canteen_account"):
        found = page(desk, kind)
        assert found["columns"][0]["english"] == {found["total"][0]: "Total"}, kind


def test_a_year_holds_what_has_happened_and_all_years_together_hold_the_same(desk: TestTerminal) -> None:
    this_year = page(desk, "social_insurance", year=2026)["rows"]
    assert [row[0] for row in this_year] == ["2026-01", "2026-02"]  # it is the 2nd of March
    everything = page(desk, "social_insurance")["rows"]
    by_year = [row for year in range(2015, 2027) for row in page(desk, "social_insurance", year=year)["rows"]]
    assert everything == by_year


def test_the_year_counts_only_where_a_kind_is_asked_for_by_year(desk: TestTerminal) -> None:
    assert page(desk, "points", year=1999)["rows"] == page(desk, "points")["rows"] != []


def test_invented_rows_are_the_same_each_time_and_fit_their_columns(desk: TestTerminal) -> None:
    for kind in TABLES:
        first, again = page(desk, kind, limit=2000), page(desk, kind, limit=2000)
        assert first == again
        assert all(len(row) == len(first["columns"]) for row in first["rows"])
        assert len(first["total"]) in (0, len(first["columns"]))
        counted = [at for at, column in enumerate(first["columns"]) if column["sort"] in ("money", "count")]
        assert all(NUMBER.fullmatch(row[at]) for row in first["rows"] for at in counted), kind


def test_two_people_have_records_of_their_own(desk: TestTerminal) -> None:
    assert page(desk, "social_insurance", "P1")["rows"] != page(desk, "social_insurance", "P2")["rows"]


def test_every_kind_that_is_published_has_somebody_who_answers() -> None:
    assert {kind.kind for kind in load_more.record_kinds()} == SOURCES.keys()


def test_a_person_without_rows_gets_an_empty_page(residents_hall: TestHall, desk: TestTerminal) -> None:
    for kind in SOURCES:
        found = page(desk, kind, EMPTY.person_id)
        assert (found["rows"], found["total"], found["count"], found["next_cursor"]) == ([], [], 0, ""), kind
    assert log_of(residents_hall) == [(EMPTY.person_id, kind, 0, "empty") for kind in SOURCES]


def test_ten_thousand_rows_come_in_pages_that_fit_together(
    residents_hall: TestHall, desk: TestTerminal
) -> None:
    rows: list[list[str]] = []
    cursor, slowest = "", 0.0
    while True:
        began = time.monotonic()
        found = page(desk, "points", BULKY.person_id, cursor=cursor, limit=2000)
        slowest = max(slowest, time.monotonic() - began)
        assert found["count"] == BULKY_ROWS
        rows += found["rows"]
        cursor = found["next_cursor"]
        if not cursor:
            break
    assert len(rows) == BULKY_ROWS
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert all(int(row[3]) >= 0 for row in rows)
    changes = [int(row[3]) - int(before[3]) for row, before in itertools.pairwise(rows)]
    assert changes == [int(row[2]) for row in rows[:-1]]  # no row is missing, and none comes twice
    assert slowest < 5.0
    assert sum(count for *_, count, _ in log_of(residents_hall)) == BULKY_ROWS


# --- what is refused ------------------------------------------------------------------------------------------------


CANTEEN = {"kind": "canteen_account", "purpose": "self_query.canteen_account"}
REFUSED: list[tuple[dict[str, str], int, str]] = [
    ({"purpose": "curiosity"}, 403, "record.purpose"),
    ({"purpose": "self_query.pension"}, 403, "record.purpose"),
    ({"person_id": "P-nobody"}, 404, "record.unknown_person"),
    ({"kind": "love_letters"}, 404, "record.unknown_kind"),
    *(({"cursor": cursor}, 422, "record.cursor") for cursor in ("x", "-1", "1e3", "٣", "9" * 100)),
    *(({**CANTEEN, "cursor": cursor}, 422, "record.cursor") for cursor in ("7", "x.y", "1.", ".")),
]


def test_what_is_not_in_order_is_refused_and_written_down(
    residents_hall: TestHall, desk: TestTerminal
) -> None:
    written = []
    for changes, status, code in REFUSED:
        query = {"person_id": "P1", "kind": "aid", "purpose": "self_query.aid", **changes}
        answer = desk.http.post("/v1/residents/records", json=query, headers=desk.headers)
        assert problem(answer) == (status, code), changes
        written.append((query["person_id"], query["kind"], 0, "refused"))
    assert log_of(residents_hall) == written


def test_what_is_no_query_is_not_even_looked_at(desk: TestTerminal) -> None:
    for changes in ({"limit": 0}, {"limit": 2001}, {"year": 10**30}, {"person_id": "x" * 65}, {"rows": 1}):
        query = {"person_id": "P1", "kind": "aid", "purpose": "self_query.aid", **changes}
        answer = desk.http.post("/v1/residents/records", json=query, headers=desk.headers)
        assert problem(answer) == (422, "request.malformed"), changes


def test_a_person_that_no_database_can_hold_is_refused_on_every_database(desk: TestTerminal) -> None:
    assert ask(desk, "aid", "\x00").status_code in (404, 422)


def test_no_other_role_reads_records(residents_hall: TestHall) -> None:
    for role in ROLES.keys() - {"query_print"}:
        other = residents_hall.terminal(f"T-{role}", "C3", role)
        assert problem(ask(other, "points")) == (403, "role.not_allowed")
    assert log_of(residents_hall) == []


# --- sources that are late or away ----------------------------------------------------------------------------------


class AwaySource:
    def page(self, database: Database, asked: Asked) -> SourcePage:
        raise SourceAway("the office is closed")


class StuckSource:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def page(self, database: Database, asked: Asked) -> SourcePage:
        assert self.let_go.wait(30)
        return SourcePage(columns=(), rows=(), count=0)


@contextmanager
def with_sources(hall: TestHall, deadline_s: float, **sources: RecordSource) -> Iterator[None]:
    before = hall.hall.records
    hall.hall.records = Records({**SOURCES, **sources}, deadline_s)
    yield
    hall.hall.records = before


def test_a_source_that_is_away_is_said_so(residents_hall: TestHall, desk: TestTerminal) -> None:
    with with_sources(residents_hall, 5.0, pension=AwaySource()):
        answer = ask(desk, "pension")
    assert problem(answer) == (503, "record.source_away")
    assert int(answer.headers["Retry-After"]) > 0
    assert log_of(residents_hall) == [("P1", "pension", 0, "away")]


def test_a_source_that_is_late_holds_nobody_up(residents_hall: TestHall, desk: TestTerminal) -> None:
    stuck = StuckSource()
    with with_sources(residents_hall, 0.1, pension=stuck):
        began = time.monotonic()
        late = [problem(ask(desk, "pension")) for _ in range(CALLS_A_SOURCE + 1)]
        took = time.monotonic() - began
        others = ask(desk, "points")
        stuck.let_go.set()
    assert late == [(503, "record.source_away")] * (CALLS_A_SOURCE + 1)
    assert took < 10.0
    assert others.status_code == 200
    assert [result for *_, result in log_of(residents_hall)] == ["away"] * (CALLS_A_SOURCE + 1) + ["ok"]


# --- the canteen account --------------------------------------------------------------------------------------------


def test_the_canteen_account_is_the_hall_s_own_ledger(residents_hall: TestHall, desk: TestTerminal) -> None:
    canteen = residents_hall.terminal("CT-03", "C3", "canteen")
    eaten = canteen.log.meal("P1")
    taken_back = canteen.log.meal("P1", at_ms=LUNCH_MS + MINUTE_MS)
    canteen.push(eaten, taken_back, canteen.log.void(taken_back, LUNCH_MS + 2 * MINUTE_MS))
    residents_hall.top_up("P1", 2_000)
    found = page(desk, "canteen_account")
    assert found["rows"] == [
        ["2026-03-02", "充值", "0", "2000"],
        ["2026-03-02", "午餐（已退）", "0", "0"],
        ["2026-03-02", "午餐", "650", "0"],
    ]
    assert found["total"] == ["合计", "", "650", "2000"]
    assert "113.50" in found["note_zh"]  # 100.00 - 6.50 + 20.00
    assert {row[1] for row in found["rows"]} <= found["columns"][1]["english"].keys()


def test_a_meal_eaten_meanwhile_moves_no_page(residents_hall: TestHall, desk: TestTerminal) -> None:
    canteen = residents_hall.terminal("CT-03", "C3", "canteen")
    days = [f"2026-02-{day:02d}" for day in range(1, 11)]
    canteen.push(
        *(
            canteen.log.meal("P1", at_ms=LUNCH_MS - (20 - at) * DAY_MS, service_date=day)
            for at, day in enumerate(days)
        )
    )
    first = page(desk, "canteen_account", limit=4)
    canteen.push(canteen.log.meal("P1"))
    second = page(desk, "canteen_account", limit=4, cursor=first["next_cursor"])
    third = page(desk, "canteen_account", limit=4, cursor=second["next_cursor"])
    assert [row[0] for each in (first, second, third) for row in each["rows"]] == days[::-1]
    assert (first["count"], third["count"], third["next_cursor"]) == (10, 11, "")

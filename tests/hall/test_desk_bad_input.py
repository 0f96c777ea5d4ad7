"""A caller that sends nonsense gets a stable code, and a row of nonsense never blocks the log that it stands in: whatever a
terminal's clock says, the rows after it have to arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from offline_cache.wire import LogRow, ReferenceKind, RowKind
from tests.contract.terminals import DATE, LUNCH_MS
from tests.hall.desks import (
    DAY_MS,
    YEAR_MS,
    DeskHall,
    alarm,
    alarm_step,
    answer,
    care_done,
    code_of,
    consent,
    ticket,
    visit,
)

NO_CALENDAR_MS = 2**52
"""A time that a log can hold, and no calendar."""


@pytest.mark.parametrize(
    "since", ["2026-02-30", "2025-13-01", "0000-01-01", "２０２６-０３-０１", "yesterday"]
)
def test_a_day_that_is_none_opens_no_care_case(desks: DeskHall, since: str) -> None:
    refused = desks.hall.post("/v1/care-cases", {"person_id": "P1", "since": since})
    assert (refused.status_code, refused.json()["code"]) == (422, "request.malformed")


@pytest.mark.parametrize("parameter", ["first", "last"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_ratings_are_summed_up_to_either_end_of_the_calendar(
    desks: DeskHall, parameter: str, day: str
) -> None:
    assert desks.hall.get("/v1/ratings/summary", **{parameter: day}) == []


BadRow = Callable[[DeskHall], LogRow]


def _late_visit(desks: DeskHall) -> LogRow:
    return visit(desks.desk, at_ms=NO_CALENDAR_MS)


def _early_visit(desks: DeskHall) -> LogRow:
    return visit(desks.desk, at_ms=-NO_CALENDAR_MS)


def _late_answer(desks: DeskHall) -> LogRow:
    return answer(desks.desk, "received", at_ms=NO_CALENDAR_MS)


def _late_consent(desks: DeskHall) -> LogRow:
    return consent(desks.desk, at_ms=NO_CALENDAR_MS - 400 * DAY_MS)


def _late_care(desks: DeskHall) -> LogRow:
    case = desks.hall.post("/v1/care-cases", {"person_id": "P1", "since": "2026-03-01"}).json()
    return care_done(desks.desk, case["case_id"], "call", "away", NO_CALENDAR_MS)


def _ticket_of_no_day(desks: DeskHall) -> LogRow:
    return ticket(desks.desk, date="zzzz")


def _document_in_wide_digits(desks: DeskHall) -> LogRow:
    return desks.desk.log.add(RowKind.DOCUMENT_ISSUED, _document("FD01-２０２６０３０２-0001"))


def _document(number: str) -> dict[str, Any]:
    return {
        "number": number, "person_id": None, "kind": "guide", "title_zh": "指南", "title_en": "", "medium": "slip", "rows": 1,
        "pages": 1, "copies": 1, "digest": "0" * 64, "signature": "AAAA", "as_of_ms": LUNCH_MS,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bad_row", "outcome"),
    [
        (_late_visit, "new"),
        (_early_visit, "new"),
        (_late_answer, "new"),
        (_late_consent, "new"),
        (_late_care, "new"),
        (_ticket_of_no_day, "refused"),
        (_document_in_wide_digits, "refused"),
    ],
)
def test_a_row_of_nonsense_stops_no_other(desks: DeskHall, bad_row: BadRow, outcome: str) -> None:
    row = bad_row(desks)
    after = visit(desks.desk, "v-after")
    results = desks.desk.push(row, after).results
    assert [each.result for each in results] == [outcome, "new"]
    assert desks.told(ReferenceKind.VISIT, "v-after") is not None


@pytest.mark.parametrize("at_ms", [-NO_CALENDAR_MS, NO_CALENDAR_MS, LUNCH_MS + 400 * DAY_MS])
def test_a_call_for_help_rings_whatever_the_clock_says(desks: DeskHall, at_ms: int) -> None:
    """Its terminal may have lost the time; somebody pressed it all the same, and it has to be passed on."""
    assert code_of(desks.desk, alarm(desks.desk, at_ms=at_ms)) == ""
    shown = desks.told(ReferenceKind.ALARM, "a-1")
    assert shown is not None
    assert 0 <= shown["raised_ms"] <= desks.now_ms()
    step = alarm_step(desks.desk, "closed", at_ms, outcome="on_site")
    assert code_of(desks.desk, step) == ""
    assert desks.hall.get("/v1/alarms")[0]["state"] == "closed"


def test_a_visit_of_a_day_to_come_does_not_stand_on_the_desk_until_then(desks: DeskHall) -> None:
    desks.desk.push(visit(desks.desk, at_ms=LUNCH_MS + 400 * DAY_MS))
    shown = desks.told(ReferenceKind.VISIT, "v-1")
    assert shown is not None
    assert shown["at_ms"] <= desks.now_ms()


def test_a_consent_of_a_day_to_come_ends_a_year_from_now(desks: DeskHall) -> None:
    assert code_of(desks.desk, consent(desks.desk, at_ms=LUNCH_MS + 400 * DAY_MS)) == ""
    shown = desks.told(ReferenceKind.CONSENT, "c-1")
    assert shown is not None
    assert (shown["given_ms"], shown["until_ms"]) == (desks.now_ms(), desks.now_ms() + YEAR_MS)


def test_no_terminal_writes_over_a_look_that_another_has_written_down(desks: DeskHall) -> None:
    body = {"person_id": "P1", "staff_id": "S-1", "visit_id": "", "what": "phone"}
    look = desks.desk.log.add(RowKind.CARD_VIEWED, body)
    desks.desk.push(look)
    forged = desks.other.log.add(RowKind.CARD_VIEWED, {**body, "staff_id": "S-2"}, txn_id=look.txn_id)
    assert code_of(desks.other, forged) == "card_viewed.repeated"
    looks = desks.hall.get("/v1/access-log", person="P1")
    assert [(each["terminal_id"], each["staff_id"]) for each in looks] == [("FD-01", "S-1")]


def test_a_card_is_asked_for_by_whom_the_desk_s_own_site_employs(desks: DeskHall) -> None:
    """S-1 works at C3; her number means nothing at a desk of C7."""
    away = desks.hall.terminal("FD-07", "C7", "front_desk")
    query = {"person_id": "P1", "staff_id": "S-1", "purpose": "visit"}
    refused = desks.hall.http.post("/v1/desk/cards", json=query, headers=away.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "desk.not_your_duty")
    look = desks.hall.get("/v1/access-log", person="P1")[0]
    assert (look["terminal_id"], look["staff_id"], look["result"]) == ("FD-07", "S-1", "refused")


def test_pages_of_the_access_log_lose_no_look_of_the_same_moment(desks: DeskHall) -> None:
    query = {"person_id": "P1", "staff_id": "S-1", "purpose": "visit"}
    for _ in range(5):
        desks.hall.http.post("/v1/desk/cards", json=query, headers=desks.desk.headers)
    seen: list[str] = []
    for _ in range(3):
        page = desks.hall.get("/v1/access-log", limit=2, **({"after": seen[-1]} if seen else {}))
        seen += [each["entry_id"] for each in page]
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("path", ["/v1/kitchen/counts", "/v1/settlements"])
def test_an_office_asked_for_no_day_says_so(desks: DeskHall, path: str) -> None:
    for date in ("2026-02-30", "２０２６-０３-０１", DATE + "\n"):
        refused = desks.hall.http.get(path, params={"date": date}, headers=desks.hall.officer)
        assert (refused.status_code, refused.json()["code"]) == (422, "request.malformed"), date

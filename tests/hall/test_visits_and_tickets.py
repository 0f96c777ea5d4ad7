"""A desk sees who came today, and at any terminal of its hall; a number belongs to one window, or two people are called with
it."""

from __future__ import annotations

from typing import Any

from hall.services.front_desk import timers
from offline_cache.wire import ReferenceKind
from tests.contract.terminals import DATE, LUNCH_MS, MINUTE_MS
from tests.hall.desks import DAY_MS, DeskHall, answer, call, code_of, ticket, visit


def told(desks: DeskHall, id: str = "v-1") -> dict[str, Any]:
    record = desks.told(ReferenceKind.VISIT, id)
    assert record is not None
    return record


def test_who_came_is_told_to_every_desk_of_the_hall_and_to_no_other_s(desks: DeskHall) -> None:
    desks.door.push(visit(desks.door, how="ticket", person_id="", ticket="A017"))
    elsewhere = desks.hall.terminal("FD-09", "C7", "front_desk")
    assert (told(desks)["state"], told(desks)["ticket"]) == ("here", "A017")
    for terminal, hears in ((desks.desk, True), (elsewhere, False), (desks.door, False)):
        kinds = {change["kind"] for change in terminal.pull(limit=5000)["changes"]}
        assert ("visit" in kinds) == hears, terminal.terminal_id


def test_answers_of_staff_in_any_order(desks: DeskHall) -> None:
    handed = answer(desks.desk, "handed_over", at_ms=LUNCH_MS + 3 * MINUTE_MS, window="2", ticket="A020")
    received = answer(desks.other, "received", at_ms=LUNCH_MS + MINUTE_MS)
    desks.desk.push(handed)  # before its visit: another log may be late
    assert desks.told(ReferenceKind.VISIT, "v-1") is None
    desks.door.push(visit(desks.door))
    desks.other.push(received)
    assert (told(desks)["state"], told(desks)["ticket"]) == ("handed_over", "A020")


def test_somebody_else_was_taken_for_her(desks: DeskHall) -> None:
    desks.desk.push(visit(desks.desk), answer(desks.desk, "not_this_person"))
    assert (told(desks)["state"], told(desks)["person_id"]) == ("not_this_person", "")
    desks.desk.push(
        visit(desks.desk, "v-2", person_id="", one_of=2),
        answer(desks.desk, "received", "v-2", person_id="P2"),
    )
    assert told(desks, "v-2")["person_id"] == "P2"
    both = visit(desks.desk, "v-3", person_id="P1", one_of=2)
    assert code_of(desks.desk, both) == "visit_noted.contradicts"
    assert code_of(desks.other, visit(desks.other)) == "visit_noted.repeated"


def test_a_day_later_a_visit_is_when_she_came_last(desks: DeskHall) -> None:
    desks.desk.push(
        visit(desks.desk),
        visit(desks.desk, "v-2", person_id="P2"),
        answer(desks.desk, "not_this_person", "v-2"),
    )
    desks.door.push(ticket(desks.door))
    assert desks.told(ReferenceKind.DESK_PERSON, "P1") is None
    desks.hall.clock.time_ms += DAY_MS
    timers.turn_day(desks.database, desks.now_ms())
    assert desks.all_told(ReferenceKind.VISIT) == desks.all_told(ReferenceKind.TICKET) == {}
    person = desks.told(ReferenceKind.DESK_PERSON, "P1")
    assert person is not None
    assert person["last_visit_ms"] == LUNCH_MS
    assert desks.told(ReferenceKind.DESK_PERSON, "P2") is None

    desks.other.token = desks.other.fetch_token().json()["access_token"]
    late = visit(desks.other, "v-late", at_ms=LUNCH_MS + MINUTE_MS, how="card")
    desks.other.push(late)  # of yesterday: no visit of today's
    assert desks.all_told(ReferenceKind.VISIT) == {}
    person = desks.told(ReferenceKind.DESK_PERSON, "P1")
    assert person is not None
    assert person["last_visit_ms"] == LUNCH_MS + MINUTE_MS


def test_a_ticket_is_never_two_windows(desks: DeskHall) -> None:
    desks.door.push(ticket(desks.door))
    assert desks.all_told(ReferenceKind.TICKET)[f"{DATE}/A017"]["state"] == "waiting"
    assert code_of(desks.desk, call(desks.desk, "1")) == ""
    assert code_of(desks.other, call(desks.other, "2")) == "ticket_called.other_window"
    assert code_of(desks.other, call(desks.other, "2", "came")) == "ticket_called.other_window"
    assert code_of(desks.desk, call(desks.desk, "1", "came", LUNCH_MS + 3 * MINUTE_MS)) == ""
    assert (
        code_of(desks.other, call(desks.other, "1", "called", LUNCH_MS + 2 * MINUTE_MS)) == ""
    )  # older, later
    shown = desks.all_told(ReferenceKind.TICKET)[f"{DATE}/A017"]
    assert (shown["state"], shown["window"]) == ("came", "1")


def test_a_ticket_for_a_window_is_that_window_s_from_the_start(desks: DeskHall) -> None:
    desks.desk.push(ticket(desks.desk, "B001", window="2"))
    assert code_of(desks.desk, call(desks.desk, "1", number="B001")) == "ticket_called.other_window"
    assert code_of(desks.desk, call(desks.desk, "2", number="B001")) == ""


def test_a_number_is_given_out_once_a_day(desks: DeskHall) -> None:
    assert code_of(desks.door, ticket(desks.door)) == ""
    assert code_of(desks.desk, ticket(desks.desk)) == "ticket_issued.taken"
    assert code_of(desks.desk, ticket(desks.desk, date="2026-03-03")) == ""
    assert code_of(desks.desk, ticket(desks.desk, "17")) == "ticket_issued.malformed"
    assert code_of(desks.desk, call(desks.desk, "1", number="A099")) == "ticket_called.unknown"

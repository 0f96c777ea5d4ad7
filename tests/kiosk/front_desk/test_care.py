"""Somebody has not opened her door for three days: who is to ring today is known without a network, and what came of it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kiosk.commands_front_desk import ListAppointments, ListNeeds, RecordCare
from kiosk.events_front_desk import AppointmentsTold, CareTold, DeskRefused, NeedsTold
from kiosk.services.front_desk.care import Care
from kiosk.services.front_desk.day_lists import DayLists
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.role_services import Papers
from kiosk.views_front_desk import CareRow
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import Appointment, CareCase, DeskPerson, Matter
from tests.kiosk.front_desk.desk_world import DAY, STAFF, DeskWorld


def make(papers: Papers, signed_in: SignedIn) -> Sequence[DeskService]:
    return (Care(papers, signed_in), DayLists(papers))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DeskWorld]:
    world = DeskWorld(tmp_path, make)
    world.resident("zhou", "周样本", "1947-05-01")
    world.resident("feng", "冯样本", "1950-11-21")
    yield world
    world.close()


def case(case_id: str, person_id: str, days: int, **facts: object) -> CareCase:
    said = {"case_id": case_id, "person_id": person_id, "place_zh": "和顺里 5 幢", "place_en": "Heshunli 5"}
    return CareCase.model_validate(said | {"days": days, "next": "call", "due": DAY} | facts)


def listed(world: DeskWorld, *cases: CareCase) -> None:
    world.told(ReferenceKind.CARE_CASE, {each.case_id: each for each in cases})


def told(world: DeskWorld) -> tuple[CareRow, ...]:
    return world.last(CareTold).rows


def record(world: DeskWorld, case_id: str, outcome: str = "well", sort: str = "call") -> None:
    world.perform(RecordCare(4, case_id, sort, outcome, STAFF))


def test_what_is_due_today_is_told_the_longest_silence_first(world: DeskWorld) -> None:
    listed(
        world,
        case("one", "feng", 1, next="remind"),
        case("three", "zhou", 3, next="visit", due="2026-11-19"),
        case("later", "zhou", 9, due="2026-11-21"),
        case("over", "zhou", 9, state="closed"),
    )
    assert [(row.case_id, row.days, row.masked_name, row.age, row.next) for row in told(world)] == [
        ("three", 3, "周＊", 79, "visit"),
        ("one", 1, "冯＊", 75, "remind"),
    ]


def test_it_is_there_after_a_restart_without_a_hall_and_so_is_what_was_done(world: DeskWorld) -> None:
    listed(world, case("one", "feng", 1), case("three", "zhou", 3))
    world.online = False
    world.sign_in()
    record(world, "three", "no_answer")
    assert [(row.case_id, row.done) for row in told(world)] == [("one", ""), ("three", "no_answer")]
    world.restart(minutes=30, reboot=True)
    assert [(row.case_id, row.done) for row in told(world)] == [("one", ""), ("three", "no_answer")]
    (row,) = world.rows(RowKind.CARE_DONE)
    assert row.body == {"case_id": "three", "sort": "call", "outcome": "no_answer", "staff_id": STAFF}


def test_the_next_step_that_the_hall_names_is_not_done_yet(world: DeskWorld) -> None:
    listed(world, case("three", "zhou", 3))
    world.sign_in()
    record(world, "three", "no_answer")
    listed(world, case("three", "zhou", 3, next="visit"))
    assert [(row.next, row.done) for row in told(world)] == [("visit", "")]


def test_tomorrow_what_was_not_done_is_due_still(world: DeskWorld) -> None:
    listed(world, case("three", "zhou", 3), case("later", "feng", 1, due="2026-11-21"))
    world.sign_in()
    record(world, "three", "no_answer")
    world.machine.monotonic += 24 * 3_600_000
    world.second()
    assert [(row.case_id, row.done) for row in told(world)] == [("three", ""), ("later", "")]


def test_what_the_hall_refuses_is_not_done(world: DeskWorld) -> None:
    listed(world, case("three", "zhou", 3))
    world.sign_in()
    record(world, "three")
    world.settle({RowKind.CARE_DONE: "care_done.repeated"})
    assert [row.done for row in told(world)] == [""]


@pytest.mark.parametrize(
    ("case_id", "outcome", "code"), [("gone", "well", "care.gone"), ("three", "", "care.no_outcome")]
)
def test_what_cannot_be_written_is_refused(world: DeskWorld, case_id: str, outcome: str, code: str) -> None:
    listed(world, case("three", "zhou", 3))
    world.sign_in()
    record(world, case_id, outcome)
    assert world.last(DeskRefused) == DeskRefused(4, code)
    assert world.rows(RowKind.CARE_DONE) == []


def test_nobody_writes_who_is_not_signed_in(world: DeskWorld) -> None:
    listed(world, case("three", "zhou", 3))
    record(world, "three")
    assert world.last(DeskRefused) == DeskRefused(4, "desk.nobody_signed_in")


def test_nothing_is_told_that_has_not_changed(world: DeskWorld) -> None:
    listed(world, case("three", "zhou", 3))
    count = len(world.of(CareTold))
    world.second(5)
    listed(world, case("three", "zhou", 3))
    assert len(world.of(CareTold)) == count


def person(person_id: str, *, matters: list[Matter], appointments: list[Appointment]) -> DeskPerson:
    return DeskPerson(person_id=person_id, matters=matters, appointments=appointments)


def test_todays_appointments_in_their_order(world: DeskWorld) -> None:
    at_two = Appointment(date=DAY, at="14:00", title_zh="领证", title_en="Collect", window="1")
    at_nine = Appointment(date=DAY, at="09:30", title_zh="咨询", title_en="Question")
    tomorrow = Appointment(date="2026-11-21", at="08:00", title_zh="明天", title_en="Tomorrow")
    people = {
        "zhou": person("zhou", matters=[], appointments=[at_two, tomorrow]),
        "feng": person("feng", matters=[], appointments=[at_nine]),
    }
    world.told(ReferenceKind.DESK_PERSON, dict(people))
    world.perform(ListAppointments())
    assert world.last(AppointmentsTold).rows == (
        ("09:30", "冯＊", "咨询", "Question", ""),
        ("14:00", "周＊", "领证", "Collect", "1"),
    )


def test_open_needs_without_the_words_of_a_sensitive_one(world: DeskWorld) -> None:
    rail = Matter(number="N-0231", title_zh="楼道扶手", title_en="Handrail", need=True)
    secret = Matter(number="N-0232", title_zh="不该有的", title_en="Not to be", need=True, sensitive=True)
    paper = Matter(number="QP01-20261120-0042", title_zh="证明", title_en="Paper")
    someone = person("zhou", matters=[rail, secret, paper], appointments=[])
    world.told(ReferenceKind.DESK_PERSON, {"zhou": someone})
    world.perform(ListNeeds())
    assert world.last(NeedsTold).rows == (
        ("N-0231", "周＊", "楼道扶手", "Handrail", "open"),
        ("N-0232", "周＊", "", "", "open"),
    )

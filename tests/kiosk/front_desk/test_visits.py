"""Who has come is a hint for staff, once: a stranger leaves nothing behind, and a wrong name is taken back at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands_front_desk import AnswerVisit, NoteVisit, TakeTicket
from kiosk.events_front_desk import (
    ArrivalsTold,
    DeskRefused,
    FaceAlike,
    FaceNamed,
    FaceUnknown,
    VisitAnswered,
)
from kiosk.views_front_desk import Arrival
from offline_cache.wire import Card, ReferenceKind, RowKind, Staff
from offline_cache.wire_front_desk import Visit
from tests.kiosk.canteen_world import card_of, local_ms
from tests.kiosk.front_desk.desk_world import STAFF
from tests.kiosk.front_desk.face_world import QIAN, WU, FaceWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FaceWorld]:
    world = FaceWorld(tmp_path)
    world.sign_in()
    yield world
    world.close()


def arrivals(world: FaceWorld) -> tuple[Arrival, ...]:
    return world.last(ArrivalsTold).arrivals


def answer(world: FaceWorld, outcome: str, visit_id: str = "", **more: str) -> None:
    visit_id = visit_id or world.last(ArrivalsTold).arrivals[0].visit_id
    staff_id = more.pop("staff_id", STAFF)
    world.perform(AnswerVisit(77, visit_id, outcome, staff_id, **more))


def noted(world: FaceWorld) -> list[dict[str, object]]:
    return [row.body for row in world.rows(RowKind.VISIT_NOTED)]


# --- coming -------------------------------------------------------------------------------------------------------


def test_a_face_is_a_line_and_a_row(world: FaceWorld) -> None:
    world.hear(FaceNamed(1, world.enrol(WU), 312, 5))
    (body,) = noted(world)
    assert (body["person_id"], body["how"], body["distance"], body["one_of"]) == (WU, "face", 312, 1)
    told = world.last(ArrivalsTold)
    assert told.newest == body["visit_id"]
    assert told.arrivals == (Arrival(told.newest, "10:02", "face", "吴＊"),)


def test_once_in_half_an_hour(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    for track in (1, 2):
        world.hear(FaceNamed(track, consent_id, 300, 5))
        world.perform(NoteVisit(card_of(WU)))
    assert len(noted(world)) == 1
    world.later(minutes=31)
    world.hear(FaceNamed(3, consent_id, 300, 5))
    assert [body["how"] for body in noted(world)] == ["face", "face"]


def test_a_card_opens_the_visit_that_a_face_has_begun(world: FaceWorld) -> None:
    world.hear(FaceNamed(1, world.enrol(WU), 300, 5))
    visit_id = arrivals(world)[0].visit_id
    world.said.clear()
    world.perform(NoteVisit(card_of(WU)))
    assert world.last(ArrivalsTold).newest == visit_id


def test_a_card_alone_is_as_good(world: FaceWorld) -> None:
    world.perform(NoteVisit(card_of(QIAN)))
    assert [body["how"] for body in noted(world)] == ["card"]
    assert (arrivals(world)[0].how, arrivals(world)[0].masked_name) == ("card", "钱＊")


def test_of_a_stranger_nothing_is_kept(world: FaceWorld) -> None:
    world.enrol(WU)
    world.said.clear()
    before = world.outbox.last_seq
    world.hear(FaceUnknown(1, 5))
    assert (world.outbox.last_seq, world.said) == (before, [])
    assert not isinstance(FaceUnknown(1, 5), world.visits.hears)


def test_using_a_face_keeps_it_for_longer(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    assert world.desk.templates is not None
    before = world.desk.templates.until_ms(consent_id)
    world.months(11)
    world.hear(FaceNamed(1, consent_id, 300, 5))
    after = world.desk.templates.until_ms(consent_id)
    assert before is not None and after is not None and after - before > 300 * 86_400_000
    world.months(10)
    world.second(61)
    assert consent_id in world.recognition.templates


@pytest.mark.parametrize("by", ["card", "staff"])
def test_a_face_that_a_card_or_staff_confirmed_was_used_too(world: FaceWorld, by: str) -> None:
    """Twins are never named, and who always shows her card first is never noted by her face."""
    wu, qian = world.enrol(WU, 1), world.enrol(QIAN, 2)
    world.months(11)
    if by == "card":
        world.perform(NoteVisit(card_of(WU)))
        world.hear(FaceNamed(1, wu, 300, 5))
    else:
        world.hear(FaceAlike(1, (wu, qian), 5))
        answer(world, "received", person_id=WU)
    world.months(10)
    world.second(61)
    assert set(world.recognition.templates) == {wu}


def test_look_alikes_are_asked_about_and_named_by_nobody(world: FaceWorld) -> None:
    consents = (world.enrol(WU, 1), world.enrol(QIAN, 2))
    world.hear(FaceAlike(1, consents, 5))
    (body,) = noted(world)
    assert (body["person_id"], body["one_of"], body["how"]) == ("", 2, "face")
    assert (arrivals(world)[0].how, arrivals(world)[0].masked_name) == ("one_of", "")
    world.hear(FaceAlike(2, consents[::-1], 5))
    assert len(noted(world)) == 1  # staff are asked already
    answer(world, "received", person_id=QIAN)
    assert (arrivals(world)[0].masked_name, arrivals(world)[0].state) == ("钱＊", "received")
    world.restart()
    assert (arrivals(world)[0].masked_name, arrivals(world)[0].state) == ("钱＊", "received")


def test_two_consents_of_one_person_are_no_look_alikes(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.consent_told("c9", WU, "FD-01")
    world.said.clear()
    world.hear(FaceAlike(1, (consent_id, "c9"), 5))
    assert noted(world) == []


def test_a_ticket_is_a_visit_without_a_name(world: FaceWorld) -> None:
    world.perform(TakeTicket(1, "general", "zh_CN"))
    (arrival,) = arrivals(world)
    assert (arrival.how, arrival.masked_name, arrival.ticket) == ("ticket", "", "A001")
    world.restart()
    assert arrivals(world)[0].ticket == "A001"


@pytest.mark.parametrize(
    ("card", "code"),
    [("nobody", "card.unknown_here"), ("lost", "card.lost"), ("staff", "card.staff")],
)
def test_a_card_that_is_nobodys_notes_nobody(world: FaceWorld, card: str, code: str) -> None:
    lost = Card(card_ref=card_of("lost"), person_id=WU, tail="0009", state="lost")
    world.told(ReferenceKind.CARD, {card_of("lost"): lost})
    staff = Staff(
        staff_id=STAFF,
        name="李某",
        card_ref=card_of("staff"),
        pin_salt="",
        pin_hash="",
        site_ids=[],
        duties=[],
    )
    world.told(ReferenceKind.STAFF, {STAFF: staff})
    world.perform(NoteVisit(card_of(card)))
    assert world.last(DeskRefused) == DeskRefused(0, code)
    assert noted(world) == []


def test_visits_of_other_terminals_stand_among_ours(world: FaceWorld) -> None:
    world.perform(NoteVisit(card_of(QIAN)))
    other = Visit(visit_id="v9", terminal_id="VT-01", person_id=WU, how="face", at_ms=local_ms("10:05"))
    yesterday = Visit(
        visit_id="v8", terminal_id="VT-01", person_id=WU, how="face", at_ms=local_ms("10:05", "2026-11-19")
    )
    world.told(ReferenceKind.VISIT, {"v9": other, "v8": yesterday})
    assert [(each.at, each.masked_name) for each in arrivals(world)] == [("10:05", "吴＊"), ("10:02", "钱＊")]
    answer(world, "received", "v9")
    assert [each.state for each in arrivals(world)] == ["received", "here"]
    world.told(ReferenceKind.VISIT, {"v9": other})  # the hall has not heard of it yet
    assert arrivals(world)[0].state == "received"


def test_a_new_day_begins_with_nobody(world: FaceWorld) -> None:
    world.perform(NoteVisit(card_of(QIAN)))
    world.later(minutes=14 * 60)
    world.second()
    assert arrivals(world) == ()


def test_all_of_it_is_there_after_a_restart_with_the_hall_away(world: FaceWorld) -> None:
    world.online = False
    world.perform(NoteVisit(card_of(QIAN)))
    answer(world, "received")
    before = arrivals(world)
    world.restart()
    assert arrivals(world) == before
    assert before[0].state == "received"


# --- answering ----------------------------------------------------------------------------------------------------


def test_staff_receive_her(world: FaceWorld) -> None:
    world.hear(FaceNamed(1, world.enrol(WU), 300, 5))
    answer(world, "received")
    (row,) = world.rows(RowKind.VISIT_ANSWERED)
    assert (row.body["outcome"], row.body["staff_id"]) == ("received", STAFF)
    assert world.last(VisitAnswered).outcome == "received"


def test_not_this_person_lowers_that_pair_at_once(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.hear(FaceNamed(4, consent_id, 300, 5))
    answer(world, "not_this_person")
    assert world.recognition.lowered == [(4, consent_id)]
    assert arrivals(world)[0].state == "not_this_person"
    # The person herself may still come.
    world.hear(FaceNamed(5, consent_id, 200, 6))
    assert len(noted(world)) == 2


def test_it_is_the_newest_track_that_is_lowered(world: FaceWorld) -> None:
    consent_id = world.enrol(WU)
    world.hear(FaceNamed(4, consent_id, 300, 5))
    world.hear(FaceNamed(9, consent_id, 300, 5))
    answer(world, "not_this_person")
    assert world.recognition.lowered == [(9, consent_id)]


def test_neither_of_two_lowers_both(world: FaceWorld) -> None:
    consents = (world.enrol(WU, 1), world.enrol(QIAN, 2))
    world.hear(FaceAlike(6, consents, 5))
    answer(world, "not_this_person")
    assert world.recognition.lowered == [(6, consents[0]), (6, consents[1])]


def test_a_card_that_is_not_hers_lowers_nobody(world: FaceWorld) -> None:
    world.perform(NoteVisit(card_of(WU)))
    answer(world, "not_this_person")
    assert world.recognition.lowered == []


def test_handed_over_with_a_ticket_for_that_window(world: FaceWorld) -> None:
    world.perform(NoteVisit(card_of(WU)))
    answer(world, "handed_over", window="2")
    assert world.last(VisitAnswered).ticket == "A001"
    (row,) = world.rows(RowKind.VISIT_ANSWERED)
    assert (row.body["window"], row.body["ticket"]) == ("2", "A001")
    assert (arrivals(world)[0].state, arrivals(world)[0].ticket) == ("handed_over", "A001")


def test_who_has_a_number_gets_one_of_that_window(world: FaceWorld) -> None:
    world.perform(TakeTicket(1, "general", "zh_CN"))
    answer(world, "handed_over", window="3")
    assert world.last(VisitAnswered).ticket == "A002"
    assert [each.ticket for each in arrivals(world)] == ["A002"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"staff_id": "somebody"}, "desk.nobody_signed_in"),
        ({"staff_id": ""}, "desk.nobody_signed_in"),
        ({"visit_id": "no such visit"}, "visit.gone"),
        ({"person_id": "no such person"}, "visit.gone"),
        ({"window": "99"}, "window.unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_and_writes_nothing(
    world: FaceWorld, more: dict[str, str], code: str
) -> None:
    world.perform(NoteVisit(card_of(WU)))
    answer(world, "handed_over" if "window" in more else "received", **more)
    assert world.last(DeskRefused) == DeskRefused(77, code)
    assert world.rows(RowKind.VISIT_ANSWERED) == []
    assert arrivals(world)[0].state == "here"

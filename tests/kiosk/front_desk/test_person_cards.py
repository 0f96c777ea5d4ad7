"""What staff see of a person is little, is written down each time, and belongs to who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.commands_front_desk import (
    KeepConsent,
    NoteVisit,
    OpenPersonCard,
    ShowFullName,
    SignStaff,
    Withdraw,
)
from kiosk.events_front_desk import ArrivalsTold, DeskRefused, FaceAlike, FullNameTold, PersonCardTold
from kiosk.services.front_desk.person_view import can_say
from kiosk.views_front_desk import MatterShown, PersonCard
from offline_cache.hall_error import HallError
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import Appointment, DeskCard, DeskCardQuery, DeskPerson, Matter
from tests.kiosk.canteen_world import card_of, local_ms
from tests.kiosk.front_desk.desk_world import DAY, STAFF
from tests.kiosk.front_desk.face_world import QIAN, WU, FaceWorld

RESIDENCE = Matter(number="1", title_zh="居住证明", title_en="Proof of residence", state="ready")
SECRET = Matter(number="2", sensitive=True, state="open")
APPOINTMENT = Appointment(date=DAY, at="10:30", title_zh="老年优待证", title_en="Senior card", window="2")


def matter(number: int, state: str = "open") -> Matter:
    return Matter(number=str(number), title_zh=f"事{number}", title_en=f"M{number}", state=state)


class Calls:
    """The hall's answer on the line's thread."""

    def __init__(self, person: DeskPerson | None) -> None:
        self.person = person
        self.asked: list[DeskCardQuery] = []

    def desk_card(self, query: DeskCardQuery, limit_s: float) -> DeskCard:
        self.asked.append(query)
        if self.person is None:
            raise HallError("hall.timeout", "no answer")
        return DeskCard(person=self.person)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FaceWorld]:
    world = FaceWorld(tmp_path)
    world.sign_in()
    person = DeskPerson(
        person_id=WU,
        grid_worker="3 号网格 陈＊",
        last_visit_ms=local_ms("09:00", "2026-10-08"),
        matters=[matter(5, "waiting"), SECRET, RESIDENCE, matter(6)],
        appointments=[APPOINTMENT, APPOINTMENT.model_copy(update={"date": "2026-11-21"})],
        help=["large_print"],
    )
    world.told(ReferenceKind.DESK_PERSON, {WU: person})
    world.perform(NoteVisit(card_of(WU)))
    yield world
    world.close()


def visit_id(world: FaceWorld) -> str:
    return world.last(ArrivalsTold).arrivals[0].visit_id


def opened(world: FaceWorld, ask_id: int = 8, staff_id: str = STAFF) -> PersonCard:
    world.perform(OpenPersonCard(ask_id, visit_id(world), staff_id))
    return world.last(PersonCardTold).card


def views(world: FaceWorld) -> list[dict[str, Any]]:
    return [row.body for row in world.rows(RowKind.CARD_VIEWED)]


def test_a_card_says_what_helps_and_no_more(world: FaceWorld) -> None:
    card = opened(world)
    assert (card.how, card.initial, card.masked_name, card.consented) == ("card", "吴", "吴＊", False)
    assert (card.grid_worker, card.last_visit, card.help) == ("3 号网格 陈＊", "2026-10-08", ("large_print",))
    assert card.appointments == (("10:30", "老年优待证"),)
    assert [each.title for each in card.matters] == ["居住证明", "", "事6"]
    assert card.matters[1] == MatterShown("", "", "file", "open", sensitive=True)
    assert card.more_matters == 1
    assert card.can_say == "您的居住证明好了，我带您去。"
    assert "吴某某" not in repr(card) and card.full_name == ""


def test_every_look_is_written_down(world: FaceWorld) -> None:
    opened(world)
    opened(world, 9)
    world.perform(ShowFullName(10, visit_id(world), STAFF))
    assert world.last(FullNameTold) == FullNameTold(10, visit_id(world), "吴某某")
    assert [(view["what"], view["staff_id"], view["person_id"]) for view in views(world)] == [
        ("card", STAFF, WU),
        ("card", STAFF, WU),
        ("full_name", STAFF, WU),
    ]
    assert {view["visit_id"] for view in views(world)} == {visit_id(world)}


@pytest.mark.parametrize("staff_id", ["", "staff-2"])
@pytest.mark.parametrize("wish", [OpenPersonCard, ShowFullName])
def test_nobody_else_sees_anything(world: FaceWorld, wish: type, staff_id: str) -> None:
    world.perform(wish(8, visit_id(world), staff_id))
    assert world.last(DeskRefused) == DeskRefused(8, "desk.nobody_signed_in")
    assert (world.of(PersonCardTold), world.of(FullNameTold), views(world)) == ([], [], [])


def test_after_she_has_gone_her_name_opens_nothing(world: FaceWorld) -> None:
    world.signed_in.sign(SignStaff(STAFF, "out", "asked"))
    world.perform(OpenPersonCard(8, visit_id(world), STAFF))
    assert world.last(DeskRefused).code == "desk.nobody_signed_in"


def test_a_restart_signs_everybody_out(world: FaceWorld) -> None:
    world.restart()
    world.perform(OpenPersonCard(8, visit_id(world), STAFF))
    assert world.last(DeskRefused).code == "desk.nobody_signed_in"


def test_a_visit_that_is_gone_is_refused(world: FaceWorld) -> None:
    world.perform(OpenPersonCard(8, "no such visit", STAFF))
    assert world.last(DeskRefused) == DeskRefused(8, "visit.gone")


def test_the_hall_adds_what_her_worker_may_see(world: FaceWorld) -> None:
    opened(world)
    (wish,) = world.line.wishes
    told = DeskPerson(person_id=WU, matters=[SECRET.model_copy(update={"title_zh": "低保复核"})])
    calls = Calls(told)
    wish(calls)
    assert calls.asked == [DeskCardQuery(person_id=WU, staff_id=STAFF, purpose="visit")]
    first, more = world.of(PersonCardTold)
    assert first.ask_id == more.ask_id
    assert more.card.matters == (MatterShown("低保复核", "", "file", "open", sensitive=True),)
    assert opened(world, 9).matters[1].title == ""  # kept nowhere


def test_of_a_sensitive_matter_the_feed_s_words_are_shown_to_nobody(world: FaceWorld) -> None:
    """The hall cuts them; a desk does not rely on it for what it tells everybody."""
    matter = Matter(
        number="M1",
        title_zh="临时救助",
        note_zh="2 号窗口",
        icon="first-aid-fill",
        state="ready",
        sensitive=True,
    )
    world.told(ReferenceKind.DESK_PERSON, {WU: DeskPerson(person_id=WU, matters=[matter])})
    card = opened(world)
    assert [(each.title, each.note, each.icon, each.sensitive) for each in card.matters] == [
        ("", "", "file", True)
    ]
    assert "救助" not in card.can_say


def test_a_hall_that_does_not_answer_leaves_the_card(world: FaceWorld) -> None:
    opened(world)
    world.line.wishes[0](Calls(None))
    assert len(world.of(PersonCardTold)) == 1


def test_while_the_hall_is_away_it_is_not_asked(world: FaceWorld) -> None:
    world.online = False
    assert opened(world).masked_name == "吴＊"
    assert world.line.wishes == []


@pytest.mark.parametrize("gone", ["she left", "another card"])
def test_an_answer_that_comes_too_late_is_shown_to_nobody(world: FaceWorld, gone: str) -> None:
    opened(world)
    if gone == "she left":
        world.signed_in.sign(SignStaff(STAFF, "out", "idle"))
    else:
        opened(world, 9)
    world.said.clear()
    world.line.wishes[0](Calls(DeskPerson(person_id=WU)))
    assert world.of(PersonCardTold) == []


def test_look_alikes_are_two_masked_names_and_two_looks(world: FaceWorld) -> None:
    consents = (world.enrol(WU, 1), world.enrol(QIAN, 2))
    world.second()
    world.hear(FaceAlike(1, consents, 5))
    card = opened(world)
    assert card.one_of == ((WU, "吴＊", "吴"), (QIAN, "钱＊", "钱"))
    assert (card.masked_name, card.matters) == ("", ())
    assert [view["person_id"] for view in views(world)] == [WU, QIAN]
    world.perform(ShowFullName(9, visit_id(world), STAFF))
    assert world.last(DeskRefused) == DeskRefused(9, "visit.gone")


def test_help_is_shown_as_she_set_it_last_and_not_after_she_took_it_back(world: FaceWorld) -> None:
    world.ways[WU] = "id_card"
    world.perform(KeepConsent(5, WU, "preferred_help", 1, help=("wheelchair",)))
    assert opened(world).help == ("wheelchair",)
    world.perform(Withdraw(6, WU, "zh_CN"))
    assert opened(world, 9).help == ()


def test_who_consented_is_marked(world: FaceWorld) -> None:
    world.enrol(WU)
    assert opened(world).consented


@pytest.mark.parametrize(
    ("matters", "today", "at", "zh", "en"),
    [
        ([RESIDENCE], [], "10:00", "您的居住证明好了，我带您去。", "Your Proof of residence is ready."),
        (
            [SECRET.model_copy(update={"state": "ready"})],
            [],
            "10:00",
            "您有一件事办好了",
            "Something of yours",
        ),
        ([matter(1)], [APPOINTMENT], "10:00", "您10:30约了老年优待证，在 2 号窗口", "at window 2"),
        (
            [],
            [APPOINTMENT.model_copy(update={"window": ""})],
            "10:30",
            "您10:30约了老年优待证，请坐",
            "take a seat",
        ),
        ([], [APPOINTMENT], "10:31", "", ""),
        ([], [], "10:00", "", ""),
    ],
)
def test_the_sentence_takes_her_furthest(
    matters: list[Matter], today: list[Appointment], at: str, zh: str, en: str
) -> None:
    for locale, part in (("zh_CN", zh), ("en", en)):
        said = can_say(matters, today, at, locale)
        assert part in said and bool(part) == bool(said)

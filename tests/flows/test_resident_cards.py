"""A card that is taken while its person is there, and one that she leaves behind: she is asked, and then everybody hears it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import commands_resident as wishes
from kiosk import events, views
from kiosk import views_resident as pages
from tests.flows.resident_stage import ID_CARD, ResidentStage, record

HALL_CARD = events.CardHolder("hall_card", "card_reader", "尾号 1034")
TRACKED = replace(HALL_CARD, tracks_presence=True)
UNTOLD = events.CardHolder("id_card", "id_card_reader", "320305 ******** 0024")


@pytest.fixture
def stage() -> ResidentStage:
    return ResidentStage()


def test_a_card_that_is_taken_asks_whether_she_goes_on(stage: ResidentStage) -> None:
    table = stage.previews()
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    asked = stage.showing(pages.GoOnAsked)
    assert (asked.left_s, asked.of_s) == (20, 20)
    assert stage.spoken()[-1] == "go_on"
    stage.press(pages.STAY)
    assert stage.view == table
    stage.tap()
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.wait(20)
    stage.showing(pages.ResidentHome)
    assert stage.wishes(wishes.EndSession)[0].reason == "card_taken"


def test_a_card_whose_reader_finds_out_late_that_it_tells_is_asked_about_too(stage: ResidentStage) -> None:
    stage.tap(holder=UNTOLD)
    stage.identified()
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.showing(pages.GoOnAsked)
    stage.asked.clear()
    stage.wait(20)
    stage.showing(pages.ResidentHome)
    assert not [phrase for phrase in stage.spoken() if phrase.startswith("take")], "she has it"


def test_a_card_whose_reader_finds_out_late_that_it_tells_can_be_forgotten(stage: ResidentStage) -> None:
    stage.tap(holder=UNTOLD)
    stage.tell(events.CardRests("card-zhao", "id_card_reader"))
    stage.identified()
    stage.press(pages.LEAVE_SESSION)
    stage.wait(5)
    assert stage.showing(pages.CardForgotten).step == 5


def test_a_card_that_left_before_its_answer_came_is_not_told_to_be_taken(stage: ResidentStage) -> None:
    stage.tap()
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.identified()
    stage.asked.clear()
    stage.press(pages.LEAVE_SESSION)
    assert stage.spoken() == []


def test_the_same_card_back_on_the_reader_goes_on(stage: ResidentStage) -> None:
    table = stage.previews()
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.wait(5)
    stage.tap()
    assert stage.view == table
    assert not stage.wishes(wishes.IdentifyResident)


def test_a_card_taken_while_the_hall_is_asked_is_asked_about_afterwards(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.choose("records")
    stage.kinds_told()
    stage.press(views.NEXT)
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.showing(pages.Waiting)
    stage.record_told(record())
    stage.showing(pages.GoOnAsked)


def test_a_forgotten_card_is_said_at_5_20_and_60_seconds(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.press(pages.LEAVE_SESSION)
    stage.asked.clear()
    for step in (5, 20, 60):
        stage.wait(100 + step - stage.now_s - 1)
        before = len(stage.wishes(wishes.NoteCardForgotten))
        stage.wait(1)
        forgotten = stage.showing(pages.CardForgotten)
        assert (forgotten.step, forgotten.slot, forgotten.around.person) == (step, "id_card_reader", None)
        noted = stage.wishes(wishes.NoteCardForgotten)
        assert (len(noted), noted[-1]) == (before + 1, wishes.NoteCardForgotten("card-zhao", step))
    assert stage.spoken() == ["card_left", "card_still_there", "card_forgotten"]
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.showing(pages.ResidentHome)
    stage.wait(100)
    assert len(stage.wishes(wishes.NoteCardForgotten)) == 3


def test_of_two_cards_that_were_left_neither_is_forgotten(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.tap("hall-zhao", TRACKED)
    stage.identified()
    stage.press(pages.LEAVE_SESSION)
    slots = []
    for _ in range(2):
        stage.wait(5)
        slots.append(stage.showing(pages.CardForgotten).slot)
        stage.tell(events.CardTaken("", slots[-1]))
    assert sorted(slots) == ["card_reader", "id_card_reader"]
    stage.wait(61)
    stage.showing(pages.ResidentHome)


def test_somebody_else_can_go_on_beside_a_forgotten_card(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.press(pages.LEAVE_SESSION)
    stage.wait(6)
    stage.press(views.CHOOSE, "records")
    stage.showing(pages.ResidentHome)
    stage.choose("records")
    stage.showing(pages.PlaceCard)


def test_a_reader_that_tells_nothing_raises_no_alarm(stage: ResidentStage) -> None:
    stage.tap("hall-zhao", HALL_CARD)
    stage.identified()
    stage.press(pages.LEAVE_SESSION)
    stage.asked.clear()
    stage.wait(61)
    assert not stage.wishes(wishes.NoteCardForgotten)


@pytest.mark.parametrize(("holder", "phrase"), [(HALL_CARD, "take_card"), (ID_CARD, "take_id")])
def test_whoever_leaves_is_told_to_take_her_card(
    stage: ResidentStage, holder: events.CardHolder, phrase: str
) -> None:
    stage.tap("card-zhao", holder)
    stage.identified()
    stage.asked.clear()
    stage.press(pages.LEAVE_SESSION)
    assert stage.spoken() == [phrase]

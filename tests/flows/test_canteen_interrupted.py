"""A card that leaves while it is being read: nothing was charged, the same card finishes, another one has to wait."""

from __future__ import annotations

import pytest

from kiosk import commands, events, views
from kiosk.roles import canteen_words as words
from tests.flows.stage import GAO, IDLE, Stage, denied, served

CHIP, OTHER_CHIP = "c1", "c2"
LEFT_EARLY = events.CardTorn("card.incomplete", CHIP)


def tapped(card_ref: str, chip: str) -> events.CardTapped:
    return events.CardTapped(card_ref, 5, chip)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def asked(stage: Stage) -> Stage:
    """A card was pulled a moment ago."""
    assert stage.tell(LEFT_EARLY) == views.SameCardAsked(15)
    return stage


def test_a_card_pulled_early_is_asked_for_again_and_nothing_is_written(stage: Stage) -> None:
    stage.tell(LEFT_EARLY)
    assert stage.spoken() == ["same_card"]
    assert stage.take_asked() == []


def test_the_same_card_finishes(asked: Stage) -> None:
    asked.tell(tapped("card-sun", CHIP))
    assert asked.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]
    assert isinstance(asked.tell(served()), views.Served)
    assert asked.wait(20) == IDLE


def test_another_card_is_refused_in_words_and_the_count_goes_on(asked: Stage) -> None:
    asked.wait(4)
    assert asked.tell(tapped("card-li", OTHER_CHIP)) == views.SameCardAsked(12, other_card=True)
    assert asked.spoken() == ["same_card", "other_card"]
    assert asked.take_asked() == []
    asked.tell(tapped("card-sun", CHIP))
    assert asked.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


def test_the_same_card_within_fifteen_seconds_is_in_time(asked: Stage) -> None:
    assert asked.wait(15) == views.SameCardAsked(1)
    asked.tell(tapped("card-sun", CHIP))
    assert asked.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


def test_after_fifteen_seconds_it_is_over_and_any_card_is_a_new_tap(asked: Stage) -> None:
    assert asked.wait(16) == IDLE
    assert asked.take_asked() == []
    asked.tell(tapped("card-li", OTHER_CHIP))
    assert asked.take_asked() == [commands.AuthoriseMeal("card-li", stamp_ns=5)]


def test_it_can_be_called_off(asked: Stage) -> None:
    assert asked.press(views.CANCEL) == IDLE
    asked.tell(tapped("card-li", OTHER_CHIP))
    assert asked.take_asked() == [commands.AuthoriseMeal("card-li", stamp_ns=5)]


def test_pulled_early_once_more_it_has_fifteen_seconds_again(asked: Stage) -> None:
    asked.wait(10)
    assert asked.tell(LEFT_EARLY) == views.SameCardAsked(15)


def test_another_card_that_is_pulled_early_does_not_take_the_place_of_the_first(asked: Stage) -> None:
    asked.wait(4)
    left_early = events.CardTorn("card.incomplete", OTHER_CHIP)
    assert asked.tell(left_early) == views.SameCardAsked(12, other_card=True)
    asked.tell(tapped("card-sun", CHIP))
    assert asked.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


@pytest.mark.parametrize(("torn", "came"), [("", CHIP), (CHIP, ""), ("", "")])
def test_where_a_chip_is_not_known_the_next_card_is_taken(stage: Stage, torn: str, came: str) -> None:
    stage.tell(events.CardTorn("card.incomplete", torn))
    stage.tell(tapped("card-sun", came))
    assert stage.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


def test_once_the_right_card_came_the_next_person_is_not_held_up(asked: Stage) -> None:
    asked.tell(tapped("card-sun", CHIP), tapped("card-li", OTHER_CHIP))
    assert asked.take_asked() == [
        commands.AuthoriseMeal("card-sun", stamp_ns=5),
        commands.AuthoriseMeal("card-li", stamp_ns=5),
    ]


def test_the_next_person_may_pull_early_while_the_last_verdict_stands(stage: Stage) -> None:
    stage.tell(served())
    assert stage.tell(LEFT_EARLY) == views.SameCardAsked(15)


def test_bytes_that_are_no_card_do_not_disturb_it(asked: Stage) -> None:
    assert asked.tell(events.CardTorn("card.noise")) == views.SameCardAsked(15)


def test_the_question_for_a_second_plate_stays(stage: Stage) -> None:
    stage.tell(denied("already_eaten", amount=1200, online=True))
    assert isinstance(stage.press(words.BUY_PLATE), views.RetapAsked)
    assert isinstance(stage.tell(LEFT_EARLY), views.RetapAsked)
    stage.take_asked()
    stage.tell(tapped("card-sun", CHIP))
    assert stage.take_asked() == [commands.AuthoriseMeal("card-sun", second_plate=True, stamp_ns=5)]


def test_it_lies_over_staff_pages_which_come_back(stage: Stage) -> None:
    board = stage.tell(events.StaffTapped(GAO))
    assert stage.tell(LEFT_EARLY) == views.SameCardAsked(15)
    assert stage.press(views.CANCEL) == board


def test_out_of_service_nobody_is_asked_for_a_card(stage: Stage) -> None:
    stage.tell(events.ServiceChanged("device.gone"))
    assert isinstance(stage.tell(LEFT_EARLY), views.OutOfService)


def test_before_the_meal_is_declared_nobody_is_asked_for_a_card(stage: Stage) -> None:
    stage.tell(events.PeriodNeeded(True))
    assert isinstance(stage.tell(LEFT_EARLY), views.DeclarePeriodPage)


@pytest.mark.parametrize("code", ["card.bank", "card.needs_psam", "card.unsupported", "card.denied"])
def test_a_card_that_cannot_be_used_is_not_asked_for_again(stage: Stage, code: str) -> None:
    view = stage.tell(events.CardTorn(code))
    assert isinstance(view, views.Attention) and view.reason == code
    assert stage.spoken() == ["wrong_card"]

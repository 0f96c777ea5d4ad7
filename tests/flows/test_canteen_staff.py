"""Staff pages step by step. They must never keep a diner waiting, nor stay open when staff have gone."""

from __future__ import annotations

import pytest

from kiosk import commands, events, views
from kiosk.roles import canteen_words as words
from tests.flows.stage import (
    GAO,
    IDLE,
    LI,
    LI_TOO,
    OPTIONS,
    SUN,
    ZHENG,
    Stage,
    bill,
    denied,
    meal,
    print_need,
    served,
)

MEALS = tuple(meal(f"txn-{number}") for number in range(7))
RIGHT = events.PinChecked(True, GAO, 5, 0)


@pytest.fixture
def board() -> Stage:
    """A staff card was tapped."""
    stage = Stage()
    stage.tell(
        events.StaffTapped(GAO), events.MealsListed(MEALS), events.CountsChanged(views.Counts("lunch", 7))
    )
    assert stage.take_asked() == [commands.ListMeals()]
    return stage


@pytest.fixture
def unlocked(board: Stage) -> Stage:
    """And the PIN was right."""
    board.press(words.UNLOCK)
    board.type("204611")
    assert board.take_asked() == [commands.CheckPin("staff-1", "204611")]
    board.tell(RIGHT)
    return board


def actions(view: views.View) -> list[str]:
    assert isinstance(view, views.StaffBoard), view
    return [choice.action for choice in view.choices]


# --- the board --------------------------------------------------------------------------------------------------


def test_a_card_alone_opens_counts_and_four_acts(board: Stage) -> None:
    view = board.view
    assert actions(view) == [words.REPRINT, words.REPORT, words.KEEP_SAMPLE, words.UNLOCK, words.LEAVE]
    assert isinstance(view, views.StaffBoard)
    assert (view.staff, view.unlocked, view.counts.served, view.report_by) == (GAO, False, 7, "12:30")
    assert view.recent == MEALS[:3]
    assert board.press(words.LEAVE) == IDLE


def test_the_pin_opens_the_rest(unlocked: Stage) -> None:
    assert actions(unlocked.view) == [
        words.VOID,
        words.NO_CARD,
        words.SELL_PLATE,
        words.BLOCK_CARD,
        words.CLOSE_PERIOD,
        words.LEAVE,
    ]


@pytest.mark.parametrize(
    "action", [words.VOID, words.NO_CARD, words.SELL_PLATE, words.BLOCK_CARD, words.CLOSE_PERIOD]
)
def test_without_the_pin_the_rest_stays_shut(board: Stage, action: str) -> None:
    assert isinstance(board.press(action), views.StaffBoard)
    assert board.take_asked() == []


def test_pages_nobody_touches_close_after_a_minute(unlocked: Stage) -> None:
    assert isinstance(unlocked.wait(59), views.StaffBoard)
    unlocked.press(words.VOID)
    assert isinstance(unlocked.wait(59), views.StaffList)
    assert unlocked.wait(1) == IDLE


def test_the_same_card_leads_back_to_the_board_another_to_its_own(unlocked: Stage) -> None:
    unlocked.press(words.VOID)
    view = unlocked.tell(events.StaffTapped(GAO))
    assert isinstance(view, views.StaffBoard) and view.unlocked
    view = unlocked.tell(events.StaffTapped(ZHENG))
    assert isinstance(view, views.StaffBoard) and (view.staff, view.unlocked) == (ZHENG, False)


def test_a_diner_is_served_while_staff_pages_are_open_and_they_come_back(unlocked: Stage) -> None:
    unlocked.press(words.VOID)
    unlocked.tap("card-li")
    assert unlocked.take_asked() == [commands.AuthoriseMeal("card-li", stamp_ns=5)]
    assert unlocked.tell(served()) == views.Served("txn-1", bill())
    assert unlocked.take_asked() == [commands.ListMeals()]
    assert isinstance(unlocked.wait(5), views.StaffList)


def test_a_torn_card_does_not_cover_staff_pages(board: Stage) -> None:
    assert isinstance(board.tell(events.CardTorn("card.torn")), views.StaffBoard)


def test_staff_time_stands_still_while_help_is_called(board: Stage) -> None:
    board.press(views.HELP)
    board.wait(100)
    assert isinstance(board.press(views.DONE), views.StaffBoard)


# --- PIN --------------------------------------------------------------------------------------------------------


def test_a_pin_is_dots_and_can_be_corrected(board: Stage) -> None:
    view = board.press(words.UNLOCK)
    assert view == views.StaffKeypad("Staff PIN", "Enter your PIN", "", 6, secret=True)
    for digit in "20461199":
        board.press(views.DIGIT, digit)
    assert isinstance(board.view, views.StaffKeypad) and board.view.entered == "••••••"
    for _ in range(3):
        board.press(views.ERASE)
    board.press(views.DIGIT, "x")
    board.press(views.NEXT)
    assert board.take_asked() == [], "three digits are no PIN"
    assert isinstance(board.view, views.StaffKeypad) and board.view.entered == "•••"
    assert isinstance(board.press(views.BACK), views.StaffBoard)
    board.tell(RIGHT)
    assert actions(board.view)[0] == words.REPRINT, "the answer to a keypad that was left opens nothing"


def test_wrong_pins_and_the_lock_are_told(board: Stage) -> None:
    board.press(words.UNLOCK)
    board.type("0000")
    view = board.tell(events.PinChecked(False, None, 4, 0))
    assert isinstance(view, views.StaffKeypad) and (view.entered, view.error) == ("", "staff.pin_wrong")
    view = board.press(views.DIGIT, "1")
    assert isinstance(view, views.StaffKeypad) and view.error == ""
    board.take_asked()
    view = board.tell(events.PinChecked(False, None, 0, 40))
    assert isinstance(view, views.StaffKeypad) and (view.error, view.locked_s) == ("staff.pin_locked", 40)
    board.type("204611")
    assert board.take_asked() == []
    view = board.wait(39)
    assert isinstance(view, views.StaffKeypad) and view.locked_s == 1
    view = board.wait(1)
    assert isinstance(view, views.StaffKeypad) and (view.error, view.locked_s) == ("", 0)
    board.type("204611")
    assert board.take_asked() == [commands.CheckPin("staff-1", "204611")]


# --- the acts ---------------------------------------------------------------------------------------------------


def finish(stage: Stage, act: str, title: str, *numbers: tuple[str, int]) -> None:
    """The act is answered, told, and the board comes back."""
    assert stage.tell(events.StaffActDone(act, numbers)) == views.StaffDone(title, numbers)
    assert commands.ListMeals() in stage.take_asked()
    assert isinstance(stage.press(views.DONE), views.StaffBoard)


def test_reprint(board: Stage) -> None:
    view = board.press(words.REPRINT)
    assert isinstance(view, views.StaffList)
    assert (len(view.rows), view.page, view.pages) == (5, 0, 2)
    assert (view.rows[0].label, view.rows[0].amount) == ("data:11:20  孙＊", 450)
    view = board.press(views.NEXT)
    assert isinstance(view, views.StaffList) and [row.value for row in view.rows] == ["txn-5", "txn-6"]
    assert board.press(words.SELECT, "no-such-row") == view
    assert isinstance(board.press(words.SELECT, "txn-6"), views.StaffBoard)
    assert board.take_asked() == [commands.ReprintSlip("txn-6")]
    finish(board, "reprinted", "The slip is being printed again")


def test_an_empty_list_says_so_and_turns_no_page(board: Stage) -> None:
    board.tell(events.MealsListed(()))
    view = board.press(words.REPRINT)
    assert view == views.StaffList("Print which slip again?", (), "No meal yet", 0, 1)
    assert board.press(views.NEXT) == view
    assert isinstance(board.press(views.BACK), views.StaffBoard)


def test_report_count(board: Stage) -> None:
    view = board.press(words.REPORT)
    assert isinstance(view, views.StaffKeypad) and not view.secret
    board.press(views.NEXT)
    assert board.take_asked() == []
    board.type("12")
    assert board.take_asked() == [commands.ReportCount(12, "staff-1")]
    finish(board, "reported", "The count was reported", ("served", 7), ("leftover", 12))


def test_keep_a_sample(board: Stage) -> None:
    view = board.press(words.KEEP_SAMPLE)
    assert isinstance(view, views.StaffConfirm) and view.confirm.label == "The sample is kept"
    assert board.press(views.DIGIT, "1") == view
    board.press(words.CONFIRM)
    assert board.take_asked() == [commands.KeepSample("staff-1")]
    finish(board, "sampled", "The food sample was recorded", ("dishes", 2), ("grams", 125))


def test_take_a_meal_back(unlocked: Stage) -> None:
    unlocked.tell(events.MealsListed((meal("txn-1"), meal("txn-0", "voided"))))
    view = unlocked.press(words.VOID)
    assert isinstance(view, views.StaffList) and [row.value for row in view.rows] == ["txn-1"]
    unlocked.press(words.SELECT, "txn-1")
    view = unlocked.press(words.SELECT, "not_taken")
    assert isinstance(view, views.StaffConfirm)
    assert (view.lines, view.confirm.amount) == ((("data:孙＊", "11:20"), ("Meal not taken", "")), 450)
    assert isinstance(unlocked.press(views.BACK), views.StaffList)
    unlocked.press(words.SELECT, "mistake")
    unlocked.press(words.CONFIRM)
    assert unlocked.take_asked() == [commands.VoidMeal("txn-1", "staff-1", "mistake")]
    finish(unlocked, "voided", "The meal was taken back", ("own_part", 450))


def test_an_act_that_is_refused_says_why(unlocked: Stage) -> None:
    unlocked.press(words.CLOSE_PERIOD)
    unlocked.press(words.CONFIRM)
    assert unlocked.take_asked() == [commands.ClosePeriod("staff-1")]
    assert unlocked.tell(events.StaffActRefused("closed", "staff.closed")) == views.StaffDone(
        "This was not done", error="staff.closed"
    )


def test_close_the_meal(unlocked: Stage) -> None:
    view = unlocked.press(words.CLOSE_PERIOD)
    assert isinstance(view, views.StaffConfirm) and view.lines == (("Served", "7"), ("Ordered", "0"))
    unlocked.press(words.CONFIRM)
    finish(unlocked, "closed", "This meal is closed", ("served", 7))


def test_a_guests_plate(unlocked: Stage) -> None:
    view = unlocked.press(words.SELL_PLATE)
    assert isinstance(view, views.StaffConfirm) and view.confirm.amount == 1200
    unlocked.press(words.CONFIRM)
    assert unlocked.take_asked() == [commands.SellPlate("", "", "cash", "staff-1")]
    assert isinstance(unlocked.tell(served(masked_name="", balance=None)), views.Served)
    assert isinstance(unlocked.wait(5), views.StaffBoard)


# --- people without a card --------------------------------------------------------------------------------------


def test_a_forgotten_card_by_short_number(unlocked: Stage) -> None:
    unlocked.press(words.NO_CARD)
    view = unlocked.press(words.SELECT, "short_number")
    assert isinstance(view, views.StaffKeypad) and (view.length, view.secret) == (6, False)
    unlocked.type("999999")
    assert unlocked.take_asked() == [commands.FindPeople("999999")]
    view = unlocked.tell(events.PeopleFound(()))
    assert isinstance(view, views.StaffKeypad) and (view.entered, view.error) == ("", "staff.nobody_found")
    unlocked.type("100001")
    view = unlocked.tell(events.PeopleFound((SUN,)))
    assert isinstance(view, views.StaffConfirm) and view.lines == (("data:孙＊", "100001"),)
    assert unlocked.tell(events.PeopleFound((LI,))) == view, "an answer nobody waits for"
    unlocked.take_asked()
    unlocked.press(words.CONFIRM)
    assert unlocked.take_asked() == [commands.ServePerson("sun", "short_number", "staff-1")]


def test_a_forgotten_card_by_birthday_and_surname(unlocked: Stage) -> None:
    unlocked.press(words.NO_CARD)
    unlocked.press(words.SELECT, "name_and_birthday")
    unlocked.type("031")
    assert unlocked.take_asked() == []
    unlocked.type("5")
    assert unlocked.take_asked() == [commands.FindPeople(birth_day="0315")]
    view = unlocked.tell(events.PeopleFound((SUN, LI, LI_TOO)))
    assert isinstance(view, views.StaffList) and [row.value for row in view.rows] == ["孙", "李"]
    assert isinstance(unlocked.press(words.SELECT, "孙"), views.StaffConfirm)
    unlocked.press(views.BACK)
    view = unlocked.press(words.SELECT, "李")
    assert isinstance(view, views.StaffList)
    assert [(row.label, row.hint) for row in view.rows] == [
        ("data:李＊", "data:100002"),
        ("data:李＊", "data:100003"),
    ]
    unlocked.press(words.SELECT, "li2")
    unlocked.press(words.CONFIRM)
    assert unlocked.take_asked() == [commands.ServePerson("li2", "name_and_birthday", "staff-1")]


def test_one_person_of_a_birthday_is_still_chosen_by_surname(unlocked: Stage) -> None:
    unlocked.press(words.NO_CARD)
    unlocked.press(words.SELECT, "name_and_birthday")
    unlocked.type("0315")
    view = unlocked.tell(events.PeopleFound((SUN,)))
    assert isinstance(view, views.StaffList) and view.title == "Choose the surname"


def test_a_lost_card_is_blocked(unlocked: Stage) -> None:
    unlocked.press(words.BLOCK_CARD)
    unlocked.press(words.SELECT, "short_number")
    unlocked.type("100001")
    view = unlocked.tell(events.PeopleFound((SUN,)))
    assert isinstance(view, views.StaffConfirm) and view.confirm.label == "Block the card"
    unlocked.take_asked()
    unlocked.press(words.CONFIRM)
    assert unlocked.take_asked() == [commands.BlockCard("sun", "staff-1")]
    finish(unlocked, "blocked", "The card is blocked here from now on")


def test_people_found_after_their_page_was_left_are_dropped(unlocked: Stage) -> None:
    unlocked.press(words.NO_CARD)
    unlocked.press(words.SELECT, "short_number")
    unlocked.type("100001")
    unlocked.tell(events.StaffTapped(GAO))
    assert isinstance(unlocked.tell(events.PeopleFound((SUN,))), views.StaffBoard)


# --- PIN for one act --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("denial", "action", "command"),
    [
        (
            denied("low_balance", amount=450),
            words.PAY_CASH,
            commands.AuthoriseMeal("card-sun", paid_by="cash", staff_id="staff-1"),
        ),
        (
            denied("low_balance", amount=450),
            words.OWE,
            commands.AuthoriseMeal("card-sun", paid_by="owed", staff_id="staff-1"),
        ),
        (
            denied("low_balance", amount=1200, second_plate=True),
            words.PAY_CASH,
            commands.AuthoriseMeal("card-sun", True, paid_by="cash", staff_id="staff-1"),
        ),
        (
            denied("low_balance", amount=450, card_ref="", identified_by="short_number"),
            words.OWE,
            commands.ServePerson("sun", "short_number", "staff-1", "owed"),
        ),
        (
            denied("already_eaten", amount=1200, online=False),
            words.PLATE_FOR_CASH,
            commands.SellPlate("sun", "card-sun", "cash", "staff-1"),
        ),
    ],
)
@pytest.mark.parametrize("at_board", [False, True])
def test_what_a_refused_diner_chooses_is_said_by_a_pin(
    denial: events.MealDenied, action: str, command: commands.Command, at_board: bool
) -> None:
    stage = Stage()
    if at_board:
        stage.tell(events.StaffTapped(GAO))
        stage.press(words.UNLOCK)
        stage.type("204611")
        stage.tell(RIGHT)
    stage.tell(denial)
    stage.take_asked()
    assert isinstance(stage.press(action), views.StaffKeypad), "also at an open board: a diner pressed it"
    stage.type("204611")
    stage.tell(RIGHT)
    assert stage.take_asked() == [commands.CheckPin("staff-1" if at_board else "", "204611"), command]
    assert isinstance(stage.view, views.StaffBoard) if at_board else stage.view == IDLE


def test_leaving_the_keypad_ends_the_wish(board: Stage) -> None:
    stage = Stage()
    stage.tell(denied("low_balance", amount=450))
    stage.press(words.OWE)
    assert stage.press(views.BACK) == IDLE
    assert stage.tell(RIGHT) == IDLE
    assert stage.take_asked() == []


def test_another_diner_is_served_while_the_pin_is_typed(board: Stage) -> None:
    stage = Stage()
    stage.tell(denied("low_balance", amount=450))
    stage.press(words.OWE)
    stage.press(views.DIGIT, "2")
    stage.tap("card-li")
    assert isinstance(stage.tell(served()), views.Served)
    view = stage.wait(5)
    assert isinstance(view, views.StaffKeypad) and view.entered == "•"


# --- the clock is not trusted -----------------------------------------------------------------------------------


def test_staff_declare_the_meal_by_pin_alone() -> None:
    stage = Stage()
    page = stage.tell(events.PeriodNeeded(True, 2))
    assert page == views.DeclarePeriodPage(OPTIONS, "")
    assert stage.press(views.NEXT) == page, "nothing is chosen yet"
    assert stage.spoken() == ["clock_untrusted"]
    stage.tell(events.PeriodNeeded(True, 2))
    assert stage.spoken() == ["clock_untrusted"] * 2, "a diner who taps hears why nothing happens"
    assert stage.press(views.CHOOSE, "midnight") == page
    assert stage.press(views.CHOOSE, "lunch") == views.DeclarePeriodPage(OPTIONS, "lunch")
    assert isinstance(stage.tell(events.CardTorn("card.torn")), views.DeclarePeriodPage)
    stage.tell(events.PeriodNeeded(True, 2))
    assert stage.view == views.DeclarePeriodPage(OPTIONS, "lunch"), "that tap does not undo the choice"
    assert isinstance(stage.press(views.NEXT), views.StaffKeypad)
    stage.take_asked()
    stage.type("204611")
    stage.tell(RIGHT)
    assert stage.take_asked() == [
        commands.CheckPin("", "204611"),
        commands.DeclarePeriod("lunch", "staff-1"),
    ]
    assert isinstance(stage.tell(events.StaffActDone("declared")), views.DeclarePeriodPage)
    assert stage.tell(events.PeriodNeeded(False)) == IDLE


def test_before_the_meals_of_the_site_are_known_there_is_none_to_choose() -> None:
    stage = Stage()
    stage.flow = type(stage.flow)(stage.asked.append)
    assert stage.tell(events.PeriodNeeded(True)) == views.DeclarePeriodPage((), "")
    assert stage.press(views.NEXT) == views.DeclarePeriodPage((), "")
    stage.tell(events.StaffTapped(GAO))
    assert isinstance(stage.view, views.StaffBoard) and stage.view.report_by == ""


def test_declaring_comes_before_the_slips_of_a_power_cut() -> None:
    stage = Stage()
    stage.tell(events.PrintsFound((print_need("txn-1"),)), events.PeriodNeeded(True))
    assert isinstance(stage.view, views.DeclarePeriodPage)
    assert isinstance(stage.tell(events.PeriodNeeded(False)), views.PowerCut)

"""What a diner sees, taps and hears: event in, page out, commands out. Nobody may wait for the one before."""

from __future__ import annotations

import pytest

from kiosk import commands, events, views
from kiosk.roles import ROLES
from kiosk.roles import canteen_words as words
from kiosk.services.phrases import PHRASES
from tests.flows.stage import GAO, IDLE, Stage, bill, chrome, denied, meal, print_need, served


@pytest.fixture
def stage() -> Stage:
    return Stage()


def actions(view: views.View) -> list[str]:
    assert isinstance(view, views.Attention | views.PowerCut), view
    return [choice.action for choice in view.choices]


# --- idle and served --------------------------------------------------------------------------------------------


def test_it_begins_by_starting_and_idles_once_it_knows_the_meal() -> None:
    flow = ROLES["canteen"].flow(lambda command: None, "zh_CN")
    assert flow.start() == views.Starting()
    assert flow.on(events.Ticked(1.0)) is None
    assert flow.on(events.MealTimeChanged(IDLE)) == IDLE
    assert flow.on(events.MealTimeChanged(IDLE)) is None


def test_a_tap_asks_for_a_meal_and_shows_nothing_by_itself(stage: Stage) -> None:
    assert stage.tap() == IDLE
    assert stage.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


def test_only_a_committed_meal_says_so_and_it_goes_by_itself(stage: Stage) -> None:
    assert stage.tell(served()) == views.Served("txn-1", bill())
    assert stage.spoken() == ["take_meal"]
    assert isinstance(stage.wait(4), views.Served)
    assert stage.wait(1) == IDLE


def test_the_next_person_taps_while_the_last_verdict_is_shown(stage: Stage) -> None:
    stage.tell(served())
    assert isinstance(stage.tap("card-li"), views.Served)
    assert stage.take_asked() == [commands.AuthoriseMeal("card-li", stamp_ns=5)]
    assert stage.tell(served("txn-2", "card-li", masked_name="李＊")) == views.Served(
        "txn-2", bill(masked_name="李＊")
    )


def test_the_same_meal_is_shown_and_said_again(stage: Stage) -> None:
    stage.tell(served())
    shown, said = len(stage.shown), len(stage.spoken())
    stage.tell(events.MealServed("txn-1", 7, "card-sun", bill(), repeated=True))
    assert (len(stage.shown), len(stage.spoken())) == (shown + 1, said + 1)
    assert stage.shown[-1] == stage.shown[-2]


def test_a_served_page_has_no_button_to_close_it(stage: Stage) -> None:
    stage.tell(served())
    assert isinstance(stage.press(views.CANCEL), views.Served)


# --- refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("denial", "choices", "phrase"),
    [
        (denied("already_eaten", amount=1200, at="11:21"), [words.BUY_PLATE, views.CANCEL], "already_used"),
        (
            denied("already_eaten", amount=1200, online=False),
            [words.PLATE_FOR_CASH, views.CANCEL],
            "already_used",
        ),
        (
            denied("already_eaten", amount=1200, card_ref=""),
            [words.PLATE_FOR_CASH, views.CANCEL],
            "already_used",
        ),
        (denied("lapsed", amount=1200), [words.BUY_PLATE, views.CANCEL], "lapsed"),
        (
            denied("low_balance", amount=450, balance=100),
            [words.PAY_CASH, words.OWE, views.CANCEL],
            "low_balance",
        ),
        (
            denied("low_balance", amount=1200, second_plate=True),
            [words.PAY_CASH, views.CANCEL],
            "low_balance",
        ),
        (denied("card_lost"), [views.CANCEL], "card_lost"),
        (denied("card_unknown"), [views.CANCEL], "card_unknown"),
        (denied("sold_out"), [views.CANCEL], "sold_out"),
        (denied("closed"), [views.CANCEL], "closed"),
        (denied("outside_hours", next_period="dinner", next_opens="16:30"), [views.CANCEL], "outside_hours"),
    ],
)
def test_each_refusal_says_why_and_what_can_be_done(
    stage: Stage, denial: events.MealDenied, choices: list[str], phrase: str
) -> None:
    view = stage.tell(denial)
    assert isinstance(view, views.Attention)
    assert (view.reason, view.masked_name, view.amount) == (denial.reason, "孙＊", denial.amount)
    assert (view.at, view.balance, view.next_opens) == (denial.at, denial.balance, denial.next_opens)
    assert actions(view) == choices
    assert stage.spoken() == [phrase]
    assert stage.press(views.CANCEL) == IDLE


def test_every_phrase_a_flow_says_can_be_said() -> None:
    reasons = ["already_eaten", "low_balance", "lapsed", "card_lost", "card_unknown", "sold_out", "closed"]
    said = [words.spoken(reason) for reason in [*reasons, "outside_hours", "card.torn", "card.noise"]]
    others = [
        "take_meal",
        "tap_same_card",
        "same_card",
        "other_card",
        "wrong_card",
        "staff_coming",
        "offline",
        "clock_untrusted",
    ]
    assert set(said + others) <= set(PHRASES)


def test_a_refusal_goes_by_itself_and_a_button_it_does_not_have_does_nothing(stage: Stage) -> None:
    stage.tell(denied("card_lost"))
    assert isinstance(stage.press(words.OWE), views.Attention)
    assert isinstance(stage.wait(29), views.Attention)
    assert stage.wait(1) == IDLE


def test_the_next_card_replaces_a_refusal(stage: Stage) -> None:
    stage.tell(denied("card_lost"))
    stage.tap("card-li")
    assert stage.tell(served("txn-2", "card-li")) == views.Served("txn-2", bill())


# --- second plate -----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(stage: Stage) -> Stage:
    """The question for a second plate is on the screen."""
    stage.tell(denied("already_eaten", amount=1200))
    stage.asked.clear()
    assert stage.press(words.BUY_PLATE) == views.RetapAsked("孙＊", 1200, 10)
    assert stage.spoken() == ["tap_same_card"]
    stage.asked.clear()
    return stage


def test_only_the_same_card_charges_and_only_once(asked: Stage) -> None:
    asked.tap("card-sun")
    asked.tap("card-sun")
    assert asked.take_asked() == [
        commands.AuthoriseMeal("card-sun", second_plate=True, stamp_ns=5),
        commands.AuthoriseMeal("card-sun", second_plate=False, stamp_ns=5),
    ]


def test_any_other_card_cancels_the_question_and_starts_its_own_meal(asked: Stage) -> None:
    assert asked.tap("card-li") == IDLE
    asked.tap("card-sun")
    assert asked.take_asked() == [
        commands.AuthoriseMeal("card-li", stamp_ns=5),
        commands.AuthoriseMeal("card-sun", stamp_ns=5),
    ]


def test_the_question_counts_down_and_ends_after_ten_seconds(asked: Stage) -> None:
    assert asked.wait(1) == views.RetapAsked("孙＊", 1200, 9)
    assert asked.wait(8) == views.RetapAsked("孙＊", 1200, 1)
    assert asked.wait(1) == IDLE
    asked.tap("card-sun")
    assert asked.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


def test_the_question_can_be_called_off(asked: Stage) -> None:
    assert asked.press(views.CANCEL) == IDLE
    asked.tap("card-sun")
    assert asked.take_asked() == [commands.AuthoriseMeal("card-sun", stamp_ns=5)]


def test_a_card_that_could_not_be_read_does_not_end_the_question(asked: Stage) -> None:
    assert isinstance(asked.tell(events.CardTorn("card.torn")), views.RetapAsked)


# --- cards that cannot be read ----------------------------------------------------------------------------------


def test_a_torn_tap_is_asked_for_again(stage: Stage) -> None:
    view = stage.tell(events.CardTorn("card.torn"))
    assert isinstance(view, views.Attention) and view.reason == "card.torn"
    assert stage.spoken() == ["tap_again"]
    assert stage.press(views.CANCEL) == IDLE
    stage.tell(events.CardTorn("card.noise"))
    assert stage.wait(6) == IDLE


def test_a_card_lifted_early_after_its_verdict_changes_nothing(stage: Stage) -> None:
    stage.tell(served())
    assert isinstance(stage.tell(events.CardTorn("card.torn")), views.Served)


# --- help -------------------------------------------------------------------------------------------------------


def test_help_is_called_from_any_page_and_that_page_comes_back(stage: Stage) -> None:
    stage.tell(denied("card_lost"))
    stage.asked.clear()
    assert stage.press(views.HELP) == views.HelpComing(True, "1 号窗口")
    assert stage.asked == [commands.CallHelp(True), commands.Speak("staff_coming")]
    assert isinstance(stage.press(views.DIGIT, "1"), views.HelpComing)
    assert isinstance(stage.wait(60), views.HelpComing)
    assert isinstance(stage.press(views.DONE), views.Attention), "waiting for help is not idling"
    stage.asked.clear()
    stage.press(views.HELP)
    stage.press(views.CANCEL)
    assert stage.take_asked() == [commands.CallHelp(True), commands.CallHelp(False)]


def test_the_help_page_goes_by_itself_or_with_the_next_verdict(stage: Stage) -> None:
    stage.press(views.HELP)
    assert stage.wait(120) == IDLE
    stage.press(views.HELP)
    assert isinstance(stage.tell(served()), views.Served)


# --- the machine ------------------------------------------------------------------------------------------------


def test_out_of_service_takes_no_card_and_opens_no_page(stage: Stage) -> None:
    stage.tell(denied("card_lost"))
    stage.asked.clear()
    gone = views.OutOfService("device.gone", "1 号窗口")
    assert stage.tell(events.ServiceChanged("device.gone")) == gone
    for event in (
        events.CardTapped("card-sun", 5),
        events.CardTorn("card.torn"),
        events.Pressed(views.NEXT),
        events.ChromeChanged(chrome(online=False)),
    ):
        assert stage.tell(event) == gone
    assert stage.asked == []
    assert isinstance(stage.press(views.HELP), views.HelpComing)
    assert stage.press(views.DONE) == gone
    assert stage.tell(events.ServiceChanged("disk.read_only")) == views.OutOfService(
        "disk.read_only", "1 号窗口"
    )
    assert stage.tell(events.ServiceChanged("")) == IDLE


def test_going_offline_is_said_once(stage: Stage) -> None:
    for online in (False, False, True):
        stage.tell(events.ChromeChanged(chrome(online)))
    assert stage.spoken() == ["offline"]


def test_bars_and_notices_are_not_the_flows(stage: Stage) -> None:
    assert stage.flow.on(events.NoticesChanged(("disk.full",))) is None
    assert stage.flow.on(events.CountsChanged(views.Counts())) is None


def test_a_trembling_hand_presses_once_but_digits_are_typed(stage: Stage) -> None:
    stage.tell(denied("already_eaten", amount=1200))
    stage.tell(events.Pressed(words.BUY_PLATE, at_s=50.0), events.Pressed(views.CANCEL, at_s=50.1))
    assert stage.view == IDLE
    stage.tell(events.Pressed(views.HELP, at_s=60.0), events.Pressed(views.HELP, at_s=60.4))
    assert stage.take_asked() == [commands.CallHelp(True)]
    stage.press(views.DONE)
    stage.tell(events.PeriodNeeded(True), events.Pressed(views.CHOOSE, "lunch"))
    stage.tell(events.Pressed(views.NEXT, at_s=70.0))
    stage.tell(events.Pressed(views.DIGIT, "1", 70.1), events.Pressed(views.DIGIT, "1", 70.2))
    assert isinstance(stage.view, views.StaffKeypad) and stage.view.entered == "••"


# --- after a power cut ------------------------------------------------------------------------------------------


@pytest.fixture
def cut(stage: Stage) -> Stage:
    """Two slips are not known to be on paper."""
    stage.tell(events.PrintsFound((print_need("txn-1"), print_need("txn-2"))))
    assert isinstance(stage.view, views.PowerCut) and stage.view.more == 1
    assert actions(stage.view) == [words.PRINT_AGAIN, words.TAKE_BACK, words.NO_SLIP]
    return stage


def test_slips_are_offered_one_by_one(cut: Stage) -> None:
    view = cut.press(words.PRINT_AGAIN, "txn-1")
    assert isinstance(view, views.PowerCut) and (view.need.meal.txn_id, view.more) == ("txn-2", 0)
    cut.tell(events.StaffActDone("reprinted"))
    assert cut.press(words.NO_SLIP, "txn-2") == IDLE
    assert cut.take_asked() == [commands.ReprintSlip("txn-1"), commands.DismissPrint("txn-2")]


def test_a_diner_is_served_first_and_the_offer_comes_back(cut: Stage) -> None:
    cut.tap()
    assert isinstance(cut.tell(served()), views.Served)
    assert isinstance(cut.wait(5), views.PowerCut)


def test_the_meal_is_taken_back_with_a_pin_and_then_its_offer_ends(cut: Stage) -> None:
    cut.press(words.TAKE_BACK, "txn-1")
    cut.type("204611")
    assert isinstance(cut.tell(events.PinChecked(True, GAO, 5, 0)), views.PowerCut)
    assert cut.take_asked() == [
        commands.CheckPin("", "204611"),
        commands.VoidMeal("txn-1", "staff-1", "other"),
    ]
    done = cut.tell(events.StaffActDone("voided", (("own_part", 450),)))
    assert done == views.StaffDone("The meal was taken back", (("own_part", 450),))
    assert cut.take_asked() == [commands.DismissPrint("txn-1")]
    view = cut.press(views.DONE)
    assert isinstance(view, views.PowerCut) and view.need.meal.txn_id == "txn-2"


def test_a_meal_that_could_not_be_taken_back_is_still_offered_its_slip(cut: Stage) -> None:
    cut.press(words.TAKE_BACK, "txn-1")
    cut.type("204611")
    cut.tell(events.PinChecked(True, GAO, 5, 0))
    refused = cut.tell(events.StaffActRefused("voided", "staff.closed"))
    assert refused == views.StaffDone("This was not done", error="staff.closed")
    view = cut.wait(6)
    assert isinstance(view, views.PowerCut) and view.need.meal == meal("txn-1")
    cut.tell(events.StaffActDone("voided"))
    assert commands.DismissPrint("txn-1") not in cut.asked

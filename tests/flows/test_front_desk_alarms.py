"""An alarm is seen on every page, answered by whoever is there, and names nobody's home to who is not staff."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from kiosk import commands, events, views
from kiosk import commands_front_desk as wishes
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.views_resident import FinishedPage, MessagePage, PlaceCard, StillThere
from tests.flows.desk_stage import BRACELET, CARE, CHEN, HE, PUBLIC_BOX, SECRETS, WU, DeskStage, signed
from tests.flows.resident_stage import MASKED_NAME
from tests.flows.test_resident_monkey import text_in
from tests.flows.visitor_stage import consent_text


@pytest.fixture
def stage() -> DeskStage:
    return DeskStage()


def shown(stage: DeskStage) -> pages.AlarmShown:
    around = getattr(stage.view, "around", None)
    assert around is not None and around.alarm is not None, stage.view
    alarm = around.alarm
    assert isinstance(alarm, pages.AlarmShown)
    return alarm


# --- who sees what of it ------------------------------------------------------------------------------------------------


def test_staff_see_who_calls_and_where(stage: DeskStage) -> None:
    stage.signs_in()
    stage.tell(told.AlarmsTold((BRACELET, PUBLIC_BOX)))
    assert shown(stage) == replace(BRACELET, more=1)


@pytest.mark.parametrize(
    ("alarm", "place"),
    [
        (BRACELET, ""),
        (PUBLIC_BOX, "二楼走廊"),
        (replace(PUBLIC_BOX, masked_name="李＊", age=82, place_zh="和顺里 3 幢"), ""),
    ],
)
def test_covered_an_alarm_says_no_age_and_nobodys_address(
    stage: DeskStage, alarm: pages.AlarmShown, place: str
) -> None:
    stage.tell(told.AlarmsTold((alarm,)))
    front = shown(stage)
    assert (front.masked_name, front.age, front.place_zh) == (alarm.masked_name, 0, place)
    assert (front.left_s, front.state) == (alarm.left_s, "raised")


def opens_keypad(stage: DeskStage) -> None:
    stage.lays_staff_card(HE)


def opens(action: str, value: str = "") -> object:
    return lambda stage: stage.press(action, value)


@pytest.mark.parametrize(
    "open_page",
    [
        opens_keypad,
        opens(pages.APPOINTMENTS),
        opens(pages.NEEDS),
        opens(pages.CALL),
        opens(pages.CARE, "c-1"),
        opens(pages.HAND_OVER),
        opens(pages.ENROL),
        opens(views.HELP),
        opens(pages.LOCK),
    ],
)
def test_an_alarm_is_seen_whatever_page_is_open(stage: DeskStage, open_page: object) -> None:
    stage.tell(told.CareTold(CARE))
    stage.sees()
    assert callable(open_page)
    open_page(stage)
    stage.tell(told.AlarmsTold((BRACELET,)))
    assert shown(stage).left_s == 18
    stage.tell(told.AlarmsTold((replace(BRACELET, left_s=17),)))
    assert shown(stage).left_s == 17
    stage.tell(told.AlarmsTold(()))
    assert stage.view.around.alarm is None  # type: ignore[union-attr]


@pytest.mark.parametrize("is_turned", [False, True])
def test_who_calls_for_help_hides_an_alarm_for_some_seconds_at_most(
    stage: DeskStage, is_turned: bool
) -> None:
    turned(stage) if is_turned else stage.tell(told.AlarmsTold((BRACELET,)))
    stage.press(views.HELP)
    stage.showing(views.HelpComing)
    stage.wait(6)
    assert shown(stage).state == "raised"
    assert [call.on for call in stage.wishes(commands.CallHelp)] == [True]


def test_beside_an_alarm_that_is_taken_on_the_call_for_help_stays(stage: DeskStage) -> None:
    stage.tell(told.AlarmsTold((replace(BRACELET, state="acknowledged"),)))
    stage.press(views.HELP)
    stage.wait(6)
    stage.showing(views.HelpComing)


# --- what is done about it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signed_in", [True, False])
def test_whoever_is_there_answers(stage: DeskStage, signed_in: bool) -> None:
    if signed_in:
        stage.signs_in()
    stage.tell(told.AlarmsTold((BRACELET,)))
    stage.press(pages.ACKNOWLEDGE, "a-1")
    wish = stage.newest(wishes.AcknowledgeAlarm)
    assert (wish.alarm_id, wish.staff_id) == ("a-1", "staff-chen" if signed_in else "")


def test_an_alarm_that_is_over_is_not_answered(stage: DeskStage) -> None:
    stage.press(pages.ACKNOWLEDGE, "a-1")
    assert stage.asked == []


def test_whom_to_ring_is_staffs(stage: DeskStage) -> None:
    stage.tell(told.AlarmsTold((BRACELET,)))
    stage.press(pages.CALL_BACK, "a-1")
    stage.press(pages.CLOSE_ALARM, "a-1")
    assert stage.asked == []
    assert stage.board().notices == ("desk.card_first",)
    stage.tell(told.AlarmPhoneTold("a-1", "0000-0000-777"))
    assert shown(stage).phone == ""


def test_the_number_stands_there_until_nobody_looks(stage: DeskStage) -> None:
    stage.signs_in()
    stage.tell(told.AlarmsTold((BRACELET,)))
    stage.press(pages.CALL_BACK, "a-1")
    assert stage.newest(wishes.ShowAlarmPhone) == wishes.ShowAlarmPhone("a-1", "staff-chen")
    stage.tell(told.AlarmPhoneTold("a-1", "0000-0000-777"))
    assert shown(stage).phone == "0000-0000-777"
    stage.wait(61)
    assert shown(stage).phone == ""
    stage.signs_in()
    assert shown(stage).phone == ""


@pytest.mark.parametrize("outcome", ["on_site", "by_phone", "false_alarm", "emergency_services"])
def test_what_came_of_it_closes_it(stage: DeskStage, outcome: str) -> None:
    stage.signs_in()
    stage.tell(told.AlarmsTold((replace(BRACELET, state="acknowledged"),)))
    stage.press(pages.CLOSE_ALARM, "a-1")
    assert stage.showing(pages.OutcomePage).subject == "data:李＊ · 和顺里 3 幢"
    stage.press(views.CHOOSE, outcome)
    wish = stage.newest(wishes.CloseAlarm)
    assert (wish.alarm_id, wish.outcome, wish.staff_id) == ("a-1", outcome, "staff-chen")
    stage.board()


# --- the screen turned to a visitor -----------------------------------------------------------------------------------------


def turned(stage: DeskStage) -> pages.ConsentPage:
    """The screen is turned to Ms Zhao, who is asked."""
    stage.tell(told.CareTold(CARE), told.AlarmsTold((BRACELET,)))
    stage.sees()
    stage.press(pages.ENROL)
    wish = stage.newest(wishes.TellConsentText)
    stage.tell(told.ConsentTextTold(wish.ask_id, consent_text()))
    return stage.showing(pages.ConsentPage)


def test_nothing_of_staffs_stays_on_a_turned_screen(stage: DeskStage) -> None:
    page = turned(stage)
    assert [secret for secret in (*SECRETS, "李＊", "82") if secret in repr(asdict(page))] == []
    assert (shown(stage).state, shown(stage).masked_name, shown(stage).place_zh) == ("raised", "", "")


def test_a_visitor_is_enrolled_at_the_desk(stage: DeskStage) -> None:
    turned(stage)
    stage.press(pages.AGREE)
    stage.showing(PlaceCard)
    before = len(stage.wishes(wishes.NoteVisit))
    stage.tap()
    assert len(stage.wishes(wishes.NoteVisit)) == before
    stage.identified()
    stage.tell(told.ConsentStanding(stage.wish(wishes.MayAsk).ask_id, "may_ask"))
    ask_id = stage.wish(wishes.StartEnrolment).ask_id
    stage.tell(told.PoseGuided(ask_id, "right", None, "", 3, 3))
    wish = stage.wish(wishes.KeepConsent)
    assert (wish.person_id, wish.staff_id) == ("zhao", "staff-chen")
    stage.tell(told.ConsentKept(wish.ask_id, "c-1", "2027-11-20"))
    stage.showing(FinishedPage)
    stage.wait(6)
    assert (stage.board().covered, stage.board().card) == (True, None)
    assert signed(stage)[-1].why == "asked"
    stage.asked.clear()
    assert [text for text in text_in(stage.flow) if MASKED_NAME in text or "320305" in text] == []


def test_a_no_at_the_desk_brings_the_board_back_covered(stage: DeskStage) -> None:
    turned(stage)
    stage.press(pages.REFUSE)
    assert stage.showing(MessagePage).code == "consent.refused"
    stage.press(views.BACK)
    assert stage.board().covered


def test_a_turned_screen_that_is_left_comes_back_covered(stage: DeskStage) -> None:
    turned(stage)
    stage.wait(61)
    stage.showing(StillThere)
    stage.wait(31)
    assert stage.board().covered


@pytest.mark.parametrize("help_first", [True, False])
def test_a_staff_card_takes_the_screen_back(stage: DeskStage, help_first: bool) -> None:
    turned(stage)
    if help_first:
        stage.press(views.HELP)
        stage.showing(views.HelpComing)
    stage.lays_staff_card()
    assert stage.showing(pages.DeskKeypad).masked_name == "陈＊"
    stage.enters_pin("1234")
    stage.tell(events.PinChecked(True, CHEN, 5, 0))
    assert not stage.board().covered


def test_an_alarm_is_answered_from_a_turned_screen_and_nothing_more(stage: DeskStage) -> None:
    turned(stage)
    stage.press(pages.CALL_BACK, "a-1")
    stage.press(pages.CLOSE_ALARM, "a-1")
    assert stage.wishes(wishes.ShowAlarmPhone) == []
    stage.showing(pages.ConsentPage)
    stage.press(pages.ACKNOWLEDGE, "a-1")
    assert stage.newest(wishes.AcknowledgeAlarm).staff_id == ""


def test_who_comes_while_the_screen_is_turned_waits(stage: DeskStage) -> None:
    turned(stage)
    opened = len(stage.wishes(wishes.OpenPersonCard))
    stage.comes(replace(WU, visit_id="v-other"))
    stage.showing(pages.ConsentPage)
    assert len(stage.wishes(wishes.OpenPersonCard)) == opened


def test_help_at_a_turned_screen_is_called(stage: DeskStage) -> None:
    turned(stage)
    stage.press(views.HELP)
    assert stage.newest(commands.CallHelp).on

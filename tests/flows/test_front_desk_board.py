"""Staff see who has come before they sit down, and nobody who is not staff sees a name: the desk's board, event by event."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from kiosk import commands, events, views
from kiosk import commands_front_desk as wishes
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.views_resident import TURN
from tests.flows.desk_stage import (
    BRACELET,
    CARE,
    CHEN,
    HE,
    MA,
    NOBODY,
    SECRETS,
    TWINS,
    WINDOWS,
    WU,
    WU_CARD,
    DeskStage,
    signed,
)
from tests.flows.technician import TECHNICIAN
from tests.flows.test_resident_monkey import text_in


@pytest.fixture
def stage() -> DeskStage:
    return DeskStage()


def assert_covered(stage: DeskStage) -> None:
    board = stage.board()
    assert (board.covered, board.staff, board.card, board.chosen) == (True, "", None, "")
    assert [secret for secret in SECRETS if secret in repr(asdict(board))] == []


def test_no_address_is_in_a_line_of_a_log(stage: DeskStage) -> None:
    """A name is masked, where somebody lives cannot be."""
    stage.tell(told.CareTold(CARE), told.AlarmsTold((BRACELET,)))
    stage.signs_in()
    shown: list[views.View] = [stage.board()]
    for action, value in ((pages.CARE, "c-1"), (pages.CLOSE_ALARM, "a-1")):
        shown.append(stage.press(action, value))
    assert len({type(page) for page in shown}) == 2
    assert [place for place in ("和顺里", "Block 3") if place in repr((shown, CARE, BRACELET))] == []


# --- who is at the desk -----------------------------------------------------------------------------------------------


def test_nobody_is_at_the_desk_at_first(stage: DeskStage) -> None:
    stage.tell(told.CareTold(CARE))
    stage.comes(WU, MA)
    assert_covered(stage)
    assert stage.board().arrived == 2
    assert stage.wishes(wishes.OpenPersonCard) == []


def test_a_card_and_its_pin_sign_in(stage: DeskStage) -> None:
    stage.lays_staff_card()
    assert stage.newest(commands.IdentifyStaff).card_ref == "card-staff-chen"
    assert stage.showing(pages.DeskKeypad).masked_name == "陈＊"
    for digit in "123":
        stage.press(views.DIGIT, digit)
    stage.press(views.NEXT)
    assert stage.wishes(commands.CheckPin) == []
    stage.press(views.DIGIT, "4")
    assert stage.showing(pages.DeskKeypad).entered == 4
    stage.press(views.ERASE)
    stage.press(views.DIGIT, "5")
    stage.press(views.NEXT)
    assert stage.newest(commands.CheckPin) == commands.CheckPin("staff-chen", "1235")
    stage.tell(events.PinChecked(True, CHEN, 5, 0))
    assert (stage.board().staff, stage.board().covered) == ("陈＊", False)
    assert signed(stage) == [wishes.SignStaff("staff-chen", "in")]


@pytest.mark.parametrize(
    ("checked", "trouble", "left", "locked_min"),
    [
        (events.PinChecked(False, None, 3, 0), "staff.pin_wrong", 3, 0),
        (events.PinChecked(False, None, 0, 300), "staff.pin_locked", 0, 5),
        (events.PinChecked(True, HE, 5, 0), "staff.pin_wrong", 5, 0),
    ],
)
def test_a_wrong_pin_opens_nothing(
    stage: DeskStage, checked: events.PinChecked, trouble: str, left: int, locked_min: int
) -> None:
    stage.lays_staff_card()
    stage.enters_pin("9999")
    stage.tell(checked)
    page = stage.showing(pages.DeskKeypad)
    assert (page.trouble, page.left, page.locked_min, page.entered) == (trouble, left, locked_min, 0)
    assert signed(stage) == []


def test_a_locked_keypad_takes_no_digits(stage: DeskStage) -> None:
    stage.lays_staff_card()
    stage.enters_pin("9999")
    stage.tell(events.PinChecked(False, None, 0, 300))
    stage.press(views.DIGIT, "1")
    assert stage.showing(pages.DeskKeypad).entered == 0
    stage.press(views.BACK)
    assert_covered(stage)


def test_a_keypad_that_is_left_goes_by_itself(stage: DeskStage) -> None:
    stage.lays_staff_card()
    stage.wait(31)
    assert_covered(stage)


def test_a_pin_that_nobody_asked_for_opens_nothing(stage: DeskStage) -> None:
    stage.tell(events.PinChecked(True, CHEN, 5, 0))
    assert_covered(stage)


def test_another_member_of_staff_takes_over(stage: DeskStage) -> None:
    stage.signs_in()
    stage.lays_staff_card(HE)
    stage.press(views.BACK)
    assert stage.board().staff == "陈＊"
    assert stage.signs_in(HE).staff == "何＊"
    assert [sign.staff_id for sign in signed(stage)] == ["staff-chen", "staff-he"]


def test_who_takes_over_opens_cards_in_her_own_name(stage: DeskStage) -> None:
    """What the hall said of a sensitive matter was for her alone who asked."""
    stage.sees()
    stage.tell(told.AlarmsTold((BRACELET,)), told.AlarmPhoneTold("a-1", "0000-0000-777"))
    assert stage.board().card == WU_CARD
    board = stage.signs_in(HE)
    assert (board.card, board.chosen) == (None, "v-wu")
    assert stage.newest(wishes.OpenPersonCard).staff_id == "staff-he"
    assert board.around.alarm is not None and board.around.alarm.phone == ""


def test_who_is_signed_in_says_so_again_when_the_disk_is_back(stage: DeskStage) -> None:
    """It may be that the disk has refused the row that says so."""
    stage.signs_in()
    stage.tell(events.ServiceChanged("disk.full"), events.ServiceChanged(""))
    assert signed(stage) == [wishes.SignStaff("staff-chen", "in")] * 2


def test_a_desk_whose_services_know_of_nobody_is_covered(stage: DeskStage) -> None:
    stage.sees()
    stage.tell(told.DeskRefused(5, "desk.nobody_signed_in"))
    assert_covered(stage)


@pytest.mark.parametrize("cover_after_s", [20.0, 60.0])
def test_names_are_covered_when_nobody_touches_anything(cover_after_s: float) -> None:
    stage = DeskStage(cover_after_s=cover_after_s)
    stage.tell(told.CareTold(CARE))
    stage.sees(WU, MA)
    stage.wait(cover_after_s - 1)
    assert not stage.board().covered
    stage.press(TURN, "+1")
    stage.wait(cover_after_s - 1)
    assert not stage.board().covered
    stage.wait(1)
    assert_covered(stage)
    assert signed(stage)[-1] == wishes.SignStaff("staff-chen", "out", "idle")


def test_the_same_card_again_says_that_she_is_there(stage: DeskStage) -> None:
    stage.signs_in()
    stage.wait(50)
    stage.lays_staff_card()
    stage.wait(50)
    assert not stage.board().covered
    assert len(signed(stage)) == 1


def test_a_card_that_lies_there_is_its_owner(stage: DeskStage) -> None:
    stage.signs_in(tracks_presence=True)
    stage.wait(90)
    assert not stage.board().covered
    stage.tell(events.CardTaken("card-staff-chen", "card_reader"))
    stage.wait(60)
    assert_covered(stage)


def test_a_card_found_to_rest_counts_too(stage: DeskStage) -> None:
    stage.signs_in()
    stage.tell(events.CardRests("card-staff-chen", "card_reader"))
    stage.wait(90)
    assert not stage.board().covered


def test_after_the_cover_the_pin_is_asked_again_and_the_card_comes_back(stage: DeskStage) -> None:
    stage.sees()
    stage.wait(61)
    stage.lays_staff_card()
    stage.showing(pages.DeskKeypad)
    stage.enters_pin("1234")
    stage.tell(events.PinChecked(True, CHEN, 5, 0))
    assert stage.newest(wishes.OpenPersonCard).visit_id == "v-wu"
    assert stage.card_told().card == WU_CARD


def test_lock_covers_at_once(stage: DeskStage) -> None:
    stage.tell(told.CareTold(CARE))
    stage.sees()
    stage.press(pages.LOCK)
    assert_covered(stage)
    assert signed(stage)[-1] == wishes.SignStaff("staff-chen", "out", "asked")


@pytest.mark.parametrize(
    "action",
    [pages.APPOINTMENTS, pages.NEEDS, pages.CALL, pages.ENROL, pages.LOCK, pages.RECEIVE, pages.CARE],
)
def test_nothing_of_staffs_is_done_without_staff(stage: DeskStage, action: str) -> None:
    stage.tell(told.CareTold(CARE))
    stage.comes(WU)
    stage.press(action, "c-1")
    stage.press(views.CHOOSE, "v-wu")
    assert_covered(stage)
    assert stage.asked == []
    assert stage.board().notices == ("desk.card_first",)


def test_a_technicians_card_is_only_another_staff_card_to_the_desk(stage: DeskStage) -> None:
    stage.lays_staff_card(TECHNICIAN)
    stage.showing(pages.DeskKeypad)


# --- who has come -----------------------------------------------------------------------------------------------------


def test_who_comes_is_shown_by_herself(stage: DeskStage) -> None:
    stage.signs_in()
    stage.comes(WU)
    wish = stage.newest(wishes.OpenPersonCard)
    assert (wish.visit_id, wish.staff_id) == ("v-wu", "staff-chen")
    board = stage.card_told()
    assert (board.chosen, board.card, board.arrivals) == ("v-wu", WU_CARD, (WU,))


def test_who_comes_later_does_not_take_the_card_from_under_a_finger(stage: DeskStage) -> None:
    stage.sees()
    stage.comes(WU, NOBODY)
    assert (stage.board().chosen, stage.board().arrived) == ("v-wu", 2)
    stage.press(views.CHOOSE, "v-a017")
    board = stage.card_told()
    assert board.card is not None and board.card.ticket == "A017"


def test_an_answered_card_makes_room_for_the_next_after_a_while(stage: DeskStage) -> None:
    stage.sees()
    stage.press(pages.RECEIVE)
    stage.tell(told.VisitAnswered("v-wu", "received"))
    stage.comes(WU, NOBODY)
    assert stage.board().chosen == "v-wu"
    stage.wait(10)
    assert stage.board().chosen == "v-a017"


def test_who_came_while_nobody_was_there_is_shown_at_sign_in(stage: DeskStage) -> None:
    stage.comes(WU, NOBODY)
    stage.signs_in()
    assert stage.newest(wishes.OpenPersonCard).visit_id == "v-a017"


def test_a_card_at_the_desk_gives_the_same_without_a_face(stage: DeskStage) -> None:
    stage.sees()
    stage.tap("card-ma")
    assert stage.newest(wishes.NoteVisit) == wishes.NoteVisit("card-ma")
    stage.comes(WU, MA)
    assert stage.newest(wishes.OpenPersonCard).visit_id == "v-ma"


def test_who_is_on_the_list_already_is_shown_by_her_card(stage: DeskStage) -> None:
    stage.sees(WU, NOBODY)
    stage.tap("card-wu")
    stage.tell(told.ArrivalsTold((NOBODY, WU), "v-wu"))
    assert stage.newest(wishes.OpenPersonCard).visit_id == "v-wu"
    board = stage.card_told()
    stage.tap("card-wu")
    stage.tell(told.ArrivalsTold((NOBODY, WU), "v-wu"))
    assert stage.board() == board
    assert len(stage.wishes(wishes.OpenPersonCard)) == 2


@pytest.mark.parametrize(
    ("code", "notices"), [("card.staff", ()), ("card.unknown_here", ("card.unknown_here",))]
)
def test_a_card_that_is_no_residents(stage: DeskStage, code: str, notices: tuple[str, ...]) -> None:
    stage.signs_in()
    stage.tap("card-x")
    stage.tell(told.DeskRefused(0, code))
    assert stage.board().notices == notices


def test_a_card_elsewhere_in_the_hall_does_not_interrupt(stage: DeskStage) -> None:
    stage.sees()
    stage.comes(WU, MA)
    assert stage.board().chosen == "v-wu"


def test_the_card_grows_when_the_hall_says_more(stage: DeskStage) -> None:
    stage.sees()
    ask_id = stage.newest(wishes.OpenPersonCard).ask_id
    more = replace(WU_CARD, matters=(*WU_CARD.matters, pages.MatterShown("低处扶手", "", "file", "open")))
    stage.tell(told.PersonCardTold(ask_id, more))
    assert stage.board().card == more
    stage.tell(told.PersonCardTold(9999, WU_CARD))
    assert stage.board().card == more


def test_arrivals_are_turned_four_at_a_time(stage: DeskStage) -> None:
    stage.signs_in()
    stage.comes(*(replace(WU, visit_id=f"v-{number}") for number in range(6)))
    assert (len(stage.board().arrivals), stage.board().pages, stage.board().arrived) == (4, 2, 6)
    stage.press(TURN, "+1")
    stage.press(TURN, "+1")
    assert (len(stage.board().arrivals), stage.board().page) == (2, 1)
    stage.press(TURN, "-1")
    assert stage.board().page == 0


# --- what is done with a card -------------------------------------------------------------------------------------------


def test_the_full_name_shows_for_ten_seconds(stage: DeskStage) -> None:
    stage.sees()
    stage.press(pages.FULL_NAME)
    wish = stage.newest(wishes.ShowFullName)
    assert (wish.visit_id, wish.staff_id) == ("v-wu", "staff-chen")
    stage.tell(told.FullNameTold(wish.ask_id, "v-wu", "吴样例"))
    card = stage.board().card
    assert card is not None and card.full_name == "吴样例"
    stage.wait(9)
    assert stage.board().card == card
    stage.wait(1)
    assert stage.board().card == WU_CARD


def test_a_card_that_is_covered_is_in_no_memory_of_the_flow(stage: DeskStage) -> None:
    stage.sees()
    stage.press(pages.FULL_NAME)
    stage.tell(told.FullNameTold(stage.newest(wishes.ShowFullName).ask_id, "v-wu", "吴样例"))
    kept = ("吴样例", "居住证明", "1 号窗口")
    stage.asked.clear()
    assert [text for text in text_in(stage.flow) if text in kept]
    stage.press(pages.LOCK)
    stage.asked.clear()
    assert [text for text in text_in(stage.flow) if text in kept] == []


def test_yesterdays_card_goes_with_its_day(stage: DeskStage) -> None:
    stage.sees()
    stage.tell(told.ArrivalsTold(()))
    assert (stage.board().card, stage.board().chosen) == (None, "")


def test_a_name_that_comes_too_late_names_nobody_else(stage: DeskStage) -> None:
    stage.sees(WU, NOBODY)
    stage.press(views.CHOOSE, "v-wu")
    stage.card_told()
    stage.press(pages.FULL_NAME)
    wish = stage.newest(wishes.ShowFullName)
    stage.press(views.CHOOSE, "v-a017")
    stage.card_told()
    stage.tell(told.FullNameTold(wish.ask_id, "v-wu", "吴样例"))
    card = stage.board().card
    assert card is not None and card.full_name == ""


@pytest.mark.parametrize(
    ("action", "outcome"), [(pages.RECEIVE, "received"), (pages.NOT_THIS_PERSON, "not_this_person")]
)
def test_staff_say_who_it_was(stage: DeskStage, action: str, outcome: str) -> None:
    stage.sees()
    stage.press(action)
    wish = stage.newest(wishes.AnswerVisit)
    assert (wish.visit_id, wish.outcome, wish.staff_id) == ("v-wu", outcome, "staff-chen")
    stage.tell(told.VisitAnswered("v-wu", outcome))
    card = stage.board().card
    assert (card.state if card else "gone") == ("received" if outcome == "received" else "gone")
    stage.press(action)
    assert len(stage.wishes(wishes.AnswerVisit)) == 1


def test_of_look_alikes_staff_choose_one_and_get_her_card(stage: DeskStage) -> None:
    stage.sees(TWINS)
    stage.press(pages.RECEIVE)
    stage.press(pages.THIS_ONE, "somebody else")
    assert stage.wishes(wishes.AnswerVisit) == []
    stage.press(pages.THIS_ONE, "wang-2")
    wish = stage.newest(wishes.AnswerVisit)
    assert (wish.outcome, wish.person_id) == ("received", "wang-2")
    stage.tell(told.VisitAnswered("v-twins", "received"))
    assert len(stage.wishes(wishes.OpenPersonCard)) == 2


def test_a_visitor_without_a_name_is_nobody_else(stage: DeskStage) -> None:
    stage.sees(NOBODY)
    stage.press(pages.NOT_THIS_PERSON)
    stage.press(pages.FULL_NAME)
    assert [*stage.wishes(wishes.AnswerVisit), *stage.wishes(wishes.ShowFullName)] == []


@pytest.mark.parametrize(("locale", "title"), [("zh_CN", "data:社保窗口"), ("en", "data:Insurance")])
def test_a_visitor_is_sent_to_a_window_with_a_number(locale: str, title: str) -> None:
    stage = DeskStage(locale=locale)
    stage.sees()
    stage.press(pages.HAND_OVER)
    assert stage.showing(pages.DeskList).empty
    stage.tell(told.TicketsTold((), WINDOWS))
    page = stage.showing(pages.DeskList)
    assert (page.choosable, [row[0] for row in page.rows], page.rows[1][1]) == (True, ["1", "2"], title)
    stage.press(views.CHOOSE, "7")
    stage.press(views.CHOOSE, "2")
    wish = stage.newest(wishes.AnswerVisit)
    assert (wish.outcome, wish.window) == ("handed_over", "2")
    stage.tell(told.VisitAnswered("v-wu", "handed_over", "B003"))
    card = stage.board().card
    assert card is not None and (card.state, card.ticket) == ("handed_over", "B003")


def test_what_was_refused_is_said_for_a_while(stage: DeskStage) -> None:
    stage.sees()
    stage.press(pages.RECEIVE)
    stage.tell(told.DeskRefused(stage.newest(wishes.AnswerVisit).ask_id, "disk.full"))
    assert stage.board().notices == ("disk.full",)
    stage.wait(10)
    assert stage.board().notices == ()


def test_a_card_that_cannot_be_opened_leaves_room(stage: DeskStage) -> None:
    stage.signs_in()
    stage.comes(WU)
    stage.tell(told.DeskRefused(stage.newest(wishes.OpenPersonCard).ask_id, "visit.unknown"))
    assert stage.board().chosen == ""


# --- the day's lists ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "hint"), [("zh_CN", "data:社保转移"), ("en", "data:Transfer")])
def test_todays_appointments(locale: str, hint: str) -> None:
    stage = DeskStage(locale=locale)
    stage.signs_in()
    stage.press(pages.APPOINTMENTS)
    stage.newest(wishes.ListAppointments)
    stage.tell(told.AppointmentsTold((("10:30", "吴＊", "社保转移", "Transfer", "2"),)))
    page = stage.showing(pages.DeskList)
    assert (page.choosable, page.rows[0][1:3]) == (False, ("data:10:30 吴＊", hint))
    stage.press(views.BACK)
    stage.board()


def test_needs_and_what_is_nobody_elses_business(stage: DeskStage) -> None:
    stage.signs_in()
    stage.press(pages.NEEDS)
    stage.newest(wishes.ListNeeds)
    open_need = ("N-0231", "吴＊", "扶手维修", "Handrail", "open")
    stage.tell(told.NeedsTold((open_need, ("N-0232", "马＊", "", "", "waiting"))))
    titles = [row[1] for row in stage.showing(pages.DeskList).rows]
    assert titles == ["data:扶手维修", "Something is under way"]


def test_a_list_of_names_is_covered_with_the_rest(stage: DeskStage) -> None:
    stage.signs_in()
    stage.press(pages.APPOINTMENTS)
    stage.tell(told.AppointmentsTold((("10:30", "吴＊", "社保转移", "Transfer", "2"),)))
    stage.wait(61)
    assert_covered(stage)


def tickets(**states: str) -> told.TicketsTold:
    rows = tuple(
        pages.TicketRow(number, "general", "09:51", state, "1" if state != "waiting" else "")
        for number, state in states.items()
    )
    return told.TicketsTold(rows, WINDOWS)


def test_the_next_number_is_called_and_answered(stage: DeskStage) -> None:
    stage.signs_in()
    stage.press(pages.CALL)
    stage.newest(wishes.ListTickets)
    stage.tell(tickets(A017="waiting", A018="waiting"))
    page = stage.showing(pages.CallPage)
    assert (page.window, page.now, page.waiting, page.windows) == ("1", "", 2, ("1", "2"))
    stage.press(pages.CALL_NEXT)
    wish = stage.newest(wishes.CallTicket)
    assert (wish.number, wish.window, wish.state, wish.staff_id) == ("", "1", "called", "staff-chen")
    stage.tell(tickets(A018="waiting", A017="called"))
    page = stage.showing(pages.CallPage)
    assert (page.now, page.now_state, page.waiting) == ("A017", "called", 1)
    for action, state in ((pages.CALL_AGAIN, "called"), (pages.ABSENT, "absent"), (pages.CAME, "came")):
        stage.press(action)
        wish = stage.newest(wishes.CallTicket)
        assert (wish.number, wish.state) == ("A017", state)
    stage.tell(tickets(A018="waiting", A017="came"))
    assert stage.showing(pages.CallPage).now_state == "came"


def test_a_desk_may_call_for_another_window(stage: DeskStage) -> None:
    stage.signs_in()
    stage.press(pages.CALL)
    stage.tell(tickets(A017="waiting"))
    stage.press(views.CHOOSE, "2")
    stage.press(pages.CALL_NEXT)
    assert stage.newest(wishes.CallTicket).window == "2"


def test_how_many_wait_stands_on_the_board(stage: DeskStage) -> None:
    stage.tell(tickets(A017="waiting", A018="came"))
    assert stage.board().waiting == 1


# --- care -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "subject"), [("zh_CN", "data:周＊ · 和顺里 5 幢"), ("en", "data:周＊ · Block 5")]
)
@pytest.mark.parametrize("outcome", ["well", "away", "no_answer", "needs_help"])
def test_what_came_of_a_visit_is_written_down(locale: str, subject: str, outcome: str) -> None:
    stage = DeskStage(locale=locale)
    stage.tell(told.CareTold(CARE))
    stage.signs_in()
    stage.press(pages.CARE, "c-1")
    page = stage.showing(pages.OutcomePage)
    assert page.subject == subject
    stage.press(views.CHOOSE, "something else")
    stage.press(views.CHOOSE, outcome)
    wish = stage.newest(wishes.RecordCare)
    assert (wish.case_id, wish.sort, wish.outcome, wish.staff_id) == ("c-1", "visit", outcome, "staff-chen")
    stage.tell(told.CareTold((replace(CARE[0], done=outcome), *CARE[1:])))
    assert stage.board().care[0].done == outcome


def test_the_care_list_is_turned_three_at_a_time(stage: DeskStage) -> None:
    stage.tell(told.CareTold(CARE))
    stage.signs_in()
    assert (len(stage.board().care), stage.board().care_pages, stage.board().care_count) == (3, 2, 4)
    stage.press(pages.TURN_CARE, "+1")
    assert [row.case_id for row in stage.board().care] == ["c-4"]


# --- what is wrong ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "face", "notices"),
    [
        ("", "on", ()),
        ("faces.none", "none", ()),
        ("faces.stopped", "off", ("faces.stopped",)),
        ("faces.gallery_damaged", "off", ("faces.gallery_damaged",)),
        ("camera.covered", "off", ("faces.by_card", "camera.covered")),
    ],
)
def test_what_is_wrong_with_faces_is_said_and_cards_go_on(
    stage: DeskStage, code: str, face: str, notices: tuple[str, ...]
) -> None:
    stage.tell(told.RecognitionChanged(code))
    assert (stage.board().face, stage.board().notices) == (face, notices)
    stage.signs_in()
    stage.tap("card-ma")
    stage.comes(MA)
    card = stage.card_told().card
    assert card is not None and card.masked_name == "马＊"


def test_help_is_called_and_called_off(stage: DeskStage) -> None:
    stage.signs_in()
    stage.press(views.HELP)
    stage.showing(views.HelpComing)
    stage.press(views.CANCEL)
    assert [call.on for call in stage.wishes(commands.CallHelp)] == [True, False]
    assert not stage.board().covered


def test_names_are_covered_behind_the_page_that_says_that_help_comes(stage: DeskStage) -> None:
    stage.sees()
    stage.press(views.HELP)
    stage.wait(61)
    assert signed(stage)[-1].why == "idle"
    stage.press(views.DONE)
    assert_covered(stage)


def test_a_disk_that_is_gone_is_said_unless_somebody_calls_for_help(stage: DeskStage) -> None:
    stage.tell(events.ServiceChanged("disk.full"))
    stage.showing(views.OutOfService)
    stage.tell(told.AlarmsTold((BRACELET,)))
    assert stage.board().around.alarm is not None
    stage.tell(told.AlarmsTold(()), events.ServiceChanged(""))
    assert_covered(stage)

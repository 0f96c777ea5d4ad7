"""A print that does not end loses nothing: it waits for its person, goes to her phone, or is printed under its number."""

from __future__ import annotations

import pytest

from kiosk import commands_resident as wishes
from kiosk import events, views
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.roles import resident_words as words
from tests.flows.resident_stage import ResidentStage

NUMBER = "QP01-20261120-0042"
PAPER_OUT = told.DocumentPrinted(NUMBER, "failed", "printer.paper_out", 22, waits=True)


@pytest.fixture
def stage() -> ResidentStage:
    stage = ResidentStage()
    stage.previews()
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    stage.tell(told.DocumentIssued(issue.ask_id, NUMBER, 1, 9))
    return stage


def actions(stage: ResidentStage) -> list[str]:
    return [choice.action for choice in stage.showing(pages.PrintTrouble).choices]


def test_no_paper_says_first_what_is_safe(stage: ResidentStage) -> None:
    stage.tell(PAPER_OUT)
    trouble = stage.showing(pages.PrintTrouble)
    assert (trouble.code, trouble.told_at) == ("printer.paper_out", "10:02")
    assert trouble.safe == (words.RECORD_IS_SAFE, words.NOTHING_TWICE)
    assert actions(stage) == [pages.TAKE_ALONG, pages.WAIT, pages.WINDOW]
    assert "paper_out" in stage.spoken()


@pytest.mark.parametrize("choice", [pages.WAIT, pages.WINDOW])
def test_waiting_and_the_window_bind_it_and_end_the_session(stage: ResidentStage, choice: str) -> None:
    stage.tell(PAPER_OUT)
    stage.press(choice)
    bind = stage.wish(wishes.BindDocument)
    assert bind.number == NUMBER
    stage.tell(told.DocumentBound(bind.ask_id, NUMBER, "B 042", "今天 18:00"))
    waiting = stage.showing(pages.PrintTrouble)
    assert (waiting.pick_up, waiting.until, actions(stage)) == ("B 042", "今天 18:00", [views.DONE])
    stage.press(views.DONE)
    finished = stage.showing(pages.FinishedPage)
    assert (finished.number, finished.take, finished.around.person) == ("B 042", ("id_card",), None)
    assert [wish.reason for wish in stage.wishes(wishes.EndSession)] == ["finished"]
    assert not stage.wishes(wishes.BindDocument)


def test_the_pick_up_number_stays_twenty_seconds(stage: ResidentStage) -> None:
    stage.tell(PAPER_OUT)
    stage.press(pages.WAIT)
    stage.wait(19)
    stage.showing(pages.PrintTrouble)
    stage.wait(1)
    stage.showing(pages.FinishedPage)


def test_a_session_that_times_out_binds_what_was_not_printed(stage: ResidentStage) -> None:
    stage.tell(PAPER_OUT)
    stage.wait(90)
    ended = [wish for wish in stage.asked if isinstance(wish, wishes.BindDocument | wishes.EndSession)]
    assert [type(wish) for wish in ended] == [wishes.BindDocument, wishes.EndSession]


def test_paper_that_comes_in_time_ends_it_well(stage: ResidentStage) -> None:
    stage.tell(PAPER_OUT)
    stage.tell(told.DocumentPrinted(NUMBER, "printed"))
    assert stage.showing(pages.FinishedPage).number == NUMBER
    assert not stage.wishes(wishes.BindDocument)


def test_a_printer_with_new_paper_goes_on_by_itself(stage: ResidentStage) -> None:
    stage.tell(PAPER_OUT)
    stage.asked.clear()
    stage.tell(told.PrintStepped(NUMBER, 1, -1))
    stage.showing(pages.PrintingPage)
    assert stage.asked == []
    stage.tell(told.DocumentPrinted(NUMBER, "printed"))
    assert stage.showing(pages.FinishedPage).number == NUMBER


def test_who_leaves_while_it_prints_finds_it_waiting(stage: ResidentStage) -> None:
    stage.press(pages.LEAVE_SESSION)
    ended = [wish for wish in stage.asked if isinstance(wish, wishes.BindDocument | wishes.EndSession)]
    assert [type(wish) for wish in ended] == [wishes.BindDocument, wishes.EndSession]


def test_her_phone_takes_it_instead_and_nothing_waits_then(stage: ResidentStage) -> None:
    stage.tell(PAPER_OUT)
    stage.press(pages.TAKE_ALONG)
    ask = stage.wish(wishes.MakeHandOff)
    assert (ask.sort, ask.person_id) == ("record", "zhao")
    stage.tell(told.HandOffReady(ask.ask_id, "https://hall.invalid/t/abc", 120))
    assert stage.showing(pages.HandOffPage).left_s == 120
    stage.press(views.DONE)
    stage.showing(pages.FinishedPage)
    assert stage.wishes(wishes.DismissDocument) == [wishes.DismissDocument(NUMBER)]
    assert not stage.wishes(wishes.BindDocument)


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_what_the_printer_gave_up_is_printed_again_under_its_number(stage: ResidentStage, state: str) -> None:
    stage.tell(told.DocumentPrinted(NUMBER, state, "printer.gone"))
    assert actions(stage) == [pages.TAKE_ALONG, pages.AGAIN, pages.WINDOW]
    stage.press(pages.AGAIN)
    again = stage.wish(wishes.PrintAgain)
    assert (again.person_id, again.number) == ("zhao", NUMBER)
    stage.tell(told.DocumentIssued(again.ask_id, NUMBER, 1, 9), told.DocumentPrinted(NUMBER, "printed"))
    assert stage.showing(pages.FinishedPage).number == NUMBER


def test_a_printer_that_falls_silent_is_given_up(stage: ResidentStage) -> None:
    for _ in range(3):
        stage.wait(100)
        stage.tell(told.PrintStepped(NUMBER, 1, 50))
        stage.showing(pages.PrintingPage)
    stage.wait(120)
    assert stage.showing(pages.PrintTrouble).code == "printer.stalled"


def test_nothing_of_the_page_below_can_be_pressed_while_it_prints(stage: ResidentStage) -> None:
    printing = stage.view
    for action in (views.BACK, pages.PRINT, pages.TAKE_ALONG, views.NEXT, views.DONE):
        stage.press(action)
        assert stage.view == printing
    assert not stage.wishes(wishes.IssueDocument)


def test_a_print_that_never_began_can_be_tried_again() -> None:
    stage = ResidentStage()
    stage.previews()
    stage.press(pages.PRINT)
    stage.tell(told.DocumentRefused(stage.wish(wishes.IssueDocument).ask_id, "printer.unready"))
    assert actions(stage) == [pages.TAKE_ALONG, pages.AGAIN]
    stage.press(pages.AGAIN)
    assert isinstance(stage.wish(wishes.IssueDocument), wishes.IssueDocument)
    stage.wait(20)
    assert stage.showing(pages.PrintTrouble).code == "printer.stalled"
    stage.press(views.BACK)
    stage.showing(pages.RecordTable)
    assert not stage.wishes(wishes.BindDocument)


def test_who_comes_back_is_told_what_waits_and_prints_it() -> None:
    stage = ResidentStage()
    stage.choose("records")
    stage.tap()
    stage.identified(waiting=((NUMBER, "社保缴费记录", "Payments"),))
    listed = stage.showing(pages.ListPage)
    assert [(row.value, row.title) for row in listed.rows] == [(NUMBER, "data:社保缴费记录")]
    stage.choose(NUMBER)
    again = stage.wish(wishes.PrintAgain)
    stage.tell(told.DocumentIssued(again.ask_id, NUMBER, 3, 20), told.DocumentPrinted(NUMBER, "printed"))
    assert stage.showing(pages.FinishedPage).take == ("id_card", "pages")


def test_who_comes_back_for_something_else_goes_on() -> None:
    stage = ResidentStage()
    stage.choose("records")
    stage.tap()
    stage.identified(waiting=((NUMBER, "社保缴费记录", "Payments"),), notice_zh=("一",), notice_en=("one",))
    stage.press(views.NEXT)
    assert stage.showing(pages.ListPage).go == words.NOT_NOW
    stage.press(views.NEXT)
    stage.kinds_told()
    assert stage.showing(pages.ListPage).title == words.WHICH_RECORD


def test_a_code_for_the_phone_expires_and_a_new_one_is_offered() -> None:
    stage = ResidentStage()
    table = stage.previews()
    stage.press(pages.TAKE_ALONG)
    first = stage.wish(wishes.MakeHandOff)
    stage.showing(pages.Waiting)
    stage.tell(told.HandOffReady(first.ask_id, "https://hall.invalid/t/abc", 40))
    stage.wait(39)
    assert stage.showing(pages.HandOffPage).left_s == 1
    stage.wait(1)
    assert stage.showing(pages.MessagePage).code == "hand_off.expired"
    stage.press(pages.AGAIN)
    second = stage.wish(wishes.MakeHandOff)
    assert second.ask_id != first.ask_id
    stage.press(views.BACK)
    assert stage.view == table


@pytest.mark.parametrize("code", ["hall.unreachable", "hand_off.too_large"])
def test_a_code_that_cannot_be_had_says_so(code: str) -> None:
    stage = ResidentStage()
    stage.previews()
    stage.press(pages.TAKE_ALONG)
    stage.tell(told.HandOffRefused(stage.wish(wishes.MakeHandOff).ask_id, code))
    expected = "hall.away" if code.startswith("hall") else code
    assert stage.showing(pages.MessagePage).code == expected


def test_a_rating_is_optional_and_names_nobody(stage: ResidentStage) -> None:
    stage.tell(told.DocumentPrinted(NUMBER, "printed"))
    stage.press(pages.RATE)
    assert stage.showing(pages.RatingPage) == pages.RatingPage(pages.Around(), words.SUBJECTS["record"])
    stage.press(pages.SCORE, "6")
    stage.press(pages.SCORE, "5")
    assert stage.wishes(wishes.Rate) == [wishes.Rate("record", 5)]
    stage.showing(pages.ResidentHome)


def test_a_rating_that_nobody_gives_goes_by_itself(stage: ResidentStage) -> None:
    stage.tell(told.DocumentPrinted(NUMBER, "printed"))
    stage.press(pages.RATE)
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.wait(20)
    stage.showing(pages.ResidentHome)
    assert not stage.wishes(wishes.Rate)

"""A no costs no more than a yes, and a yes is one only with the card it belongs to: the visitor's consent, event by event."""

from __future__ import annotations

import pytest

from kiosk import commands, commands_resident, events, views
from kiosk import commands_front_desk as wishes
from kiosk import events_front_desk as told
from kiosk import events_resident as told_of
from kiosk import views_front_desk as pages
from kiosk.views_resident import (
    AGAIN,
    LANGUAGE,
    READ_ALOUD,
    TURN,
    FinishedPage,
    ListPage,
    MessagePage,
    PlaceCard,
    ResidentHome,
    StillThere,
)
from tests.flows.resident_stage import ResidentStage
from tests.flows.visitor_stage import QUEUES, VisitorStage

GUARDIAN_CARD = events.CardHolder("id_card", "id_card_reader", "320305 ******** 0032", "2030-01-01", True)


@pytest.fixture
def stage() -> VisitorStage:
    return VisitorStage()


def ticket(ask_id: int) -> told.TicketIssued:
    return told.TicketIssued(ask_id, "A017", 3, "1", printed=True)


# --- home -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "tiles"),
    [
        ("", ["take_ticket", "face", "withdraw", "my_help"]),
        ("faces.none", ["take_ticket", "withdraw", "my_help"]),
        ("faces.stopped", ["take_ticket", "face", "withdraw", "my_help"]),
    ],
)
def test_the_door_offers_what_it_can_do(stage: VisitorStage, code: str, tiles: list[str]) -> None:
    stage.tell(told.RecognitionChanged(code))
    assert [row.value for row in stage.showing(ResidentHome).rows] == tiles


# --- the question ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "title"), [("zh_CN", "要不要开通刷脸识别？"), ("en", "Would you like")])
def test_the_question_is_asked_in_both_languages(locale: str, title: str) -> None:
    page = VisitorStage(locale=locale).asked_about_face()
    assert page.title.startswith(f"data:{title}")
    assert len(page.lines) == 1 and page.note and page.foot


def test_the_language_can_be_changed_over_the_question(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(LANGUAGE)
    assert stage.showing(pages.ConsentPage).lead == "data:It is up to you."


def test_the_whole_text_is_turned_page_by_page_and_leads_back(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(pages.FULL_TEXT)
    first = stage.showing(pages.ConsentTextPage)
    stage.press(TURN, "+1")
    second = stage.showing(pages.ConsentTextPage)
    assert (first.page, first.pages, second.page) == (0, 2, 1)
    assert len(first.paragraphs + second.paragraphs) == 6
    stage.press(views.BACK)
    stage.showing(pages.ConsentPage)


@pytest.mark.parametrize(("locale", "said"), [("zh_CN", "谁在用"), ("en", "Who")])
def test_the_question_is_read_aloud_as_it_stands(locale: str, said: str) -> None:
    stage = VisitorStage(locale=locale)
    stage.asked_about_face()
    reading = stage.wish(commands.ReadAloud)
    assert said in reading.text.split("\n") and not reading.private
    stage.press(pages.FULL_TEXT)
    assert stage.wish(commands.ReadAloud).text == ""
    stage.press(READ_ALOUD)
    assert stage.wish(commands.ReadAloud).text.count("\n") == 4


def test_nobody_is_asked_before_the_hall_has_a_text(stage: VisitorStage) -> None:
    stage.choose(pages.FACE)
    stage.tell(told.ConsentTextTold(stage.wish(wishes.TellConsentText).ask_id, None))
    assert stage.showing(MessagePage).code == "consent.no_text"


def test_nobody_is_asked_while_no_face_can_be_looked_at(stage: VisitorStage) -> None:
    stage.tell(told.RecognitionChanged("camera.gone"))
    stage.choose(pages.FACE)
    assert stage.showing(MessagePage).code == "faces.not_here"
    assert stage.wishes(wishes.TellConsentText) == []


# --- no -------------------------------------------------------------------------------------------------------------


def test_a_no_is_counted_without_anybody_and_leads_to_a_number(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(pages.REFUSE)
    assert stage.showing(MessagePage).code == "consent.refused"
    assert stage.wish(wishes.RefuseConsent) == wishes.RefuseConsent("recognition", 3, "")
    stage.press(pages.TAKE_TICKET)
    stage.tell(ticket(stage.wish(wishes.TakeTicket).ask_id))
    page = stage.showing(pages.TicketPage)
    assert (page.number, page.ahead, page.window, page.printed) == ("A017", 3, "1", True)


def test_a_no_takes_as_many_steps_as_a_yes_and_waits_for_nothing_more(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(pages.REFUSE)
    stage.press(pages.TAKE_TICKET)
    stage.tell(ticket(stage.wish(wishes.TakeTicket).ask_id))
    refusing, waited_s = stage.touches, stage.now_s

    other = VisitorStage()
    other.asked_about_face()
    other.agrees()
    other.poses()
    other.tell(told.ConsentKept(other.wish(wishes.KeepConsent).ask_id, "c-1", "2027-11-20"))
    other.showing(FinishedPage)
    laid_a_card = 1
    assert abs(refusing - (other.touches + laid_a_card)) <= 1
    assert waited_s == other.now_s


def test_who_lays_a_card_down_after_a_no_is_not_asked_again(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(pages.REFUSE)
    stage.asked.clear()
    stage.tap("card-qian")
    stage.identified("qian")
    assert stage.wishes(wishes.RefuseConsent) == [wishes.RefuseConsent("recognition", 3, "card-qian")]
    stage.showing(MessagePage)


def test_who_was_known_before_her_no_is_counted_once(stage: VisitorStage) -> None:
    stage.comes_in()
    stage.choose(pages.FACE)
    stage.standing("may_ask")
    stage.text_told()
    stage.press(pages.REFUSE)
    assert stage.wishes(wishes.RefuseConsent) == [wishes.RefuseConsent("recognition", 3, "card-zhao")]


@pytest.mark.parametrize(
    ("state", "code"),
    [("asked_before", "consent.asked_before"), ("enrolled", "consent.enrolled"), ("full", "consent.full")],
)
@pytest.mark.parametrize("card_first", [True, False])
def test_how_she_stands_is_said_instead_of_asked(
    stage: VisitorStage, state: str, code: str, card_first: bool
) -> None:
    if card_first:
        stage.comes_in()
        stage.choose(pages.FACE)
        stage.standing(state, until="2027-11-20")
    else:
        stage.asked_about_face()
        stage.agrees(state)
    assert stage.showing(MessagePage).code == code
    assert stage.wishes(wishes.StartEnrolment) == []


def test_who_said_no_may_change_her_mind_herself(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees("asked_before")
    stage.press(AGAIN)
    stage.showing(pages.PosePage)


@pytest.mark.parametrize("card_first", [True, False])
def test_a_child_who_changes_her_mind_is_looked_at_with_her_guardian_only(
    stage: VisitorStage, card_first: bool
) -> None:
    if card_first:
        stage.comes_in()
        stage.choose(pages.FACE)
        stage.standing("asked_before", needs_guardian=True)
        stage.press(AGAIN)
        stage.text_told()
        stage.press(pages.AGREE)
    else:
        stage.asked_about_face()
        stage.agrees("asked_before", needs_guardian=True)
        stage.press(AGAIN)
    assert stage.showing(PlaceCard).whose == "guardian"
    assert stage.wishes(wishes.StartEnrolment) == []


# --- yes ------------------------------------------------------------------------------------------------------------


def test_a_yes_needs_her_card_and_three_poses(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(pages.AGREE)
    assert stage.showing(PlaceCard).whose == ""
    assert "phone_code" not in stage.showing(PlaceCard).ways
    stage.tap()
    stage.identified()
    stage.standing("may_ask")
    assert stage.showing(pages.PosePage).done == 0
    ask_id = stage.wish(wishes.StartEnrolment).ask_id
    stage.guided(ask_id, 1, "turn")
    page = stage.showing(pages.PosePage)
    assert (page.pose, page.advice, page.done, page.box) == ("left", "turn", 1, (400, 300, 600, 600))
    stage.guided(ask_id, 3)
    wish = stage.wish(wishes.KeepConsent)
    assert (wish.person_id, wish.purpose, wish.text_version) == ("zhao", "recognition", 3)
    assert (wish.guardian_id, wish.staff_id, wish.help) == ("", "", ())
    stage.tell(told.ConsentKept(wish.ask_id, "c-1", "2027-11-20"))
    assert stage.showing(FinishedPage).take == ("id_card",)
    assert stage.wishes(wishes.CancelEnrolment) == []
    assert stage.wishes(commands_resident.EndSession)


def test_an_answer_to_another_enrolment_is_dropped(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees()
    before = stage.showing(pages.PosePage)
    stage.tell(told.EnrolmentFailed(9999, "face.nobody"), told.PoseGuided(9999, "left", None, "", 3, 3))
    assert stage.showing(pages.PosePage) == before


@pytest.mark.parametrize("code", ["face.nobody", "face.several", "face.picture", "face.quality", "face.time"])
def test_two_tries_then_card_or_staff(stage: VisitorStage, code: str) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.tell(told.EnrolmentFailed(stage.wish(wishes.StartEnrolment).ask_id, code))
    assert stage.showing(MessagePage).code == code
    stage.press(AGAIN)
    stage.tell(told.EnrolmentFailed(stage.wish(wishes.StartEnrolment).ask_id, code))
    page = stage.showing(MessagePage)
    assert page.code == "face.by_card"
    assert [choice.action for choice in page.choices] == ["take_ticket", "help", "back"]


@pytest.mark.parametrize("code", ["face.paused", "faces.stopped", "faces.none"])
def test_no_second_try_where_it_would_end_as_the_first(stage: VisitorStage, code: str) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.tell(told.EnrolmentFailed(stage.wish(wishes.StartEnrolment).ask_id, code))
    assert stage.showing(MessagePage).code == "face.by_card"


def test_poses_that_nobody_answers_end_and_are_wiped(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.wait(61)
    assert stage.showing(MessagePage).code == "face.time"
    assert len(stage.wishes(wishes.CancelEnrolment)) == 1


def test_who_goes_back_from_the_poses_leaves_nothing(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.press(views.BACK)
    assert len(stage.wishes(wishes.CancelEnrolment)) == 1


def test_a_consent_that_could_not_be_kept_says_why(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.poses()
    stage.tell(told.ConsentRefused(stage.wish(wishes.KeepConsent).ask_id, "faces.gallery_damaged"))
    assert stage.showing(MessagePage).code == "faces.gallery_damaged"


def test_an_untouched_question_ends_as_any_page_does(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.wait(61)
    stage.showing(StillThere)
    stage.wait(31)
    stage.showing(ResidentHome)


# --- under 14 ---------------------------------------------------------------------------------------------------------


def test_a_child_needs_a_guardians_card_too(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees("too_young")
    page = stage.showing(PlaceCard)
    assert (page.whose, page.steps.labels[page.steps.current]) == ("guardian", "Guardian's card")
    stage.tap("card-guardian", GUARDIAN_CARD)
    stage.identified("guardian")
    stage.showing(pages.PosePage)
    stage.poses()
    wish = stage.wish(wishes.KeepConsent)
    assert (wish.person_id, wish.guardian_id) == ("zhao", "guardian")


def test_without_the_guardian_nothing_of_a_childs_face_waits_for_one(stage: VisitorStage) -> None:
    """Only now it turns out how young she is."""
    stage.asked_about_face()
    stage.agrees()
    stage.poses()
    stage.tell(told.ConsentRefused(stage.wish(wishes.KeepConsent).ask_id, "consent.guardian_needed"))
    assert stage.showing(PlaceCard).whose == "guardian"
    stage.press(views.BACK)
    assert stage.showing(MessagePage).code == "consent.too_young"
    assert len(stage.wishes(wishes.CancelEnrolment)) == 1


def test_a_childs_own_card_is_no_guardians(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees("too_young")
    stage.tap()
    stage.identified()
    page = stage.showing(PlaceCard)
    assert (page.whose, page.trouble) == ("guardian", "consent.same_person")


def test_a_guardian_who_is_missed_only_at_the_end_is_asked_for_then(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.poses()
    stage.tell(told.ConsentRefused(stage.wish(wishes.KeepConsent).ask_id, "consent.guardian_needed"))
    assert stage.showing(PlaceCard).whose == "guardian"
    stage.tap("card-guardian", GUARDIAN_CARD)
    stage.identified("guardian")
    wish = stage.wish(wishes.KeepConsent)
    assert wish.guardian_id == "guardian"
    stage.tell(told.ConsentRefused(wish.ask_id, "consent.guardian_needed"))
    assert stage.showing(MessagePage).code == "consent.guardian_needed"


def test_a_child_alone_has_no_way_by_the_face(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees("too_young")
    stage.press(views.BACK)
    assert stage.showing(MessagePage).code == "consent.too_young"
    assert stage.wishes(wishes.StartEnrolment) == []


# --- her help ---------------------------------------------------------------------------------------------------------


def test_help_is_kept_only_under_its_own_text_and_as_she_chose(stage: VisitorStage) -> None:
    stage.choose(pages.MY_HELP)
    stage.text_told(purpose="preferred_help")
    stage.press(pages.AGREE)
    stage.tap()
    stage.identified()
    stage.standing("enrolled", help=("speak_up",))
    marked = [row.value for row in stage.showing(ListPage).rows if row.mark]
    assert marked == ["speak_up"]
    stage.choose("speak_up")
    assert not stage.showing(ListPage).can_go
    stage.choose("large_print")
    stage.choose("nothing of the list")
    stage.press(views.NEXT)
    wish = stage.wish(wishes.KeepConsent)
    assert (wish.purpose, wish.help) == ("preferred_help", ("large_print",))
    stage.tell(told.ConsentKept(wish.ask_id, "c-2", "2027-11-20"))
    stage.showing(FinishedPage)


def test_a_no_to_help_is_counted_under_its_own_purpose(stage: VisitorStage) -> None:
    stage.choose(pages.MY_HELP)
    stage.text_told(purpose="preferred_help")
    stage.press(pages.REFUSE)
    assert stage.wish(wishes.RefuseConsent).purpose == "preferred_help"
    assert stage.showing(MessagePage).code == "consent.help_refused"


# --- numbers to wait with -----------------------------------------------------------------------------------------------


def test_a_number_is_one_touch_where_there_is_one_queue(stage: VisitorStage) -> None:
    stage.tell(told.TicketsTold((), (), QUEUES[:1]))
    stage.choose(pages.TAKE_TICKET)
    wish = stage.wish(wishes.TakeTicket)
    assert (wish.queue, wish.locale) == ("general", "zh_CN")
    stage.tell(ticket(wish.ask_id))
    stage.wait(13)
    stage.showing(ResidentHome)


@pytest.mark.parametrize(("locale", "title"), [("zh_CN", "data:社保"), ("en", "data:Insurance")])
def test_what_for_is_asked_where_there_is_a_choice(locale: str, title: str) -> None:
    stage = VisitorStage(locale=locale)
    stage.tell(told.TicketsTold((), (), QUEUES))
    stage.choose(pages.TAKE_TICKET)
    assert stage.showing(ListPage).rows[1].title == title
    stage.choose("insurance")
    assert stage.wish(wishes.TakeTicket).queue == "insurance"


def test_a_number_that_could_not_be_made_is_said(stage: VisitorStage) -> None:
    stage.choose(pages.TAKE_TICKET)
    stage.tell(told.DeskRefused(stage.wish(wishes.TakeTicket).ask_id, "ticket.used_up"))
    assert stage.showing(MessagePage).code == "ticket.used_up"


# --- taking it back -----------------------------------------------------------------------------------------------------


def withdraws(stage: VisitorStage) -> int:
    stage.choose(pages.WITHDRAW)
    stage.tap()
    stage.identified()
    assert stage.showing(MessagePage).code == "consent.withdraw"
    stage.press(pages.WITHDRAW)
    wish = stage.wish(wishes.Withdraw)
    assert (wish.person_id, wish.staff_id) == ("zhao", "")
    return wish.ask_id


def test_a_residents_terminal_takes_consents_back_too() -> None:
    stage = ResidentStage()
    stage.comes_in()
    stage.choose(pages.WITHDRAW)
    stage.press(pages.WITHDRAW)
    ask_id = stage.wish(wishes.Withdraw).ask_id
    stage.tell(told.WithdrawalTold(ask_id, "deleted", "W-1", ("FD-01",)))
    assert stage.wish(wishes.PrintWithdrawal).number == "W-1"


def test_the_proof_is_printed_when_every_machine_has_deleted(stage: VisitorStage) -> None:
    ask_id = withdraws(stage)
    stage.tell(told.WithdrawalTold(ask_id, "pending", "W-1", ("VT-01",), ("FD-01",)))
    page = stage.showing(pages.WithdrawnPage)
    assert (page.state, page.deleted, page.waiting) == ("pending", ("VT-01",), ("FD-01",))
    assert stage.wishes(wishes.PrintWithdrawal) == []
    stage.tell(told.WithdrawalTold(ask_id, "deleted", "W-1", ("VT-01", "FD-01")))
    assert stage.wish(wishes.PrintWithdrawal).number == "W-1"
    stage.tell(told.WithdrawalTold(ask_id, "deleted", "W-1", ("VT-01", "FD-01"), slip="printed"))
    stage.press(views.DONE)
    finished = stage.showing(FinishedPage)
    assert (finished.take, finished.number) == (("id_card", "slip"), "W-1")


def test_a_slip_says_what_is_missing_where_a_machine_does_not_answer(stage: VisitorStage) -> None:
    ask_id = withdraws(stage)
    stage.tell(told.WithdrawalTold(ask_id, "pending", "W-1", (), ("FD-01",)))
    stage.wait(9)
    assert len(stage.wishes(wishes.PrintWithdrawal)) == 1
    stage.wait(9)
    assert len(stage.wishes(wishes.PrintWithdrawal)) == 1
    stage.tell(told.WithdrawalTold(ask_id, "deleted", "W-1", ("FD-01",)))
    assert len(stage.wishes(wishes.PrintWithdrawal)) == 2


def test_who_is_in_a_hurry_still_gets_a_slip(stage: VisitorStage) -> None:
    ask_id = withdraws(stage)
    stage.tell(told.WithdrawalTold(ask_id, "pending", "W-1", (), ("FD-01",)))
    stage.press(views.DONE)
    print_id = stage.wish(wishes.PrintWithdrawal).ask_id
    stage.showing(pages.WithdrawnPage)
    stage.tell(told.WithdrawalTold(print_id, "pending", "W-1", (), ("FD-01",), slip="printed"))
    assert "slip" in stage.showing(FinishedPage).take


def test_without_paper_the_number_stays_on_the_screen(stage: VisitorStage) -> None:
    stage.tell(told_of.PrinterReady(()))
    ask_id = withdraws(stage)
    stage.tell(told.WithdrawalTold(ask_id, "deleted", "W-1", ("FD-01",)))
    assert stage.wishes(wishes.PrintWithdrawal) == []
    assert stage.showing(pages.WithdrawnPage).number == "W-1"
    stage.wait(61)
    assert stage.showing(FinishedPage).number == "W-1"


def test_who_has_agreed_to_nothing_is_told_so(stage: VisitorStage) -> None:
    stage.tell(told.WithdrawalTold(withdraws(stage), "none", ""))
    assert stage.showing(MessagePage).code == "consent.none"


def test_a_withdrawal_that_nobody_answers_can_be_asked_again(stage: VisitorStage) -> None:
    withdraws(stage)
    stage.wait(21)
    assert stage.showing(MessagePage).code == "hall.away"
    stage.press(AGAIN)
    assert stage.wish(wishes.Withdraw).person_id == "zhao"


def test_who_is_known_by_her_face_can_take_it_back_there(stage: VisitorStage) -> None:
    stage.comes_in()
    stage.choose(pages.FACE)
    stage.standing("enrolled", until="2027-11-20")
    assert stage.showing(MessagePage).lines == ("data:有效到 2027-11-20",)
    stage.press(pages.WITHDRAW)
    stage.press(pages.WITHDRAW)
    assert stage.wish(wishes.Withdraw).person_id == "zhao"

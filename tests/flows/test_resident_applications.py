"""An application is asked one question a page, for oneself or another, and never gets stuck or loses what was filled in."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.documents import PrivateText
from kiosk import commands_resident as wishes
from kiosk import events, views
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.roles import resident_words as words
from offline_cache.wire_residents import ServiceItem
from tests.flows.resident_catalogue import GOOD_ID, KNOWN, item, question
from tests.flows.resident_stage import MASKED_NAME, ResidentStage

SHA, SHA2, SIGNED_SHA = "ab" * 32, "cd" * 32, "ef" * 32
STROKES = "100,200 300,400 500,600;700,800 900,900"


@pytest.fixture
def stage() -> ResidentStage:
    return ResidentStage()


def opens(stage: ResidentStage, opened: ServiceItem, action: str = pages.APPLY) -> None:
    """From home, known, to an item's guide, and the button under it."""
    if not isinstance(stage.view, pages.ResidentHome) or stage.view.around.person is None:
        stage.comes_in()
    stage.choose("guides")
    stage.tell(told.RootsTold(stage.wish(wishes.ListRoots).ask_id, ()))
    stage.choose("window")
    stage.tell(told.ItemsTold(stage.wish(wishes.ListItems).ask_id, (opened,), 1))
    stage.choose(opened.code)
    stage.tell(told.ItemTold(stage.wish(wishes.OpenItem).ask_id, opened, None))
    stage.press(action)


def begins(stage: ResidentStage, opened: ServiceItem, known: tuple[tuple[str, str, str], ...] = ()) -> None:
    opens(stage, opened)
    stage.tell(told.KnownTold(stage.wish(wishes.KnownOf).ask_id, known))


def form_of(*questions: object, **about: Any) -> ServiceItem:
    known: dict[str, Any] = {"form": list(questions), "papers": [], "signature": False}
    return item(**{**known, **about})


def answer(stage: ResidentStage, typed: str) -> None:
    stage.enter(typed)
    stage.press(views.NEXT)


def test_nobody_is_asked_what_the_hall_knows(stage: ResidentStage) -> None:
    begins(stage, item(), KNOWN)
    first = stage.showing(pages.FieldPage)
    assert (first.label, first.number, first.total) == ("data:问why", 1, 7)


def test_the_whole_way_for_herself(stage: ResidentStage) -> None:
    begins(stage, item(), KNOWN)
    stage.press(pages.TYPED, "h")
    stage.enter("ao")
    convert = stage.wish(wishes.Convert)
    assert convert.letters == "hao"
    stage.tell(told.Converted(convert.ask_id, "hao", tuple("好号毫豪浩耗皓昊郝")))
    typing = stage.showing(pages.FieldPage)
    assert typing.keys is not None
    assert (typing.keys.letters, typing.keys.candidates, typing.keys.candidate_pages) == (
        "hao",
        tuple("好号毫豪浩耗皓昊"),
        2,
    )
    stage.press(pages.CANDIDATE, "好")
    assert stage.showing(pages.FieldPage).entered == "好"
    stage.press(views.NEXT)
    answer(stage, "3")
    stage.enter("20250630")
    assert stage.showing(pages.FieldPage).entered == "2025-06-30"
    stage.press(views.NEXT)
    stage.enter(GOOD_ID)
    assert stage.showing(pages.FieldPage).entered == "110105********002X"
    stage.press(views.NEXT)
    for value in ("other", "yes"):
        stage.choose(value)
        assert [row.mark for row in stage.showing(pages.FieldPage).options].count(True) == 1
        stage.press(views.NEXT)
    stage.press(pages.SKIP)
    # the papers
    paper = stage.showing(pages.PaperPage)
    assert (paper.state, paper.number, paper.total, paper.required) == ("aiming", 1, 2, True)
    stage.wish(wishes.OpenCamera)
    stage.press(pages.SHOOT)
    stage.tell(told.PaperKept(stage.wish(wishes.TakePhotograph).ask_id, "household", SHA, 900))
    assert stage.showing(pages.PaperPage).state == "taken"
    stage.press(pages.KEEP)
    stage.press(pages.SKIP)
    # the signature
    stage.press(pages.SIGNED, STROKES)
    stage.tell(told.PaperKept(stage.wish(wishes.KeepSignature).ask_id, "signature", SIGNED_SHA, 90))
    # once more
    review = stage.showing(pages.ReviewPage)
    assert review.pages == 2
    assert review.lines[:3] == (
        ("data:问applicant", MASKED_NAME),
        ("data:问ring", "138****1234"),
        ("data:问why", "好"),
    )
    assert ("data:问number", "110105********002X") in review.lines
    stage.press(views.NEXT)
    submit = stage.wish(wishes.Submit)
    assert dict(submit.form) == {
        "applicant": "赵小兰",
        "ring": "13800001234",
        "why": "好",
        "people": "3",
        "since": "2025-06-30",
        "number": GOOD_ID,
        "cause": "other",
        "agreed": "yes",
    }
    assert submit.papers == (("household", SHA, 900), ("signature", SIGNED_SHA, 90))
    assert (submit.signature, submit.person_id, submit.agent_id) == (SIGNED_SHA, "zhao", "")
    stage.tell(told.Submitted(submit.ask_id, "QP01-20261120-0042", "2026-12-04", False))
    receipt = stage.showing(pages.ReceiptPage)
    assert (receipt.number, receipt.online, receipt.awaited) == ("QP01-20261120-0042", False, ())
    assert (words.ANSWER_BY, "2026-12-04") in receipt.lines
    stage.press(pages.PRINT)
    issue = stage.wish(wishes.IssueDocument)
    assert (issue.sort, issue.key) == ("receipt", "QP01-20261120-0042")
    stage.tell(told.DocumentIssued(issue.ask_id, "D", 1, 9), told.DocumentPrinted("D", "printed"))
    stage.showing(pages.FinishedPage)
    assert not stage.wishes(wishes.DropPapers)


@pytest.mark.parametrize(
    ("sort", "typed", "code", "better"),
    [
        ("text", "", "field.required", "12"),
        ("phone", "123", "field.phone", "13800001234"),
        ("date", "20250231", "field.date", "20250228"),
        ("date", "202502", "field.date", "20250228"[6:]),
        ("number", "", "field.required", "7"),
        ("id_number", "110105194912310021", "field.id_number", None),
        ("choice", "", "field.required", None),
        ("yes_no", "", "field.required", None),
    ],
)
def test_a_wrong_answer_says_plainly_why_and_can_be_mended(
    stage: ResidentStage, sort: str, typed: str, code: str, better: str | None
) -> None:
    choices = [("a", "甲", "A"), ("b", "乙", "B")] if sort == "choice" else []
    begins(stage, form_of(question("one", sort, choices=choices)))
    answer(stage, typed)
    wrong = stage.showing(pages.FieldPage)
    assert wrong.error == code
    if wrong.options:
        stage.choose(wrong.options[0].value)
    elif sort == "id_number":
        stage.press(views.ERASE)
        stage.enter("x")
        for _ in range(18):
            stage.press(views.ERASE)
        stage.enter(GOOD_ID)
    else:
        for _ in range(0 if code == "field.date" and len(typed) < 8 else len(typed)):
            stage.press(views.ERASE)
        stage.enter(better or "")
    assert stage.showing(pages.FieldPage).error == ""
    stage.press(views.NEXT)
    stage.showing(pages.ReviewPage)


def test_what_does_not_fit_is_said_at_once(stage: ResidentStage) -> None:
    begins(stage, form_of(question("one", "text", most=3)))
    stage.enter("1234")
    full = stage.showing(pages.FieldPage)
    assert (full.entered, full.error) == ("123", "field.too_long")
    stage.press(views.ERASE)
    assert stage.showing(pages.FieldPage).error == ""


def test_english_is_typed_in_letters(stage: ResidentStage) -> None:
    stage.press(pages.LANGUAGE)
    begins(stage, form_of(question("one", "text")))
    stage.press(pages.SHIFT)
    stage.enter("ab")
    stage.press(pages.SPACE)
    stage.enter("c")
    assert stage.showing(pages.FieldPage).entered == "Ab c"
    assert not stage.wishes(wishes.Convert)


def test_what_a_candidate_leaves_of_the_letters_is_typed_on(stage: ResidentStage) -> None:
    begins(stage, form_of(question("one", "text")))
    stage.enter("nihao")
    stage.tell(told.Converted(stage.wish(wishes.Convert).ask_id, "nihao", ("你好", "你"), (5, 2)))
    stage.press(pages.CANDIDATE, "你")
    typing = stage.showing(pages.FieldPage)
    assert typing.keys is not None
    assert (typing.entered, typing.keys.letters) == ("你", "hao")
    again = stage.wish(wishes.Convert)
    stage.tell(told.Converted(again.ask_id, "hao", ("好",), (3,)))
    stage.press(pages.SPACE)
    typing = stage.showing(pages.FieldPage)
    assert typing.keys is not None
    assert (typing.entered, typing.keys.letters, typing.keys.candidates) == ("你好", "", ())


def test_another_keyboard_is_one_key_away(stage: ResidentStage) -> None:
    begins(stage, form_of(question("one", "text"), question("two", "number")))
    keys = stage.showing(pages.FieldPage).keys
    assert keys is not None and (keys.sort, keys.others) == ("pinyin", ("letters", "digits"))
    stage.enter("a")
    stage.press(pages.KEYS, "digits")
    stage.press(pages.KEYS, "stones")
    stage.enter("x12")
    assert stage.showing(pages.FieldPage).entered == "a12"
    stage.press(views.NEXT)
    keys = stage.showing(pages.FieldPage).keys
    assert keys is not None and keys.others == ()


def test_a_question_goes_back_to_the_one_before_with_its_answer(stage: ResidentStage) -> None:
    begins(stage, form_of(question("one", "number"), question("two", "number")))
    answer(stage, "12")
    stage.press(views.BACK)
    assert (stage.showing(pages.FieldPage).number, stage.showing(pages.FieldPage).entered) == (1, "12")
    stage.press(views.NEXT)
    assert stage.showing(pages.FieldPage).number == 2


def test_a_line_of_the_review_is_changed_and_leads_back_to_it(stage: ResidentStage) -> None:
    begins(stage, form_of(question("ring", "phone", known="phone"), question("two", "number")), KNOWN)
    answer(stage, "5")
    stage.press(pages.CHANGE, "0")
    assert stage.showing(pages.FieldPage).entered == ""
    answer(stage, "13900005678")
    assert stage.showing(pages.ReviewPage).lines[0][1] == "139****5678"
    stage.press(pages.CHANGE, "7")
    stage.press(pages.CHANGE, "²")
    stage.press(views.NEXT)
    assert dict(stage.wish(wishes.Submit).form) == {"ring": "13900005678", "two": "5"}


def test_an_answer_that_the_hall_refuses_is_asked_again(stage: ResidentStage) -> None:
    begins(stage, form_of(question("one", "number"), question("two", "number")))
    answer(stage, "1")
    answer(stage, "2")
    stage.press(views.NEXT)
    stage.tell(told.SubmitRefused(stage.wish(wishes.Submit).ask_id, "form.two"))
    again = stage.showing(pages.FieldPage)
    assert (again.label, again.error) == ("data:问two", "field.not_taken")
    stage.enter("3")
    stage.press(views.NEXT)
    stage.showing(pages.ReviewPage)


def test_a_disk_that_is_full_loses_nothing(stage: ResidentStage) -> None:
    begins(stage, form_of(question("one", "number")))
    answer(stage, "1")
    stage.press(views.NEXT)
    stage.tell(told.SubmitRefused(stage.wish(wishes.Submit).ask_id, "disk.full"))
    assert stage.showing(pages.MessagePage).code == "machine.not_kept"
    stage.press(pages.AGAIN)
    assert dict(stage.wish(wishes.Submit).form) == {"one": "1"}


# --- papers ---------------------------------------------------------------------------------------------------------


def test_without_a_camera_papers_are_brought(stage: ResidentStage) -> None:
    begins(stage, form_of(papers=item().papers))
    stage.tell(told.CameraTold(stage.wish(wishes.OpenCamera).ask_id, "camera.none"))
    assert stage.showing(pages.PaperPage).state == "no_camera"
    stage.press(views.NEXT)
    stage.press(pages.SKIP)
    assert [value for _, value in stage.showing(pages.ReviewPage).lines] == ["请带到窗口", "没有放"]
    stage.press(views.NEXT)
    stage.tell(told.Submitted(stage.wish(wishes.Submit).ask_id, "N", "", True))
    assert stage.showing(pages.ReceiptPage).awaited == ("data:户口簿",)


def test_an_unclear_photograph_is_taken_again_and_the_first_one_goes(stage: ResidentStage) -> None:
    begins(stage, form_of(papers=item().papers[:1]))
    stage.press(pages.SHOOT)
    stage.press(pages.SHOOT)
    shot = stage.wish(wishes.TakePhotograph)
    stage.tell(told.PaperRefused(shot.ask_id, "paper.unclear"))
    failed = stage.showing(pages.PaperPage)
    assert (failed.state, failed.code) == ("failed", "paper.unclear")
    stage.press(pages.SHOOT)
    stage.tell(told.PaperKept(stage.wish(wishes.TakePhotograph).ask_id, "household", SHA, 900))
    stage.press(pages.AGAIN)
    assert stage.wishes(wishes.DropPapers) == [wishes.DropPapers((SHA,))]
    stage.press(pages.SHOOT)
    stage.tell(told.PaperKept(stage.wish(wishes.TakePhotograph).ask_id, "household", SHA2, 800))
    stage.press(pages.KEEP)
    stage.showing(pages.ReviewPage)


def test_a_picture_that_two_papers_share_stays_for_the_other(stage: ResidentStage) -> None:
    begins(stage, form_of(papers=item().papers[:2]))
    for paper in item().papers[:2]:
        stage.press(pages.SHOOT)
        stage.tell(told.PaperKept(stage.wish(wishes.TakePhotograph).ask_id, paper.paper, SHA, 900))
        if paper is item().papers[0]:
            stage.press(pages.KEEP)
    stage.press(pages.AGAIN)
    assert stage.wishes(wishes.DropPapers) == []


@pytest.mark.parametrize("code", ["paper.no_room", "paper.too_large", "disk.full"])
def test_a_paper_that_cannot_be_kept_is_brought_to_the_window(stage: ResidentStage, code: str) -> None:
    begins(stage, form_of(papers=item().papers[:1]))
    stage.press(pages.SHOOT)
    stage.tell(told.PaperRefused(stage.wish(wishes.TakePhotograph).ask_id, code))
    failed = stage.showing(pages.PaperPage)
    assert (failed.state, failed.code) == ("failed", code)
    stage.press(pages.SKIP)
    stage.press(views.NEXT)
    assert stage.wish(wishes.Submit).papers == ()


@pytest.mark.parametrize("way_out", ["back", "leave", "time"])
def test_what_was_photographed_goes_when_it_is_given_up(stage: ResidentStage, way_out: str) -> None:
    begins(stage, form_of(papers=item().papers))
    stage.press(pages.SHOOT)
    stage.tell(told.PaperKept(stage.wish(wishes.TakePhotograph).ask_id, "household", SHA, 900))
    if way_out == "back":
        stage.press(views.BACK)
        stage.showing(pages.GuidePage)
    elif way_out == "leave":
        stage.press(pages.LEAVE_SESSION)
    else:
        stage.wait(90)
    assert stage.wishes(wishes.DropPapers) == [wishes.DropPapers((SHA,))]


@pytest.mark.parametrize("strokes", ["", "1,1", ";;;"])
def test_a_dot_is_no_signature(stage: ResidentStage, strokes: str) -> None:
    begins(stage, form_of(signature=True))
    stage.press(pages.SIGNED, strokes)
    assert stage.showing(pages.SignPage).error == "sign.empty"
    stage.press(views.NEXT)
    assert stage.showing(pages.SignPage).error == "sign.empty"
    assert not stage.wishes(wishes.KeepSignature)


# --- for somebody else ------------------------------------------------------------------------------------------------


def acts_for(stage: ResidentStage) -> None:
    opens(stage, form_of(question("one", "number")), pages.ACT_FOR)
    place = stage.showing(pages.PlaceCard)
    assert (place.whose, place.around.acting_for) == ("principal", "")


def test_an_agent_shows_the_others_card(stage: ResidentStage) -> None:
    acts_for(stage)
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.showing(pages.PlaceCard)
    stage.tap("card-li")
    stage.identified("li", masked_name="李＊", initial="李")
    assert [row.value for row in stage.showing(pages.ListPage).rows][:2] == ["spouse", "child"]
    stage.choose("child")
    known = stage.wish(wishes.KnownOf)
    assert known.person_id == "li"
    stage.tell(told.KnownTold(known.ask_id, ()))
    page = stage.showing(pages.FieldPage)
    assert (page.around.acting_for, page.around.person) == (
        "李＊",
        pages.PersonShown("赵", MASKED_NAME, "320305 ******** 0024"),
    )
    answer(stage, "1")
    stage.press(views.NEXT)
    submit = stage.wish(wishes.Submit)
    assert (submit.person_id, submit.agent_id, submit.relation, submit.proof) == (
        "li",
        "zhao",
        "child",
        "card",
    )


def test_without_the_card_the_agent_signs(stage: ResidentStage) -> None:
    acts_for(stage)
    stage.tell(events.CodeScanned(PrivateText(b"code"), 5))
    redeem = stage.wish(wishes.RedeemPhoneCode)
    stage.tell(told.ResidentIdentified(redeem.ask_id, "li", "李", "李＊", "尾号 2201", False))
    stage.choose("other")
    stage.tell(told.KnownTold(stage.wish(wishes.KnownOf).ask_id, ()))
    answer(stage, "1")
    assert stage.showing(pages.SignPage).lines == words.AGENT_STATEMENT
    stage.press(pages.SIGNED, STROKES)
    stage.tell(told.PaperKept(stage.wish(wishes.KeepSignature).ask_id, "signature", SIGNED_SHA, 90))
    stage.press(views.NEXT)
    submit = stage.wish(wishes.Submit)
    assert (submit.proof, submit.signature) == ("signed", SIGNED_SHA)


def test_ones_own_card_is_not_the_others(stage: ResidentStage) -> None:
    acts_for(stage)
    stage.tap("card-zhao")
    stage.identified("zhao")
    assert stage.showing(pages.PlaceCard).trouble == "agent.same"


def test_who_gives_up_acts_for_nobody_any_more(stage: ResidentStage) -> None:
    acts_for(stage)
    stage.tap("card-li")
    stage.identified("li", masked_name="李＊", initial="李")
    stage.choose("child")
    stage.press(views.BACK)
    assert stage.showing(pages.GuidePage).around.acting_for == ""

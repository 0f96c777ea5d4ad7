"""Who cannot read the screen at the door hears it: the notice before a yes, and what to do before the camera."""

from __future__ import annotations

import pytest

from kiosk import commands, views
from kiosk import commands_front_desk as wishes
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.commands_resident import EndSession
from kiosk.events_resident import SessionWiped
from kiosk.roles import visitor_poses
from kiosk.services.phrases import PHRASES
from kiosk.views_resident import LANGUAGE, LARGER, READ_ALOUD, ResidentHome
from tests.flows.visitor_stage import VisitorStage

AT = (400, 300, 600, 600)
ADVICE = ("nobody", "several", "closer", "back", "light", "still", "turn")


@pytest.fixture
def stage() -> VisitorStage:
    return VisitorStage()


def read(stage: VisitorStage) -> list[str]:
    """What was read aloud, "" where it was ended; and forgotten here."""
    said = [wish.text for wish in stage.wishes(commands.ReadAloud)]
    stage.asked.clear()
    return said


# --- the notice -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "heard"),
    [
        ("zh_CN", ["要不要开通刷脸识别？", "您来定。", "谁在用", "大厅"]),
        ("en", ["It is up to you.", "Who", "The hall"]),
    ],
)
def test_the_notice_is_read_aloud_without_being_asked(locale: str, heard: list[str]) -> None:
    stage = VisitorStage(locale=locale)
    page = stage.asked_about_face()
    (reading,) = stage.wishes(commands.ReadAloud)
    assert set(heard) <= set(reading.text.split("\n"))
    assert (reading.locale, reading.private) == (locale, False)
    assert page.around.reading, "the button shows that a touch ends it"


def test_the_notice_about_her_help_is_read_too(stage: VisitorStage) -> None:
    stage.choose(pages.MY_HELP)
    stage.text_told(purpose="preferred_help")
    assert len(read(stage)) == 1


def test_a_touch_ends_it_and_it_does_not_begin_anew(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.asked.clear()
    stage.press(READ_ALOUD)
    stage.wait(5)
    stage.press(LARGER)
    stage.press(pages.FULL_TEXT)
    stage.press(views.BACK)
    assert read(stage) == [""]
    assert not stage.showing(pages.ConsentPage).around.reading


def test_larger_letters_do_not_interrupt_it(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.asked.clear()
    stage.press(LARGER)
    assert read(stage) == []


def test_in_another_language_it_is_read_again(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.asked.clear()
    stage.press(LANGUAGE)
    ended, anew = stage.wishes(commands.ReadAloud)
    assert (ended.text, anew.locale) == ("", "en")
    assert "It is up to you." in anew.text


@pytest.mark.parametrize("answer", [pages.AGREE, pages.REFUSE, pages.FULL_TEXT])
def test_whatever_she_answers_it_is_silent_at_once(stage: VisitorStage, answer: str) -> None:
    stage.asked_about_face()
    stage.asked.clear()
    stage.press(answer)
    assert read(stage) == [""]


def test_the_next_visitor_hears_it_as_the_first_one_did(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.press(views.BACK)
    stage.showing(ResidentHome)
    stage.asked.clear()
    stage.asked_about_face()
    assert len(read(stage)) == 1


def test_who_lays_a_card_down_while_another_one_is_thanked_hears_it_too(stage: VisitorStage) -> None:
    stage.asked_about_face()
    stage.agrees()
    stage.poses()
    stage.tell(told.ConsentKept(stage.wish(wishes.KeepConsent).ask_id, "c-1", "2027-11-20"))
    stage.tell(SessionWiped(stage.wish(EndSession).ask_id))
    stage.tap("card-qian")
    stage.identified("qian")
    stage.asked.clear()
    stage.choose(pages.FACE)
    stage.standing("may_ask")
    stage.text_told()
    assert len(read(stage)) == 1


# --- before the camera ----------------------------------------------------------------------------------------------


@pytest.fixture
def ask_id(stage: VisitorStage) -> int:
    """The number of an enrolment whose first pose was said."""
    stage.asked_about_face()
    stage.agrees()
    assert stage.spoken()[-1:] == ["pose_straight"]
    ask_id = stage.wish(wishes.StartEnrolment).ask_id
    stage.asked.clear()
    return ask_id


def guided(stage: VisitorStage, ask_id: int, pose: str, advice: str = "", done: int = 0) -> None:
    stage.tell(told.PoseGuided(ask_id, pose, AT, advice, done, 3))


@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")])
def test_each_pose_is_said_once_when_it_comes(
    stage: VisitorStage, ask_id: int, order: tuple[str, str]
) -> None:
    first, second = order
    for pose, done in (("straight", 0), ("straight", 0), (first, 1), (first, 1), (second, 2)):
        guided(stage, ask_id, pose, done=done)
    assert stage.spoken() == [f"pose_{first}", f"pose_{second}"]
    guided(stage, ask_id, second, done=3)
    assert stage.spoken()[-1] == "poses_done"


def test_what_is_said_is_in_her_language() -> None:
    stage = VisitorStage(locale="en")
    stage.asked_about_face()
    stage.agrees()
    assert commands.Speak("pose_straight", "en") in stage.asked


def test_a_pose_that_nothing_comes_of_is_said_again(stage: VisitorStage, ask_id: int) -> None:
    """A turn is tried twice, and whoever has not understood the first time hears what to do in the second."""
    guided(stage, ask_id, "left", "turn", done=1)
    stage.wait(visitor_poses.AGAIN_S + visitor_poses.PAUSE_S + 1)
    assert stage.spoken().count("pose_left") == 2


@pytest.mark.parametrize("advice", ADVICE)
def test_advice_that_stands_is_said(stage: VisitorStage, ask_id: int, advice: str) -> None:
    guided(stage, ask_id, "left", done=1)
    guided(stage, ask_id, "left", advice, done=1)
    stage.wait(visitor_poses.PAUSE_S + 1)
    assert stage.spoken() == ["pose_left", f"face_{advice}"]
    stage.wait(2)
    assert len(stage.spoken()) == 2, "once, until it is time to say all of it again"


def test_who_does_not_look_straight_ahead_is_not_told_to_turn_further(
    stage: VisitorStage, ask_id: int
) -> None:
    guided(stage, ask_id, "straight", "turn")
    stage.wait(visitor_poses.AGAIN_S + 1)
    assert set(stage.spoken()) == {"pose_straight"}


def test_advice_that_comes_and_goes_is_not_said(stage: VisitorStage, ask_id: int) -> None:
    for _ in range(4):
        guided(stage, ask_id, "straight", "still")
        stage.wait(1)
        guided(stage, ask_id, "straight")
        stage.wait(1)
    assert "face_still" not in stage.spoken()


def test_nobody_is_told_anything_once_the_poses_are_left(stage: VisitorStage, ask_id: int) -> None:
    stage.press(views.BACK)
    stage.asked.clear()
    guided(stage, ask_id, "left", done=1)
    assert [phrase for phrase in stage.spoken() if phrase.startswith(("pose", "face"))] == []


def test_the_page_of_a_pose_is_read_with_what_to_do(stage: VisitorStage, ask_id: int) -> None:
    guided(stage, ask_id, "left", done=1)
    stage.asked.clear()
    stage.press(READ_ALOUD)
    assert read(stage) == ["请看摄像头\n请慢慢向左转头，再转回来"]


def test_every_pose_and_every_advice_has_its_phrase() -> None:
    assert set(visitor_poses.SAY_POSE) == {"straight", "left", "right"}
    assert set(visitor_poses.SAY_ADVICE) == set(ADVICE)
    said = {*visitor_poses.SAY_POSE.values(), *visitor_poses.SAY_ADVICE.values(), visitor_poses.SAY_DONE}
    assert len(said) == 11 and said <= set(PHRASES)

"""A session begins with a good read and ends in one way, however it ends: nothing of the person stays behind."""

from __future__ import annotations

import pytest

from drivers.documents import PrivateText
from kiosk import commands, events, views
from kiosk import commands_resident as wishes
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.roles import resident_words as words
from kiosk.roles.resident import ResidentFlow
from kiosk.roles.with_diagnostics import WithDiagnostics
from kiosk.services.diagnosis import Item, Severity
from kiosk.services.phrases import PHRASES
from kiosk.views_diagnostics import CORNER
from offline_cache.wire_residents import Slide
from tests.flows.resident_stage import ID_CARD, MASKED_NAME, ResidentStage
from tests.flows.technician import TECHNICIAN

HALL_CARD = events.CardHolder("hall_card", "card_reader", "尾号 1034")


@pytest.fixture
def stage() -> ResidentStage:
    return ResidentStage()


def slide(name: str, seconds: int = 12, **about: str) -> Slide:
    known = {"sort": "notice", "title_zh": name, "title_en": name, "text_zh": "字", "text_en": "words"}
    return Slide(slide_id=name, order=1, seconds=seconds, **{**known, **about})


# --- home and its bars --------------------------------------------------------------------------------------------


def test_home_greets_by_the_hour_and_offers_nine_things(stage: ResidentStage) -> None:
    stage.tell(told.HourChanged("evening"))
    home = stage.showing(pages.ResidentHome)
    assert (home.greeting, home.pages, len(home.rows)) == ("evening", 1, 9)
    assert home.rows[0].value == "records"


def test_large_letters_then_dark_then_as_before(stage: ResidentStage) -> None:
    seen = [(stage.press(pages.LARGER), stage.showing(pages.ResidentHome).around.mode)[1] for _ in range(3)]
    assert seen == ["elder", "dark", "normal"]


def test_large_letters_leave_room_for_six_choices(stage: ResidentStage) -> None:
    stage.press(pages.LARGER)
    home = stage.showing(pages.ResidentHome)
    assert (len(home.rows), home.pages) == (6, 2)
    stage.press(pages.TURN, "+1")
    stage.press(pages.TURN, "+1")
    assert [row.value for row in stage.showing(pages.ResidentHome).rows] == [
        "places",
        "applications",
        "withdraw",
    ]


def test_the_language_changes_before_a_session_and_in_it(stage: ResidentStage) -> None:
    stage.press(pages.LANGUAGE)
    assert stage.showing(pages.ResidentHome).around.locale == "en"
    stage.comes_in()
    stage.press(pages.LANGUAGE)
    assert stage.showing(pages.ResidentHome).around.locale == "zh_CN"


def test_looks_that_nobody_uses_any_more_are_forgotten(stage: ResidentStage) -> None:
    stage.press(pages.LARGER)
    stage.press(pages.LANGUAGE)
    stage.wait(121)
    around = stage.showing(pages.ResidentHome).around
    assert (around.mode, around.locale) == ("normal", "zh_CN")


@pytest.mark.parametrize(("elder", "mode"), [(True, "elder"), (False, "normal")])
def test_who_is_old_gets_large_letters_without_asking(stage: ResidentStage, elder: bool, mode: str) -> None:
    stage.comes_in(elder=elder)
    around = stage.showing(pages.ResidentHome).around
    assert (around.mode, around.in_session) == (mode, True)
    assert around.person == pages.PersonShown("赵", MASKED_NAME, "320305 ******** 0024")


# --- who she is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["card.unknown_here", "card.expired", "card.lost", "phone_code.used"])
def test_a_card_that_cannot_be_taken_says_why(stage: ResidentStage, code: str) -> None:
    stage.choose("records")
    stage.tap()
    stage.tell(told.ResidentUnknown(stage.wish(wishes.IdentifyResident).ask_id, code))
    page = stage.showing(pages.PlaceCard)
    assert (page.trouble, page.busy, page.around.person) == (code, False, None)
    stage.tap()
    stage.identified()
    stage.kinds_told()
    stage.showing(pages.ListPage)


def test_a_card_that_was_not_read_is_asked_for_again(stage: ResidentStage) -> None:
    stage.choose("records")
    stage.tell(events.CardTorn("card.checksum"))
    assert stage.showing(pages.PlaceCard).trouble == "card.checksum"
    assert stage.spoken()[-1] == "tap_again"


def test_a_disk_that_never_answers_is_given_up(stage: ResidentStage) -> None:
    stage.choose("records")
    stage.tap()
    stage.wait(16)
    assert stage.showing(pages.PlaceCard).trouble == "hall.timeout"


def test_a_phones_code_is_redeemed_at_once_and_from_a_copy(stage: ResidentStage) -> None:
    stage.choose("records")
    content = PrivateText(b"one-time-code")
    stage.tell(events.CodeScanned(content, 5))
    content.wipe()  # as the terminal does when the flow has heard the event
    redeem = stage.wish(wishes.RedeemPhoneCode)
    assert redeem.content.reveal() == "one-time-code"
    about = {"masked_number": "尾号 1034", "elder": False}
    stage.tell(told.ResidentIdentified(redeem.ask_id, "zhao", "赵", MASKED_NAME, **about))  # type: ignore[arg-type]
    stage.wish(wishes.ListRecordKinds)


@pytest.mark.parametrize(
    ("slots", "ways"),
    [
        (["id_card_reader"], ("id_card",)),
        (["card_reader", "code_scanner"], ("social_security", "hall_card", "phone_code")),
    ],
)
def test_only_what_is_plugged_in_is_offered(
    stage: ResidentStage, slots: list[str], ways: tuple[str, ...]
) -> None:
    for slot in slots:
        stage.tell(events.DeviceChanged(Item(f"device.{slot}", Severity.OK)))
    stage.tell(events.DeviceChanged(Item("device.page_printer", Severity.FAULT)))
    stage.choose("records")
    assert stage.showing(pages.PlaceCard).ways == ways


def test_without_any_reader_that_works_she_is_sent_to_a_person(stage: ResidentStage) -> None:
    stage.tell(events.DeviceChanged(Item("device.receipt_printer", Severity.OK)))
    stage.choose("records")
    assert len(stage.showing(pages.PlaceCard).ways) == 4
    stage.press(views.BACK)
    stage.tell(events.DeviceChanged(Item("device.card_reader", Severity.FAULT)))
    stage.choose("records")
    message = stage.showing(pages.MessagePage)
    assert (message.code, message.choices[0].action) == ("card.no_reader", views.HELP)


def test_a_card_in_the_middle_of_a_guide_leads_back_to_it(stage: ResidentStage) -> None:
    stage.choose("guides")
    assert stage.wishes(wishes.ListRoots)
    stage.tap()
    stage.identified()
    assert stage.showing(pages.Waiting).around.person is not None
    stage.tell(told.RootsTold(stage.wish(wishes.ListRoots).ask_id, ()))
    assert stage.showing(pages.ListPage).search


def test_saying_no_to_the_notice_ends_it(stage: ResidentStage) -> None:
    stage.comes_in(notice_version=2, notice_zh=("一",), notice_en=("one",))
    stage.showing(pages.NoticePage)
    stage.press(views.BACK)
    assert stage.wish(wishes.EndSession).reason == "left"
    assert stage.showing(pages.ResidentHome).around.person is None


def test_her_other_card_changes_nothing_and_another_persons_begins_anew(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.tap("hall-zhao", HALL_CARD)
    stage.identified("zhao")
    assert stage.showing(pages.ResidentHome).around.person is not None
    stage.tap("card-qian", HALL_CARD)
    ask = stage.wish(wishes.IdentifyResident)
    stage.tell(told.ResidentIdentified(ask.ask_id, "qian", "钱", "钱＊", "尾号 2201", False))
    ended = stage.wish(wishes.EndSession)
    assert ended.reason == "left"
    assert stage.showing(pages.PlaceCard).busy
    stage.tell(told.SessionWiped(ended.ask_id))
    stage.identified("qian", initial="钱", masked_name="钱＊")
    person = stage.showing(pages.ResidentHome).around.person
    assert person is not None and person.masked_name == "钱＊"


def test_a_card_that_comes_while_the_last_one_is_wiped_waits(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.press(pages.LEAVE_SESSION)
    ended = stage.wish(wishes.EndSession)
    stage.tap("card-qian", HALL_CARD)
    assert stage.showing(pages.PlaceCard).busy
    assert not stage.wishes(wishes.IdentifyResident)
    stage.tell(told.SessionWiped(ended.ask_id))
    assert stage.wish(wishes.IdentifyResident).card_ref == "card-qian"


def test_a_wipe_that_is_not_answered_is_asked_for_again(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.tell(events.CardTaken("card-zhao", "id_card_reader"))
    stage.press(pages.LEAVE_SESSION)
    first = stage.wish(wishes.EndSession)
    stage.wait(11)
    again = stage.wish(wishes.EndSession)
    assert (again.reason, again.ask_id > first.ask_id) == ("left", True)
    stage.tap("card-qian", HALL_CARD)
    stage.tell(told.SessionWiped(first.ask_id))
    assert not stage.wishes(wishes.IdentifyResident)
    stage.tell(told.SessionWiped(again.ask_id))
    stage.wish(wishes.IdentifyResident)


# --- how long -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("elder", "idle_s"), [(False, 60), (True, 120)])
def test_who_does_nothing_is_asked_and_then_gone(stage: ResidentStage, elder: bool, idle_s: int) -> None:
    stage.comes_in(elder=elder)
    stage.wait(idle_s - 1)
    stage.showing(pages.ResidentHome)
    stage.wait(1)
    asked = stage.showing(pages.StillThere)
    assert (asked.left_s, asked.of_s) == (30, 30)
    assert "still_there" in stage.spoken()
    stage.wait(29)
    assert stage.showing(pages.StillThere).left_s == 1
    stage.wait(1)
    stage.showing(pages.ResidentHome)
    assert stage.wishes(wishes.EndSession)[0].reason == "timed_out"


def test_one_touch_goes_on_any_number_of_times_and_presses_nothing_else(stage: ResidentStage) -> None:
    table = stage.previews()
    for _ in range(12):
        stage.wait(60)
        stage.showing(pages.StillThere)
        stage.press(pages.PRINT)
        assert stage.view == table
    assert not stage.wishes(wishes.IssueDocument)


def test_a_quarter_of_an_hour_is_long_even_for_the_busy(stage: ResidentStage) -> None:
    stage.previews()
    for _ in range(18):
        stage.wait(50)
        if isinstance(stage.view, pages.StillThere):
            break
        stage.press(pages.COPIES, "+1")
    stage.showing(pages.StillThere)
    assert stage.now_s == 100 + 15 * 60
    stage.press(pages.STAY)
    stage.wait(50)
    stage.showing(pages.RecordTable)


def test_a_warning_can_be_ended_by_leaving(stage: ResidentStage) -> None:
    stage.previews()
    stage.wait(61)
    stage.press(pages.LEAVE_SESSION)
    stage.showing(pages.ResidentHome)
    assert stage.wish(wishes.EndSession).reason == "left"


def test_an_errand_without_a_person_ends_too(stage: ResidentStage) -> None:
    stage.choose("records")
    stage.wait(91)
    stage.showing(pages.ResidentHome)
    assert stage.wishes(wishes.EndSession)[0].reason == "timed_out"


def test_help_lies_over_everything_and_time_stands_still(stage: ResidentStage) -> None:
    table = stage.previews()
    stage.wait(50)
    assert stage.press(views.HELP) == views.HelpComing(True, "2 号窗口")
    assert stage.wishes(commands.CallHelp) == [commands.CallHelp(True)]
    stage.wait(100)
    stage.press(views.CANCEL)
    assert stage.view == table
    assert stage.wishes(commands.CallHelp)[-1] == commands.CallHelp(False)
    stage.wait(50)
    assert stage.view == table
    stage.press(views.HELP)
    stage.wait(121)
    assert stage.view == table


def test_out_of_service_ends_what_was_open(stage: ResidentStage) -> None:
    stage.previews()
    assert stage.tell(events.ServiceChanged("disk.failed")) == views.OutOfService("disk.failed", "2 号窗口")
    assert stage.wish(wishes.EndSession).reason == "left"
    stage.tap()
    stage.press(pages.LEAVE_SESSION)
    stage.tell(events.ServiceChanged(""))
    assert stage.showing(pages.ResidentHome).around.person is None


# --- what is said ----------------------------------------------------------------------------------------------------


def test_everything_that_is_said_is_a_phrase_that_the_voice_has() -> None:
    said = {value for name, value in vars(words).items() if name.startswith("SAY_")}
    for card in ("id_card", "card", ""):
        for paper in ("slip", "pages", ""):
            said.add(words.say_take((card, paper)))
    assert len(said) > 10
    assert said - {""} <= set(PHRASES)


def test_what_is_spoken_is_in_the_language_of_the_page(stage: ResidentStage) -> None:
    stage.press(pages.LANGUAGE)
    stage.choose("records")
    assert stage.wishes(commands.Speak) == [commands.Speak("place_id", "en")]


def test_a_terminal_begins_in_its_own_language_and_goes_back_to_it() -> None:
    stage = ResidentStage(locale="en")
    assert stage.showing(pages.ResidentHome).around.locale == "en"
    stage.press(pages.LANGUAGE)
    assert stage.showing(pages.ResidentHome).around.locale == "zh_CN"
    stage.wait(121)
    assert stage.showing(pages.ResidentHome).around.locale == "en"


# --- nobody there -------------------------------------------------------------------------------------------------


def test_the_playlist_runs_and_the_first_touch_only_wakes(stage: ResidentStage) -> None:
    stage.wait(90)
    ask = stage.wish(wishes.ListSlides)
    slides = (slide("one", 5), slide("two", 8, picture="AAAA"))
    stage.tell(told.SlidesTold(ask.ask_id, slides, 60))
    first = stage.showing(pages.Slideshow)
    assert (first.title, first.brightness, first.picture) == ("data:one", 60, "")
    stage.wait(5)
    assert stage.showing(pages.Slideshow).picture == "two"
    stage.wait(8)
    assert stage.showing(pages.Slideshow).title == "data:one"
    stage.press(pages.WAKE)
    stage.showing(pages.ResidentHome)
    stage.wait(90)
    stage.press(views.CHOOSE, "records")
    stage.showing(pages.ResidentHome)


def test_a_card_wakes_the_playlist_too(stage: ResidentStage) -> None:
    stage.wait(90)
    stage.tell(told.SlidesTold(stage.wish(wishes.ListSlides).ask_id, (slide("one"),), 100))
    stage.comes_in()
    assert stage.showing(pages.ResidentHome).around.in_session


def test_no_playlist_leaves_home_as_it_is(stage: ResidentStage) -> None:
    stage.wait(90)
    stage.tell(told.SlidesTold(stage.wish(wishes.ListSlides).ask_id, (), 100))
    stage.wait(300)
    stage.showing(pages.ResidentHome)


# --- trembling hands ------------------------------------------------------------------------------------------------


def test_the_same_button_twice_within_half_a_second_is_one_in_large_letters(stage: ResidentStage) -> None:
    stage.press(pages.LARGER)
    stage.tell(events.Pressed(pages.LARGER, "", 50.0), events.Pressed(pages.LARGER, "", 50.4))
    assert stage.showing(pages.ResidentHome).around.mode == "dark"
    stage.tell(events.Pressed(pages.LARGER, "", 51.0))
    assert stage.showing(pages.ResidentHome).around.mode == "normal"


def test_of_two_fingers_at_once_the_second_one_counts_for_nothing(stage: ResidentStage) -> None:
    stage.comes_in()
    stage.tell(events.Pressed(views.CHOOSE, "records", 50.0), events.Pressed(pages.LEAVE_SESSION, "", 50.01))
    assert not stage.wishes(wishes.EndSession)
    stage.showing(pages.Waiting)


# --- reading aloud --------------------------------------------------------------------------------------------------


def test_a_page_is_read_and_a_second_touch_is_silence(stage: ResidentStage) -> None:
    stage.press(pages.READ_ALOUD)
    read = stage.wish(commands.ReadAloud)
    assert (read.locale, read.private) == ("zh_CN", False)
    assert len(read.text.splitlines()) > 8
    assert stage.showing(pages.ResidentHome).around.reading
    stage.press(pages.READ_ALOUD)
    assert stage.wish(commands.ReadAloud).text == ""
    assert not stage.showing(pages.ResidentHome).around.reading


def test_what_is_of_a_person_is_read_in_private_and_names_nobody(stage: ResidentStage) -> None:
    stage.press(pages.LANGUAGE)
    stage.previews()
    stage.press(pages.READ_ALOUD)
    read = stage.wish(commands.ReadAloud)
    assert read.private and read.locale == "en"
    assert "Amount 1,234.50" in read.text and "赵" not in read.text and "*" not in read.text


def test_another_page_ends_the_reading(stage: ResidentStage) -> None:
    stage.press(pages.READ_ALOUD)
    stage.choose("records")
    assert stage.wishes(commands.ReadAloud)[-1].text == ""
    assert not stage.showing(pages.PlaceCard).around.reading


# --- the technician behind it -----------------------------------------------------------------------------------------


def test_a_technician_stands_behind_it_as_behind_any_role() -> None:
    asked: list[commands.Command] = []
    flow = WithDiagnostics(ResidentFlow(asked.append), asked.append, "QP-01")
    assert isinstance(flow.start(), pages.ResidentHome)
    flow.on(events.Ticked(100.0))
    assert isinstance(flow.on(events.Pressed(CORNER)), views.StaffKeypad)
    flow.on(events.CardTapped("card-zhao", 5, holder=ID_CARD))
    assert isinstance(asked[-1], wishes.IdentifyResident)
    flow.on(told.ResidentUnknown(asked[-1].ask_id, "card.staff"))
    assert isinstance(flow.on(events.StaffTapped(TECHNICIAN)), views.StaffKeypad)

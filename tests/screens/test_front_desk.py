"""What the pages of the front desk and of the door owe people: two answers of one weight, an alarm that covers nothing and
hides nothing it knows, a covered board without names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.i18n import LOCALES, Translator
from kiosk.views_front_desk import AlarmShown, MatterShown, PersonCard
from kiosk.views_resident import Around, PlaceCard, Steps
from screens import tokens
from screens.front_desk_samples import desk_samples
from screens.visitor_samples import visitor_samples
from tests.screens.conftest import DESK, DESK_MODES, UPRIGHT, Drawn
from tests.screens.test_geometry import Page

ALARM = AlarmShown(
    "a1", "bracelet", "raised", "10:02:18", 18, "李＊", 82, "和顺里 3 幢", "Heshun Lane 3", "sent"
)


@pytest.fixture(scope="module", autouse=True)
def _letters() -> None:
    from drivers import fonts
    from screens import theme

    fonts.install()
    theme.register_fonts()


def pages_of(galleries: dict[str, Drawn], start: str) -> list[Page]:
    return [
        galleries[size].page(locale, name)
        for size in (UPRIGHT, DESK)
        for locale in LOCALES
        for name in galleries[size].names
        if name.startswith(start)
    ]


def texts(page: Page) -> str:
    return "\n".join(text["say"] for text in page["texts"])


@pytest.mark.screen
def test_consent_is_asked_by_two_answers_of_one_weight(galleries: dict[str, Drawn]) -> None:
    asked = [page for page in pages_of(galleries, "consent") if _answers(page)]
    assert len(asked) == 3 * len(LOCALES) * (len(tokens.MODES) + len(DESK_MODES))
    for page in asked:
        refusal, agreement = _answers(page)
        assert refusal["say"] in ("不同意", "I do not agree")
        assert refusal["at"][0] < agreement["at"][0]
        assert refusal["at"][1:] == agreement["at"][1:]
        outlines = {
            (each["fill"], each["edge"]) for each in page["surfaces"] if each["kind"] == "EqualAnswer"
        }
        assert outlines == {("surface", "primary")}
        letters = {text["px"] for text in page["texts"] if text["say"] in (refusal["say"], agreement["say"])}
        assert len(letters) == 1
        assert [
            each for each in page["surfaces"] if each["kind"] == "BigPush" and each["fill"] == "primary"
        ] == []


def _answers(page: Page) -> list[Any]:
    return [button for button in page["buttons"] if button["kind"] == "EqualAnswer"]


@pytest.mark.screen
def test_an_alarm_pushes_the_page_down_and_lies_over_nothing(galleries: dict[str, Drawn]) -> None:
    for size, top, height in (
        (DESK, tokens.DESK_TOP_BAR, tokens.DESK_ALARM_BAR),
        (UPRIGHT, tokens.PORTRAIT_TOP_BAR, tokens.PORTRAIT_ALARM_BAR),
    ):
        page = galleries[size].page("zh_CN", "consent-alarm.normal")
        on_it = [text for text in page["texts"] if text["on"] in ("danger", "on_danger")]
        assert {"紧急呼叫", "接警", "打电话", "18"} <= {text["say"] for text in on_it}
        beside = [text for text in page["texts"] if text not in on_it]
        middles = [text["at"][1] + text["at"][3] / 2 for text in beside]
        assert [middle for middle in middles if top <= middle < top + height] == []


@pytest.mark.screen
def test_nothing_hangs_into_the_bottom_bar(galleries: dict[str, Drawn]) -> None:
    bars = {
        DESK: tokens.DESK_HEIGHT - tokens.DESK_BOTTOM_BAR,
        UPRIGHT: tokens.PORTRAIT_HEIGHT - tokens.PORTRAIT_BOTTOM_BAR,
    }
    hanging = [
        (size, locale, name, button["say"])
        for size, edge in bars.items()
        for locale in LOCALES
        for name in galleries[size].names
        for button in galleries[size].page(locale, name)["buttons"]
        if button["at"][1] < edge - 4 and button["at"][1] + button["at"][3] > edge
    ]
    assert hanging == []


@pytest.mark.screen
def test_seconds_are_counted_only_until_somebody_answers(galleries: dict[str, Drawn]) -> None:
    drawn = galleries[DESK]
    assert "秒内请应答" in texts(drawn.page("zh_CN", "desk-alarm.normal"))
    for name in ("desk-alarm-escalated", "desk-alarm-answered"):
        assert "秒内请应答" not in texts(drawn.page("zh_CN", f"{name}.normal"))
    assert "记录结果" in texts(drawn.page("zh_CN", "desk-alarm-answered.normal"))
    assert "接警" in texts(drawn.page("zh_CN", "desk-alarm-escalated.normal"))


@pytest.mark.screen
def test_a_covered_board_names_nobody(galleries: dict[str, Drawn]) -> None:
    said = texts(galleries[DESK].page("zh_CN", "desk-covered.normal"))
    assert "请放工作卡" in said
    assert "＊" not in said and "岁" not in said and "和顺里" not in said


@pytest.mark.screen
def test_letters_for_staff_are_read_from_700_millimetres(galleries: dict[str, Drawn]) -> None:
    drawn = galleries[DESK]
    small = [
        (locale, name, text["say"], text["px"])
        for locale in LOCALES
        for name in (f"{each}.normal" for each in desk_samples(locale))
        for text in drawn.page(locale, name)["texts"]
        if text["px"] < tokens.DESK_TEXT_FLOOR
    ]
    assert small == []


def test_the_family_has_the_message_only_after_the_answer() -> None:
    from screens.widgets.alarm import place_lines

    words = Translator("zh_CN")
    told = {
        state: place_lines(replace(ALARM, family=state), words)[0]
        for state in ("", "asked", "sent", "failed")
    }
    assert [state for state, line in told.items() if "已发" in line] == ["sent"]


def test_an_alarm_keeps_its_place_when_room_is_short() -> None:
    from screens.widgets.alarm import place_lines

    lines = place_lines(ALARM, Translator("zh_CN"))
    assert lines[0] == "和顺里 3 幢，10:02:18\u00a0收到，家属短信已发"
    assert lines[-1] == "和顺里 3 幢"
    covered = replace(ALARM, place_zh="", place_en="")
    assert place_lines(covered, Translator("en"))[-1] == "Heard at 10:02:18"


def test_a_low_card_leaves_out_what_is_needed_least() -> None:
    """Under an alarm there is less height: wishes and words to say stay, notes and the past go first."""
    from screens.widgets.desk_person import arranged

    matters = tuple(MatterShown(f"data:{number}", "data:", "", "open") for number in range(3))
    card = PersonCard(
        "v", "face", matters=matters, help=("sit_down",), can_say="data:x", appointments=(("10:30", "x"),)
    )
    tall, low, lowest = arranged(900, card), arranged(690, card), arranged(560, card)
    assert (tall.matters, tall.about, tall.appointment) == (3, True, True)
    assert (low.matters, low.appointment, low.tall) == (2, True, False)
    assert (lowest.matters, lowest.appointment, lowest.about) == (1, False, False)


def test_height_that_is_left_over_gives_each_matter_air() -> None:
    from screens.widgets.desk_person import arranged

    matters = tuple(MatterShown(f"data:{number}", "data:", "", "open") for number in range(2))
    card = PersonCard("v", "face", matters=matters, can_say="data:x")
    assert [arranged(height, card).airy for height in (836, 688)] == [True, False]


@pytest.mark.parametrize(
    ("whose", "headline"),
    [("", ""), ("guardian", "请放上监护人的身份证"), ("principal", "请放上委托人的身份证")],
)
def test_a_page_says_whose_card_it_waits_for(whose: str, headline: str) -> None:
    from screens.pages.place_card import whose_card

    view = PlaceCard(Around(), Steps(("Place card",), 0), ("id_card",), whose=whose)
    assert whose_card(view, Translator("zh_CN")) == headline


def test_a_visitor_is_not_told_what_staff_can_go_on_with() -> None:
    from screens.widgets.resident_bars import reader_of

    board, ticket = desk_samples("en")["desk-board"], visitor_samples("en", "normal")["ticket"]
    home = PlaceCard(Around(), Steps(("Place card",), 0), ("id_card",))
    assert [reader_of(view) for view in (board.view, ticket.view, home)] == ["staff", "visitor", "resident"]


def test_a_sensitive_matter_keeps_its_words() -> None:
    from screens.widgets.desk_person import MatterLine

    line = MatterLine()
    line.show(MatterShown("", "data:密", "heart-fill", "open", sensitive=True), Translator("zh_CN"))
    assert (line.say, line.note, line.sign) == ("一件事在办", "", "lock-key-fill")

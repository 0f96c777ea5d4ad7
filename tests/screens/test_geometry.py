"""Pages are measured at full size against the tokens: texts in their boxes, buttons for old fingers, help in its place."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
from PIL import Image

from kiosk.i18n import LOCALES
from screens import tokens
from screens.inspection import help_button
from screens.resident_samples import UPRIGHT_SAMPLES
from tests.screens.conftest import DESK, SIZES, TECHNICAL, UPRIGHT, Drawn, mode_of

pytestmark = pytest.mark.screen

# A place name can be longer than any bar; it ends in an ellipsis, and nothing else does.
# So does a table with more columns than there is room for: it prints whole.
MAY_BE_SHORTENED = ("idle_long_place", "record-wide")
NOT_AT_A_LINE_START = "。，、？：；）"
# Letters have no descenders at their box's edge: a line may reach this far beyond its box's upper or lower edge.
LEADING_EM = 0.3
LABELS_FLOOR = 32

# A question lies over a page, whose words and buttons are still there below it.
QUESTIONS = ("help_coming", "help-coming", "still-there", "go-on-asked")
CHOICES = ("ChoiceRow", "ChoiceButton", "HomeTile", "LeadTile", "FaceRow")
MOST_CHOICES = 6

Page = dict[str, Any]


@pytest.fixture(params=SIZES)
def drawn(request: pytest.FixtureRequest, galleries: dict[str, Drawn]) -> Drawn:
    return galleries[request.param]


@pytest.fixture(params=LOCALES)
def pages(request: pytest.FixtureRequest, drawn: Drawn) -> dict[str, Page]:
    return {name: drawn.page(request.param, name) for name in drawn.names}


def test_no_text_is_wider_than_its_box(pages: dict[str, Page]) -> None:
    outside = [
        (name, text["say"], text["at"], text["in"])
        for name, page in pages.items()
        for text in page["texts"]
        if not _within(text)
    ]
    assert outside == []


def _within(text: Page) -> bool:
    x, y, width, height = text["at"]
    left, top, box_width, box_height = text["in"]
    slack = text["px"] * LEADING_EM
    sideways = left - 1 <= x and x + width <= left + box_width + 1
    return sideways and top - slack <= y and y + height <= top + box_height + slack


def test_no_text_lies_on_another(pages: dict[str, Page]) -> None:
    """Boxes of letters, without the empty room above and below them."""
    overlaps = [
        (name, one["say"], other["say"])
        for name, page in pages.items()
        if not name.startswith(QUESTIONS)
        for one, other in combinations(page["texts"], 2)
        if _overlap(_ink(one), _ink(other))
    ]
    assert overlaps == []


def _ink(text: Page) -> list[float]:
    x, y, width, height = text["at"]
    empty = text["px"] * 0.36
    return [x + 1, y + empty, width - 2, height - 2 * empty]


def _overlap(one: list[float], other: list[float]) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def test_nothing_is_cut_short(pages: dict[str, Page]) -> None:
    shortened = [
        (name, text["say"], text["drawn"])
        for name, page in pages.items()
        if not name.startswith(MAY_BE_SHORTENED)
        for text in page["texts"]
        if text["drawn"].endswith("…")
    ]
    assert shortened == []


def test_every_button_is_big_enough_for_an_old_finger(drawn: Drawn, pages: dict[str, Page]) -> None:
    small = [
        (name, button["say"], button["at"])
        for name, page in pages.items()
        for button in page["buttons"]
        if min(button["at"][2:]) < _target_floor_mm(name) / drawn.mm_per_px - 1
    ]
    assert small == []


def _target_floor_mm(name: str) -> float:
    """A technician's pages may be set for a technician's fingers, a resident's for those who see and reach well."""
    if name.startswith(TECHNICAL):
        return tokens.TECHNICAL_TARGET_FLOOR_MM
    return tokens.TARGET_FLOORS_MM[mode_of(name)]


def test_buttons_keep_their_distance(drawn: Drawn, pages: dict[str, Page]) -> None:
    gap = tokens.TARGET_GAP_MM / drawn.mm_per_px - 1
    close = [
        (name, one["say"], other["say"])
        for name, page in pages.items()
        if not name.startswith(QUESTIONS)
        for one, other in combinations(page["buttons"], 2)
        if _overlap(
            [one["at"][0] - gap, one["at"][1] - gap, one["at"][2] + 2 * gap, one["at"][3] + 2 * gap],
            other["at"],
        )
    ]
    assert close == []


def test_help_is_in_the_same_place_everywhere(drawn: Drawn, pages: dict[str, Page]) -> None:
    places = {tuple(help_button(page)["at"]) for page in pages.values()}
    assert len(places) == 1
    (x, y, width, height) = places.pop()
    page = next(iter(pages.values()))
    unit = page["unit"]
    sort = {UPRIGHT: "PORTRAIT_", DESK: "DESK_"}.get(drawn.size, "")
    button, margin, bar = (getattr(tokens, sort + name) for name in ("HELP_BUTTON", "MARGIN", "BOTTOM_BAR"))
    assert (width, height) == tuple(round(side * unit) for side in button)
    assert page["size"][0] - (x + width) == round(margin * unit)
    assert abs(page["size"][1] - (y + height) - (bar - button[1]) / 2 * unit) <= 1


def test_characters_are_as_high_as_the_distance_asks_for(drawn: Drawn, pages: dict[str, Page]) -> None:
    """Residents' pages: 0.7 degrees at 600 mm, by the hanzi in the normal mode, by the capital H in the others."""
    em = {"normal": tokens.HANZI_EM, "elder": tokens.CAPITAL_EM, "dark": tokens.CAPITAL_EM}
    small = [
        (name, text["say"], text["px"])
        for name, page in pages.items()
        if mode_of(name) in em
        for text in page["texts"]
        if text["px"] * em[mode_of(name)] * drawn.mm_per_px < tokens.CHARACTER_FLOOR_MM
    ]
    assert small == []


def test_large_letters_never_offer_more_than_six_things(pages: dict[str, Page]) -> None:
    many = {
        name: count
        for name, page in pages.items()
        if mode_of(name) in ("elder", "dark") and not name.startswith(QUESTIONS)
        if (count := sum(button["kind"] in CHOICES for button in page["buttons"])) > MOST_CHOICES
    }
    assert many == {}


def test_letters_are_not_smaller_than_the_floor(pages: dict[str, Page]) -> None:
    small = [
        (name, text["say"], text["px"] / page["unit"])
        for name, page in pages.items()
        if mode_of(name) == "canteen"
        for text in page["texts"]
        if text["px"] < round(_letters_floor(name) * page["unit"]) - 1 and text["say"] != "¥"
    ]
    assert small == []


def _letters_floor(name: str) -> int:
    if name.startswith(TECHNICAL):
        return tokens.TECHNICAL_TEXT_FLOOR
    if name in UPRIGHT_SAMPLES:
        return tokens.TYPE["normal"]["caption"]
    return LABELS_FLOOR if name.startswith("staff_board") else tokens.STAFF_TEXT_FLOOR


def test_lines_are_broken_where_a_reader_would(pages: dict[str, Page]) -> None:
    bad = [
        (name, text["say"])
        for name, page in pages.items()
        for text in page["texts"]
        if not all(map(_is_a_good_line, text["drawn"].split("\n"))) and "\n" in text["drawn"]
    ]
    assert bad == []


def _is_a_good_line(line: str) -> bool:
    letters = re.sub(r"\[[^]]*]", "", line)
    alone = len(letters.strip(NOT_AT_A_LINE_START)) == 1 and letters[0] >= "一"
    return bool(letters) and letters[0] not in NOT_AT_A_LINE_START and not alone


def test_texts_stand_out_from_what_they_lie_on(pages: dict[str, Page]) -> None:
    pairs = {
        (mode_of(name), text["tone"], text["on"]) for name, page in pages.items() for text in page["texts"]
    }
    weak = [
        (mode, tone, on, contrast(mode, tone, on))
        for mode, tone, on in pairs
        if contrast(mode, tone, on) < tokens.CONTRAST_FLOORS[mode]
    ]
    assert weak == []


def test_a_page_is_drawn_in_the_mode_it_names(pages: dict[str, Page]) -> None:
    assert {name: page["mode"] for name, page in pages.items()} == {name: mode_of(name) for name in pages}


def contrast(mode: str, tone: str, on: str) -> float:
    """WCAG 2 contrast ratio of two tokens of a mode."""
    colours = tokens.COLOUR_SETS[mode]
    lighter, darker = sorted((_luminance(colours[tone]), _luminance(colours[on])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_surfaces_are_drawn_in_their_tokens(drawn: Drawn) -> None:
    """Pixels, not promises: a few millimetres inside its left edge each big area has the colour that it names."""
    wrong = []
    for name in ("idle", "served", "attention_already_eaten", "retap", "declare_period", "staff_board"):
        if name not in drawn.names:
            continue
        picture = Image.open(drawn.picture("zh_CN", name)).convert("RGB")
        for surface in drawn.page("zh_CN", name)["surfaces"]:
            x, y, width, height = surface["at"]
            if min(width, height) < 60:
                continue
            pixel = picture.getpixel((round(x + 9 * picture.width / 1366), round(y + height / 2)))
            if pixel != _rgb(tokens.COLOURS[surface["fill"]]):
                wrong.append((name, surface, pixel))
    assert wrong == []


def test_every_mode_lies_on_its_own_paper(galleries: dict[str, Drawn]) -> None:
    drawn = galleries[UPRIGHT]
    for mode in tokens.MODES:
        picture = Image.open(drawn.picture("zh_CN", f"list-records.{mode}")).convert("RGB")
        assert picture.getpixel((10, 900)) == _rgb(tokens.COLOUR_SETS[mode]["paper"])


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def test_the_banner_and_the_bars_have_their_heights(galleries: dict[str, Drawn]) -> None:
    picture = Image.open(galleries["1366x768"].picture("zh_CN", "served_offline")).convert("RGB")
    inside, below = tokens.TOP_BAR + tokens.BANNER - 2, tokens.TOP_BAR + tokens.BANNER + 2
    assert picture.getpixel((2, tokens.TOP_BAR + 2)) == _rgb(tokens.COLOURS["offline"])
    assert picture.getpixel((2, inside)) == _rgb(tokens.COLOURS["offline"])
    assert picture.getpixel((2, below)) == _rgb(tokens.COLOURS["paper"])
    assert picture.getpixel((2, tokens.REFERENCE_HEIGHT - tokens.BOTTOM_BAR + 4)) == _rgb(
        tokens.COLOURS["surface"]
    )

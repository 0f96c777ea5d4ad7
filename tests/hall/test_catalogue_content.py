"""The forty guides of the window are what residents read before they set out: each has to be whole in both languages,
fit the screen's lines, and say its own thing. A guide made by filling a template would pass every check of shape, so
how much two of them share is measured too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

import pytest

from drivers import fonts
from hall.catalogue.load import GUIDE_PARTS, Catalogue, initials, load_catalogue
from offline_cache.wire_residents import FormField, Lines, ServiceItem
from screens.theme import icon_files

HANZI_A_LINE = 18
LETTERS_A_LINE = 60
CHOICES_A_PAGE = 6
MOST_SHARED = 0.6
SYSTEMS = ["party", "government", "social", "self_governance", "special", "volunteer"]
CATEGORIES = [
    "employment",
    "social_insurance",
    "health",
    "family_planning",
    "culture",
    "safety",
    "legal_aid",
    "counselling",
]


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def window_items() -> tuple[ServiceItem, ...]:
    return tuple(item for item in catalogue().items if item.window)


def parts(item: ServiceItem) -> Iterator[tuple[str, Lines]]:
    for name in GUIDE_PARTS:
        yield name, getattr(item, name)


def label_pairs(item: ServiceItem) -> Iterator[tuple[str, str]]:
    """(zh, en) of everything short around a guide: its title, questions, choices and papers."""
    yield item.title_zh, item.title_en
    for question in item.form:
        yield question.label_zh, question.label_en
        if question.hint_zh or question.hint_en:
            yield question.hint_zh, question.hint_en
        for _, zh, en in question.choices:
            yield zh, en
    for paper in item.papers:
        yield paper.label_zh, paper.label_en


def text_pairs(item: ServiceItem) -> Iterator[tuple[str, str]]:
    """(zh, en) of everything that is read of an item, line by line."""
    yield from label_pairs(item)
    for _, lines in parts(item):
        yield from zip(lines.zh, lines.en, strict=True)


def all_text_pairs() -> Iterator[tuple[str, str, str]]:
    """(where, zh, en) of the whole catalogue."""
    for root in catalogue().roots:
        yield root.code, root.title_zh, root.title_en
        yield root.code, root.hint_zh, root.hint_en
    for item in window_items():
        for zh, en in text_pairs(item):
            yield item.code, zh, en


def is_hanzi(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"


def width(zh: str) -> float:
    """In hanzi: Latin letters, digits and spaces take half the room, full-width punctuation all of it."""
    return sum(0.5 if char.isascii() else 1.0 for char in zh)


# --- how many, and where they hang ----------------------------------------------------------------------------------


def test_forty_items_of_the_window_are_real() -> None:
    assert len(window_items()) == 40
    assert [item.code for item in window_items() if item.sample] == []


def test_exactly_sixteen_can_be_asked_for_anywhere() -> None:
    assert len([item for item in catalogue().items if item.everywhere]) == 16


def test_codes_and_titles_are_told_apart() -> None:
    for name in ("code", "title_zh", "title_en"):
        counted = Counter(getattr(item, name) for item in window_items())
        assert [value for value, count in counted.items() if count > 1] == []


def test_the_roots_are_the_six_systems_and_the_eight_categories_in_order() -> None:
    roots = catalogue().roots
    assert [root.code for root in roots if root.sort == "system"] == SYSTEMS
    assert [root.code for root in roots if root.sort == "category"] == CATEGORIES
    assert [root.order for root in roots] == [*range(1, 7), *range(1, 9)]


def test_every_root_leads_to_a_real_item() -> None:
    assert {item.system for item in window_items()} == set(SYSTEMS)
    assert {item.category for item in window_items()} == set(CATEGORIES)


def test_every_root_has_an_icon_of_the_filled_set() -> None:
    drawn = json.loads(icon_files()[1].read_text(encoding="utf-8"))
    icons = [root.icon for root in catalogue().roots]
    assert [icon for icon in icons if icon not in drawn or not icon.endswith("-fill")] == []
    assert len(set(icons)) == len(icons)


# --- both languages -------------------------------------------------------------------------------------------------


def test_every_part_of_every_guide_is_said_in_both_languages() -> None:
    for item in window_items():
        for name, lines in parts(item):
            assert lines.zh, (item.code, name)
            assert len(lines.zh) == len(lines.en), (item.code, name)


def test_every_guide_says_enough_to_set_out_with() -> None:
    """Twelve lines: what one needs to be, bring, pay and wait, and where to go, with something left to say."""
    thin = [item.code for item in window_items() if sum(len(lines.zh) for _, lines in parts(item)) < 12]
    assert thin == []


def test_chinese_is_chinese_and_english_is_english() -> None:
    for where, zh, en in all_text_pairs():
        assert zh.strip() == zh and en.strip() == en and zh and en, where
        assert any(is_hanzi(char) or char.isdigit() for char in zh), (where, zh)
        assert not any(is_hanzi(char) for char in en), (where, en)


def test_only_simplified_characters() -> None:
    """GB 2312 holds the mainland's simplified forms and none of the traditional ones that they replaced."""
    for where, zh, _ in all_text_pairs():
        for char in filter(is_hanzi, zh):
            assert char.encode("gb2312", errors="replace") != b"?", (where, char, zh)


def test_punctuation_is_that_of_the_language_and_nobody_is_shouted_at() -> None:
    for where, zh, en in all_text_pairs():
        assert not set(zh) & set(",;?!！…"), (where, zh)
        assert not set(en) & set("，。；：？！、（）!"), (where, en)
        assert zh[0] not in "。，、；：？", (where, zh)


def test_lines_fit_the_screen() -> None:
    for where, zh, en in all_text_pairs():
        assert width(zh) <= HANZI_A_LINE, (where, width(zh), zh)
        assert len(en) <= LETTERS_A_LINE, (where, len(en), en)


def test_every_character_can_be_drawn() -> None:
    try:
        fonts.font_path(fonts.REGULAR)
    except fonts.FontMissing as missing:
        pytest.skip(str(missing))
    used = {char for _, zh, en in all_text_pairs() for char in zh + en}
    assert sorted(char for char in used if fonts.covers(char) is None) == []


# --- no guide is another one with the nouns changed -----------------------------------------------------------------


def neighbours(tokens: list[str]) -> set[tuple[str, str]]:
    return set(pairwise(tokens))


def share(one: list[str], other: list[str]) -> float:
    """How much of the shorter text the other one says too: pairs of neighbouring tokens, wherever they stand.

    Pairs, because single characters and words are shared by any two texts of a language, while a sentence of a
    template keeps its pairs when its noun is changed. Of the shorter one, so that padding a copy hides nothing.
    """
    pairs, others = neighbours(one), neighbours(other)
    return len(pairs & others) / min(len(pairs), len(others))


def guide_tokens(item: ServiceItem, language: str) -> list[str]:
    """Hanzi one by one in Chinese, words in English."""
    lines = [line for _, part in parts(item) for line in getattr(part, language)]
    if language == "zh":
        return [char for line in lines for char in line if char.isalnum()]
    return " ".join(lines).lower().split()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_guides_share_more_than_three_fifths_of_their_text(language: str) -> None:
    tokens = {item.code: guide_tokens(item, language) for item in window_items()}
    shared = {(one, other): share(tokens[one], tokens[other]) for one, other in combinations(tokens, 2)}
    assert {pair: found for pair, found in shared.items() if found > MOST_SHARED} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_measure_finds_a_guide_of_which_only_one_part_is_new(language: str) -> None:
    one, other = window_items()[:2]
    copied = one.model_copy(update={"place": other.place})
    assert share(guide_tokens(one, language), guide_tokens(copied, language)) > MOST_SHARED


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_stands_in_two_guides(language: str) -> None:
    lines = [line for item in window_items() for _, part in parts(item) for line in getattr(part, language)]
    assert [line for line, count in Counter(lines).items() if count > 1] == []


# --- forms and papers -----------------------------------------------------------------------------------------------


def questions() -> Iterator[tuple[str, FormField]]:
    for item in window_items():
        for question in item.form:
            yield f"{item.code}.{question.field}", question


def test_forms_ask_two_to_six_questions() -> None:
    assert [item.code for item in window_items() if not 2 <= len(item.form) <= 6] == []


def test_choices_fit_one_page_and_are_told_apart() -> None:
    for where, question in questions():
        if question.sort != "choice":
            assert question.choices == [], where
            continue
        assert 2 <= len(question.choices) <= CHOICES_A_PAGE, where
        for words in zip(*question.choices, strict=True):
            assert len(set(words)) == len(words), (where, words)


def test_what_the_hall_knows_is_not_asked_as_something_else() -> None:
    sorts = {"name": "text", "phone": "phone", "address": "text"}
    assert [where for where, each in questions() if each.known and each.sort != sorts[each.known]] == []


def test_codes_are_plain() -> None:
    """They travel in rows and name files: small letters, digits and _ only."""
    for item in window_items():
        codes = [question.field for question in item.form]
        codes += [code for question in item.form for code, _, _ in question.choices]
        codes += [paper.paper for paper in item.papers]
        assert [code for code in codes if not code.replace("_", "a").isalnum() or code != code.lower()] == []


def test_an_agent_is_never_let_in_where_the_person_has_to_be_there() -> None:
    in_person = {item.code for item in window_items() if not item.agent_allowed}
    assert in_person == {"em-001", "he-008", "cu-004", "co-002"}


def test_deadlines_are_working_days_of_less_than_a_quarter() -> None:
    assert [item.code for item in window_items() if not 0 <= item.days <= 60] == []


def test_certificates_can_be_asked_in_one_community_and_printed_in_another() -> None:
    certificates = [item for item in window_items() if item.certificate]
    assert len(certificates) >= 2
    assert any(item.everywhere for item in certificates)


# --- search ---------------------------------------------------------------------------------------------------------


def test_initials_are_those_of_the_title() -> None:
    assert {item.code: item.initials for item in window_items()} == {
        item.code: initials(item.title_zh) for item in window_items()
    }


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("社保卡挂失与补卡", "sbkgsybk"),
        ("人民调解申请", "rmtjsq"),
        ("长期护理保险", "cqhlbx"),
        ("银行卡", "yhk"),
        ("重度残疾人补贴", "zdcjrbt"),
        ("3 岁以下（含）A 类", "3syxhal"),
    ],
)
def test_initials_follow_the_reading_within_the_phrase(title: str, typed: str) -> None:
    assert initials(title) == typed

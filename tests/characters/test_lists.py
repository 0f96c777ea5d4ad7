"""The lists themselves: were they short, every other test of characters would pass too easily."""

from __future__ import annotations

from tests.characters.lists import ALL_COUNT, GENERAL_COUNT, SAMPLE, every_character, general_list, tried


def test_the_fonts_have_as_many_characters_as_is_said() -> None:
    assert len(every_character()) == ALL_COUNT


def test_the_general_list_is_whole_and_drawable() -> None:
    assert len(set(general_list())) == GENERAL_COUNT
    assert set(general_list()) <= set(every_character())


def test_what_is_tried_holds_both() -> None:
    assert len(set(tried())) == GENERAL_COUNT + SAMPLE

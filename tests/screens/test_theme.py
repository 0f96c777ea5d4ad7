"""Sizes are millimetres: another panel shows letters and buttons of the same size, as far as it has the room."""

from __future__ import annotations

import pytest

from screens import theme, tokens
from screens.gallery import Panel
from screens.theme import Theme


def test_the_reference_panel_is_drawn_pixel_by_pixel() -> None:
    assert Theme.of(Panel(1366, 768, 0.252)).unit == 1.0


def test_a_finer_panel_of_the_same_size_keeps_millimetres() -> None:
    fine = Theme.of(Panel(1920, 1080, 0.1793))
    assert fine.unit * 0.1793 == pytest.approx(0.252, abs=0.0005)
    assert fine.keeps_its_size


def test_a_larger_panel_shows_more_room_and_not_larger_letters() -> None:
    assert Theme.of(Panel(1920, 1080, 0.248)).unit == pytest.approx(0.252 / 0.248)


def test_a_panel_that_is_too_small_shows_everything_smaller_and_says_so() -> None:
    small = Theme.of(Panel(1024, 600, 0.217))
    assert small.unit == pytest.approx(1024 / 1366)
    assert not small.keeps_its_size


def test_what_is_there_never_rounds_away() -> None:
    before = theme.current()
    try:
        theme.use(Theme(0.2, 320, 240, 0.3))
        assert theme.u(2) == 1
        assert theme.u(0) == 0
    finally:
        theme.use(before)


def test_colours_come_from_the_tokens() -> None:
    red, green, blue, alpha = theme.colour("primary")
    assert [round(part * 255) for part in (red, green, blue)] == [0x0A, 0x4F, 0x4B]
    assert alpha == 1.0
    assert theme.colour("none")[3] == 0.0
    assert all(len(text) in (7, 9) for text in tokens.COLOURS.values())


def test_the_icon_font_is_found_without_importing_its_package() -> None:
    import sys

    font, names = theme.icon_files()
    assert font.is_file() and names.is_file()
    assert "qtawesome" not in sys.modules

"""A signature stands under an application for years: it must be what was drawn, and never a slip of the finger."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.services.residents.signatures import (
    HEIGHT,
    MOST_BYTES,
    MOST_POINTS,
    TOO_LONG,
    TOO_SHORT,
    UNREADABLE,
    WIDTH,
    SignatureRefused,
    draw,
)


def picture(strokes: str) -> Image.Image:
    return Image.open(io.BytesIO(draw(strokes)))


def refused(strokes: str) -> str:
    with pytest.raises(SignatureRefused) as refusal:
        draw(strokes)
    return refusal.value.code


def test_what_was_drawn_is_where_it_was_drawn() -> None:
    drawn = picture("100,500 500,500;500,200 500,800")
    assert drawn.size == (WIDTH, HEIGHT)
    assert drawn.getpixel((WIDTH * 3 // 10, HEIGHT // 2)) == 0
    assert drawn.getpixel((WIDTH // 2, HEIGHT * 3 // 10)) == 0
    assert drawn.getpixel((WIDTH * 8 // 10, HEIGHT // 2)) != 0


@pytest.mark.parametrize("strokes", ["", ";", " ; ", "500,500", "500,500 501,500", "1,1;2,2;3,3"])
def test_nothing_and_a_dot_are_no_signature(strokes: str) -> None:
    assert refused(strokes) == TOO_SHORT


@pytest.mark.parametrize("strokes", ["a,b", "1", "1,2,3 4,5", "1,", "１,２ x", "nan,1"])
def test_what_is_no_stroke_is_refused(strokes: str) -> None:
    assert refused(strokes) == UNREADABLE


def test_points_have_an_end() -> None:
    at_most = " ".join(f"{number % 1000},{number % 700}" for number in range(MOST_POINTS))
    assert draw(at_most)
    assert refused(at_most + " 1,1") == TOO_LONG
    assert refused("1,1 " * 1_000_000) == TOO_LONG


def test_a_scribble_over_the_whole_field_is_small_enough() -> None:
    dice = random.Random(3)
    points = " ".join(f"{dice.randrange(1001)},{dice.randrange(1001)}" for _ in range(MOST_POINTS))
    assert len(draw(points)) <= MOST_BYTES


def test_a_finger_beyond_the_edge_is_drawn_on_the_edge() -> None:
    assert picture("-500,0 5000,0").getpixel((WIDTH // 2, 0)) == 0


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789,-;. x", max_size=60))
def test_any_text_is_drawn_or_refused(strokes: str) -> None:
    try:
        assert len(draw(strokes)) <= MOST_BYTES
    except SignatureRefused as refusal:
        assert refusal.code in (TOO_SHORT, TOO_LONG, UNREADABLE)

"""A signature reaches the flow once, as it was written, and stays nowhere: not after it was sent, not on a page left."""

from __future__ import annotations

import random
from typing import Any

import pytest

from kiosk.services.residents.signatures import MOST_POINTS, draw, parsed
from screens.widgets.strokes import bent, thinned, written
from tests.screens.form_acts import act
from tests.stage.display import Display

screen = pytest.mark.screen
Found = dict[str, Any]


@pytest.fixture(scope="module")
def acted(display: Display) -> Found:
    return act(display, "signing", "leaving", "scribbling", "forgetting")


@screen
def test_strokes_are_sent_in_thousandths_from_the_top_left_and_then_gone(acted: Found) -> None:
    found = acted["signing"]
    assert found["unsigned"] == [["next", ""]]
    # A palm that comes down meanwhile writes nothing, and a finger that slips off the field stays at its edge.
    assert found["signed"] == [["signed", "100,900 100,500 400,500;500,500 900,500 1000,1000"]]
    assert found["inked"] > 1000
    assert found["left"] == 0


@screen
def test_a_signature_stays_on_its_page_and_does_not_outlast_it(acted: Found) -> None:
    found = acted["leaving"]
    assert found["kept"] > 1000
    assert found["wiped"] == 0
    assert found["after_leaving"] == 0


@screen
def test_a_scribble_is_thinned_to_what_may_be_sent(acted: Found) -> None:
    found = acted["scribbling"]
    assert found["action"] == "signed"
    assert 1000 < found["points"] <= MOST_POINTS
    assert found["first"] == "0,500"


@screen
def test_no_page_of_a_form_keeps_a_word_after_the_session(acted: Found) -> None:
    found = acted["forgetting"]
    assert found["there"] > 20
    assert found["left"] == []


def test_thinning_keeps_the_ends_of_every_stroke() -> None:
    chance = random.Random(7)
    strokes = [
        [(chance.randrange(1001), chance.randrange(1001)) for _ in range(chance.choice((1, 2, 3, 400)))]
        for _ in range(60)
    ]
    fewer = thinned(strokes, 500)
    assert sum(map(len, fewer)) <= 500
    assert [(stroke[0], stroke[-1]) for stroke in fewer] == [(stroke[0], stroke[-1]) for stroke in strokes]
    assert thinned(strokes, 100_000) == strokes


def test_dots_alone_cannot_be_thinned_and_are_left_as_they_are() -> None:
    dots = [[(1, 1)]] * 30
    assert thinned(dots, 10) == dots


def test_what_is_written_down_is_what_the_kept_picture_is_drawn_from() -> None:
    strokes = [[(0, 0), (500, 1000), (1000, 0)], [(10, 20), (30, 40)]]
    assert [list(stroke) for stroke in parsed(written(strokes))] == strokes
    assert draw(written(strokes)).startswith(b"\x89PNG")


def test_a_curve_joins_the_middles_of_its_pieces() -> None:
    curve = bent((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    assert curve[:2] == [5.0, 0.0]
    assert curve[-2:] == [10.0, 5.0]
    assert all(0 <= number <= 10 for number in curve)

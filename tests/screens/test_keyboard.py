"""What is touched on the glass is what the flow is told: every key, on every keyboard, and what leads on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.screens.form_acts import act
from tests.stage.display import Display

pytestmark = pytest.mark.screen

Found = dict[str, Any]
PAD = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]


@pytest.fixture(scope="module")
def acted(display: Display) -> Found:
    return act(display, "typing", "pads", "ways_on", "long_answer")


def test_letters_candidates_and_signs_come_back_as_typed(acted: Found) -> None:
    found = acted["typing"]
    assert found["composing"] == [
        ["typed", "h"],
        ["space", ""],
        ["candidate", "和顺里"],
        ["turn", "+1"],
        ["typed", "3"],
        ["typed", "，"],
        ["erase", ""],
        ["keys", "letters"],
    ]
    assert found["upper"] == [["shift", ""], ["typed", "H"]]
    assert found["lower"] == [["typed", "h"]]


def test_numbers_have_a_pad_and_are_read_in_groups(acted: Found) -> None:
    found = acted["pads"]
    assert found["phone"] == [[*PAD, "backspace-bold"], "138 0013 800"]
    assert found["date"] == [[*PAD, "backspace-bold"], "2019-1"]
    assert found["id_number"] == [[*PAD, "X", "backspace-bold"], "320305 ＊＊＊＊＊＊＊＊ 0024"]
    assert found["initials"] == len("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + 1
    assert found["pressed"] == [["typed", "X"], ["typed", "L"]]


def test_a_question_leads_on_once_it_is_answered_or_may_be_left_out(acted: Found) -> None:
    found = acted["ways_on"]
    assert found == {
        "unanswered": [],
        "optional": [["skip", ""]],
        "composing": [],
        "answered": [["next", ""]],
    }


def test_the_end_of_a_long_answer_stays_in_view(acted: Found) -> None:
    shown = acted["long_answer"]["shown"]
    assert shown.startswith("…")
    assert shown.endswith("尾声")
    assert shown.count("\n") == 1

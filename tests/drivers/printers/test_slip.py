"""A queued slip lies on the disk as JSON: what comes back must be the same slip, and damage must be seen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from drivers.printers.slip import Slip, SlipDamaged
from tests.drivers.printers.samples import every_part, meal


@pytest.mark.parametrize("slip", [every_part(), meal(), Slip(()), meal(name="𠀁＊").marked("补打")])
def test_round_trip_through_text(slip: Slip) -> None:
    assert Slip.from_json(json.loads(json.dumps(slip.to_json(), ensure_ascii=False))) == slip


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"parts": "x"},
        {"parts": [], "copy_mark": 1},
        {"parts": ["title"]},
        {"parts": [{"part": "bomb"}]},
        {"parts": [{"part": "title"}]},
        {"parts": [{"part": "title", "text": "a", "colour": "red"}]},
        {"parts": [{"part": "title", "text": 5}]},
        {"parts": [{"part": "feed", "lines": "2"}]},
        {"parts": [{"part": "rule", "dashed": "yes"}]},
    ],
)
def test_damage_is_named_without_quoting_the_slip(stored: dict[str, Any]) -> None:
    with pytest.raises(SlipDamaged) as caught:
        Slip.from_json(stored)
    assert caught.value.reason == "slip.damaged"
    assert "red" not in str(caught.value)


def test_marked_copy_differs_in_its_mark_only() -> None:
    copy = meal().marked("补打")
    assert copy.parts == meal().parts
    assert copy.copy_mark == "补打"

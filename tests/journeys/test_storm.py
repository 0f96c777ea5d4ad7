"""The storm's judge must be able to see a device that is late, or away for good: else its hundred pulls mean nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.report import Journey
from tests.journeys.storm import BACK_S, SEEN_S, UNPLUGS, Hands, Looking, Pull, judge_pulls
from tests.stage.hall_devices import Cable

SLOTS = ("card_reader", "door")
CABLES = tuple(Cable(slot, lambda: None, lambda: None) for slot in SLOTS)


class NobodyHome:
    """A terminal whose status socket does not answer."""

    def status(self) -> dict[str, Any] | None:
        return None


def storm(**changed: float) -> Hands:
    """A storm in which all went well, but for one pull."""
    well = {"pulled": 0.0, "seen_s": 0.5, "plugged": 5.0, "back_s": 1.0}
    pulls = [Pull(SLOTS[number % 2], **well) for number in range(UNPLUGS)]
    pulls[7] = Pull("door", **{**well, **changed})
    return Hands(Looking(NobodyHome()), pulls)  # type: ignore[arg-type]


def failed(hands: Hands, directory: Path) -> list[str]:
    """The checks that such a storm does not pass."""
    journey = Journey("storm", "", directory)
    judge_pulls(journey, hands, CABLES)
    return [check.what for check in journey.checks if not check.passed]


def test_a_storm_in_which_all_went_well_passes(tmp_path: Path) -> None:
    assert failed(storm(), tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"seen_s": SEEN_S + 0.1}, "door: slowest to be missed, s"),
        ({"back_s": BACK_S + 0.1}, "door: slowest to be back, s"),
    ],
)
def test_one_device_that_is_late_once_fails(changed: dict[str, float], what: str, tmp_path: Path) -> None:
    assert failed(storm(**changed), tmp_path) == [what]


def test_a_device_that_stays_away_fails(tmp_path: Path) -> None:
    hands = storm()
    hands.pulls = [pull for pull in hands.pulls if pull.slot != "door"]
    hands.errors.append("door is down after 15 s")
    whats = failed(hands, tmp_path)
    assert "devices that did not come back" in whats
    assert "cables pulled" in whats
    assert "door: pulls" in whats


def test_cables_pulled_one_after_the_other_are_no_storm(tmp_path: Path) -> None:
    hands = storm()
    hands.pulls = [
        Pull(pull.slot, 10.0 * number, pull.seen_s, 10.0 * number + 5, pull.back_s)
        for number, pull in enumerate(hands.pulls)
    ]
    assert failed(hands, tmp_path) == ["devices out at one time"]

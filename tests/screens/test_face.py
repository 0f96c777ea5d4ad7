"""A real window, driven from outside: what is shown reaches the screen, what is touched comes back, and it ends well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.screens import form_acts
from tests.screens.conftest import ROOT, environment
from tests.stage.display import Display

pytestmark = pytest.mark.screen

DEADLINE_S = 60.0


def act(display: Display, script: str, *arguments: str) -> dict[str, Any]:
    """Play a script of acting_terminal.py; returns what it found."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.acting_terminal", script, *arguments],
        cwd=ROOT,
        env=environment(display),
        timeout=DEADLINE_S,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_equal_bills_draw_equal_pages(display: Display) -> None:
    """Two diners with equal totals and different funds: nobody can tell them apart by the screen."""
    found = act(display, "equal_bills")
    assert found["same"] == 0
    assert found["other_amount"] > 0


def test_each_verdict_is_told_after_the_flip_that_shows_it(display: Display) -> None:
    found = act(display, "verdicts")
    assert found["told"] == found["shown"]
    assert found["ticks"] >= 0


def test_a_touch_comes_back_as_its_action(display: Display) -> None:
    found = act(display, "touches")
    assert found["pressed"] == [
        ["help", ""],
        ["buy_plate", ""],
        ["digit", "5"],
        ["digit", "5"],
        ["erase", ""],
    ]


def test_the_language_changes_at_once(display: Display) -> None:
    found = act(display, "languages")
    assert "请取餐" in found["zh_CN"] and "人工帮助" in found["zh_CN"]
    assert "Collect meal" in found["en"] and "Ask a person" in found["en"]
    assert found["again"] == found["zh_CN"]


def test_a_language_that_somebody_chose_is_not_everybodys(display: Display) -> None:
    found = act(display, "language_of_one_person")
    assert "Ask a person" in found["hers"]
    assert "Help is coming" in found["asked"]
    assert "人工帮助" in found["everybody's"] and "Ask a person" not in found["everybody's"]


def test_a_residents_session_leaves_nothing_on_kept_pages(display: Display) -> None:
    found = act(display, "resident_session")
    assert (found["normal"], found["elder"]) == ("normal", "elder")
    assert found["pressed"] == [["wake", ""]]
    assert found["kept_in_session"]
    assert not found["kept_afterwards"]


def test_a_button_that_turns_the_mode_keeps_the_colours_of_its_own(display: Display) -> None:
    """It goes up on a screen of another mode: white words on white would be left behind."""
    found = act(display, "released_in_another_mode")
    assert found["pressed"] > 0
    assert found["left_behind"] == 0


def test_it_keeps_ticking_and_stops_on_sigterm(display: Display, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.screens.acting_terminal", "until_stopped"],
        cwd=ROOT,
        env=environment(display),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "beating"
    os.kill(running.pid, signal.SIGTERM)
    rest, _ = running.communicate(timeout=DEADLINE_S)
    assert running.returncode == 0
    assert json.loads(rest.splitlines()[-1])["stopped"] is True


def test_what_is_built_is_looked_through_no_more_but_never_while_somebody_is_there(display: Display) -> None:
    """Left in the collector's sight, a resident's pages stop the screen for a second now and then."""
    found = form_acts.act(display, "settling")["settling"]
    assert found["within"] == 0
    assert found["settled"] > 20 * found["looked_through"]

"""No name is a box on the screen: the characters as a real window draws them, 0 missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drivers import fonts
from tests.characters.lists import GENERAL_COUNT, SAMPLE
from tests.stage.display import Display

pytestmark = pytest.mark.screen

ROOT = Path(__file__).parents[2]
DEADLINE_S = 240


def test_every_character_is_drawn_on_the_screen(tmp_path: Path) -> None:
    fonts.install()
    display = Display(tmp_path / "xvfb.log", 1920, 1920)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.characters.on_screen"],
            cwd=ROOT,
            env={**os.environ, "DISPLAY": display.name, "PYTHONWARNINGS": "ignore"},
            timeout=DEADLINE_S,
            check=True,
            capture_output=True,
            text=True,
        )
    finally:
        display.close()
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["controls"], "a missing glyph looks like a drawn one"
    assert (found["drawn"], found["bad"]) == (GENERAL_COUNT + SAMPLE, [])

"""What is drawn of a text is its ink, and of a number the digits of one picture: nothing may be missing of either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drivers import fonts
from tests.stage.display import Display

pytestmark = pytest.mark.screen

ROOT = Path(__file__).parents[2]
DEADLINE_S = 120
CLEAR, FAINT, FULL = bytes((255, 255, 255, 0)), bytes((255, 255, 255, 1)), bytes((255, 255, 255, 255))


@pytest.mark.parametrize(
    ("picture", "rows"),
    [
        ([CLEAR * 3, CLEAR * 3], (0, 0)),
        ([CLEAR * 3, CLEAR * 2 + FAINT, CLEAR * 3], (1, 2)),
        ([FAINT + CLEAR * 2, CLEAR * 3, CLEAR * 2 + FULL], (0, 3)),
        ([CLEAR * 3, FULL * 3, FULL * 3, CLEAR * 3], (1, 3)),
        ([], (0, 0)),
    ],
)
def test_the_faintest_ink_is_found_in_the_first_and_the_last_row(
    picture: list[bytes], rows: tuple[int, int]
) -> None:
    from screens.widgets.lettering import inked_rows

    assert inked_rows(b"".join(picture), 3) == rows


def test_numbers_look_as_kivys_own_labels_of_them(tmp_path: Path) -> None:
    fonts.install()
    display = Display(tmp_path / "xvfb.log", 1920, 1920)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.screens.drawn_numbers"],
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
    assert found["drawn"] == found["controls"] > 500, "one digit more or less is not seen"
    assert found["different"] == 0

"""What stands beside a pose must not contradict it."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
from kiosk.views_front_desk import PosePage
from kiosk.views_resident import Around
from screens.pages.pose import advice_of
for pose, advice in (("straight", "turn"), ("left", "turn"), ("straight", "closer"), ("right", "")):
    print("said:", advice_of(PosePage(Around(), "", pose, None, advice, 0)))
"""


def test_nobody_is_told_to_turn_further_from_looking_straight() -> None:
    """In a process of its own: Kivy takes the log and the arguments of the one that loads it."""
    quiet = os.environ | {"KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=quiet, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    said = [line.removeprefix("said: ") for line in told.splitlines() if line.startswith("said:")]
    assert said == ["", "A little further round, please", "A little closer, please", ""]

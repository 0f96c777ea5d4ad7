"""docs/privacy.md says what Kivy and SDL hold of a text that was on the glass: this is where it is measured."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.emulators.people import invented_card
from tests.memory.glass import SEED
from tests.stage.display import Display
from tests.stage.memory import PERTURBED, search

DEADLINE_S = 40.0


class Window:
    """The process with the window, and what it is told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def heard(self) -> str:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], DEADLINE_S)[0]:
            raise TimeoutError("the window says nothing")
        return self._process.stdout.readline().strip()

    def does(self, word: str) -> list[str]:
        """In which encodings it then holds the number, once for each place."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self.heard() == word
        return self.holds()

    def holds(self) -> list[str]:
        return [hit.encoding for hit in search(self._process.pid, [invented_card(SEED).number])]


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    display = Display(tmp_path / "display.log")
    with (tmp_path / "window.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.memory.glass"],
            env={**os.environ, **PERTURBED, "DISPLAY": display.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        window = Window(process)
        assert window.heard() == "ready", (tmp_path / "window.log").read_text("utf-8")[-2000:]
        yield window
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE_S)
        display.close()


def test_a_text_is_held_while_it_is_shown_and_what_is_copied_for_good(
    window: Window,
) -> None:
    assert window.does("show") == ["UTF-8"]
    assert window.does("replace") == []
    assert window.does("copy") == ["UTF-8"]

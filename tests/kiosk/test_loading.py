"""The window opens before the terminal's parts are there: nothing that happens meanwhile may be lost or break it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk import views
from kiosk.config import Settings
from kiosk.loading import LoadingTerminal
from tests.kiosk.test_terminal import CONFIGURATION, DEADLINE_S


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "terminal.toml"
    path.write_text(CONFIGURATION.format(directory=tmp_path), encoding="utf-8")
    return Settings.load(path)


def test_a_whole_terminal_takes_over_with_the_same_face(settings: Settings) -> None:
    shown: list[views.Shown] = []
    woken: list[bool] = []
    terminal = LoadingTerminal(settings)
    terminal.on_shown = shown.append
    terminal.bus.wake = lambda: woken.append(True)
    terminal.press("help")
    terminal.tick()
    terminal.start()
    try:
        ends = time.monotonic() + DEADLINE_S
        while not (shown and isinstance(shown[-1].view, views.OutOfService)) and time.monotonic() < ends:
            terminal.bus.wait(0.1)
            terminal.bus.drain()
            terminal.tick()
        assert shown[-1].view == views.OutOfService("identity.missing", "1")
        before = len(woken)
        terminal.bus.publish(object())
        assert len(woken) == before + 1
    finally:
        terminal.stop()


def test_parts_that_cannot_be_loaded_end_the_program_on_the_main_thread(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kiosk.terminal", None)
    terminal = LoadingTerminal(settings)
    terminal.start()
    assert terminal.bus.wait(DEADLINE_S)
    with pytest.raises(ImportError):
        terminal.bus.drain()


def test_one_that_is_stopped_while_it_loads_stops(settings: Settings) -> None:
    LoadingTerminal(settings).stop()


def test_the_first_page_does_not_wait_for_what_only_the_hall_or_a_technician_needs() -> None:
    heavy = ("requests", "jwt", "cryptography.x509", "cv2", "typst", "kiosk.services.examination")
    question = f"import sys, kiosk.terminal; print([each for each in {heavy!r} if each in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, timeout=60, check=True
    )
    assert loaded.stdout.strip() == "[]"

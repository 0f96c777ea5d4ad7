"""How Kivy is set up for a machine in public: no key opens anything, nothing is read from the user's home."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Protocol

ENVIRONMENT = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_METRICS_DENSITY": "1",
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",
    "KIVY_CLIPBOARD": "dummy",
}
FRAMES_PER_SECOND = 60


class Screen(Protocol):
    """The panel, as configured: pixels, and millimetres a pixel."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def mm_per_px(self) -> float: ...
    @property
    def fullscreen(self) -> bool: ...
    @property
    def show_cursor(self) -> bool: ...


def prepare_environment() -> None:
    """Settle what Kivy reads at import. A variable that is already set is left alone, for tests and technicians."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("KIVY_HOME", str(_cache_directory() / "kivy"))
    Path(os.environ["KIVY_HOME"]).mkdir(parents=True, exist_ok=True)
    logging.getLogger("kivy").setLevel(logging.WARNING)


def configure_kivy(screen: Screen) -> None:
    """Kivy's own settings, before its window exists."""
    from kivy.config import Config

    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "pause_on_minimize", "0")
    # The interruptible clock draws as soon as something happens; the default one would first sleep out its frame.
    Config.set("kivy", "kivy_clock", "interrupt")
    Config.set("graphics", "maxfps", str(FRAMES_PER_SECOND))
    Config.set("graphics", "multisamples", "0")
    Config.set("graphics", "width", str(screen.width))
    Config.set("graphics", "height", str(screen.height))
    Config.set("graphics", "position", "custom")
    Config.set("graphics", "left", "0")
    Config.set("graphics", "top", "0")
    Config.set("graphics", "resizable", "0")
    Config.set("graphics", "fullscreen", "1" if screen.fullscreen else "0")
    Config.set("graphics", "show_cursor", "1" if screen.show_cursor else "0")
    Config.remove_section("input")
    Config.add_section("input")
    # Without disable_multitouch a right click leaves a red ring on the page.
    Config.set("input", "mouse", "mouse,disable_multitouch")


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "service-hall"

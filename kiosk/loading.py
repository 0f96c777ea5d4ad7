"""A terminal whose parts are still to be loaded, so that its window opens first.

Loading them takes as long as opening the window. Whoever switches the machine on sees in half the time that it lives.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.bus import Bus
from kiosk.views import Shown, View

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.terminal import Terminal


@dataclass(frozen=True, slots=True)
class PartsLoaded:
    """The loading thread is done."""


class LoadingTerminal:
    """What a face needs of a terminal. `start` returns at once; a `Terminal` takes over when its parts are there.
    Until then nothing is shown, and presses are about nothing."""

    def __init__(self, settings: Settings) -> None:
        self.on_shown: Callable[[Shown], object] = lambda shown: None
        self._settings = settings
        self._early_bus = Bus()
        self._early_bus.subscribe(PartsLoaded, self._assemble)
        self._terminal: Terminal | None = None

    @property
    def bus(self) -> Bus:
        return self._early_bus if self._terminal is None else self._terminal.bus

    def start(self) -> None:
        threading.Thread(target=self._load, name="loading", daemon=True).start()

    def press(self, action: str, value: str = "") -> None:
        if self._terminal is not None:
            self._terminal.press(action, value)

    def tick(self) -> None:
        if self._terminal is not None:
            self._terminal.tick()

    def drawn(self, view: View) -> None:
        if self._terminal is not None:
            self._terminal.drawn(view)

    def stop(self) -> None:
        if self._terminal is not None:
            self._terminal.stop()

    def _load(self) -> None:
        try:
            # What cannot be loaded fails once more on the main thread, where it ends the program.
            with suppress(ImportError):
                importlib.import_module("kiosk.terminal")
        finally:
            self._early_bus.publish(PartsLoaded())

    def _assemble(self, event: PartsLoaded) -> None:
        from kiosk.terminal import Terminal

        self._terminal = Terminal(self._settings)
        self._terminal.bus.wake = self._early_bus.wake
        self._terminal.on_shown = self.on_shown
        self._terminal.start()

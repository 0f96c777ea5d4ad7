"""A terminal's loop without a face: the same drain and tick, and each page as one JSON line on a stream."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TextIO

from kiosk import views
from kiosk.terminal import Terminal

TICK_S = 1.0


def run_headless(
    terminal: Terminal,
    stopping: threading.Event,
    stream: TextIO,
    on_turn: Callable[[], object] = lambda: None,
) -> None:
    """Runs `terminal` until `stopping` is set. `on_turn` is called at least once a second, for the watchdog.

    A line holds what a screen would: names are masked in the Views already.
    """
    terminal.on_shown = _Writer(terminal, stream).show
    terminal.bus.wake = lambda: None
    terminal.start()
    next_tick = time.monotonic() + TICK_S
    while not stopping.is_set():
        terminal.bus.wait(max(0.0, next_tick - time.monotonic()))
        terminal.bus.drain()
        if time.monotonic() >= next_tick:
            next_tick += TICK_S
            terminal.tick()
            on_turn()


class _Writer:
    """One line for each page: a bar that moved around the same page is none, unless the network or banner changed."""

    def __init__(self, terminal: Terminal, stream: TextIO) -> None:
        self._terminal = terminal
        self._stream = stream
        self._last: tuple[views.View | None, str, bool] = (None, "", False)

    def show(self, shown: views.Shown) -> None:
        view, chrome = shown.view, shown.chrome
        last_view, banner, online = self._last
        if view is last_view and (chrome.banner, chrome.online) == (banner, online):
            return
        self._last = (view, chrome.banner, chrome.online)
        line = {
            "ns": time.monotonic_ns(),
            "view": type(view).__name__,
            **asdict(view),
            "banner": chrome.banner,
            "online": chrome.online,
        }
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()
        self._terminal.drawn(view)

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
    terminal.on_shown = lambda shown: _write(terminal, shown, stream)
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


def _write(terminal: Terminal, shown: views.Shown, stream: TextIO) -> None:
    line = {
        "ns": time.monotonic_ns(),
        "view": type(shown.view).__name__,
        **asdict(shown.view),
        "banner": shown.chrome.banner,
        "online": shown.chrome.online,
    }
    stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    stream.flush()
    terminal.drawn(shown.view)

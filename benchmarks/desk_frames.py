"""The process that shows the front desk's board and draws it anew, all of it, 30 times a second: each line of its input is a number
of seconds, and is answered with the milliseconds between the frames that were shown in them, as JSON.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from typing import Any

from screens.gallery import Panel

PANEL = Panel(1920, 1080, 0.276)
FRAMES_A_SECOND = 30
PAGE = "desk-board"


class DeskAtWork:
    """A terminal to the face, whose page never rests."""

    def __init__(self, shown: Any) -> None:
        from kiosk.bus import Bus

        self.bus = Bus()
        self.on_shown: Any = None
        self._shown = shown
        self._flips: list[int] = []

    def start(self) -> None:
        from kivy.clock import Clock
        from kivy.core.window import Window

        self.on_shown(self._shown)
        Window.bind(on_flip=self._note)
        Clock.schedule_interval(lambda _: Window.canvas.ask_update(), 1 / FRAMES_A_SECOND)
        threading.Thread(target=self._listen, daemon=True).start()

    def press(self, action: str, value: str = "") -> None:
        """Nobody touches it here."""

    def tick(self) -> None:
        """No time passes here."""

    def _note(self, window: object) -> None:
        self._flips.append(time.monotonic_ns())

    def _listen(self) -> None:
        from kivy.base import stopTouchApp

        print("ready", flush=True)
        never = threading.Event()  # never set: frames come by themselves
        for line in sys.stdin:
            first = len(self._flips)
            never.wait(float(line))
            flips = self._flips[first:]
            gaps = [(later - earlier) / 1e6 for earlier, later in itertools.pairwise(flips)]
            print(json.dumps(gaps), flush=True)
        stopTouchApp()


def main() -> int:
    from screens import app
    from screens.front_desk_samples import desk_samples

    app.run(DeskAtWork(desk_samples("zh_CN")[PAGE]), PANEL)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""A terminal without a house, run in a process of its own: it shows a script of pages through a real Face.

Usage: python -m tests.screens.acting_terminal SCRIPT, where SCRIPT names a function here. The last line of its output
is one JSON object. Everything that has to do with the window is real; only what a terminal would decide is scripted.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk.bus import Bus
from kiosk.views import Bill, Served, Shown, View
from screens.app import Face
from screens.gallery import Panel
from screens.samples import CHROME, samples


class ActingTerminal:
    """Shows what is published on its bus, and remembers what was pressed."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.bus.subscribe(Shown, lambda shown: self.on_shown(shown))
        self.on_shown: Callable[[Shown], object] = lambda shown: None
        self.pressed: list[tuple[str, str]] = []
        self.ticks = 0
        self.started = threading.Event()

    def start(self) -> None:
        self.bus.publish(samples()["idle"])
        self.started.set()

    def press(self, action: str, value: str = "") -> None:
        self.pressed.append((action, value))

    def tick(self) -> None:
        self.ticks += 1


class Stage:
    """A terminal and its face, and a thread that plays the script."""

    def __init__(self) -> None:
        self.terminal = ActingTerminal()
        self.flipped: dict[str, int] = {}
        self._flip = threading.Condition()
        self.face = Face(self.terminal, Panel(1366, 768, 0.252), on_flip=self._on_flip)

    def _on_flip(self, view: View) -> None:
        with self._flip:
            self.flipped[name_of(view)] = time.monotonic_ns()
            self._flip.notify_all()

    def show(self, shown: Shown, deadline_s: float = 5.0) -> float:
        """Publish a page and wait for its flip; returns the milliseconds between."""
        name = name_of(shown.view)
        with self._flip:
            self.flipped.pop(name, None)
        begun = time.monotonic_ns()
        self.terminal.bus.publish(shown)
        self.wait_for(name, deadline_s)
        return (self.flipped[name] - begun) / 1e6

    def wait_for(self, name: str, deadline_s: float = 10.0) -> None:
        with self._flip:
            if not self._flip.wait_for(lambda: name in self.flipped, deadline_s):
                raise TimeoutError(f"{name} was not drawn in {deadline_s} s")

    def play(self, script: Callable[[Stage], dict[str, Any]]) -> dict[str, Any]:
        """Run the script beside the face; returns what it found."""
        found: dict[str, Any] = {}

        def act() -> None:
            try:
                self.terminal.started.wait(20.0)
                self.wait_for("Idle")
                found.update(script(self))
            finally:
                self.face.stop()

        thread = threading.Thread(target=act, name="script")
        thread.start()
        self.face.run()
        thread.join(20.0)
        return found


def name_of(view: View) -> str:
    return view.txn_id if isinstance(view, Served) else type(view).__name__


def served(number: int, **facts: Any) -> Shown:
    bill = Bill("孙＊", "lunch", 1200, 750, 450, 8650, False)
    return Shown(Served(f"txn-{number}", replace(bill, **facts)), CHROME)


def pace(stage: Stage) -> dict[str, Any]:
    """Milliseconds from a verdict's event to its flip, over many different verdicts."""
    names = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
    found = []
    for number in range(60):
        shown = served(
            number, masked_name=f"{names[number % 20]}＊", own_part=450 + number, balance=8650 - number * 7
        )
        found.append(stage.show(shown))
        stage.show(samples()["idle"])
    return {"milliseconds": found}


if __name__ == "__main__":
    result = Stage().play(globals()[sys.argv[1]])
    sys.stdout.write(json.dumps(result) + "\n")

"""A terminal without a house, run in a process of its own: it shows a script of pages through a real Face.

Usage: python -m tests.screens.acting_terminal SCRIPT, where SCRIPT names a function here. The last line of its output
is one JSON object. Everything that has to do with the window is real; only what a terminal would decide is scripted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from PIL import Image, ImageChops

from kiosk.bus import Bus
from kiosk.views import Bill, Served, Shown, View
from screens.app import Face
from screens.gallery import Panel, window_pixels
from screens.samples import CHROME, samples


class ActingTerminal:
    """Shows what is published on its bus, and remembers what was pressed."""

    def __init__(self) -> None:
        self.bus = Bus()
        self.bus.subscribe(Shown, lambda shown: self.on_shown(shown))
        self.on_shown: Callable[[Shown], object] = lambda shown: None
        self.pressed: list[tuple[str, str]] = []
        self.was_pressed = threading.Semaphore(0)
        self.ticks = 0
        self.started = threading.Event()

    def start(self) -> None:
        self.bus.publish(samples()["idle"])
        self.started.set()

    def press(self, action: str, value: str = "") -> None:
        self.pressed.append((action, value))
        self.was_pressed.release()

    def tick(self) -> None:
        self.ticks += 1


class Stage:
    """A terminal and its face, and a thread that plays the script."""

    def __init__(self) -> None:
        self.terminal = ActingTerminal()
        self.flipped: dict[str, int] = {}
        self.order: list[str] = []
        self.beaten = threading.Event()
        self.ended = threading.Event()
        self._flip = threading.Condition()
        self.face = Face(
            self.terminal, Panel(1366, 768, 0.252), on_flip=self._on_flip, on_frame=self.beaten.set
        )

    def _on_flip(self, view: View) -> None:
        with self._flip:
            self.order.append(name_of(view))
            self.flipped[name_of(view)] = time.monotonic_ns()
            self._flip.notify_all()

    def on_main(self, call: Callable[[], Any]) -> Any:
        """Do something on the main thread, between two frames, and wait for it."""
        from kivy.clock import Clock

        answer: Future[Any] = Future()
        Clock.schedule_once(lambda _dt: answer.set_result(call()), 0)
        return answer.result(10.0)

    def settled(self) -> None:
        """Wait until a frame has nothing left to draw."""
        from kivy.core.window import Window

        deadline = time.monotonic() + 10.0
        while self.on_main(lambda: Window.canvas.needs_redraw):
            if time.monotonic() > deadline:
                raise TimeoutError("the page does not come to rest")

    def picture(self, shown: Shown) -> Image.Image:
        """The window's pixels once it shows a page."""
        self.show(shown)
        self.settled()
        return self.on_main(read_window)

    def drawn(self) -> dict[str, Any]:
        self.settled()
        found: dict[str, Any] = self.on_main(lambda: inspect_window())
        return found

    def texts(self) -> list[str]:
        return sorted(text["say"] for text in self.drawn()["texts"])

    def finger(self, act: str, say: str | None = None) -> None:
        """One act of xdotool's, such as "click", through the X server: at the enabled button that says this, or where it is."""
        moved: list[str] = []
        if say is not None:
            (button,) = [b for b in self.drawn()["buttons"] if b["say"] == say and b["enabled"]]
            x, y, width, height = button["at"]
            moved = ["mousemove", str(round(x + width / 2)), str(round(y + height / 2))]
        subprocess.run(["xdotool", *moved, act, "1"], check=True, timeout=10.0)

    def touch(self, say: str) -> None:
        """Touch a button and wait for its action."""
        before = len(self.terminal.pressed)
        self.finger("click", say)
        self.wait_for_press()
        assert len(self.terminal.pressed) == before + 1

    def wait_for_press(self) -> None:
        if not self.terminal.was_pressed.acquire(timeout=10.0):
            raise TimeoutError("a button was touched and did nothing")

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
        found: Future[dict[str, Any]] = Future()

        def act() -> dict[str, Any]:
            self.terminal.started.wait(20.0)
            self.wait_for("Idle")
            return script(self)

        def run() -> None:
            try:
                found.set_result(act())
            except (TimeoutError, AssertionError, ValueError) as error:
                found.set_exception(error)
            finally:
                self.face.stop()

        thread = threading.Thread(target=run, name="script")
        thread.start()
        self.face.run()
        self.ended.set()
        return found.result(20.0)


def read_window() -> Image.Image:
    from kivy.core.window import Window

    Window.dispatch("on_draw")
    return window_pixels(Window)


def inspect_window() -> dict[str, Any]:
    from kivy.core.window import Window

    from screens.inspection import inspect

    return inspect(Window.children[0])


def different(one: Image.Image, other: Image.Image) -> int:
    """How many pixels differ."""
    apart = ImageChops.difference(one, other).convert("L")
    return sum(apart.histogram()[1:])


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


def equal_bills(stage: Stage) -> dict[str, Any]:
    """How many pixels differ between two diners who pay the same, and between two who do not."""
    first = stage.picture(served(1))
    stage.show(samples()["idle"])
    second = stage.picture(served(2))
    other = stage.picture(served(3, own_part=500, subsidy=700))
    return {"same": different(first, second), "other_amount": different(first, other)}


def verdicts(stage: Stage) -> dict[str, Any]:
    shown = [f"txn-{number}" for number in range(8)]
    for number in range(8):
        stage.show(served(number))
    told = [name for name in stage.order if name.startswith("txn-")]
    return {"shown": shown, "told": told, "ticks": stage.terminal.ticks}


def touches(stage: Stage) -> dict[str, Any]:
    stage.show(samples()["idle"])
    stage.touch("人工帮助")
    stage.show(samples()["attention_already_eaten"])
    stage.touch("按市场价再买一份")
    stage.show(samples()["staff_pin"])
    stage.touch("5")
    stage.touch("5")
    stage.touch("")
    return {"pressed": stage.terminal.pressed}


def languages(stage: Stage) -> dict[str, Any]:
    stage.show(served(1))
    found = {"zh_CN": stage.texts()}
    stage.on_main(lambda: stage.face.use_locale("en"))
    found["en"] = stage.texts()
    stage.on_main(lambda: stage.face.use_locale("zh_CN"))
    found["again"] = stage.texts()
    return found


def language_of_one_person(stage: Stage) -> dict[str, Any]:
    """She reads English; the terminal calls for help on her page, and then it is out of service for everybody."""
    from screens.resident_samples import resident_samples

    record = resident_samples("en", "normal")["record"]
    stage.show(record)
    found = {"hers": stage.texts()}
    stage.show(replace(record, view=samples()["help_coming"].view))
    found["asked"] = stage.texts()
    stage.show(samples()["out_of_service"])
    found["everybody's"] = stage.texts()
    return found


def resident_session(stage: Stage) -> dict[str, Any]:
    """Modes change at once, what wakes presses nothing, and a session's record is in no label once it has ended."""
    from screens.resident_samples import resident_samples

    normal, elder = resident_samples("zh_CN", "normal"), resident_samples("zh_CN", "elder")
    stage.show(normal["record"])
    found: dict[str, Any] = {"normal": stage.drawn()["mode"]}
    stage.show(elder["record"])
    found["elder"] = stage.drawn()["mode"]
    found["kept_in_session"] = stage.on_main(lambda: "5,432.00" in kept_texts())
    stage.show(normal["slideshow"])
    stage.touch("人工帮助")
    found["pressed"] = stage.terminal.pressed
    deadline = time.monotonic() + 10.0
    while stage.on_main(lambda: "5,432.00" in kept_texts()) and time.monotonic() < deadline:
        stage.settled()
    found["kept_afterwards"] = stage.on_main(lambda: "5,432.00" in kept_texts())
    return found


def released_in_another_mode(stage: Stage) -> dict[str, Any]:
    """A button goes up when the screen has turned to the next mode already, as the button for it does."""
    from screens.resident_samples import resident_samples

    normal, dark = (resident_samples("zh_CN", mode)["resident-home"] for mode in ("normal", "dark"))
    before = stage.picture(dark)
    stage.finger("mousedown", "标准版")
    pressed = stage.picture(dark)
    stage.show(normal)
    stage.finger("mouseup")
    stage.wait_for_press()
    stage.settled()
    return {
        "pressed": different(pressed, before),
        "left_behind": different(stage.picture(dark), before),
    }


def kept_texts() -> set[str]:
    """What the labels of all pages say, shown or not."""
    from kivy.core.window import Window

    from screens.widgets.text import Text

    sheets = Window.children[0]._sheets.values()
    pages = [page for sheet in sheets for page in sheet.pages.values()]
    return {text.say for page in pages for text in page.walk() if isinstance(text, Text)}


def until_stopped(stage: Stage) -> dict[str, Any]:
    """Says "beating" once the loop has ticked, and waits for a signal."""
    if not stage.beaten.wait(20.0):
        raise TimeoutError("the loop never ticked")
    sys.stdout.write("beating\n")
    sys.stdout.flush()
    return {"stopped": stage.ended.wait(20.0)}


if __name__ == "__main__":
    result = Stage().play(globals()[sys.argv[1]])
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")

"""A table as Kivy itself would page it: a RecycleView of seven rows and four columns, 2,000 rows in all.

On each line of standard input it shows the next page, and after the flip that shows it writes the monotonic nanoseconds
to standard output. It imports nothing of ours.
"""

from __future__ import annotations

import os
import sys
import threading
import time

os.environ.update(
    KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_FILELOG="1", KIVY_NO_CONSOLELOG="1", KIVY_WINDOW="sdl2"
)

from kivy.config import Config

Config.set("graphics", "width", "1080")
Config.set("graphics", "height", "1920")
Config.set("graphics", "multisamples", "0")
Config.set("graphics", "maxfps", "60")
Config.set("kivy", "kivy_clock", "interrupt")

from kivy.app import App  # noqa: E402
from kivy.clock import Clock, mainthread  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.lang import Builder  # noqa: E402

ROWS, A_PAGE = 2000, 7

LAYOUT = """
<TableRow@BoxLayout>:
    month: ""
    pension: ""
    medical: ""
    state: ""
    Label:
        text: root.month
        font_size: 38
    Label:
        text: root.pension
        font_size: 38
    Label:
        text: root.medical
        font_size: 38
    Label:
        text: root.state
        font_size: 38

RecycleView:
    viewclass: "TableRow"
    RecycleBoxLayout:
        default_size: None, 72
        default_size_hint: 1, None
        size_hint_y: None
        height: self.minimum_height
        orientation: "vertical"
"""


def row(number: int) -> dict[str, str]:
    return {
        "month": f"{2000 + number // 12}-{number % 12 + 1:02}",
        "pension": f"{776 + number}.00",
        "medical": f"{372 + number}.00",
        "state": "ok",
    }


class BareTable(App):  # type: ignore[misc]
    def build(self) -> object:
        self.page = self.shown = 0
        self.rows = [row(number) for number in range(ROWS)]
        self.view = Builder.load_string(LAYOUT)
        self.view.data = self.rows[:A_PAGE]
        Window.bind(on_flip=self.flipped)
        Clock.schedule_once(self.listen, 0)
        return self.view

    def listen(self, _: float) -> None:
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for _line in sys.stdin:
            self.turn()
        self.end()

    @mainthread  # type: ignore[untyped-decorator]
    def turn(self) -> None:
        self.page += 1
        first = self.page * A_PAGE % ROWS
        self.view.data = self.rows[first : first + A_PAGE]

    @mainthread  # type: ignore[untyped-decorator]
    def end(self) -> None:
        self.stop()

    def flipped(self, window: object) -> bool:
        # RecycleView lays its rows out in the frame after its data changed: that frame is the one to wait for.
        window.flip()  # type: ignore[attr-defined]
        if self.shown != self.page and self.view.children[0].children and self._is_laid_out():
            self.shown = self.page
            sys.stdout.write(f"{time.monotonic_ns()}\n")
            sys.stdout.flush()
        return True

    def _is_laid_out(self) -> bool:
        first = self.rows[self.page * A_PAGE % ROWS]["pension"]
        return any(line.pension == first for line in self.view.children[0].children)


BareTable().run()

"""What no terminal can be faster than: one durable commit, then one frame with the result on it. `bare_meal.py DB N`.

On each line of standard input it commits a row in plain SQLite (WAL, synchronous=FULL), changes a label, and after the
flip that shows it writes the monotonic nanoseconds to standard output. It imports nothing of ours.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time

os.environ.update(
    KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_FILELOG="1", KIVY_NO_CONSOLELOG="1", KIVY_WINDOW="sdl2"
)

from kivy.config import Config

Config.set("graphics", "width", "1366")
Config.set("graphics", "height", "768")
Config.set("graphics", "multisamples", "0")
Config.set("graphics", "maxfps", "60")
Config.set("kivy", "kivy_clock", "interrupt")

from kivy.app import App  # noqa: E402
from kivy.clock import Clock, mainthread  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


class BareMeal(App):  # type: ignore[misc]
    def build(self) -> Label:
        self.count = 0
        self.shown = 0
        self.label = Label(text="0", font_size=208)
        Window.bind(on_flip=self.flipped)
        Clock.schedule_once(self.listen, 0)
        return self.label

    def listen(self, _: float) -> None:
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        disk = sqlite3.connect(sys.argv[1], isolation_level=None)
        disk.execute("PRAGMA journal_mode = WAL")
        disk.execute("PRAGMA synchronous = FULL")
        disk.execute("CREATE TABLE meals (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for line in sys.stdin:
            disk.execute("INSERT INTO meals (body) VALUES (?)", (line,))
            self.show()
        self.end()

    @mainthread  # type: ignore[untyped-decorator]
    def show(self) -> None:
        self.count += 1
        self.label.text = str(self.count)

    @mainthread  # type: ignore[untyped-decorator]
    def end(self) -> None:
        self.stop()

    def flipped(self, window: object) -> bool:
        # Kivy flips after its listeners: who wants the instant after the flip has to do it.
        window.flip()  # type: ignore[attr-defined]
        if self.shown != self.count:
            self.shown = self.count
            sys.stdout.write(f"{time.monotonic_ns()}\n")
            sys.stdout.flush()
        return True


BareMeal().run()

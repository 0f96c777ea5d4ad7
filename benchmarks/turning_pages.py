"""The process that turns pages of a record of 2,000 rows on the real face: a line of standard input turns one page, and
after the flip that shows it the monotonic nanoseconds are written to standard output.

The pages are what the resident's flow shows of a record: the same views, drawn by the same frame.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace
from typing import Any

from screens.gallery import Panel

PANEL = Panel(1080, 1920, 0.248)
ROWS = 2000


class TurnedPages:
    """A terminal to the face, which shows the next page of one record when it is told so. It begins with nobody there, as terminals
    do, until every page has been built."""

    def __init__(self, home: Any, shown: Any) -> None:
        from kiosk.bus import Bus

        self.bus = Bus()
        self.on_shown: Any = None
        self._home = home
        self._shown = shown
        self._page = 0
        self.bus.subscribe(int, self._turn)

    def start(self) -> None:
        from kivy.core.window import Window

        self.on_shown(self._home)
        (frame,) = Window.children
        while frame.build_next():
            pass
        self.on_shown(self._at(0))
        threading.Thread(target=self._listen, daemon=True).start()

    def press(self, action: str, value: str = "") -> None:
        """Nobody touches it here."""

    def tick(self) -> None:
        """No time passes here."""

    def _listen(self) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for _line in sys.stdin:
            self.bus.publish(1)
        self.bus.publish(0)

    def _turn(self, by: int) -> None:
        if not by:
            from kivy.base import stopTouchApp

            stopTouchApp()
            return
        self._page += by
        self.on_shown(self._at(self._page))

    def _at(self, page: int) -> Any:
        table = self._shown.view
        a_page = len(table.rows)
        rows = tuple(_row(page * a_page + number) for number in range(a_page))
        return replace(
            self._shown, view=replace(table, rows=rows, page=page, pages=ROWS // a_page, count=ROWS, total=())
        )


def _row(number: int) -> tuple[str, ...]:
    return (
        f"{2000 + number // 12}-{number % 12 + 1:02}",
        f"{776 + number}.00",
        f"{372 + number}.00",
        "已到账",
    )


def main() -> int:
    from screens import app
    from screens.resident_samples import Samples

    def drawn(view: Any) -> None:
        if getattr(view, "page", 0):
            sys.stdout.write(f"{time.monotonic_ns()}\n")
            sys.stdout.flush()

    pages = Samples("zh_CN", "normal").pages()
    app.run(TurnedPages(pages["resident-home"], pages["record-middle-page"]), PANEL, on_flip=drawn)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Draws the tried characters in a real window, a page of cells at a time, and says which of them were not drawn: one JSON
line with `drawn`, `bad` and `controls` (whether a missing glyph was told from a drawn one). Needs a display."""

from __future__ import annotations

import json
import sys
from typing import Any

from drivers import fonts
from screens.gallery import Panel
from tests.characters.lists import tried

COLUMNS, ROWS, CELL, EM = 24, 42, 44, 30
NOBODYS = "\U00030000"
FACES = ("Text", fonts.HANAZONO_A, fonts.HANAZONO_B)


def main() -> int:
    from screens import theme
    from screens.environment import configure_kivy

    panel = Panel(1080, 1920, 0.248)
    configure_kivy(panel)
    theme.use(theme.Theme.of(panel))
    theme.register_fonts()
    wall = Wall(panel)
    missing = wall.missing()
    bad = []
    everything = tried()
    for start in range(0, len(everything), COLUMNS * ROWS):
        page = everything[start : start + COLUMNS * ROWS]
        tiles = wall.tiles(page)
        bad += [f"U+{ord(char):04X}" for char, tile in zip(page, tiles, strict=False) if tile in missing]
    controls = all(tile in missing for tile in wall.tiles_of_missing())
    sys.stdout.write(json.dumps({"drawn": len(everything), "bad": bad, "controls": controls}) + "\n")
    return 0


class Wall:
    """One window full of texts, each in a cell of its own; the texts are kept and only filled anew."""

    def __init__(self, panel: Panel) -> None:
        from kivy.base import EventLoop
        from kivy.core.window import Window
        from kivy.uix.floatlayout import FloatLayout

        from screens.widgets.text import Text

        Window.size = (panel.width, panel.height)
        Window.clearcolor = (1, 1, 1, 1)
        EventLoop.ensure_window()
        self._root = FloatLayout()
        self._texts = [Text(em=EM, tone="ink", lead=1.2) for _cell in range(COLUMNS * ROWS)]
        for text in self._texts:
            self._root.add_widget(text)
        Window.add_widget(self._root)
        EventLoop.start()
        self._window, self._turn, self._height = Window, EventLoop.idle, panel.height

    def tiles(self, page: str) -> list[bytes]:
        """The pixels of each character's cell."""
        for text, char in zip(self._texts, page.ljust(COLUMNS * ROWS), strict=True):
            text.say = char if char != " " else ""
            text.draw()
        return self._read()

    def missing(self) -> set[bytes]:
        """What each face draws for a character that it lacks, and what an empty cell looks like."""
        return {*self.tiles_of_missing(), self.tiles("")[0]}

    def tiles_of_missing(self) -> list[bytes]:
        self.tiles("")
        for text, face in zip(self._texts, FACES, strict=False):
            text.height = round(text.font_size * text.lead)
            text.typeset(f"[font={face}]{NOBODYS}[/font]", marked=True)
        return self._read()[: len(FACES)]

    def _read(self) -> list[bytes]:
        from screens.gallery import window_pixels

        for number, text in enumerate(self._texts):
            row, column = divmod(number, COLUMNS)
            text.x = column * CELL
            text.top = self._height - row * CELL
        for _frame in range(40):
            self._turn()
            if not self._window.canvas.needs_redraw:
                break
        self._window.dispatch("on_draw")
        pixels: Any = window_pixels(self._window)
        return [
            pixels.crop((column * CELL, row * CELL, column * CELL + CELL, row * CELL + CELL)).tobytes()
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]


if __name__ == "__main__":
    raise SystemExit(main())

"""A record's rows as a table on paper: columns as wide as they need, numbers to the right, its labels kept and refilled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.views_resident import Cell
from screens.theme import by_mode, colour, size, u
from screens.widgets.surface import Row
from screens.widgets.text import Text, flat, natural_width
from screens.widgets.touch import Touchable

TO_THE_RIGHT = ("money", "count", "number")
LEAST_GAP = 18


class RecordRows(Widget):
    """The table. Rows share its height, down from the head; the total stands below its own rule.

    Widths are kept while the columns stay the same, so that pages of one record do not shift sideways.
    """

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._cells: list[list[Text]] = []
        self._columns: tuple[Cell, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._widest: list[int] = []
        self._body = 0
        self._with_total = False
        self._room = 1
        self._em = by_mode(38, 46)
        for name in ("size", "pos"):
            self.fbind(name, self._place)

    def show(
        self,
        columns: tuple[Cell, ...],
        labels: tuple[str, ...],
        rows: Sequence[Sequence[str]],
        total: Sequence[str],
        room_for: int,
    ) -> None:
        """Fill in. `room_for` rows have room, whether they are all there or not; `labels` are the translated heads."""
        if (columns, labels) != (self._columns, self._labels):
            self._columns, self._labels = columns, labels
            self._widest = [0] * len(columns)
        self._body, self._with_total, self._room = len(rows), bool(total), max(room_for, len(rows), 1)
        lines = [labels, *rows, *([total] if total else [])]
        self._fit(len(lines), len(columns))
        self._measure(lines)
        for number, line in enumerate(lines):
            self._fill(
                self._cells[number], line, head=number == 0, last=bool(total) and number == len(lines) - 1
            )
        self._place()

    def _fit(self, rows: int, columns: int) -> None:
        while len(self._cells) < rows:
            self._cells.append([])
        for number, line in enumerate(self._cells):
            wanted = columns if number < rows else 0
            while len(line) < wanted:
                line.append(Text(plain=True, lead=1.35, floor=by_mode(34, 41)))
                self.add_widget(line[-1])
            for text in line[wanted:]:
                self.remove_widget(text)
            del line[wanted:]

    def _measure(self, lines: Sequence[Sequence[str]]) -> None:
        for number, line in enumerate(lines):
            em = size("caption") if number == 0 else self._em
            strong = number == len(lines) - 1 and self._with_total
            for column, said in enumerate(line):
                width = natural_width(said, u(em), strong, plain=True)
                self._widest[column] = max(self._widest[column], width)

    def _fill(self, texts: list[Text], line: Sequence[str], head: bool, last: bool) -> None:
        rooms = self._rooms()
        for column, (text, said) in enumerate(zip(texts, line, strict=True)):
            text.em = size("caption") if head else self._em
            text.tone = "ink2" if head else "ink"
            text.strong = last
            text.room = rooms[column]
            text.say = said

    def _rooms(self) -> list[float]:
        """Pixels for each column: what it needs, or its share where there is not enough for all."""
        there = self.width - u(LEAST_GAP) * max(0, len(self._widest) - 1)
        wanted = sum(self._widest) or 1
        if wanted <= there:
            return [float(width) for width in self._widest]
        # Narrow columns keep what they need; the widest ones give way.
        fair, rooms = there / len(self._widest), [float(width) for width in self._widest]
        spare = there - sum(width for width in rooms if width <= fair)
        wide = sum(width for width in rooms if width > fair)
        return [width if width <= fair else spare * width / wide for width in rooms]

    def _place(self, *_: Any) -> None:
        if not self._columns or self.width <= 1:
            return
        rooms = self._rooms()
        gaps = max(1, len(rooms) - 1)
        gap = max(u(LEAST_GAP), (self.width - sum(rooms)) / gaps)
        head = u(size("caption") * 1.4 + 16)
        total = u(self._em * 1.35 + 18)
        height = min(u(by_mode(80, 92)), (self.height - head - total) / self._room)
        self._rule_lines(head, height, total)
        tops = [self.top - head, *(self.top - head - height * (row + 1) for row in range(self._body))]
        if self._with_total:
            tops.append(tops[-1] - total)
        heights = [head, *[height] * self._body, total]
        for line, bottom, tall in zip(self._cells, tops, heights, strict=False):
            x = self.x
            for column, text in enumerate(line):
                text.room = rooms[column]
                text.center_y = bottom + tall / 2
                text.x = x + (rooms[column] - text.width if self._right(column) else 0)
                x += rooms[column] + gap

    def _right(self, column: int) -> bool:
        cell = self._columns[column]
        return cell.sort in TO_THE_RIGHT or (column == len(self._columns) - 1 and column > 0)

    def _rule_lines(self, head: float, height: float, total: float) -> None:
        self.canvas.before.clear()
        with self.canvas.before:
            Color(rgba=colour("ink"))
            Rectangle(texture=flat(), pos=(self.x, self.top - head), size=(self.width, u(3)))
            if self._with_total:
                below = self.top - head - height * self._body
                Rectangle(texture=flat(), pos=(self.x, below), size=(self.width, u(3)))
            Color(rgba=colour("line"))
            for row in range(1, self._body + (0 if self._with_total else 1)):
                Rectangle(
                    texture=flat(), pos=(self.x, self.top - head - height * row), size=(self.width, u(2))
                )


class StepPush(Touchable):
    """One more or one less."""

    sign = StringProperty("plus-bold")


class CopiesStepper(Row):
    """How many copies: less, the number, more. `press` is called with "-1" or "+1"."""

    copies = NumericProperty(1)
    say = StringProperty("")
    can_less = BooleanProperty(False)
    can_more = BooleanProperty(True)

    __events__ = ("on_step",)

    def on_step(self, step: str) -> None:
        """A button was pressed; the page binds it."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

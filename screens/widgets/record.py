"""A record's rows as a table on paper: columns as wide as they need, numbers to the right, its labels kept and refilled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.views_resident import Cell
from screens.theme import by_mode, colour, size, u
from screens.widgets.picture import flat
from screens.widgets.surface import Row
from screens.widgets.text import Text
from screens.widgets.touch import Touchable
from screens.widgets.typesetting import folded_width

TO_THE_RIGHT = ("money", "count", "number")
LEAST_GAP = 18
FOLDED_LEAD = 1.1
TWO_LINES = 2 * FOLDED_LEAD


class RecordRows(Widget):
    """The table. Rows share its height, down from the head; the total stands below its own rule.

    Widths are kept while the columns stay the same, so that pages of one record do not shift sideways. Where only
    the heads are too wide, they are folded.
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
        # A text knows its width once it is drawn, still before the frame.
        self._place_soon = Clock.create_trigger(self._place, -1)
        for name in ("size", "pos"):
            self.fbind(name, self._place_soon)

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
        for number, line in enumerate(lines):
            self._fill(
                self._cells[number], line, head=number == 0, last=bool(total) and number == len(lines) - 1
            )
        self._measure()
        self._place_soon()

    def _fit(self, rows: int, columns: int) -> None:
        while len(self._cells) < rows:
            self._cells.append([])
        for number, line in enumerate(self._cells):
            wanted = columns if number < rows else 0
            while len(line) < wanted:
                line.append(Text(plain=True, lead=1.35, floor=by_mode(34, 41)))
                line[-1].most_lines = 2
                line[-1].fbind("size", self._place_soon)
                self.add_widget(line[-1])
            for text in line[wanted:]:
                self.remove_widget(text)
            del line[wanted:]

    def _measure(self) -> None:
        for line in self._cells[1:]:
            for column, text in enumerate(line):
                self._widest[column] = max(self._widest[column], text.width_of(text.say, u(text.em)))

    def _fill(self, texts: list[Text], line: Sequence[str], head: bool, last: bool) -> None:
        for text, said in zip(texts, line, strict=True):
            text.em = size("caption") if head else self._em
            text.tone = "ink2" if head else "ink"
            text.strong = last
            text.say = said

    def _rooms(self) -> list[float]:
        """Pixels for each column: what it needs; where there is not enough for all, the widest give way first."""
        there = self.width - u(LEAST_GAP) * max(0, len(self._widest) - 1)
        heads = [text.width_of(text.say, u(size("caption"))) for text in self._cells[0]]
        if sum(map(max, self._widest, heads)) > there:
            folded = [folded_width(text.say, u(text.floor), text.strong) for text in self._cells[0]]
            heads = folded if sum(map(max, self._widest, folded)) <= there else heads
        rooms = [float(max(widths)) for widths in zip(self._widest, heads, strict=True)]
        left, wide = there, len(rooms)
        for width in sorted(rooms):
            if width > left / wide:
                break
            left, wide = left - width, wide - 1
        most = left / wide if wide else there
        return [min(width, most) for width in rooms]

    def _place(self, *_: Any) -> None:
        if not self._columns or self.width <= 1:
            return
        rooms = self._rooms()
        gap = max(u(LEAST_GAP), (self.width - sum(rooms)) / max(1, len(rooms) - 1))
        head = u(size("caption") * 1.4 + 16)
        if any(self._too_wide(text, room) for text, room in zip(self._cells[0], rooms, strict=False)):
            head = u(size("caption") * TWO_LINES + 16)
        total = u(self._em * 1.35 + 18) if self._with_total else 0
        height = min(u(by_mode(80, 96)), (self.height - head - total) / self._room)
        self._rule_lines(head, height)
        bottom = self.top
        heights = [head, *[height] * self._body, total]
        for line, tall in zip(self._cells, heights, strict=False):
            bottom -= tall
            self._place_line(line, rooms, gap, bottom, tall)

    def _place_line(
        self, line: list[Text], rooms: list[float], gap: float, bottom: float, tall: float
    ) -> None:
        x = self.x
        for column, (text, room) in enumerate(zip(line, rooms, strict=False)):
            text.fold = self._too_wide(text, room) and tall >= u(text.floor) * TWO_LINES
            if text.fold:
                text.em = text.floor
            text.lead = FOLDED_LEAD if text.fold else 1.35
            text.align = "right" if self._right(column) else "left"
            text.room = room
            text.center_y = bottom + tall / 2
            text.x = x + (room - text.width if self._right(column) else 0)
            x += room + gap

    @staticmethod
    def _too_wide(text: Text, room: float) -> bool:
        return all(text.width_of(text.say, u(em)) > room for em in (text.em, text.floor))

    def _right(self, column: int) -> bool:
        cell = self._columns[column]
        return cell.sort in TO_THE_RIGHT or (column == len(self._columns) - 1 and column > 0)

    def _rule_lines(self, head: float, height: float) -> None:
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

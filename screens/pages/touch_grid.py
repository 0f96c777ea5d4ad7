"""The screen under test: points all over the page, touched in order; how far each touch was off."""

from __future__ import annotations

import math
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.views import Chrome
from kiosk.views_diagnostics import TOUCHED, TouchGridPage
from screens.pages.page import Page, load_layout
from screens.theme import current, u

EDGE = 40
"""How far the outer points lie from the page's edge, reference pixels."""


class TouchPoint(Widget):
    """One point. `state`: open, next or done."""

    state = StringProperty("open")


class TouchPointsPage(Page):
    """The points lie over the whole page; the words stand between them."""

    columns = NumericProperty(5)
    rows = NumericProperty(5)
    done = NumericProperty(0)
    headline = StringProperty("")
    count = StringProperty("")
    upright = BooleanProperty(False)

    def show(self, view: TouchGridPage, chrome: Chrome) -> None:
        words = self.words
        self.upright = current().upright
        self.columns, self.rows, self.done = view.columns, view.rows, view.done
        total = view.columns * view.rows
        self.headline = words.text("Touch the ring")
        self.count = words.text("{done} of {total}", done=view.done, total=total)
        if view.worst_mm:
            self.count += " · " + words.text("Off by {value}\u00a0mm", value=view.worst_mm)
        self._mark_points(total)

    def _mark_points(self, total: int) -> None:
        field = self.ids.field
        while len(field.children) < total:
            field.add_widget(TouchPoint())
        while len(field.children) > total:
            field.remove_widget(field.children[0])
        for number, point in enumerate(reversed(field.children)):
            point.state = "done" if number < self.done else "next" if number == self.done else "open"
            point.center = self._place(number)

    def on_size(self, *_: Any) -> None:
        self._mark_points(self.columns * self.rows)

    on_pos = on_size

    def _place(self, number: int) -> tuple[float, float]:
        """The centre of a point, in pixels of the window."""
        row, column = divmod(number, self.columns)
        across, down = self.width - 2 * u(EDGE), self.height - 2 * u(EDGE)
        x = self.x + u(EDGE) + across * column / (self.columns - 1)
        y = self.top - u(EDGE) - down * row / (self.rows - 1)
        return x, y

    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos) or self.done >= self.columns * self.rows:
            return False
        x, y = self._place(self.done)
        off_mm = math.hypot(touch.x - x, touch.y - y) * current().mm_per_px
        self.press(TOUCHED, f"{self.done}:{round(off_mm * 10)}")
        return True


load_layout(__file__)

"""A field to sign in with the finger: strokes are drawn as they come, handed over once, and kept nowhere."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Line
from kivy.properties import BooleanProperty

from screens.theme import colour, u
from screens.widgets.strokes import Point, bent, thinned, written
from screens.widgets.surface import Surface

MOST_POINTS = 5_000
FULL = 1_000
NEAREST = 4
"""Thousandths: a finger that rests sends points that say nothing new."""
SHAPE = 3
"""How many times as wide as high: as the picture that is kept of it."""
PEN = 7
PIECE = 200
"""Points of one drawn line; a longer one would have more corners than the graphics library counts."""


class SignField(Surface):
    """One finger at a time. `signed`: there is something in it."""

    signed = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._strokes: list[list[Point]] = []
        self._trail: list[tuple[float, float]] = []
        self._line: Line | None = None
        self._finger: Any = None

    def take(self) -> str:
        """The strokes so far, in thousandths of the field from its top left corner; the field is empty afterwards."""
        strokes = written(thinned(self._strokes, MOST_POINTS))
        self.clear()
        return strokes

    def clear(self) -> None:
        """Nothing was signed."""
        self._strokes, self._trail, self._line, self._finger = [], [], None, None
        self.canvas.after.clear()
        self.signed = False

    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos):
            return bool(super().on_touch_down(touch))
        if self._finger is None:
            self._finger = touch
            touch.grab(self)
            self._strokes.append([self._thousandths(touch)])
            self._trail = [touch.pos]
            self._start_line([*touch.pos, touch.x + 1, touch.y])
            self.signed = True
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch is not self._finger:
            return bool(super().on_touch_move(touch))
        point = self._thousandths(touch)
        last = self._strokes[-1][-1]
        if max(abs(point[0] - last[0]), abs(point[1] - last[1])) >= NEAREST:
            self._strokes[-1].append(point)
            self._draw_to(self._kept_inside(touch))
            if sum(map(len, self._strokes)) > 2 * MOST_POINTS:
                self._strokes = thinned(self._strokes, MOST_POINTS)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch is not self._finger:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        if self._line is not None and len(self._trail) > 1:
            self._line.points = [*self._line.points, *self._trail[-1]]
        self._finger, self._line, self._trail = None, None, []
        return True

    def _thousandths(self, touch: Any) -> Point:
        x, y = self._kept_inside(touch)
        across, down = (x - self.x) / self.width, (self.top - y) / self.height
        return round(across * FULL), round(down * FULL)

    def _kept_inside(self, touch: Any) -> tuple[float, float]:
        return min(max(touch.x, self.x), self.right), min(max(touch.y, self.y), self.top)

    def _draw_to(self, point: tuple[float, float]) -> None:
        self._trail = [*self._trail[-2:], point]
        if len(self._trail) < 3 or self._line is None:
            return
        curve = bent(self._trail[0], self._trail[1], self._trail[2])
        if len(self._line.points) > 2 * PIECE:
            self._start_line(curve)
        else:
            self._line.points = [*self._line.points, *curve]

    def _start_line(self, points: list[float]) -> None:
        with self.canvas.after:
            Color(rgba=colour("ink"))
            self._line = Line(points=points, width=u(PEN) / 2, cap="round", joint="round")

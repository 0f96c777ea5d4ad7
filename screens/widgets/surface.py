"""Areas with a fill, a border and round corners, that lay out what is on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from screens.widgets import opaque as _opaque  # noqa: F401  registers what the .kv files name
from screens.widgets import rounded as _rounded  # noqa: F401


class Column(BoxLayout):
    """Things below each other; as high as they are together when `size_hint_y` is None."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)


class Stacked(BoxLayout):
    """Lays out from the top, `spacing` apart; what is not shown has no height and leaves no gap either."""

    def do_layout(self, *_: Any) -> None:
        left, top, right, bottom = self.padding
        shown = [child for child in reversed(self.children) if child.size_hint_y or child.height > 0]
        fixed = sum(child.height for child in shown if not child.size_hint_y)
        shares = sum(child.size_hint_y or 0 for child in shown)
        self.minimum_height = top + bottom + fixed + self.spacing * max(0, len(shown) - 1)
        room = max(0, self.height - self.minimum_height)
        y = self.top - top
        for child in shown:
            if child.size_hint_y:
                child.height = room * child.size_hint_y / shares
            y -= child.height
            self._place(child, self.x + left, y, self.width - left - right)
            y -= self.spacing

    @staticmethod
    def _place(child: Any, x: float, y: float, width: float) -> None:
        if child.size_hint_x is not None:
            child.width = width * child.size_hint_x
        middle = child.pos_hint.get("center_x")
        child.pos = (x if middle is None else x + width * middle - child.width / 2, y)


class Stack(Stacked):
    """Things below each other, from the top; some of them are not always there."""


class Beside(BoxLayout):
    """Things beside each other by their shares of the width; one without a share is not there, and leaves no gap."""

    def do_layout(self, *_: Any) -> None:
        shown = [child for child in reversed(self.children) if child.size_hint_x]
        shares = sum(child.size_hint_x for child in shown)
        room = self.width - self.spacing * max(0, len(shown) - 1)
        x = self.x
        for child in shown:
            child.size = (room * child.size_hint_x / shares, self.height)
            child.pos = (x, self.y)
            x += child.width + self.spacing


class Row(BoxLayout):
    """Things beside each other."""


class HugRow(BoxLayout):
    """Things beside each other, as wide and high as they are."""


class Spacer(Widget):
    """Takes the room that is left."""


class Surface(BoxLayout):
    """A filled area. `fill` and `edge` are colour tokens, `border` and `radius` reference pixels.

    One layer: a panel drawn in software pays for every layer of every pixel. `curve` is what is left of the radius, in
    pixels, `rim` the picture of its corners and border.
    """

    fill = StringProperty("surface")
    edge = StringProperty("line")
    border = NumericProperty(2)
    radius = NumericProperty(24)
    curve = NumericProperty(1)
    rim = ObjectProperty(None)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

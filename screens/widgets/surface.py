"""Areas with a fill, a border and round corners, that lay out what is on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget


class Column(BoxLayout):
    """Things below each other; as high as they are together when `size_hint_y` is None."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)


class Row(BoxLayout):
    """Things beside each other."""


class HugRow(BoxLayout):
    """Things beside each other, as wide and high as they are."""


class Spacer(Widget):
    """Takes the room that is left."""


class Surface(BoxLayout):
    """A filled area. `fill` and `edge` are colour tokens, `border` and `radius` reference pixels.

    One layer of fill and a line: a panel drawn in software pays for every layer of every pixel.
    """

    fill = StringProperty("surface")
    edge = StringProperty("line")
    border = NumericProperty(2)
    radius = NumericProperty(24)
    inset = NumericProperty(1)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""Words and numbers of different sizes on one line, standing on one baseline."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.layout import Layout

from screens.widgets.money import BASELINE_TO_MIDDLE_EM, Money
from screens.widgets.text import Text


class Baseline(Layout):
    """Lays its children out from the left, `spacing` pixels apart: texts and amounts on a common baseline, anything
    else centred on it. As wide and high as they are; empty children take no room."""

    spacing = NumericProperty(0)
    lead_in = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), **properties)
        for name in ("children", "pos", "spacing", "lead_in"):
            self.fbind(name, self._trigger_layout)

    def add_widget(self, widget: Any, *args: Any, **keywords: Any) -> None:
        widget.fbind("size", self._trigger_layout)
        super().add_widget(widget, *args, **keywords)

    def do_layout(self, *_: Any) -> None:
        shown = [child for child in reversed(self.children) if child.width > 0 and _says_something(child)]
        below = max((_below(child) for child in shown), default=0)
        above = max((child.height - _below(child) for child in shown), default=0)
        x = self.x + (self.lead_in if shown else 0)
        for child in shown:
            child.x = x
            child.y = self.y + below - _below(child)
            x += child.width + self.spacing
        self.size = (x - self.x - self.spacing if shown else 0, below + above)


def _says_something(child: Any) -> bool:
    return not isinstance(child, Text) or bool(child.say)


def _below(child: Any) -> float:
    """How far a child's lower edge lies under the baseline."""
    if isinstance(child, Text):
        return child.height / 2 - child.font_size * BASELINE_TO_MIDDLE_EM
    if isinstance(child, Money):
        return 0
    return child.height / 2 - child.height * 0.37

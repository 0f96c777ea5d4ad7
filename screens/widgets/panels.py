"""Panels that several pages share: the verdict, the attention panel, the bill, and the bar for the next person."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from screens.widgets.surface import Row, Surface


class Tag(Surface):
    """A pill with a sign and a word."""

    say = StringProperty("")
    sign = StringProperty("")
    em = NumericProperty(44)
    tone = StringProperty("primary")


class VerdictPanel(Surface):
    """请取餐 and what it costs. `compact` under a banner."""

    headline = StringProperty("")
    greeting = StringProperty("")
    period = StringProperty("")
    pay_word = StringProperty("")
    amount = NumericProperty(0)
    tag = StringProperty("")
    compact = BooleanProperty(False)


class CarePanel(Surface):
    """A person is needed, or something is to be known: sign, headline, what it is, and what is safe."""

    sign = StringProperty("palm")
    headline = StringProperty("")
    title = StringProperty("")
    say = StringProperty("")
    safe = StringProperty("")
    headline_em = NumericProperty(84)
    compact = BooleanProperty(False)


class BillLine(Row):
    """One line: what it is on the left, how much on the right."""

    word = StringProperty("")
    value = StringProperty("")
    strong = BooleanProperty(False)
    tone = StringProperty("ink")
    em = NumericProperty(42)
    air = NumericProperty(20)


class Rule(BoxLayout):
    """A line across."""

    tone = StringProperty("ink")
    thickness = NumericProperty(3)


class NextBar(Surface):
    """下一位，请刷卡: the reader is free."""

    say = StringProperty("")


class HelpHint(Row):
    """有疑问，请按人工帮助。"""

    say = StringProperty("")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

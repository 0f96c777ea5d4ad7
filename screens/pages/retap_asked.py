"""06: the same card once more, and only then is it paid for."""

from __future__ import annotations

from typing import Any, ClassVar

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.views import Chrome, RetapAsked
from screens.pages.page import Page, load_layout
from screens.widgets.money import written

QUESTION_S = 10


class RetapRing(Widget):
    """Seconds left as part of a circle."""

    part = NumericProperty(1.0)
    seconds = NumericProperty(0)
    unit = StringProperty("")


class RetapAskedPage(Page):
    rehearsal: ClassVar[Any] = RetapAsked("＊", 1234, 10)

    lines = StringProperty("")
    safe = StringProperty("")
    seconds = NumericProperty(0)
    part = NumericProperty(1.0)
    unit = StringProperty("")

    def show(self, view: RetapAsked, chrome: Chrome) -> None:
        self.lines = self.words.text(
            "Tap the **same card** again\nto buy one more plate,\n**{amount}** from the card.",
            amount=written(view.amount),
        )
        self.safe = self.words.text("No tap, no charge.")
        self.count(view.seconds_left, QUESTION_S)

    def count(self, seconds_left: int, of_s: int) -> None:
        """The ring, and the number in it."""
        self.seconds = seconds_left
        self.part = min(1.0, seconds_left / of_s)
        self.unit = self.words.text("seconds")


load_layout(__file__)

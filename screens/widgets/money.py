"""Amounts of money, written as people read them here."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from screens import tokens
from screens.theme import u
from screens.widgets.text import Text
from screens.widgets.typesetting import natural_width

YEN = "¥"
MINUS = "−"
BASELINE_TO_MIDDLE_EM = tokens.FONT_LINE_EM / 2 - tokens.FONT_DESCENT_EM
DIGIT_HEIGHT_EM = 0.733


def digits(fen: int) -> str:
    """12.00 for 1200 fen; the sign is left to the caller."""
    return f"{abs(fen) // 100}.{abs(fen) % 100:02d}"


def written(fen: int) -> str:
    """¥12.00, and −¥5.50 with a real minus for a negative amount."""
    return f"{MINUS if fen < 0 else ''}{YEN}{digits(fen)}"


class Money(Widget):
    """A big amount: a regular ¥ of `yen` times the size, and strong digits on the same baseline.

    The widget is as wide as the amount and as high as its digits; `room` pixels wide at most.
    """

    amount = NumericProperty(0)
    em = NumericProperty(208)
    yen = NumericProperty(0.5)
    gap = NumericProperty(0.04)
    tone = StringProperty("ink")
    room = NumericProperty(0)
    strong = BooleanProperty(True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), **properties)
        self._sign = Text(say=YEN, tone=self.tone)
        self._digits = Text(strong=self.strong, tone=self.tone)
        self.add_widget(self._sign)
        self.add_widget(self._digits)
        for name in ("amount", "em", "yen", "tone", "room"):
            self.fbind(name, self._compose)
        self.fbind("pos", self._place)
        for text in (self._sign, self._digits):
            text.fbind("size", self._place)
        self._compose()

    def _compose(self, *_: Any) -> None:
        text = digits(int(self.amount))
        em = self._fitting_em(text)
        self._digits.em, self._digits.say = em, text
        self._sign.em = em * self.yen
        self._sign.tone = self._digits.tone = self.tone
        self.height = u(em * DIGIT_HEIGHT_EM)
        self.width = self._sign_width(em) + natural_width(text, u(em), self.strong)

    def _fitting_em(self, text: str) -> float:
        wanted = self._sign_width(self.em) + natural_width(text, u(self.em), self.strong)
        if not self.room or wanted <= self.room:
            return self.em
        return int(self.em * self.room / wanted)

    def _sign_width(self, em: float) -> float:
        return natural_width(YEN, u(em * self.yen), False) + u(em * self.gap)

    def _place(self, *_: Any) -> None:
        sign_em, digits_em = self._sign.font_size, self._digits.font_size
        self._sign.x = self.x
        self._sign.center_y = self.y + sign_em * BASELINE_TO_MIDDLE_EM
        self._digits.right = self.right
        self._digits.center_y = self.y + digits_em * BASELINE_TO_MIDDLE_EM

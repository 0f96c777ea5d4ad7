"""01: which meal is served, what it costs, and where the card goes."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.views import Chrome, Idle
from screens import drawings
from screens.pages.page import Page, load_layout
from screens.theme import u
from screens.widgets.picture import Picture, texture_of

MANY_PRICES = 5


class Fee(BoxLayout):
    """What one group pays: the group above the price, or beside it where there are many."""

    word = StringProperty("")
    amount = NumericProperty(0)
    first = BooleanProperty(False)
    beside = BooleanProperty(False)


class CardPicture(Picture):
    """The card over its reader, drawn for the size it has."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), size=(u(452), u(400)), **properties)
        self.texture = texture_of(drawings.card_over_reader(u(452), u(400)))


class IdlePage(Page):
    period = StringProperty("")
    hours = StringProperty("")
    headline = StringProperty("")
    lines = StringProperty("")
    many = BooleanProperty(False)

    _prices: tuple[Any, ...] = ()

    def show(self, view: Idle, chrome: Chrome) -> None:
        text = self.words.text
        if view.period:
            self.period = self.words.period(view.period)
            self.hours = f"{view.opens} – {view.closes}" if view.opens else ""
            self.headline = text("Tap your card")
            self.lines = text("Hold your meal card to the reader\nat the lower right, wait for the beep.")
        else:
            self.period = self.hours = ""
            self.headline = text("No meal now")
            self.lines = self._next_meal(view)
        self._show_prices(view)

    def _next_meal(self, view: Idle) -> str:
        if not view.next_period:
            return self.words.text("See the notice board for the hours.")
        return self.words.text(
            "Next is {period},\nfrom **{opens}**.",
            period=self.words.period(view.next_period),
            opens=view.next_opens,
        )

    def _show_prices(self, view: Idle) -> None:
        shown = tuple((self.words.of(zh, en), amount) for zh, en, amount in view.prices)
        if shown == self._prices:
            return
        self._prices = shown
        self.many = len(shown) >= MANY_PRICES
        fees = self.ids.fees
        fees.clear_widgets()
        fees.cols = 2 if self.many else max(1, len(shown))
        for number, (word, amount) in enumerate(shown):
            first = number % fees.cols == 0
            fees.add_widget(Fee(word=word, amount=amount, first=first, beside=self.many))
        self.ids.card.opacity = 1 if shown else 0


load_layout(__file__)

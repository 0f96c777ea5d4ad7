"""03: a person should look at this. What is the matter, that no money is gone, and how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.i18n import Translator
from kiosk.views import CANCEL, Attention, Choice, Chrome
from screens.pages.page import Page, Press, load_layout
from screens.widgets.money import written


@dataclass(frozen=True, slots=True)
class Matter:
    """How one reason is said: msgids. `nameless` is said where there is no name, or no time, to put in."""

    title: str
    lines: str
    next_step: str
    nameless: str = ""
    headline: str = "Please wait"
    sign: str = "palm"


UNREADABLE = Matter(
    title="Card not read",
    lines="Hold it still\nuntil the beep.",
    next_step="Please put the same card\non the reader again.",
    headline="Tap again",
    sign="contactless",
)

ANOTHER_KIND = Matter(
    title="Not a meal card",
    lines="It cannot be\nused here.",
    next_step="Please use a meal card,\nor ask our staff.",
)

MATTERS = {
    "already_eaten": Matter(
        title="Meal already used",
        lines="{name}, you had today's\n{period} at **{at}**.",
        nameless="You had this meal\ntoday.",
        next_step="You can buy one more plate\nwith our staff.",
    ),
    "low_balance": Matter(
        title="Balance too low",
        lines="This meal is **{amount}**,\nthe card holds **{balance}**.",
        next_step="You can pay in cash,\nor top up at the window.",
    ),
    "lapsed": Matter(
        title="Benefit ended",
        lines="{name}, please renew\nyour meal benefit.",
        nameless="Please renew\nyour meal benefit.",
        next_step="Please renew it\nat the service window.",
    ),
    "card_lost": Matter(
        title="Card reported lost",
        lines="This card cannot pay.\nOur staff will help.",
        next_step="New card: at the window.\nMeal today: ask our staff.",
    ),
    "card_unknown": Matter(
        title="Unknown card",
        lines="Please try another\ncard, or ask our staff.",
        next_step="Without a card, our staff\ncan find you by name.",
    ),
    "sold_out": Matter(
        title="Meal sold out",
        lines="Sorry, today's {period}\nis sold out.",
        next_step="Please ask our staff\nwhat is still there.",
    ),
    "outside_hours": Matter(
        title="No meal now",
        lines="The next meal is\n{next_period}, from **{next_opens}**.",
        nameless="Please see the hours\non the notice board.",
        next_step="Please come back then.\nYour card is fine.",
    ),
    "closed": Matter(
        title="Meal closed",
        lines="The accounts of this\nmeal are settled.",
        next_step="Please ask our staff\nhow to go on.",
    ),
    "card.torn": UNREADABLE,
    "card.checksum": UNREADABLE,
    "card.noise": UNREADABLE,
    "card.bank": Matter(
        title="A bank card",
        lines="Its number\nwas not read.",
        next_step="Please use your meal\nor social security card.",
    ),
    "card.needs_psam": Matter(
        title="A protected card",
        lines="This machine cannot\nopen it.",
        next_step="Our staff can\nfind you by name.",
    ),
    "card.unsupported": ANOTHER_KIND,
    "card.denied": ANOTHER_KIND,
}
UNKNOWN_MATTER = Matter(
    title="Please ask us",
    lines="Our staff will help\nyou right away.",
    next_step="Please press\nAsk a person.",
)


class Side(BoxLayout):
    """The right half of the page."""

    words = ObjectProperty(None, rebind=True)
    press = ObjectProperty(None)
    compact = BooleanProperty(False)

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(orientation="vertical", words=words, press=press)


class ChoosingSide(Side):
    """What one can do; `many` where three buttons need the room of the hint."""

    many = BooleanProperty(False)


class TellingSide(Side):
    """What to do next, where there is nothing to choose."""

    next_step = StringProperty("")


class AttentionPage(Page):
    rehearsal: ClassVar[Attention] = Attention(
        "already_eaten", "＊", "lunch", "12:34", choices=(Choice("", "data:＊", "data:＊", amount=1234),)
    )

    sign = StringProperty("palm")
    headline = StringProperty("")
    title = StringProperty("")
    lines = StringProperty("")

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(words, press)
        self._choosing = ChoosingSide(words, press)
        self._telling = TellingSide(words, press)

    def show(self, view: Attention, chrome: Chrome) -> None:
        matter = MATTERS.get(view.reason, UNKNOWN_MATTER)
        self.sign = matter.sign
        self.headline = self.words.text(matter.headline)
        self.title = self.words.text(matter.title)
        self.lines = self._lines(matter, view)
        # A page that can only be closed shows what to do next instead of a question.
        choosing = any(choice.action != CANCEL for choice in view.choices)
        if choosing:
            self._choosing.many = len(view.choices) > 2
            self._choosing.ids.choices.show(view.choices, self)
        else:
            self._telling.next_step = self.words.text(matter.next_step)
        self._turn_to(self._choosing if choosing else self._telling)

    def _turn_to(self, side: Side) -> None:
        side.words, side.compact = self.words, self.compact
        if side.parent is None:
            self.ids.side.clear_widgets()
            self.ids.side.add_widget(side)

    def _lines(self, matter: Matter, view: Attention) -> str:
        values = {
            "name": view.masked_name,
            "period": self.words.period(view.period),
            "at": view.at,
            "amount": written(view.amount),
            "balance": written(view.balance),
            "next_period": self.words.period(view.next_period),
            "next_opens": view.next_opens,
        }
        missing = any("{" + name + "}" in matter.lines and not value for name, value in values.items())
        return self.words.text(matter.nameless if missing and matter.nameless else matter.lines, **values)


load_layout(__file__)

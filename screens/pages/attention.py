"""03: a person should look at this. What is the matter, that no money is gone, and how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import CANCEL, Attention, Choice, Chrome
from screens.pages.page import Page, load_layout
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
    title="The card was not read",
    lines="Put it down firmly, and lift it\nafter the beep.",
    next_step="Please put the same card\non the reader again.",
    headline="Once more, please",
    sign="contactless",
)

MATTERS = {
    "already_eaten": Matter(
        title="Meal already used",
        lines="{name}, the {period} subsidy\nof today was used at **{at}**.",
        nameless="The subsidy for this meal\nwas used today.",
        next_step="You can buy one more plate\nwith our staff.",
    ),
    "low_balance": Matter(
        title="Not enough on the card",
        lines="This meal is **{amount}**,\nthe card holds **{balance}**.",
        next_step="You can pay in cash,\nor top up at the window.",
    ),
    "lapsed": Matter(
        title="The benefit has ended",
        lines="{name}, your meal benefit\nneeds to be renewed.",
        nameless="Your meal benefit\nneeds to be renewed.",
        next_step="Please renew it\nat the service window.",
    ),
    "card_lost": Matter(
        title="Card reported lost",
        lines="This card cannot pay.\nOur staff will help you.",
        next_step="The window makes a new card.\nToday's meal: ask our staff.",
    ),
    "card_unknown": Matter(
        title="Card not known here",
        lines="Please try another card,\nor ask our staff.",
        next_step="Without a card, our staff\ncan find you by name.",
    ),
    "sold_out": Matter(
        title="This meal is sold out",
        lines="Sorry, the {period} portions\nfor today are gone.",
        next_step="Please ask our staff\nwhat is still there.",
    ),
    "outside_hours": Matter(
        title="No meal at this time",
        lines="The next meal is {next_period},\nfrom **{next_opens}**.",
        nameless="Please see the hours\non the notice board.",
        next_step="Please come back then.\nYour card is fine.",
    ),
    "closed": Matter(
        title="This meal is closed",
        lines="The day's accounts of this meal\nare already settled.",
        next_step="Please ask our staff\nhow to go on.",
    ),
    "card.torn": UNREADABLE,
    "card.checksum": UNREADABLE,
    "card.noise": UNREADABLE,
}
UNKNOWN_MATTER = Matter(
    title="Something needs a look",
    lines="Our staff will help you\nright away.",
    next_step="Please press\nAsk a person.",
)


class AttentionPage(Page):
    rehearsal: ClassVar[Attention] = Attention(
        "already_eaten", "＊", "lunch", "12:34", choices=(Choice("", "data:＊", "data:＊", amount=1234),)
    )

    sign = StringProperty("palm")
    headline = StringProperty("")
    title = StringProperty("")
    lines = StringProperty("")
    next_step = StringProperty("")
    choosing = BooleanProperty(False)

    def show(self, view: Attention, chrome: Chrome) -> None:
        matter = MATTERS.get(view.reason, UNKNOWN_MATTER)
        self.sign = matter.sign
        self.headline = self.words.text(matter.headline)
        self.title = self.words.text(matter.title)
        self.lines = self._lines(matter, view)
        self.next_step = self.words.text(matter.next_step)
        # A page that can only be closed shows what to do next instead of a question.
        self.choosing = any(choice.action != CANCEL for choice in view.choices)
        self.ids.choices.show(view.choices if self.choosing else (), self)

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

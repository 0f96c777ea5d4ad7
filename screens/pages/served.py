"""02 and 04: take your meal, what it costs, and the next person may tap."""

from __future__ import annotations

from typing import ClassVar

from kivy.properties import NumericProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import Bill, Chrome, Served
from screens.pages.page import Page, load_layout
from screens.widgets.money import written

TAGS = {
    "offline": "Offline",
    "time_untrusted": "Time unsure",
    "cash": "Cash",
    "owed": "Pay later",
}


class ServedPage(Page):
    """Two equal bills draw equal pages: nothing but the bill is looked at."""

    rehearsal: ClassVar[Served] = Served("", Bill("＊", "lunch", 1234, 567, 667, 8910, False))

    greeting = StringProperty("")
    period = StringProperty("")
    amount = NumericProperty(0)
    tag = StringProperty("")
    price_word = StringProperty("")
    price = StringProperty("")
    subsidy_word = StringProperty("")
    subsidy = StringProperty("")
    own_part = StringProperty("")
    balance_word = StringProperty("")
    balance = StringProperty("")

    def show(self, view: Served, chrome: Chrome) -> None:
        bill, words = view.bill, self.words
        self.period = words.period(bill.period)
        self.greeting = greeting(bill, words)
        self.tag = words.text(TAGS[bill.tag]) if bill.tag else ""
        self.amount = bill.own_part
        self.price_word = words.text("{period} market price", period=self.period)
        self.price = written(bill.list_price)
        self.subsidy_word = words.text("Public subsidy") if bill.subsidy else ""
        self.subsidy = written(-bill.subsidy) if bill.subsidy else ""
        self.own_part = written(bill.own_part)
        self.balance_word, self.balance = balance(bill, words)


def greeting(bill: Bill, words: Translator) -> str:
    """孙＊，您好; a guest has no name."""
    return words.text("Hello, {name}", name=bill.masked_name) if bill.masked_name else words.text("Hello")


def balance(bill: Bill, words: Translator) -> tuple[str, str]:
    """What is left on the card, said to be about where the hall has not confirmed it; nothing for a guest."""
    if bill.balance is None:
        return "", ""
    word = words.text("Card balance (about)") if bill.balance_about else words.text("Card balance")
    return word, written(bill.balance)


load_layout(__file__)

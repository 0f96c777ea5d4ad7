"""07: after a restart, a slip that is not known to be on paper."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.i18n import Translator
from kiosk.views import Chrome, PowerCut, PrintNeed
from screens.pages.page import Page, load_layout
from screens.widgets.money import written


class PowerCutPage(Page):
    lines = StringProperty("")
    who = StringProperty("")
    at = StringProperty("")
    what = StringProperty("")
    amount = StringProperty("")

    def show(self, view: PowerCut, chrome: Chrome) -> None:
        words, meal = self.words, view.need.meal
        self.lines = "\n".join(filter(None, (what_happened(view.need, words), what_waits(view.more, words))))
        tail = words.text("card ending\u00a0{tail}", tail=meal.card_tail) if meal.card_tail else ""
        self.who = (
            words.text("{name}, {detail}", name=meal.masked_name, detail=tail) if tail else meal.masked_name
        )
        self.at = meal.at
        self.what = words.text("{name}, {detail}", name=words.period(meal.period), detail=words.text("paid"))
        self.amount = written(meal.own_part)
        self.ids.choices.show(view.choices, self)


def what_happened(need: PrintNeed, words: Translator) -> str:
    """What is known of the paper, and no more than that."""
    if need.state == "unknown":
        return words.text("Last meal recorded,\nslip may be missing.")
    if need.lines:
        return words.text("Last meal recorded,\nslip half printed.")
    return words.text("Last meal recorded,\nslip not printed.")


def what_waits(more: int, words: Translator) -> str:
    """How many slips are asked about after this one."""
    if not more:
        return ""
    return words.plural("{count}\u00a0more slip after this.", "{count}\u00a0more slips after this.", more)


load_layout(__file__)

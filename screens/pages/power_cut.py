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
    more = StringProperty("")

    def show(self, view: PowerCut, chrome: Chrome) -> None:
        words, meal = self.words, view.need.meal
        self.lines = what_happened(view.need, words)
        tail = words.text("card ending\u00a0{tail}", tail=meal.card_tail) if meal.card_tail else ""
        self.who = words.text("{name}, {detail}", name=meal.masked_name, detail=tail) if tail else meal.masked_name
        self.at = meal.at
        self.what = words.text("{name}, {detail}", name=words.period(meal.period), detail=words.text("paid"))
        self.amount = written(meal.own_part)
        self.more = (
            words.plural("{count}\u00a0more slip after this", "{count}\u00a0more slips after this", view.more)
            if view.more
            else ""
        )
        self.ids.choices.show(view.choices, self)


def what_happened(need: PrintNeed, words: Translator) -> str:
    """What is known of the paper, and no more than that."""
    if need.state == "unknown":
        return words.text("The last meal is recorded,\nthe slip may be missing.")
    if need.lines:
        return words.text("The last meal is recorded,\nthe slip stopped half-way.")
    return words.text("The last meal is recorded,\nthe slip was not printed.")


load_layout(__file__)

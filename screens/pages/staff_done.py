"""It is on the disk; or it was not done, and why."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome, StaffDone
from screens.pages.page import Page, load_layout
from screens.widgets.money import written
from screens.widgets.panels import BillLine

COUNTS = {
    "served": "Served",
    "voided": "Taken back",
    "leftover": "Left over",
    "dishes": "Dishes",
    "grams": "Grams of each",
}
AMOUNTS = {"own_part": "Own part", "list_total": "At market price", "own_total": "Paid by diners"}


class StaffDonePage(Page):
    heading = StringProperty("")
    failed = BooleanProperty(False)
    what = StringProperty("")
    next_step = StringProperty("")

    def show(self, view: StaffDone, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.label(view.title)
        self.failed = bool(view.error)
        self.what, self.next_step = words.sentence(view.error) if view.error else ("", "")
        numbers = self.ids.numbers
        numbers.clear_widgets()
        for name, number in view.numbers:
            value = written(number) if name in AMOUNTS else str(number)
            word = AMOUNTS.get(name) or COUNTS.get(name, name)
            numbers.add_widget(
                BillLine(word=words.text(word), value=value, em=40, air=4 if self.compact else 8)
            )


load_layout(__file__)

"""Look once more, then do it."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty

from kiosk.views import Choice, Chrome, StaffConfirm
from screens.pages.page import Page, load_layout
from screens.widgets.money import written
from screens.widgets.panels import BillLine

LINE_EM = 46


class StaffConfirmPage(Page):
    heading = StringProperty("")
    note = StringProperty("")
    confirm_word = StringProperty("")
    confirm = ObjectProperty(Choice("", ""))

    def show(self, view: StaffConfirm, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.label(view.title)
        self.note = words.label(view.note)
        self.confirm = view.confirm
        amount = view.confirm.amount
        confirm = words.label(view.confirm.label)
        self.confirm_word = confirm if amount is None else f"{confirm}\u00a0{written(amount)}"
        lines = self.ids.lines
        lines.clear_widgets()
        for word, value in view.lines:
            lines.add_widget(BillLine(word=words.label(word), value=value, em=LINE_EM))


load_layout(__file__)

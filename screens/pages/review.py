"""Look once more at everything that was entered; each line leads back to its question."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import CHANGE, TURN, Around, ReviewPage
from screens.pages.page import Page, load_layout
from screens.theme import by_mode, u
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.resident_forms import ChangeRow


class ReviewScreen(Page):
    title = StringProperty("")
    headline = StringProperty("")
    lead = StringProperty("")
    confirm = StringProperty("")

    rehearsal = ReviewPage(Around(), "data:申请", (("data:姓名", "样例"), ("data:住在", "样例")), "Next")

    def show(self, view: ReviewPage, chrome: Chrome) -> None:
        words = self.words
        self.ids.stepper.show(view.steps, words)
        self.title = words.label(view.title)
        self.headline = words.text("Is everything right?")
        self.lead = "" if self.compact else words.text("Touch a line to change it.")
        self.confirm = words.label(view.confirm)
        lines = self.ids.lines
        fit(lines, len(view.lines), self._made)
        for number, (row, (label, value)) in enumerate(
            zip(reversed(lines.children), view.lines, strict=True)
        ):
            row.value, row.say, row.entered = str(number), words.label(label), value.replace("*", "＊")
            row.change = words.text("Change")
        lines.height = len(view.lines) * (u(by_mode(116, 140)) + lines.spacing)
        self.ids.pager.show(view.page, view.pages, words)

    def _made(self) -> ChangeRow:
        return ChangeRow(on_release=lambda row: self.press(CHANGE, row.value))

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

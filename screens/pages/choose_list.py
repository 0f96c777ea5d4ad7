"""14: choose one of a list, with filters and pages where there are more."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import CHOOSE, Chrome
from kiosk.views_resident import FILTER, TURN, Around, ListPage, Row, Steps
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names


class ChooseListPage(ResidentPage):
    headline = StringProperty("")
    hint = StringProperty("")
    empty = StringProperty("")
    search = StringProperty("")
    go = StringProperty("")
    can_go = BooleanProperty(True)

    rehearsal = ListPage(
        Around(),
        "Which record would you like?",
        (Row("a", "data:查", "data:看", "files-fill", mark=True), Row("b", "data:看")),
        steps=Steps(("Place card", "Print"), 0),
        filters=(("a", "data:2026", True), ("b", "data:2025", False)),
        go="Next",
    )

    def show(self, view: ListPage, chrome: Chrome) -> None:
        words = self.words
        self.ids.steps.show(view.steps, words)
        self.headline = words.label(view.title)
        self.hint = words.label(view.hint)
        self.empty = words.label(view.empty) if not view.rows else ""
        self.search = words.text("Search") if view.search else ""
        self.go = words.label(view.go)
        self.can_go = view.can_go
        self.ids.rows.radio = bool(view.go)
        self.ids.rows.show(view.rows, words)
        self.ids.filters.show(view.filters, words)
        self.ids.pager.show(view.page, view.pages, words)

    def choose(self, value: str) -> None:
        self.press(CHOOSE, value)

    def filter_by(self, value: str) -> None:
        self.press(FILTER, value)

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

"""Search by pinyin initials: what was typed, what fits it, and the alphabet."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty

from kiosk.views import CHOOSE, Chrome
from kiosk.views_resident import Around, Keys, Row, SearchPage
from screens.pages.page import Page, load_layout
from screens.theme import by_mode, size
from screens.widgets import keyboard as _keyboard  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets import resident_forms as _forms  # noqa: F401
from screens.widgets.resident_forms import lines_of

MOST_ROWS = 4
MOST_LARGE_ROWS = 3


class SearchScreen(Page):
    headline = StringProperty("")
    headline_em = NumericProperty(64)
    typed = StringProperty("")
    example = StringProperty("")
    note = StringProperty("")

    rehearsal = SearchPage(
        Around(),
        "data:找事项",
        "LNZ",
        (Row("a", "data:老年证", "data:办事指南", tag="Sample"),),
        1,
        Keys("initials"),
    )

    def show(self, view: SearchPage, chrome: Chrome) -> None:
        words = self.words
        most = by_mode(MOST_ROWS, MOST_LARGE_ROWS)
        self.headline = words.label(view.title)
        self.headline_em = size("title") if lines_of(self.headline, size("title")) == 1 else size("button")
        self.typed = " ".join(view.typed.upper())
        self.example = words.text("Like L N Z for 老年证")
        self.ids.rows.show(view.rows[:most], words)
        self.note = self._note(view, view.more + len(view.rows[most:]))
        self.ids.board.show(view.keys, words)
        self.ids.ways.show((), words)

    def _note(self, view: SearchPage, more: int) -> str:
        words = self.words
        if more:
            return words.plural(
                "{count} more: type another letter", "{count} more: type another letter", more
            )
        if view.typed and not view.rows:
            return words.text("Nothing found.\nTake a letter away and look again.")
        return ""

    def choose(self, value: str) -> None:
        self.press(CHOOSE, value)


load_layout(__file__)

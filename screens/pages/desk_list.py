"""Appointments of today, what residents need, or which window somebody is sent to: lines, to read or to choose from."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import CHOOSE, Chrome
from kiosk.views_front_desk import DeskList
from kiosk.views_resident import TURN, Around
from screens.pages.page import Page, load_layout
from screens.widgets.desk import LinesOfOneHeight
from screens.widgets.icon import known_sign
from screens.widgets.resident import fit
from screens.widgets.touch import Touchable

LIST_ROW = 142


class DeskRow(Touchable):
    """A line: sign, title, one line about it, a tag, and where it can be chosen an arrow. `low`: all in one line."""

    value = StringProperty("")
    say = StringProperty("")
    hint = StringProperty("")
    tag = StringProperty("")
    sign = StringProperty("")
    choosable = BooleanProperty(False)
    low = BooleanProperty(False)


class DeskRows(LinesOfOneHeight):
    """The lines of a list."""


class DeskListPage(Page):
    heading = StringProperty("")
    empty = StringProperty("")
    shown_rows = NumericProperty(0)

    rehearsal = DeskList(Around(), "data:查", (("a", "data:查", "data:看", "", "files-fill"),))

    def show(self, view: DeskList, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.label(view.title)
        self.empty = words.label(view.empty) if not view.rows and view.empty else ""
        rows = self.ids.rows
        fit(rows, len(view.rows), self._made)
        for row, (value, title, hint, tag, icon) in zip(reversed(rows.children), view.rows, strict=True):
            row.value, row.say, row.hint = value, words.label(title), words.label(hint) if hint else ""
            row.tag, row.sign = words.label(tag) if tag else "", known_sign(icon)
            row.choosable = row.enabled = view.choosable
        self.ids.pager.show(view.page, view.pages)

    def _made(self) -> DeskRow:
        return DeskRow(on_release=lambda row: self.press(CHOOSE, row.value))

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

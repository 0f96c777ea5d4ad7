"""叫号: who is at this window now, and who waits."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import Chrome
from kiosk.views_front_desk import CallPage, TicketRow
from kiosk.views_resident import Around
from screens.pages.desk_words import TICKETS
from screens.pages.page import Page, load_layout
from screens.widgets import desk_person as _desk_person  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.desk import LinesOfOneHeight
from screens.widgets.resident import fit
from screens.widgets.surface import Row

MOST_TICKETS = 6


class TicketLine(Row):
    """A number that was given out: since when, for what, and how it stands."""

    number = StringProperty("")
    about = StringProperty("")
    state = StringProperty("")
    state_sign = StringProperty("")
    warm = BooleanProperty(False)

    def show(self, row: TicketRow, words: Translator) -> None:
        word, self.state_sign, self.warm = TICKETS[row.state]
        self.number, self.state = row.number, words.text(word)
        window = words.text("Window {window}", window=row.window) if row.window else ""
        self.about = "  ".join(part for part in (row.at, words.label(row.queue), window) if part)


class TicketLines(LinesOfOneHeight):
    """Those who wait, the longest waiting first."""


class CallScreen(Page):
    heading = StringProperty("")
    now = StringProperty("")
    state = StringProperty("")
    waiting = StringProperty("")
    busy = BooleanProperty(False)
    anybody = BooleanProperty(False)
    nobody = StringProperty("")

    rehearsal = CallPage(Around(), "1", "1", "called", (TicketRow("2", "data:查", "10:00", "waiting"),), 1)

    def show(self, view: CallPage, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.text("At window {window} now", window=view.window)
        self.now = view.now
        self.busy = bool(view.now) and view.now_state == "called"
        self.state = (
            words.text(TICKETS[view.now_state][0]) if view.now else words.text("No number is called now")
        )
        self.waiting = words.plural("{count}\u00a0is waiting", "{count}\u00a0are waiting", view.waiting)
        self.anybody = view.waiting > 0
        self.nobody = "" if view.rows else words.text("Nobody is waiting")
        rows = view.rows[:MOST_TICKETS]
        fit(self.ids.tickets, len(rows), TicketLine)
        for line, row in zip(reversed(self.ids.tickets.children), rows, strict=True):
            line.show(row, words)

    def send(self, action: str, *_: Any) -> None:
        """What is said of the ticket at this window."""
        self.press(action, self.now)


load_layout(__file__)

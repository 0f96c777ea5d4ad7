"""A number to wait with: large, how many are before it, and where."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_front_desk import TicketPage
from kiosk.views_resident import Around
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names


class TicketScreen(ResidentPage):
    headline = StringProperty("")
    number = StringProperty("")
    ahead = StringProperty("")
    window = StringProperty("")
    left = StringProperty("")
    printed = BooleanProperty(True)

    rehearsal = TicketPage(Around(), "0", 1, "1", True, 5)

    def show(self, view: TicketPage, chrome: Chrome) -> None:
        words = self.words
        self.printed = view.printed
        self.headline = (
            words.text("Please take your slip") if view.printed else words.text("Please remember your number")
        )
        self.number = view.number
        self.ahead = (
            words.plural("{count}\u00a0person before you", "{count}\u00a0people before you", view.ahead)
            if view.ahead
            else words.text("You are next")
        )
        self.window = (
            words.text("Window {window}, you are called", window=view.window)
            if view.window
            else words.text("You are called when it is your turn")
        )
        self.left = words.text("Back to the first page in {seconds}\u00a0s", seconds=view.left_s)


class LyingTicketScreen(TicketScreen):
    """The number on the left, what to do on the right."""


load_layout(__file__)

"""One moment please: something is under way that has a deadline."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, Steps, Waiting
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names


class WaitingPage(ResidentPage):
    headline = StringProperty("")
    hint = StringProperty("")

    rehearsal = Waiting(Around(), "One moment please", steps=Steps(("Place card", "Print"), 0))

    def show(self, view: Waiting, chrome: Chrome) -> None:
        self.ids.steps.show(view.steps, self.words)
        self.headline = self.words.label(view.title)
        self.hint = self.words.label(view.hint)


load_layout(__file__)

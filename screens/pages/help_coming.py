"""24: somebody is on the way; laid over the page that was there."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome, HelpComing
from screens.pages.page import Page, load_layout


class HelpComingPage(Page):
    headline = StringProperty("")
    lines = StringProperty("")
    window = StringProperty("")

    def show(self, view: HelpComing, chrome: Chrome) -> None:
        text = self.words.text
        place = text("window\u00a0{number}", number=view.window) if view.window.isdigit() else view.window
        self.headline = text("Help is coming")
        self.lines = text("Please wait here a moment.\nWhat you were doing is kept.")
        if view.online:
            self.window = text("You can also go to **{window}**", window=place) if place else ""
        else:
            self.window = text("Please go to **{window}**", window=place) if place else ""

    def on_touch_down(self, touch: object) -> bool:
        """What lies under the question cannot be pressed."""
        super().on_touch_down(touch)
        return True


load_layout(__file__)

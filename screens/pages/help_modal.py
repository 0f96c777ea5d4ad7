"""24 on an upright panel: somebody is on the way; laid over the page that was there."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome, HelpComing
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names


class HelpModalPage(ResidentPage):
    headline = StringProperty("")
    lines = StringProperty("")
    window = StringProperty("")

    rehearsal = HelpComing(True, "1")

    def show(self, view: HelpComing, chrome: Chrome) -> None:
        text = self.words.text
        place = text("window\u00a0{number}", number=view.window) if view.window.isdigit() else view.window
        self.headline = text("Help is coming")
        self.lines = text("Please wait here a moment.\nWhat you were doing is kept.")
        said = text("You can also go to **{window}**", window=place)
        if not view.online:
            said = text("Please go to **{window}**", window=place)
        self.window = said if place else ""

    def on_touch_down(self, touch: object) -> bool:
        """What lies under the question cannot be pressed."""
        super().on_touch_down(touch)
        return True


load_layout(__file__)

"""31 on an upright panel: this machine cannot serve just now; where else to go, and the code for staff."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.views import Chrome, OutOfService
from screens import drawings
from screens.pages.page import ResidentPage, load_layout
from screens.theme import u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.picture import Picture, texture_of


class WideHallPicture(Picture):
    """The hall among its houses."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), size=(u(984), u(420)), **properties)
        self.texture = texture_of(drawings.hall(u(984), u(420)))


class RestingPage(ResidentPage):
    window = StringProperty("")
    what = StringProperty("")
    next_step = StringProperty("")
    code = StringProperty("")

    def show(self, view: OutOfService, chrome: Chrome) -> None:
        words = self.words
        number = view.window or chrome.window
        place = words.text("window\u00a0{number}", number=number) if number.isdigit() else number
        self.window = words.text("{window} goes on", window=place) if place else ""
        if not place:
            self.window = words.text("Please ask our staff")
        self.what, self.next_step = words.sentence(view.code)
        self.code = words.text("For staff: {code}", code=view.code)


load_layout(__file__)

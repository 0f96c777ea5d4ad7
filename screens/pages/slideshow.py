"""40: one page of the playlist while nobody is there. Any touch wakes, and presses nothing."""

from __future__ import annotations

from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, Slideshow
from screens import drawings
from screens.pages.page import ResidentPage, load_layout
from screens.theme import mode, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.picture import Picture, texture_of

SORTS = {"notice": ("Notice", "megaphone-fill"), "picture": ("From our hall", "image-fill")}


class StreetAtRest(Picture):
    """The hall on the ground of the upper part; none in the dark set."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), size=(u(1080), u(420)), **properties)
        if mode() != "dark":
            self.texture = texture_of(drawings.hall_on_primary(u(1080), u(420)))
        else:
            self.opacity = 0


class SlidePage(ResidentPage):
    clock = StringProperty("")
    day = StringProperty("")
    title = StringProperty("")
    text = StringProperty("")
    sort = StringProperty("")
    sign = StringProperty("")
    pictured = BooleanProperty(False)

    rehearsal = Slideshow(Around(), "data:查", "data:看", "notice")

    def show(self, view: Slideshow, chrome: Chrome) -> None:
        words = self.words
        self.clock = chrome.clock
        self.day = words.day(chrome.date) if chrome.clock else ""
        self.title, self.text = words.label(view.title), words.label(view.text)
        name, self.sign = SORTS.get(view.sort, SORTS["notice"])
        self.sort = words.text(name)
        if not view.picture:
            self.show_picture(None)

    def show_picture(self, picture: Any) -> None:
        """The slide's picture (height x width x 3, BGR, uint8), in place of the clock; None: the clock again."""
        self.pictured = picture is not None
        if picture is None:
            self.ids.picture.texture = None
            return
        height, width = picture.shape[:2]
        texture = Texture.create(size=(width, height), colorfmt="bgr")
        texture.blit_buffer(picture.tobytes(), colorfmt="bgr", bufferfmt="ubyte")
        texture.flip_vertical()
        self.ids.picture.texture = texture


load_layout(__file__)

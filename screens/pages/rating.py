"""22: how was it? Five faces, or none at all; it names nobody."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import SCORE, Around, RatingPage
from screens import drawings_resident, tokens
from screens.pages.page import ResidentPage, load_layout
from screens.theme import mode, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.picture import Picture, texture_of
from screens.widgets.touch import Touchable

WORDS = {
    5: "Very pleased",
    4: "Pleased",
    3: "It was all right",
    2: "Not pleased",
    1: "Not pleased at all",
}
SKINS = {5: "#F6C58E", 4: "#FBD9AE", 3: "#F8E6CD", 2: "#F0E4D3", 1: "#E7DFCF"}
FACE = 112


class FacePicture(Picture):
    """A face for a score."""

    score = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), size=(u(FACE), u(FACE)), **properties)
        self.bind(score=self._draw)

    def _draw(self, *_: Any) -> None:
        line = tokens.COLOURS["accent_ink"] if mode() == "dark" else tokens.COLOURS["ink2"]
        drawn = drawings_resident.face(u(FACE), int(self.score), SKINS[int(self.score)], line)
        self.texture = texture_of(drawn)


class FaceRow(Touchable):
    """One answer."""

    score = NumericProperty(0)
    say = StringProperty("")


class FiveFacesPage(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")

    rehearsal = RatingPage(Around(), "data:查")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        for score in WORDS:
            row = FaceRow(score=score, on_release=lambda row: self.press(SCORE, str(int(row.score))))
            self.ids.faces.add_widget(row)

    def show(self, view: RatingPage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.text("How was it?")
        self.lead = words.text(
            "{subject}\nYour answer does not carry your name.", subject=words.label(view.subject)
        )
        for row in self.ids.faces.children:
            row.say = words.text(WORDS[int(row.score)])


load_layout(__file__)

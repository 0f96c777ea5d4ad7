"""13: place a card where the light is, one screen for every way of being known here."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import Chrome
from kiosk.views_resident import Around, PlaceCard, Steps
from screens import drawings_resident
from screens.pages.page import ResidentPage, load_layout
from screens.theme import by_mode, mode, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.panels import Tag
from screens.widgets.picture import Picture, texture_of
from screens.widgets.resident import fit

# way of being known: (what to do, what is waited for, its name, sign)
WAYS = {
    "id_card": (
        "Place your ID card",
        "Waiting for your ID card",
        "ID card",
        "identification-card-fill",
    ),
    "social_security": (
        "Insert your social card",
        "Waiting for your social card",
        "Social card",
        "credit-card-fill",
    ),
    "hall_card": ("Hold your hall card here", "Waiting for your hall card", "Hall card", "contactless"),
    "phone_code": ("Show the code on your phone", "Waiting for your code", "Phone code", "qr-code-fill"),
}


class IdCardPicture(Picture):
    """An ID card over the reader; in the dark set, which has no pictures, its sign."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.fit_mode = "scale-down"
        self.opacity = 0 if mode() == "dark" else 1
        if mode() != "dark":
            self.texture = texture_of(drawings_resident.id_card_over_reader(u(720), u(616)))
            self.texture.mag_filter = self.texture.min_filter = "linear"


class PlaceCardPage(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")
    status = StringProperty("")
    status_sign = StringProperty("")
    trouble = StringProperty("")
    privacy = StringProperty("")
    busy = BooleanProperty(False)
    several = BooleanProperty(False)
    sign = StringProperty("")

    rehearsal = PlaceCard(Around(), Steps(("Place card", "Print"), 0), ("id_card", "hall_card"))

    def show(self, view: PlaceCard, chrome: Chrome) -> None:
        words = self.words
        self.ids.steps.show(view.steps, words)
        do, waiting, _, sign = WAYS[next(iter(view.ways), "id_card")]
        self.busy = view.busy
        self.headline = whose_card(view, words) or words.text(do)
        self.lead = words.text("Put it where the light is, below the screen.\nYou hear one beep.")
        self.status = words.text("Just a moment") if view.busy else words.text(waiting)
        self.status_sign = "hourglass-fill" if view.busy else "broadcast-fill"
        self.sign = sign if mode() == "dark" else ""
        self.trouble = "\n".join(words.sentence(view.trouble)) if view.trouble else ""
        self.privacy = (
            ""
            if view.trouble
            else words.text("Used for your own records only,\nand wiped when you are done.")
        )
        self._show_other_ways(view.ways[1:])

    def _show_other_ways(self, ways: tuple[str, ...]) -> None:
        row = self.ids.ways
        fit(row, len(ways), lambda: Tag(pos_hint={"center_y": 0.5}))
        for tag, way in zip(reversed(row.children), ways, strict=True):
            _, _, name, sign = WAYS[way]
            tag.em = self.ids.or_word.em
            tag.say, tag.fill = self.words.text(name), "primary_tint"
            tag.sign = by_mode(sign, "")
        self.several = bool(ways)


def whose_card(view: PlaceCard, words: Translator) -> str:
    """The headline where the card of somebody else is asked for, else nothing."""
    if view.whose == "principal":
        return words.text("Place the card of the person\nyou act for")
    return words.text("Place the guardian's card") if view.whose == "guardian" else ""


load_layout(__file__)

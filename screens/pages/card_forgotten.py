"""A card still lies on the reader and nobody goes on: louder after 20 seconds, and staff know after 60."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, CardForgotten
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names

STAFF_TOLD_AT = 60


class CardForgottenPage(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")
    told = StringProperty("")

    rehearsal = CardForgotten(Around(), 5, "card_reader")

    def show(self, view: CardForgotten, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.text("Please take your card")
        self.lead = words.text("It still lies on the reader.\nYour data are wiped already.")
        self.told = (
            words.text("Is it not yours?\nPlease give it to our staff.")
            if view.step < STAFF_TOLD_AT
            else words.text("Our staff know about it\nand come to fetch it.")
        )


load_layout(__file__)

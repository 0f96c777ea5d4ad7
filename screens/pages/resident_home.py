"""10 to 12: the resident's first page: what can be done here, in tiles or in full-width rows."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import CHOOSE, Chrome
from kiosk.views_resident import TURN, Around, ResidentHome, Row
from screens import drawings
from screens.pages.page import Page, load_layout
from screens.theme import large, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.picture import Picture, texture_of
from screens.widgets.resident import WARM_SIGNS, fit
from screens.widgets.touch import Touchable

GREETINGS = {
    "": "Welcome",
    "morning": "Good morning",
    "noon": "Good day",
    "afternoon": "Good afternoon",
    "evening": "Good evening",
}
HERO = 484
LOW_HERO = 250
LEAD = 168


class StreetPicture(Picture):
    """The hall on the ground of the hero."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(size_hint=(None, None), size=(u(1080), u(420)), **properties)
        self.texture = texture_of(drawings.hall_on_primary(u(1080), u(420)))


class Tile(Touchable):
    """One thing to do."""

    value = StringProperty("")
    say = StringProperty("")
    hint = StringProperty("")
    sign = StringProperty("")
    warm = BooleanProperty(False)


class HomeTile(Tile):
    """A thing to do beside others, its words below its sign."""


class LeadTile(Tile):
    """The first thing to do, where the others are in pairs: across the page, filled."""


class ResidentHomePage(Page):
    headline = StringProperty("")
    lead = StringProperty("")
    hero = NumericProperty(HERO)

    rehearsal = ResidentHome(
        Around(), "morning", (Row("a", "Welcome", "data:查", "files-fill"), Row("b", "Welcome", "data:看"))
    )

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._in_rows = large()
        if self._in_rows:
            self.remove_widget(self.ids.hero)
        else:
            self._street = StreetPicture()
            self.ids.sky.add_widget(self._street)
        for unused in ("first", "tiles") if self._in_rows else ("heading", "rows"):
            self.ids.main.remove_widget(self.ids[unused])

    def show(self, view: ResidentHome, chrome: Chrome) -> None:
        words = self.words
        room_taken = view.around.in_session or view.around.person is not None or self.compact
        if self._in_rows:
            self.headline = words.text("What do you need?")
            self.lead = words.text("Touch one to begin.\nYou can always go back.")
            self.ids.rows.show(view.rows, words)
        else:
            self.headline = words.text(GREETINGS[view.greeting])
            self.lead = words.text("What would you like to do?")
            self.hero = LOW_HERO if room_taken else HERO
            self._street.height = u(420) if self.hero == HERO else 0
            self._show_tiles(view.rows)
        self.ids.pager.show(view.page, view.pages, words)

    def _show_tiles(self, rows: tuple[Row, ...]) -> None:
        first, pairs = self.ids.first, self.ids.tiles
        # Tiles stand in pairs: where their number is odd, the first one runs across.
        leads = len(rows) % 2
        fit(first, leads, self._made_lead)
        first.height = u(LEAD) if leads else 0
        fit(pairs, len(rows) - leads, self._made_tile)
        tiles = [*reversed(first.children), *reversed(pairs.children)]
        for tile, row in zip(tiles, rows, strict=True):
            tile.value = row.value
            tile.say, tile.hint = self.words.label(row.title), self.words.label(row.hint)
            tile.sign = known_sign(row.icon)
            tile.warm = row.icon in WARM_SIGNS

    def _made_lead(self) -> LeadTile:
        return LeadTile(on_release=lambda tile: self.choose(tile.value))

    def _made_tile(self) -> HomeTile:
        return HomeTile(on_release=lambda tile: self.choose(tile.value))

    def choose(self, value: str) -> None:
        self.press(CHOOSE, value)

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

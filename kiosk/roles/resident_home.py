"""The first page: what one can come for, and the errand that each tile begins."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk, Errand
from kiosk.roles.resident_guides import browse
from kiosk.roles.resident_norms import open_norm_of, say_need
from kiosk.roles.resident_places import look_around
from kiosk.roles.resident_query import look_up
from kiosk.roles.visitor_withdrawal import withdraw
from kiosk.roles.visitor_words import WITHDRAW_TILE
from kiosk.views_resident import ResidentHome, Row

MOST_CHOICES_ELDER = 6
MEALS_KIND = "canteen_account"
POINTS_KIND = "points"
APPLICATIONS_KIND = "applications"
AT_THE_DOOR_NORM = "no-002"

Errands = Mapping[str, Callable[[Errand], None]]


@dataclass(frozen=True, slots=True)
class Home:
    """What a terminal's first page offers: its tiles, which may depend on what the machine can do now, and what each begins.
    `plays`: the playlist runs while nobody is there."""

    tiles: Callable[[Desk], tuple[Row, ...]]
    errands: Errands
    plays: bool = True

    def tiles_of(self, desk: Desk, page: int) -> tuple[tuple[Row, ...], int]:
        """The tiles of a page, and how many pages there are: large letters leave room for six."""
        tiles = self.tiles(desk)
        height = MOST_CHOICES_ELDER if desk.is_large else max(1, len(tiles))
        pages = max(1, math.ceil(len(tiles) / height))
        first = min(page, pages - 1) * height
        return tiles[first : first + height], pages

    def page(self, desk: Desk, greeting: str, page: int) -> ResidentHome:
        rows, pages = self.tiles_of(desk, page)
        return ResidentHome(desk.around(), greeting, rows, min(page, pages - 1), pages)


# Consents are taken back at any terminal. One tile across the page and eight in pairs: no place stays empty.
TILES = (*words.TILES, WITHDRAW_TILE)
RESIDENT = Home(
    tiles=lambda desk: TILES,
    errands=MappingProxyType(
        {
            words.RECORDS: look_up,
            words.GUIDES: browse,
            words.NEED: say_need,
            words.AT_THE_DOOR: lambda errand: open_norm_of(errand, AT_THE_DOOR_NORM),
            words.PLACES: look_around,
            words.MEALS: lambda errand: look_up(errand, MEALS_KIND),
            words.POINTS: lambda errand: look_up(errand, POINTS_KIND),
            words.APPLICATIONS: lambda errand: look_up(errand, APPLICATIONS_KIND),
            WITHDRAW_TILE.value: withdraw,
        }
    ),
)

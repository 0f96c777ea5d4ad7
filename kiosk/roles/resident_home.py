"""The first page: what one can come for, and the errand that each tile begins."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk, Errand
from kiosk.roles.resident_guides import browse
from kiosk.roles.resident_norms import open_norm_of, say_need
from kiosk.roles.resident_places import look_around
from kiosk.roles.resident_query import look_up
from kiosk.views_resident import ResidentHome, Row

MOST_CHOICES_ELDER = 6
MEALS_KIND = "canteen_account"
POINTS_KIND = "points"
APPLICATIONS_KIND = "applications"
AT_THE_DOOR_NORM = "no-002"

ERRANDS: Mapping[str, Callable[[Errand], None]] = MappingProxyType(
    {
        words.RECORDS: look_up,
        words.GUIDES: browse,
        words.NEED: say_need,
        words.AT_THE_DOOR: lambda errand: open_norm_of(errand, AT_THE_DOOR_NORM),
        words.PLACES: look_around,
        words.MEALS: lambda errand: look_up(errand, MEALS_KIND),
        words.POINTS: lambda errand: look_up(errand, POINTS_KIND),
        words.APPLICATIONS: lambda errand: look_up(errand, APPLICATIONS_KIND),
    }
)


def tiles_of(desk: Desk, page: int) -> tuple[tuple[Row, ...], int]:
    """The tiles of a page, and how many pages there are: large letters leave room for six."""
    tiles = words.TILES
    height = MOST_CHOICES_ELDER if desk.is_large else len(tiles)
    pages = max(1, math.ceil(len(tiles) / height))
    first = min(page, pages - 1) * height
    return tiles[first : first + height], pages


def home_page(desk: Desk, greeting: str, page: int) -> ResidentHome:
    rows, pages = tiles_of(desk, page)
    return ResidentHome(desk.around(), greeting, rows, min(page, pages - 1), pages)


def open_errand(errand: Errand, tile: str) -> None:
    ERRANDS[tile](errand)

"""Services within a quarter of an hour on foot, and the way to each."""

from __future__ import annotations

import math

from kiosk import views
from kiosk.commands_resident import ListPlaces
from kiosk.events_resident import PlacesTold
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_prints import Document, HandOff, Printing
from kiosk.roles.resident_query import turned
from kiosk.roles.resident_waits import Asking
from kiosk.views_resident import FILTER, PRINT, TAKE_ALONG, TURN, ListPage, RoutePage, Row
from offline_cache.wire_residents import Place

ROWS_A_PAGE = 5
ROWS_A_PAGE_ELDER = 3
MOST_FILTERS = 4
MOST_FILTERS_ELDER = 2
ALL = "all"


def look_around(errand: Errand) -> None:
    """All of them at the pace of who asks: large letters, slower steps."""
    elder = errand.desk.mode != "normal"
    errand.open(
        Asking(
            errand,
            words.FETCHING_PLACES,
            lambda ask_id: ListPlaces(ask_id, "", elder),
            lambda event: errand.open(Places(errand, event)),
        )
    )


class Places(Step):
    """Nearest first. One touch narrows them to a sort; touched again, to the next four sorts there are."""

    def __init__(self, errand: Errand, told: PlacesTold) -> None:
        super().__init__(errand)
        self._places = told.places
        self._sort = ALL
        self._page = 0
        self._first_sort = 0

    def view(self) -> ListPage:
        shown, height = self._narrowed(), self._height()
        pages = max(1, math.ceil(len(shown) / height))
        self._page = min(self._page, pages - 1)
        rows = tuple(
            self._row(place, minutes)
            for place, minutes in shown[self._page * height : (self._page + 1) * height]
        )
        return ListPage(
            self.desk.around(),
            words.WHICH_PLACE,
            rows,
            filters=self._filters(),
            page=self._page,
            pages=pages,
            empty=words.NO_PLACES,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == FILTER:
            self._narrow(value)
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action == views.CHOOSE:
            for place, minutes in self._narrowed():
                if place.place_id == value:
                    self.errand.open(Route(self.errand, place, minutes))

    def _height(self) -> int:
        return ROWS_A_PAGE_ELDER if self.desk.is_large else ROWS_A_PAGE

    def _narrowed(self) -> list[tuple[Place, int]]:
        return [(place, minutes) for place, minutes in self._places if self._sort in (ALL, place.sort)]

    def _row(self, place: Place, minutes: int) -> Row:
        of = self.desk.of
        hint = self.desk.words().text("{minutes} min on foot", minutes=minutes)
        return Row(
            place.place_id, words.data(of(place.title_zh, place.title_en)), words.data(hint), place.icon
        )

    def _sorts(self) -> list[str]:
        return list(dict.fromkeys(place.sort for place, _ in self._places))

    def _filters(self) -> tuple[tuple[str, str, bool], ...]:
        sorts, most = self._sorts(), MOST_FILTERS_ELDER if self.desk.is_large else MOST_FILTERS
        if len(sorts) < 2:
            return ()
        shown = sorts[self._first_sort : self._first_sort + most]
        filters = [(ALL, words.ALL_PLACES, self._sort == ALL)]
        filters += [
            (sort, words.PLACE_SORTS.get(sort, words.OTHER_PLACES), self._sort == sort) for sort in shown
        ]
        if len(sorts) > most:
            filters[0] = (words.MORE, words.MORE_SORTS, False)
        return tuple(filters)

    def _narrow(self, value: str) -> None:
        sorts, most = self._sorts(), MOST_FILTERS_ELDER if self.desk.is_large else MOST_FILTERS
        if value == words.MORE:
            self._first_sort += most
            self._sort = ALL
            if self._first_sort >= len(sorts):
                self._first_sort = 0
        elif value == self._sort:
            self._sort = ALL  # the same one again: all of them
        elif value == ALL or value in sorts:
            self._sort = value
        self._page = 0


class Route(Step):
    """The way to a place, on the screen, on a slip, on a phone."""

    def __init__(self, errand: Errand, place: Place, minutes: int) -> None:
        super().__init__(errand)
        self._place = place
        self._minutes = minutes

    def view(self) -> RoutePage:
        place, desk = self._place, self.desk
        return RoutePage(
            desk.around(),
            self._title(),
            desk.of(place.address_zh, place.address_en),
            self._minutes,
            place.metres,
            place.hours,
            place.phone,
            tuple(map(words.data, desk.lines(place.steps.zh, place.steps.en))),
            self._choices(),
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action not in [choice.action for choice in self._choices()]:
            return
        elif action == PRINT:
            self.errand.open(Printing(self.errand, self._document()))
        elif action == TAKE_ALONG:
            self.errand.open(HandOff(self.errand, self._document()))

    def _title(self) -> str:
        return words.data(self.desk.of(self._place.title_zh, self._place.title_en))

    def _choices(self) -> tuple[views.Choice, ...]:
        facts = self.desk.facts
        printing = (words.PRINT_IT,) if facts.media else ()
        return (*printing, words.TAKE_IT) if facts.online else printing

    def _document(self) -> Document:
        media = self.desk.facts.media
        medium = "slip" if "slip" in media else next(iter(media), "")
        return Document("route", self._place.place_id, self._title(), medium)

"""Guides: two ways into the catalogue, search by the first letters, and an item as it is said once (一口清)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kiosk import events, views
from kiosk.commands_resident import ListItems, ListRoots, OpenItem
from kiosk.events_resident import ItemsTold, ItemTold, RootsTold
from kiosk.roles import resident_words as words
from kiosk.roles.resident_applications import apply_for, apply_for_another
from kiosk.roles.resident_errand import Desk, Errand, Step
from kiosk.roles.resident_keyboard import INITIALS, Keyboard
from kiosk.roles.resident_norms import open_norm
from kiosk.roles.resident_prints import Document, HandOff, Printing
from kiosk.roles.resident_query import turned
from kiosk.roles.resident_waits import Asking
from kiosk.views_resident import (
    ACT_FOR,
    APPLY,
    PRINT,
    SEARCH,
    TAKE_ALONG,
    TURN,
    GuidePage,
    ListPage,
    Row,
    SearchPage,
)
from offline_cache.wire_residents import Root, ServiceItem

ROWS_A_PAGE = 6
ROWS_A_PAGE_ELDER = 4
FOUND_ROWS = 4
LONGEST_INITIALS = 16
PARTS_A_PAGE = 3
PARTS_A_PAGE_ELDER = 2
WINDOW, EVERYWHERE, NORMS = "window", "everywhere", "norms"
ONLY = (WINDOW, EVERYWHERE, NORMS)


def rows_a_page(desk: Desk) -> int:
    return ROWS_A_PAGE_ELDER if desk.is_large else ROWS_A_PAGE


def browse(errand: Errand) -> None:
    """From the roots on."""
    errand.open(
        Asking(
            errand,
            words.FETCHING_GUIDES,
            ListRoots,
            lambda event: errand.open(Roots(errand, event)),
        )
    )


class Roots(Step):
    """The ways into the catalogue: what the window does, what can be done anywhere, six systems, eight categories, and
    the norms of the community's own work."""

    def __init__(self, errand: Errand, told: RootsTold) -> None:
        super().__init__(errand)
        self._roots = told.roots
        self._page = 0

    def view(self) -> ListPage:
        rows, height = self._rows(), rows_a_page(self.desk)
        pages = math.ceil(len(rows) / height)
        self._page = min(self._page, pages - 1)
        return ListPage(
            self.desk.around(),
            words.WHICH_GUIDE,
            rows[self._page * height : (self._page + 1) * height],
            page=self._page,
            pages=pages,
            search=True,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == SEARCH:
            self.errand.open(Search(self.errand))
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action == views.CHOOSE:
            title = next((row.title for row in self._rows() if row.value == value), "")
            if title:
                self.errand.open(Items(self.errand, value, title))

    def _rows(self) -> tuple[Row, ...]:
        return (*words.WAYS_IN, *(self._row(root) for root in self._roots), words.NORMS_ROW)

    def _row(self, root: Root) -> Row:
        of = self.desk.of
        hint = words.data(of(root.hint_zh, root.hint_en))
        return Row(root.code, words.data(of(root.title_zh, root.title_en)), hint, root.icon)


class Items(Step):
    """The items of one way in, a page at a time from the disk."""

    def __init__(self, errand: Errand, way: str, title: str) -> None:
        super().__init__(errand)
        self._way = way
        self._title = title
        self._page = 0
        self._ask_id = 0
        self._height = rows_a_page(self.desk)
        self._told: ItemsTold | None = None
        self._asked_page = 0

    def entered(self) -> None:
        self._list()

    def looks_changed(self) -> None:
        # With letters of another size there are other pages, of which nobody has seen one yet.
        self._list(self._asked_page if self._height == rows_a_page(self.desk) else 0)

    def view(self) -> ListPage:
        told = self._told
        return ListPage(
            self.desk.around(),
            self._title,
            item_rows(self.desk, told.items if told else ()),
            page=self._page,
            pages=self._pages(),
            search=True,
            empty=words.NO_GUIDES if told else words.ONE_MOMENT,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == SEARCH:
            self.errand.open(Search(self.errand))
        elif action == TURN:
            page = min(max(0, self._asked_page + turned(value)), self._pages() - 1)
            if page != self._asked_page:
                self._list(page)
        elif action == views.CHOOSE and self._told and value in [item.code for item in self._told.items]:
            open_item(self.errand, value)

    def on(self, event: events.Event) -> None:
        if isinstance(event, ItemsTold) and event.ask_id == self._ask_id:
            # Number and rows of a page change together: until they are there, the page before stands whole.
            self._told, self._page = event, self._asked_page

    def _pages(self) -> int:
        return max(1, math.ceil(self._told.count / self._height)) if self._told else 1

    def _list(self, page: int = 0) -> None:
        self._asked_page, self._height = page, rows_a_page(self.desk)
        self._ask_id = self.desk.number()
        only = self._way if self._way in ONLY else ""
        root = "" if only else self._way
        wish = ListItems(self._ask_id, root=root, only=only, first=page * self._height, most=self._height)
        self.desk.ask(wish)


class Search(Step):
    """Search by the first letters of each syllable."""

    def __init__(self, errand: Errand) -> None:
        super().__init__(errand)
        self._keyboard = Keyboard(self.desk, INITIALS, LONGEST_INITIALS)
        self._ask_id = 0
        self._told: ItemsTold | None = None

    def view(self) -> SearchPage:
        told = self._told if self._keyboard.text else None
        items = told.items if told else ()
        return SearchPage(
            self.desk.around(),
            words.SEARCH_TITLE,
            self._keyboard.text,
            item_rows(self.desk, items),
            max(0, told.count - len(items)) if told else 0,
            self._keyboard.keys(),
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == views.CHOOSE and self._told and value in [item.code for item in self._told.items]:
            open_item(self.errand, value)
        elif self._keyboard.pressed(action, value):
            self._look()

    def on(self, event: events.Event) -> None:
        if isinstance(event, ItemsTold) and event.ask_id == self._ask_id:
            self._told = event

    def _look(self) -> None:
        self._ask_id = self.desk.number()
        if self._keyboard.text:
            self.desk.ask(ListItems(self._ask_id, initials=self._keyboard.text, most=FOUND_ROWS))


def item_rows(desk: Desk, items: Sequence[ServiceItem]) -> tuple[Row, ...]:
    """Items as rows, those without content and those of anywhere tagged."""
    return tuple(
        Row(item.code, words.data(desk.of(item.title_zh, item.title_en)), tag=_tag(item)) for item in items
    )


def _tag(item: ServiceItem) -> str:
    if item.sample:
        return words.SAMPLE
    return words.ANYWHERE if item.everywhere else ""


def open_item(errand: Errand, code: str) -> None:
    """One item, or one norm, with all it says."""

    def told(event: ItemTold) -> None:
        if event.item is not None:
            errand.open(Guide(errand, event.item))
        elif event.norm is not None:
            open_norm(errand, event.norm)

    errand.open(Asking(errand, words.FETCHING_GUIDES, lambda ask_id: OpenItem(ask_id, code), told))


class Guide(Step):
    """One item: conditions, materials, fee, time, place. What is only a sample can be read, and not applied for."""

    def __init__(self, errand: Errand, item: ServiceItem) -> None:
        super().__init__(errand)
        self._item = item
        self._page = 0

    def view(self) -> GuidePage:
        item, desk = self._item, self.desk
        parts, height = self._parts(), PARTS_A_PAGE_ELDER if desk.is_large else PARTS_A_PAGE
        pages = max(1, math.ceil(len(parts) / height))
        self._page = min(self._page, pages - 1)
        return GuidePage(
            desk.around(),
            self._title(),
            parts[self._page * height : (self._page + 1) * height],
            self._choices(),
            sample=item.sample,
            everywhere=item.everywhere,
            page=self._page,
            pages=pages,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action not in [choice.action for choice in self._choices()]:
            return
        elif action == APPLY:
            apply_for(self.errand, self._item)
        elif action == ACT_FOR:
            apply_for_another(self.errand, self._item)
        elif action == PRINT:
            self.errand.open(Printing(self.errand, self._document()))
        elif action == TAKE_ALONG:
            self.errand.open(HandOff(self.errand, self._document()))

    def _title(self) -> str:
        return words.data(self.desk.of(self._item.title_zh, self._item.title_en))

    def _parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        item = self._item
        told = (
            (words.CONDITIONS, item.conditions),
            (words.MATERIALS, item.materials),
            (words.FEE, item.fee),
            (words.TIME, item.time),
            (words.PLACE, item.place),
        )
        parts = ((label, self.desk.lines(lines.zh, lines.en)) for label, lines in told)
        return tuple((label, tuple(map(words.data, lines))) for label, lines in parts if lines)

    def _choices(self) -> tuple[views.Choice, ...]:
        item, facts = self._item, self.desk.facts
        choices: list[views.Choice] = []
        if not item.sample and (item.form or item.papers or item.signature):
            choices.append(words.APPLY_HERE)
            if item.agent_allowed:
                choices.append(words.APPLY_FOR)
        if facts.media:
            choices.append(words.PRINT_IT)
        if facts.online:
            choices.append(words.TAKE_IT)
        return tuple(choices)

    def _document(self) -> Document:
        media = self.desk.facts.media
        medium = "pages" if "pages" in media else next(iter(media), "")
        return Document("guide", self._item.code, self._title(), medium)

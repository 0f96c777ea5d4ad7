"""Guides, norms and their roots as lists and searches want them. Reads only, on the disk thread.

The whole catalogue is a few hundred items: it is read once after each pull and kept, so that a list answers at once
while somebody types initials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk import commands_resident as commands
from kiosk.events_resident import ItemGone, ItemsTold, ItemTold, RootsTold
from offline_cache.reference import Reference
from offline_cache.reference_residents import ResidentReference
from offline_cache.wire_residents import Lines, Norm, ServiceItem

GONE = "item.gone"
NORMS, WINDOW, EVERYWHERE = "norms", "window", "everywhere"
_NOTHING = Lines(zh=[], en=[])


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The catalogue as of one cursor of the feed. `norms` are norms as items with nothing but their titles."""

    cursor: int
    items: tuple[ServiceItem, ...]
    norms: tuple[ServiceItem, ...]


class Catalogue:
    """Answers ListItems, ListRoots and OpenItem through `publish`."""

    def __init__(self, reference: Reference, publish: Callable[[object], None]) -> None:
        self._cursor = reference.cursor
        self._reference = ResidentReference(reference)
        self._publish = publish
        self._shelf: _Shelf | None = None

    def list_items(self, wish: commands.ListItems) -> None:
        """Publishes ItemsTold. Initials look among norms too, as titles are looked for and not sorts of things."""
        found = [item for item in self._candidates(wish) if _fits(item, wish)]
        # What can be done here and now stands before what is a sample.
        found.sort(key=lambda item: (item.sample, not item.window, item.code))
        page = tuple(found[wish.first : wish.first + wish.most])
        self._publish(ItemsTold(wish.ask_id, page, len(found)))

    def list_roots(self, wish: commands.ListRoots) -> None:
        """Publishes RootsTold."""
        self._publish(RootsTold(wish.ask_id, tuple(self._reference.roots())))

    def open_item(self, wish: commands.OpenItem) -> None:
        """Publishes ItemTold or ItemGone."""
        item = self._reference.item(wish.code)
        norm = self._reference.norm(wish.code) if item is None else None
        if item is None and norm is None:
            self._publish(ItemGone(wish.ask_id, GONE))
        else:
            self._publish(ItemTold(wish.ask_id, item, norm))

    def _candidates(self, wish: commands.ListItems) -> Iterable[ServiceItem]:
        shelf = self._shelved()
        if wish.only == NORMS:
            return shelf.norms
        narrowed = wish.root or wish.only
        return shelf.items if narrowed or not wish.initials else shelf.items + shelf.norms

    def _shelved(self) -> _Shelf:
        cursor = self._cursor()
        if self._shelf is None or self._shelf.cursor != cursor:
            norms = tuple(_as_item(norm) for norm in self._reference.norms())
            self._shelf = _Shelf(cursor, tuple(self._reference.items()), norms)
        return self._shelf


def _fits(item: ServiceItem, wish: commands.ListItems) -> bool:
    if wish.only == WINDOW and not item.window:
        return False
    if wish.only == EVERYWHERE and not item.everywhere:
        return False
    if wish.root and wish.root not in (item.system, item.category):
        return False
    return wish.initials.lower() in item.initials


def _as_item(norm: Norm) -> ServiceItem:
    return ServiceItem(
        code=norm.code,
        version=norm.version,
        title_zh=norm.title_zh,
        title_en=norm.title_en,
        initials=norm.initials,
        system=norm.group,
        category="",
        sample=norm.sample,
        conditions=_NOTHING,
        materials=_NOTHING,
        fee=_NOTHING,
        time=_NOTHING,
        place=_NOTHING,
    )

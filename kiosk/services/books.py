"""The terminal's books: its two files on disk and the role's services that read and write them.

Everything here runs on the disk thread. `Books.open` makes them, `perform` does what a flow has asked for, `look`
tells once a second what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk import commands
from kiosk.config import Settings
from kiosk.services.bars import QueueChanged
from kiosk.services.role_services import Doors, Papers, RoleServices
from kiosk.services.roles_table import services_of
from offline_cache.clock import TrustedClock
from offline_cache.db import load_key
from offline_cache.identity import Identity
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference

if TYPE_CHECKING:
    from kiosk.services.meals import Meals

__all__ = ["Books", "BooksOpened", "BooksRefused", "DiskMended", "DiskNotices", "Doors", "PlaceTold"]

BALLAST_EVERY_LOOKS = 60


@dataclass(frozen=True, slots=True)
class BooksOpened:
    """The disk is ready."""

    books: Books


@dataclass(frozen=True, slots=True)
class BooksRefused:
    """The disk cannot be used: a StorageError code."""

    code: str


@dataclass(frozen=True, slots=True)
class DiskMended:
    """A disk that failed has taken a durable write again."""


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """What the hall told us of this place. `cards` are the references that count after one whole frame."""

    name_zh: str
    name_en: str
    cards: frozenset[str]


@dataclass(frozen=True, slots=True)
class DiskNotices:
    """Codes that staff should see (disk.full, disk.log_quarantined)."""

    codes: frozenset[str]


class Books:
    """See the module. `services` are the role's; some of what they do is called from other threads, as RoleServices
    says."""

    def __init__(
        self, outbox: Outbox, reference: Reference, services: RoleServices, site_id: str, doors: Doors
    ) -> None:
        self.outbox = outbox
        self.reference = reference
        self.services = services
        self._site_id = site_id
        self._publish = doors.publish
        self._told: dict[type, object] = {}
        self._looks = 0

    @classmethod
    def open(
        cls,
        settings: Settings,
        identity: Identity,
        clock: TrustedClock,
        doors: Doors,
        make_meals: Callable[..., Meals] | None = None,
    ) -> Books:
        """Opens and checks both files. Raises the StorageError family."""
        directory = settings.terminal.data_dir
        key = load_key(directory)
        outbox = Outbox.open(directory, key, identity.enrolled.terminal_id, clock.stamp())
        clock.not_before(outbox.last_stamp_ms())
        reference = Reference.open(directory, key)
        papers = Papers(settings, identity, key, clock, outbox, reference, doors)
        services = services_of(settings.terminal.role, papers, make_meals)
        return cls(outbox, reference, services, identity.enrolled.site_id, doors)

    def begin(self) -> None:
        """Once: says that the disk is ready, what place this is, what is served, and which slips were left over."""
        self.reference.block_here(self.outbox.blocked_cards())
        self._publish(BooksOpened(self))
        self.tell_place()
        self.look()
        self.services.begin()

    def perform(self, command: commands.Command) -> None:
        """Does it, and publishes the answer. Raises StorageError, and then nothing was done."""
        self.services.perform(command)

    def look(self) -> None:
        """Publishes what is new about the queue, the disk, the meal that is served and its counts. What is wrong with the queue keeps
        no alarm from its timers."""
        try:
            self._look_at_queue()
        finally:
            self.services.refresh()

    def _look_at_queue(self) -> None:
        self._looks += 1
        if self._looks % BALLAST_EVERY_LOOKS == 0 and "disk.full" in self.outbox.notices:
            self.outbox.restore_ballast()
        self.outbox.catch_up()
        status = self.outbox.status()
        self._tell(
            QueueChanged(status.unsent, status.oldest_ms, status.refused, status.last_seq, self.outbox.log_id)
        )
        self._tell(DiskNotices(frozenset(self.outbox.notices)))

    def tell_place(self) -> None:
        """The place's name and its cards: at start, and when the hall has changed them."""
        site = self.reference.site(self._site_id)
        cards = frozenset(self.reference.card_refs())
        self._publish(PlaceTold(site.name_zh if site else "", site.name_en if site else "", cards))

    def prove_writable(self) -> None:
        """One small durable write. Raises StorageError while the disk cannot take it."""
        self.outbox.prove_writable()
        self._publish(DiskMended())

    def close(self) -> None:
        self.services.close()
        self.outbox.close()
        self.reference.close()

    def _tell(self, event: object) -> None:
        """Only what differs from the last time is news."""
        if self._told.get(type(event)) != event:
            self._told[type(event)] = event
            self._publish(event)

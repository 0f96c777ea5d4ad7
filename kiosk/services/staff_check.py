"""Who is staff, by card and by PIN: the same at every role, since a technician may open any terminal.

Runs on the disk thread, but for `check_pin`, which is slow on purpose and runs on a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kiosk import commands, events
from kiosk.services.pins import Pins
from kiosk.services.staff_records import StaffCards, record_of
from offline_cache import wire
from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox


class Stamps(Protocol):
    def stamp(self) -> Stamp: ...


class StaffCheck:
    """Answers IdentifyStaff and CheckPin through `publish`. `on_disk` runs something on the disk thread and waits for it,
    with a deadline."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        clock: Stamps,
        site_id: str,
        staff_cards: StaffCards,
        pins: Pins,
        publish: Callable[[object], None],
        on_disk: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._site_id = site_id
        self._staff_cards = staff_cards
        self._pins = pins
        self._publish = publish
        self._on_disk = on_disk

    def identify(self, card_ref: str) -> None:
        """Publishes StaffTapped for the card of a member of staff of this site; nothing for any other."""
        staff = self._staff_cards.holder_of(card_ref)
        if staff is not None:
            self._publish(events.StaffTapped(staff))

    def check_pin(self, command: commands.CheckPin) -> None:
        """Publishes PinChecked. Not for the main thread, nor for the disk's. Raises StorageError where wrong PINs cannot
        be counted."""
        candidates = self._on_disk(lambda: self._staff_cards.candidates(command.staff_id))
        verdict = self._pins.check(command.pin, candidates, self._clock.stamp())
        if verdict.locked_now:
            self._on_disk(lambda: self._note_lock(command.staff_id))
        staff = record_of(verdict.staff) if verdict.staff else None
        self._publish(events.PinChecked(staff is not None, staff, verdict.left, verdict.locked_s))

    def _note_lock(self, staff_id: str) -> None:
        """Somebody tries PINs: a row, so that the hall hears of it and nobody can take it back."""
        body = wire.PinLockedBody(site_id=self._site_id, staff_id=staff_id or None)
        self._outbox.append(wire.RowKind.PIN_LOCKED, body, self._clock.stamp())

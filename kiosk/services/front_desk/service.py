"""What each service of the desk is to the others, and to `desk`."""

from __future__ import annotations

from typing import Protocol

from kiosk import commands


class DeskService(Protocol):
    """One concern of the desk. On the disk thread; whatever writes raises the StorageError family, and then nothing was done."""

    @property
    def hears(self) -> tuple[type, ...]:
        """The events that `hear` is to be told of."""
        ...

    def begin(self) -> None:
        """Once, when the disk is ready: what an earlier run left, and what a flow has to know first."""
        ...

    def refresh(self) -> None:
        """About once a second."""
        ...

    def perform(self, command: commands.Command) -> bool:
        """Does it, and publishes the answer; False for a command that is none of this service's."""
        ...

    def hear(self, event: object) -> None: ...


class NotesTickets(Protocol):
    """What tickets are to know of visits (visits.Visits)."""

    def note_ticket(self, number: str) -> str:
        """Somebody has taken this number: a visit without a name. Returns its visit_id, whose row is written."""
        ...


class GivesTickets(Protocol):
    """What visits are to know of tickets (tickets.Tickets)."""

    def for_window(self, visit_id: str, number: str, window: str) -> str:
        """A new ticket for the way to `window`, written and its slip queued. A number is one window's: the `number` that the visit had
        so far, "" none, has come. Returns the new one. Raises DeskRefusal (window.unknown …)."""
        ...


class DeskRefusal(Exception):
    """A wish of the desk that cannot be done; `code` is stable, and goes into DeskRefused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

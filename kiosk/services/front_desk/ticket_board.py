"""Today's tickets, as this terminal knows them: what it did itself, from its log, and what the hall tells of the others.

A terminal's numbers begin with its own letter and count what it issued on the local day, so that two terminals never mint the
same one and no number is said twice, whatever the network does. On the disk thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from offline_cache.outbox import Outbox
from offline_cache.own_rows import OwnRow
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import DeskWindow, Ticket, TicketCalledBody, TicketIssuedBody

LAST_COUNT = 9_999
WAITING = "waiting"
REFUSED = "refused"
_KINDS = (RowKind.TICKET_ISSUED, RowKind.TICKET_CALLED)


class NumbersUsedUp(Exception):
    """This letter has had all its numbers today."""


@dataclass(frozen=True, slots=True)
class _Call:
    window: str
    state: str


class TicketBoard:
    """See the module. Nothing is read before `turn_to`. All but the look-ups raise the StorageError family."""

    def __init__(
        self, outbox: Outbox, reference: FrontDeskReference, terminal_id: str, letter: str, zone: tzinfo
    ) -> None:
        self.day = ""
        self.windows: Sequence[DeskWindow] = ()
        self._outbox = outbox
        self._reference = reference
        self._terminal_id = terminal_id
        self._letter = letter
        self._zone = zone
        self._issued: dict[str, Ticket] = {}
        self._calls: dict[str, _Call] = {}
        self._told: dict[str, Ticket] = {}

    def turn_to(self, day: str) -> None:
        """Reads everything of an ISO date."""
        self.day = day
        self.read_own()
        self.read_told()

    def read_own(self) -> None:
        """What this terminal did: at the beginning of a day, and when the hall has refused something of it."""
        self._issued.clear()
        self._calls.clear()
        for row in self._outbox.rows_since(_KINDS, _midnight_ms(self.day, self._zone)):
            if row.body["date"] == self.day:
                self._take(row)

    def read_told(self) -> None:
        """What the hall tells."""
        self.windows = self._reference.windows()
        self._told = {ticket.number: ticket for ticket in self._reference.tickets(self.day)}

    def _take(self, row: OwnRow) -> None:
        if row.kind is RowKind.TICKET_ISSUED:
            self.was_issued(TicketIssuedBody.model_validate(row.body), row.occurred_at_ms)
        elif row.state != REFUSED:
            self.was_called(TicketCalledBody.model_validate(row.body))

    def was_issued(self, body: TicketIssuedBody, at_ms: int) -> None:
        """A row of this terminal's: a new ticket, or one that now leads to a window."""
        known = self.find(body.number)
        values: dict[str, Any] = {"queue": body.queue, "window": body.window}
        self._issued[body.number] = (
            known.model_copy(update=values)
            if known is not None
            else Ticket(
                number=body.number, date=body.date, terminal_id=self._terminal_id, issued_ms=at_ms, **values
            )
        )

    def was_called(self, body: TicketCalledBody) -> None:
        """A row of this terminal's."""
        self._calls[body.number] = _Call(body.window, body.state)

    # --- looking ----------------------------------------------------------------------------------------------------

    def next_number(self) -> str:
        """The number after the last of today. Raises NumbersUsedUp."""
        numbers = {*self._issued, *self._told}
        last = max((int(each[1:]) for each in numbers if each[0] == self._letter), default=0)
        if last >= LAST_COUNT:
            raise NumbersUsedUp
        return f"{self._letter}{last + 1:03d}"

    def tickets(self) -> list[Ticket]:
        """Those that wait first, the longest waiting before the others; then all others, in the order of their numbers."""
        merged = [self._merged(number) for number in {**self._told, **self._issued}]
        return sorted(merged, key=lambda each: (each.state != WAITING, each.issued_ms, each.number))

    def waiting(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets() if ticket.state == WAITING]

    def find(self, number: str) -> Ticket | None:
        return self._merged(number) if number in self._issued or number in self._told else None

    def windows_for(self, queue: str) -> tuple[str, ...]:
        """Where what this queue waits for is done."""
        return tuple(each.window for each in self.windows if queue in each.queues)

    def queues(self) -> tuple[tuple[str, str, str], ...]:
        """(queue, title_zh, title_en) of what a number can be taken for, in the order of the windows. A queue is called as a
        window that does nothing else, else as the first that does it; of two that would be called alike, one is offered."""
        narrow_first = sorted(self.windows, key=lambda each: len(each.queues) > 1)
        titles = {
            queue: next((each.title_zh, each.title_en) for each in narrow_first if queue in each.queues)
            for window in self.windows
            for queue in window.queues
        }
        by_title = {title: queue for queue, title in reversed(titles.items())}
        return tuple((queue, *title) for queue, title in titles.items() if by_title[title] == queue)

    def knows_window(self, window: str) -> bool:
        """Whether there is such a window, as far as the hall has told of any."""
        return not self.windows or any(each.window == window for each in self.windows)

    def longest_waiting(self, window: str) -> Ticket | None:
        """Who is to come to this window next: of what is done there, and of those who were sent there."""
        return next((each for each in self.waiting() if self._is_for(each, window)), None)

    def _is_for(self, ticket: Ticket, window: str) -> bool:
        if ticket.window:
            return ticket.window == window
        places = self.windows_for(ticket.queue)
        return not places or window in places

    def _merged(self, number: str) -> Ticket:
        """What this terminal did counts before the hall knows it; once another window has called the number, the hall's word
        counts."""
        told, own = self._told.get(number), self._issued.get(number)
        ticket = told or own
        assert ticket is not None
        if own is not None and own.window and ticket.state == WAITING:
            ticket = ticket.model_copy(update={"window": own.window})
        call = self._calls.get(number)
        if call is None or (ticket.state != WAITING and ticket.window not in ("", call.window)):
            return ticket
        return ticket.model_copy(update={"window": call.window, "state": call.state})


def ahead_of(tickets: Iterable[Ticket], queue: str, window: str) -> int:
    """How many of those that wait are for the same: the window where one is said, else the queue."""
    return sum(each.window == window if window else each.queue == queue for each in tickets)


def _midnight_ms(day: str, zone: tzinfo) -> int:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)
    return round(at.timestamp() * 1000)

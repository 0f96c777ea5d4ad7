"""Queue tickets: a number is minted with its row in one commit, printed, called aloud, and answered by its window.

A power cut between two instants leaves a number that was written, and is never said again that day, or none at all. While the
hall is there a call is said aloud once the hall has taken it, so that two windows never call the same person; a hall
that does not answer in time holds nobody up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from zoneinfo import ZoneInfo

from drivers.base import Health
from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.events_front_desk import DeskRefused, TicketIssued, TicketsTold
from kiosk.services.front_desk.desk_slips import TicketSaid, ticket_slip
from kiosk.services.front_desk.service import DeskRefusal, NotesTickets
from kiosk.services.front_desk.signed_in import NOBODY_SIGNED_IN, SignedIn
from kiosk.services.front_desk.ticket_board import WAITING, NumbersUsedUp, TicketBoard, ahead_of
from kiosk.services.residents.day import local_time
from kiosk.services.residents.places import PlaceKept
from kiosk.services.role_services import Papers
from kiosk.views_front_desk import TicketRow
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.sync import ReferenceChanged, RowsSettled
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import Ticket, TicketCalledBody, TicketIssuedBody

NONE, TAKEN, USED_UP, WINDOW_UNKNOWN = "ticket.none", "ticket.taken", "ticket.used_up", "window.unknown"
HALL_ANSWERS_MS = 2_000
LEFT_OVER_MS = 48 * 3_600_000
CALLED = "called"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that the hall has not answered yet. `until_ms` is monotonic."""

    wish: wishes.CallTicket
    body: TicketCalledBody
    txn_id: str
    since_ms: int
    until_ms: int


class Tickets:
    """A DeskService, and what visits.Visits wants of tickets. `visits` is told of each number that somebody took."""

    hears: tuple[type, ...] = (ReferenceChanged, RowsSettled)

    def __init__(self, papers: Papers, signed_in: SignedIn, visits: NotesTickets | None = None) -> None:
        terminal, desk = papers.settings.terminal, papers.settings.front_desk
        site_id = papers.identity.enrolled.site_id
        self.visits = visits
        self._zone = ZoneInfo(terminal.timezone)
        self._board = TicketBoard(
            papers.outbox,
            FrontDeskReference(papers.reference),
            terminal.id,
            desk.ticket_letter,
            self._zone,
        )
        phone = papers.settings.resident.window_phone
        self._place = PlaceKept(papers.reference, site_id, terminal.id, phone)
        self._locale = terminal.locale
        self._window = terminal.window
        self._outbox = papers.outbox
        self._doors = papers.doors
        self._now = papers.clock.stamp
        self._signed_in = signed_in
        self._asked: list[_Asked] = []
        self._told: TicketsTold | None = None

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        self._drop_leftovers()
        self.refresh()

    def refresh(self) -> None:
        now_ms = self._now().monotonic_ms
        for asked in [each for each in self._asked if now_ms >= each.until_ms]:
            self._go_on(asked)
        if self._turn_the_day():
            self._tell()

    def hear(self, event: object) -> None:
        match event:
            case ReferenceChanged(kinds) if kinds & {ReferenceKind.TICKET, ReferenceKind.DESK_WINDOW}:
                self._turn_the_day()
                self._board.read_told()
                self._tell()
            case RowsSettled():
                self._settled(event)

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.TakeTicket():
                self._refusable(command.ask_id, lambda: self._take(command))
            case wishes.CallTicket():
                self._refusable(command.ask_id, lambda: self._call(command))
            case wishes.ListTickets():
                self._turn_the_day()
                self._tell(anew=True)
            case _:
                return False
        return True

    # --- issuing ----------------------------------------------------------------------------------------------------

    def for_window(self, visit_id: str, number: str, window: str) -> str:
        """See service.GivesTickets."""
        self._turn_the_day()
        if not self._board.knows_window(window):
            raise DeskRefusal(WINDOW_UNKNOWN)
        new = self._next_number()
        self._issue(self._body(new, "", window, visit_id), (window,), self._locale)
        self._came(number)
        self._tell()
        return new

    def _came(self, number: str) -> None:
        """Who is sent on from here has come: the number that she had is to be called by nobody."""
        known = self._board.find(number)
        if known is not None and known.state in (WAITING, CALLED):
            self._write(number, self._window, self._signed_in.staff_id, "came")

    def _take(self, wish: wishes.TakeTicket) -> None:
        self._turn_the_day()
        body = self._body(self._next_number(), wish.queue)
        windows = self._board.windows_for(wish.queue)
        ahead, printed = self._issue(body, windows, wish.locale)
        window = windows[0] if len(windows) == 1 else ""
        self._doors.publish(TicketIssued(wish.ask_id, body.number, ahead, window, printed))
        self._tell()
        if self.visits is not None:
            self.visits.note_ticket(body.number)

    def _next_number(self) -> str:
        try:
            return self._board.next_number()
        except NumbersUsedUp as error:
            raise DeskRefusal(USED_UP) from error

    def _body(self, number: str, queue: str, window: str = "", visit_id: str = "") -> TicketIssuedBody:
        return TicketIssuedBody(
            number=number, date=self._board.day, queue=queue, visit_id=visit_id, window=window
        )

    def _issue(self, body: TicketIssuedBody, windows: tuple[str, ...], locale: str) -> tuple[int, bool]:
        """The row and its slip in one commit; how many wait before it, and whether paper comes."""
        stamp = self._now()
        others = [ticket for ticket in self._board.waiting() if ticket.number != body.number]
        ahead = ahead_of(others, body.queue, body.window)
        slip = None
        if self._is_printer_ready():
            self._place.refresh()
            at = f"{local_time(stamp, self._zone):%H:%M}"
            said = TicketSaid(body.number, ahead, windows, body.date, at, stamp.trusted)
            slip = ticket_slip(said, self._place.told(), locale)
        row = self._outbox.append(RowKind.TICKET_ISSUED, body, stamp, slip)
        self._board.was_issued(body, stamp.wall_ms)
        if slip is not None and self._doors.slip_queued is not None:
            self._doors.slip_queued(row.txn_id)
        return ahead, slip is not None

    def _is_printer_ready(self) -> bool:
        """Of a printer that is out of paper nothing is asked: a number that is printed when its person has gone is litter."""
        printer = self._doors.printer
        if printer is None or self._doors.slip_queued is None or printer.status is None:
            return False
        return printer.status.health in (Health.OK, Health.DEGRADED)

    def _drop_leftovers(self) -> None:
        """Slips of before a restart: who took that number has read it on the screen, and stands there no more."""
        since_ms = self._now().wall_ms - LEFT_OVER_MS
        issued = {row.txn_id for row in self._outbox.rows_since([RowKind.TICKET_ISSUED], since_ms)}
        for job in self._outbox.prints().unfinished():
            if job.txn_id in issued:
                self._outbox.prints().dismissed(job.txn_id)

    # --- calling ----------------------------------------------------------------------------------------------------

    def _call(self, wish: wishes.CallTicket) -> None:
        if not self._signed_in.is_here(wish.staff_id):
            raise DeskRefusal(NOBODY_SIGNED_IN)
        self._turn_the_day()
        ticket = self._ticket_for(wish)
        if wish.state != CALLED:
            self._write(ticket.number, wish.window, wish.staff_id, wish.state)
            self._tell(anew=True)
            return
        stamp = self._now()
        body = self._called(ticket.number, wish.window, wish.staff_id, CALLED)
        row = self._outbox.append(RowKind.TICKET_CALLED, body, stamp)
        asked = _Asked(wish, body, row.txn_id, stamp.wall_ms, stamp.monotonic_ms + HALL_ANSWERS_MS)
        if self._doors.online():
            self._asked.append(asked)
        else:
            self._go_on(asked)

    def _write(self, number: str, window: str, staff_id: str, state: str) -> None:
        body = self._called(number, window, staff_id, state)
        self._outbox.append(RowKind.TICKET_CALLED, body, self._now())
        self._board.was_called(body)

    def _called(self, number: str, window: str, staff_id: str, state: str) -> TicketCalledBody:
        named = cast("Literal['called', 'came', 'absent']", state)
        day = self._board.day
        return TicketCalledBody(number=number, date=day, window=window, staff_id=staff_id, state=named)

    def _ticket_for(self, wish: wishes.CallTicket) -> Ticket:
        """Raises DeskRefusal."""
        if not wish.number:
            found = self._board.longest_waiting(wish.window)
        else:
            found = self._board.find(wish.number)
        if found is None or any(found.number == each.body.number for each in self._asked):
            raise DeskRefusal(NONE)
        if found.window not in ("", wish.window):
            raise DeskRefusal(TAKEN)
        return found

    def _go_on(self, asked: _Asked) -> None:
        """The number is this window's."""
        self._asked = [each for each in self._asked if each is not asked]
        self._board.was_called(asked.body)
        if self._doors.speaker is not None:
            with contextlib.suppress(
                ValueError
            ):  # a window of a name that is not said aloud: it stands on the screen
                self._doors.speaker.call_ticket(asked.body.number, asked.body.window)
        self._tell(anew=True)

    def _settled(self, event: RowsSettled) -> None:
        """The hall has answered rows: those whose call it has taken go on, the others were called by another window."""
        if self._asked:
            rows = self._outbox.rows_since(
                [RowKind.TICKET_CALLED], min(each.since_ms for each in self._asked)
            )
            states = {row.txn_id: row.state for row in rows}
            for asked in list(self._asked):
                self._judge(asked, states.get(asked.txn_id, ""))
        if event.refused:
            self._board.read_own()
            self._tell()

    def _judge(self, asked: _Asked, state: str) -> None:
        if state == "accepted":
            self._go_on(asked)
        elif state == "refused":
            self._asked.remove(asked)
            self._doors.publish(DeskRefused(asked.wish.ask_id, TAKEN))

    # --- inside -----------------------------------------------------------------------------------------------------

    def _refusable(self, ask_id: int, work: Callable[[], None]) -> None:
        try:
            work()
        except DeskRefusal as refusal:
            self._doors.publish(DeskRefused(ask_id, refusal.code))

    def _turn_the_day(self) -> bool:
        """Whether it is another day than before."""
        day = local_time(self._now(), self._zone).date().isoformat()
        is_new = day != self._board.day
        if is_new:
            self._board.turn_to(day)
        return is_new

    def _tell(self, *, anew: bool = False) -> None:
        """Publishes TicketsTold when it has changed, or when somebody has asked."""
        told = TicketsTold(
            tuple(self._row(ticket) for ticket in self._board.tickets()),
            tuple((each.window, each.title_zh, each.title_en) for each in self._board.windows),
            self._board.queues(),
        )
        if anew or told != self._told:
            self._told = told
            self._doors.publish(told)

    def _row(self, ticket: Ticket) -> TicketRow:
        at = f"{datetime.fromtimestamp(ticket.issued_ms / 1000, self._zone):%H:%M}"
        return TicketRow(ticket.number, ticket.queue, at, ticket.state, ticket.window)

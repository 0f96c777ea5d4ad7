"""Taking a consent back, at any terminal: it stops here at once, and the proof prints only when every machine has deleted.

The number of a withdrawal is its request_id: minted here, said on paper, and known at the hall by nothing else. While the hall is
away it is pending, whatever was deleted here already: nobody here knows what other machines hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from drivers.base import Health, PrintOutcome
from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.commands_resident import EndSession
from kiosk.events_front_desk import DeskRefused, WithdrawalTold
from kiosk.services.front_desk.consent_slips import WithdrawalSaid, pending_slip, proof_slip
from kiosk.services.front_desk.ledger import RECOGNITION, ConsentLedger
from kiosk.services.front_desk.presence import Presence
from kiosk.services.front_desk.templates import Templates
from kiosk.services.names import masked
from kiosk.services.printing import PrinterThread, PrintFinished
from kiosk.services.slips import Place
from offline_cache.clock import Stamp
from offline_cache.numbers import Numbers
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.sync import ReferenceChanged
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import ConsentsWithdrawnBody

NOT_HERE, GONE = "consent.card_needed", "consent.no_withdrawal"
PENDING, DELETED, NONE = "pending", "deleted", "none"
_ON_PAPER = ("printed", "probably")
_KINDS = {ReferenceKind.WITHDRAWAL, ReferenceKind.CONSENT}


@dataclass(frozen=True, slots=True)
class _Request:
    """A withdrawal that was asked for; `at_ms` when."""

    number: str
    person_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class _Open:
    """The page that somebody looks at. `printing` is the slip under way."""

    ask_id: int
    request: _Request
    slip: str = NONE
    printing: str = ""


class Withdrawals:
    """A DeskService. `templates` is None where none lie; `place` names the hall on paper."""

    hears: tuple[type, ...] = (ReferenceChanged, PrintFinished)

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        numbers: Numbers,
        ledger: ConsentLedger,
        presence: Presence,
        templates: Templates | None,
        printer: PrinterThread | None,
        place: Callable[[], Place],
        online: Callable[[], bool],
        zone: tzinfo,
        now: Callable[[], Stamp],
        publish: Callable[[object], None],
    ) -> None:
        self._outbox = outbox
        self._reference = reference
        self._told_by_hall = FrontDeskReference(reference)
        self._numbers = numbers
        self._ledger = ledger
        self._presence = presence
        self._templates = templates
        self._printer = printer
        self._place = place
        self._online = online
        self._zone = zone
        self._now = now
        self._publish = publish
        self._own: dict[str, _Request] = {}
        self._open: _Open | None = None
        self._told: WithdrawalTold | None = None

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        for row in self._outbox.rows_since([RowKind.CONSENTS_WITHDRAWN], 0):
            body = ConsentsWithdrawnBody.model_validate(row.body)
            self._own[body.request_id] = _Request(body.request_id, body.person_id, row.occurred_at_ms)
        for (
            job
        ) in self._outbox.prints().unfinished():  # who waited for it has gone, and can fetch it anywhere
            if job.txn_id.partition("/")[0] in self._own:
                self._outbox.prints().dismissed(job.txn_id)

    def refresh(self) -> None:
        pass

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.Withdraw():
                self._withdraw(command)
            case wishes.PrintWithdrawal():
                self._print(command)
            case EndSession():
                self._leave()
                return False  # her session is the resident's desk's to end
            case _:
                return False
        return True

    def hear(self, event: object) -> None:
        match event:
            case ReferenceChanged(kinds) if kinds & _KINDS:
                self._tell()
            case PrintFinished(txn_id, _, outcome) if self._open is not None:
                self._finished(self._open, txn_id, outcome)

    # --- taking back ------------------------------------------------------------------------------------------------

    def _withdraw(self, wish: wishes.Withdraw) -> None:
        """Raises the StorageError family: matching has stopped all the same."""
        if not self._presence.is_here(wish.person_id) and not self._presence.is_staff(wish.staff_id):
            self._publish(DeskRefused(wish.ask_id, NOT_HERE))
            return
        self._leave()
        request = self._newest(wish.person_id)
        if self._ledger.active_of(wish.person_id) or (request is None and not self._online()):
            request = self._write(wish)
        if request is None:
            self._publish(WithdrawalTold(wish.ask_id, NONE, ""))
            return
        self._open = _Open(wish.ask_id, request)
        try:
            if self._templates is not None:
                self._templates.tidy()
        finally:
            self._tell(anew=True)

    def _write(self, wish: wishes.Withdraw) -> _Request:
        """Whoever takes it back is matched no more before anything is written."""
        if self._templates is not None:
            self._templates.stop_matching(self._here(wish.person_id))
        stamp = self._now()
        number = self._numbers.mint(f"{datetime.fromtimestamp(stamp.wall_ms / 1000, self._zone):%Y%m%d}")
        staff_id = wish.staff_id if self._presence.is_staff(wish.staff_id) else ""
        body = ConsentsWithdrawnBody(request_id=number, person_id=wish.person_id, staff_id=staff_id)
        self._outbox.append(RowKind.CONSENTS_WITHDRAWN, body, stamp)
        self._ledger.withdrawn(wish.person_id, stamp.wall_ms)
        request = self._own[number] = _Request(number, wish.person_id, stamp.wall_ms)
        return request

    def _here(self, person_id: str) -> list[str]:
        active = self._ledger.active_of(person_id, RECOGNITION)
        return [each.consent_id for each in active if each.terminal_id == self._outbox.terminal_id]

    def _newest(self, person_id: str) -> _Request | None:
        """Hers that was asked for last, here or anywhere."""
        told = [
            _Request(each.request_id, each.person_id, each.requested_ms)
            for each in self._told_by_hall.withdrawals_of(person_id)
        ]
        own = [each for each in self._own.values() if each.person_id == person_id]
        return max((*told, *own), key=lambda each: each.at_ms, default=None)

    # --- telling ----------------------------------------------------------------------------------------------------

    def _tell(self, *, anew: bool = False) -> None:
        """Whenever a machine has answered, while somebody looks at it."""
        if self._open is None:
            return
        state, deleted, waiting = self._standing(self._open.request)
        request = self._open.request
        told = WithdrawalTold(self._open.ask_id, state, request.number, deleted, waiting, self._open.slip)
        if anew or told != self._told:
            self._told = told
            self._publish(told)

    def _standing(self, request: _Request) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """State, machines that deleted, machines that have not said so yet."""
        told = self._told_by_hall.withdrawal(request.number)
        if told is not None:
            return told.state, tuple(told.deleted), tuple(told.waiting)
        return PENDING, *self._ledger.machines_of(request.person_id)

    # --- paper ------------------------------------------------------------------------------------------------------

    def _print(self, wish: wishes.PrintWithdrawal) -> None:
        shown = self._open
        if shown is None or shown.request.number != wish.number:
            self._publish(DeskRefused(wish.ask_id, GONE))
            return
        self._open = shown = replace(shown, ask_id=wish.ask_id)
        if not self._is_printer_ready():
            self._open = replace(shown, slip="failed", printing="")
        else:
            state, deleted, waiting = self._standing(shown.request)
            key = f"{wish.number}/{state}"
            self._queue(key, self._slip(shown.request, state, deleted, waiting, wish.locale))
            self._open = replace(shown, slip="printing", printing=key)
        self._tell(anew=True)

    def _queue(self, key: str, slip: dict[str, object]) -> None:
        """A proof and a pending slip are two papers; the same one again says 补打."""
        prints = self._outbox.prints()
        known = prints.job(key)
        if known is None:
            prints.queue(key, slip)
        elif known.state not in ("queued", "sending"):
            prints.retry(key)
        assert self._printer is not None
        self._printer.queued(key)

    def _slip(
        self,
        request: _Request,
        state: str,
        deleted: tuple[str, ...],
        waiting: tuple[str, ...],
        locale: str,
    ) -> dict[str, object]:
        resident = self._reference.resident(request.person_id)
        local = datetime.fromtimestamp(request.at_ms / 1000, self._zone)
        said = WithdrawalSaid(
            request.number,
            masked(resident.name) if resident is not None else "",
            f"{local:%Y-%m-%d %H:%M}" if self._now().trusted else "",
            deleted,
            waiting,
        )
        make = proof_slip if state == DELETED else pending_slip
        return make(said, self._place(), locale)

    def _finished(self, shown: _Open, txn_id: str, outcome: PrintOutcome) -> None:
        if txn_id == shown.printing:
            slip = "printed" if outcome.state.value in _ON_PAPER else "failed"
            self._open = replace(shown, slip=slip, printing="")
            self._tell()

    def _is_printer_ready(self) -> bool:
        status = self._printer.status if self._printer is not None else None
        return status is not None and status.health in (Health.OK, Health.DEGRADED)

    def _leave(self) -> None:
        """Nobody looks any more: what has not begun to print is not spat out to who comes next."""
        shown, self._open, self._told = self._open, None, None
        if shown is not None and shown.printing and self._printer is not None:
            self._printer.withdraw(shown.printing)

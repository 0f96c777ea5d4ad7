"""The care list: whom to look after today, as the hall has told it, and what came of it, written here whether the hall is there or
not. On the disk thread.

A case stays on the list with what was done until the hall has taken that in: it then says itself what is due next.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo

from kiosk import commands
from kiosk.commands_front_desk import RecordCare
from kiosk.events_front_desk import CareTold, DeskRefused
from kiosk.services.front_desk.ages import years_old
from kiosk.services.front_desk.service import DeskRefusal
from kiosk.services.front_desk.signed_in import NOBODY_SIGNED_IN, SignedIn
from kiosk.services.names import masked
from kiosk.services.residents.day import local_time
from kiosk.services.role_services import Papers
from kiosk.views_front_desk import CareRow
from offline_cache.own_rows import OwnRow
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.sync import ReferenceChanged, RowsSettled
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import CareCase, CareDoneBody

GONE, NO_OUTCOME = "care.gone", "care.no_outcome"
REFUSED = "refused"

Sort = Literal["remind", "call", "visit"]
Outcome = Literal["well", "away", "no_answer", "needs_help"]
SORTS, OUTCOMES = frozenset(get_args(Sort)), frozenset(get_args(Outcome))
_KINDS = frozenset({ReferenceKind.CARE_CASE, ReferenceKind.RESIDENT})


class Care:
    """A DeskService."""

    hears: tuple[type, ...] = (ReferenceChanged, RowsSettled)

    def __init__(self, papers: Papers, signed_in: SignedIn) -> None:
        self._zone = ZoneInfo(papers.settings.terminal.timezone)
        self._outbox = papers.outbox
        self._people = papers.reference
        self._reference = FrontDeskReference(papers.reference)
        self._publish: Callable[[object], None] = papers.doors.publish
        self._now = papers.clock.stamp
        self._signed_in = signed_in
        self._day = ""
        self._cases: list[CareCase] = []
        self._done: dict[tuple[str, str], str] = {}  # by case and sort: what came of it today
        self._told: CareTold | None = None

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        if self._today().isoformat() != self._day:
            self._read()
            self._tell()

    def hear(self, event: object) -> None:
        match event:
            case ReferenceChanged(kinds) if kinds & _KINDS:
                self._read()
            case RowsSettled(refused=refused) if refused:
                self._read()
        self._tell()

    def perform(self, command: commands.Command) -> bool:
        if not isinstance(command, RecordCare):
            return False
        try:
            self._record(command)
        except DeskRefusal as refusal:
            self._publish(DeskRefused(command.ask_id, refusal.code))
        else:
            self._tell(anew=True)
        return True

    # --- inside -----------------------------------------------------------------------------------------------------

    def _record(self, wish: RecordCare) -> None:
        if not self._signed_in.is_here(wish.staff_id):
            raise DeskRefusal(NOBODY_SIGNED_IN)
        if not any(case.case_id == wish.case_id for case in self._cases):
            raise DeskRefusal(GONE)
        if wish.sort not in SORTS or wish.outcome not in OUTCOMES:
            raise DeskRefusal(NO_OUTCOME)
        body = CareDoneBody(
            case_id=wish.case_id,
            sort=cast("Sort", wish.sort),
            outcome=cast("Outcome", wish.outcome),
            staff_id=wish.staff_id,
        )
        self._outbox.append(RowKind.CARE_DONE, body, self._now())
        self._done[body.case_id, body.sort] = body.outcome

    def _read(self) -> None:
        """Everything of today."""
        today = self._today()
        self._day = today.isoformat()
        self._cases = [
            case for case in self._reference.care_cases() if case.state == "open" and case.due <= self._day
        ]
        midnight = datetime.combine(today, time(), self._zone)
        rows = self._outbox.rows_since([RowKind.CARE_DONE], round(midnight.timestamp() * 1000))
        self._done = dict(_outcome(row) for row in rows if row.state != REFUSED)

    def _tell(self, *, anew: bool = False) -> None:
        """Publishes CareTold when it has changed, or when somebody has written something."""
        rows = [self._row(case) for case in self._cases]
        told = CareTold(tuple(sorted(rows, key=lambda row: (bool(row.done), -row.days, row.case_id))))
        if anew or told != self._told:
            self._told = told
            self._publish(told)

    def _row(self, case: CareCase) -> CareRow:
        resident = self._people.resident(case.person_id)
        return CareRow(
            case_id=case.case_id,
            days=case.days,
            masked_name=masked(resident.name) if resident is not None else "",
            age=years_old(resident.birth_date, self._today()) if resident is not None else 0,
            place_zh=case.place_zh,
            place_en=case.place_en,
            next=case.next,
            done=self._done.get((case.case_id, case.next), ""),
        )

    def _today(self) -> date:
        return local_time(self._now(), self._zone).date()


def _outcome(row: OwnRow) -> tuple[tuple[str, str], str]:
    body = CareDoneBody.model_validate(row.body)
    return (body.case_id, body.sort), body.outcome

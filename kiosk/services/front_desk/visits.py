"""Who has come: known by a face, a card or a ticket, noted once in half an hour, and answered by staff.

A face is never more than a hint: what it brings up is a line at the desk, which a person confirms. Of a face that is nobody's
nothing is written and nothing is shown. All of it works with the hall away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Literal, Protocol, cast

from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.events_front_desk import ArrivalsTold, DeskRefused, FaceAlike, FaceNamed, VisitAnswered
from kiosk.services.front_desk.arrivals import NOT_THIS_PERSON, ONCE_MS, Arrivals, Come
from kiosk.services.front_desk.ledger import ConsentLedger
from kiosk.services.front_desk.service import DeskRefusal, GivesTickets
from kiosk.services.front_desk.signed_in import NOBODY_SIGNED_IN, SignedIn
from kiosk.services.front_desk.templates import Templates
from kiosk.services.names import masked
from kiosk.views_front_desk import Arrival
from offline_cache.chain import new_txn_id
from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.sync import ReferenceChanged
from offline_cache.wire import ReferenceKind, RowKind
from offline_cache.wire_front_desk import VisitAnsweredBody, VisitBody

GONE, UNKNOWN_CARD, STAFF_CARD, LOST_CARD, NO_TICKETS = (
    "visit.gone",
    "card.unknown_here",
    "card.staff",
    "card.lost",
    "ticket.none",
)
RECEIVED, HANDED_OVER = "received", "handed_over"
_ROWS = (RowKind.VISIT_NOTED, RowKind.VISIT_ANSWERED)
_KINDS = {ReferenceKind.VISIT, ReferenceKind.RESIDENT}


class Corrected(Protocol):
    """What a correction wants of recognition (kiosk.faces.recognition.Recognition)."""

    def lower(self, track: int, consent_id: str) -> None: ...


class Visits:
    """A DeskService, and what tickets.Tickets wants of visits. `tickets` gives a ticket for the way to a window; `recognition` and
    `templates` are None where no face is looked at."""

    hears: tuple[type, ...] = (FaceNamed, FaceAlike, ReferenceChanged)

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        ledger: ConsentLedger,
        signed_in: SignedIn,
        templates: Templates | None,
        recognition: Corrected | None,
        zone: tzinfo,
        now: Callable[[], Stamp],
        publish: Callable[[object], None],
    ) -> None:
        self.tickets: GivesTickets | None = None
        self._outbox = outbox
        self._reference = reference
        self._desk_reference = FrontDeskReference(reference)
        self._ledger = ledger
        self._signed_in = signed_in
        self._templates = templates
        self._recognition = recognition
        self._zone = zone
        self._now = now
        self._publish = publish
        self._arrivals = Arrivals(outbox.terminal_id)
        # By visit_id: the track, and the consents that it was or might have been taken for.
        self._faces: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._told: ArrivalsTold | None = None
        self._day = ""

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        """What this terminal wrote today, and what the hall has told."""
        for row in self._outbox.rows_since(_ROWS, min(self._midnight(), self._now().wall_ms - ONCE_MS)):
            if row.kind is RowKind.VISIT_NOTED:
                self._arrivals.noted(VisitBody.model_validate(row.body), row.occurred_at_ms)
            else:
                self._arrivals.answered(VisitAnsweredBody.model_validate(row.body))
        self._read_told()
        self._tell()

    def refresh(self) -> None:
        """A new day begins with nobody."""
        day = f"{self._local(self._now().wall_ms):%Y-%m-%d}"
        if day != self._day:
            self._day = day
            self._arrivals.forget_before(self._midnight())
            self._faces = {id: face for id, face in self._faces.items() if self._arrivals.find(id)}
            self._read_told()
            self._tell()

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.NoteVisit(card_ref):
                self._note_card(card_ref)
            case wishes.AnswerVisit():
                try:
                    self._answer(command)
                except DeskRefusal as refusal:
                    self._publish(DeskRefused(command.ask_id, refusal.code))
            case _:
                return False
        return True

    def hear(self, event: object) -> None:
        match event:
            case FaceNamed():
                self._face_named(event)
            case FaceAlike():
                self._face_alike(event)
            case ReferenceChanged(kinds) if kinds & _KINDS:
                self._read_told()
                self._tell()

    # --- for other services -----------------------------------------------------------------------------------------

    def find(self, visit_id: str) -> Come | None:
        return self._arrivals.find(visit_id)

    def note_ticket(self, number: str) -> str:
        """See service.NotesTickets."""
        return self._note(VisitBody(visit_id=new_txn_id(), how="ticket", ticket=number)).visit_id

    # --- coming -----------------------------------------------------------------------------------------------------

    def _face_named(self, event: FaceNamed) -> None:
        consent = self._ledger.active(event.consent_id)
        if consent is None:  # it ended while the greeting was on its way
            return
        stamp = self._now()
        come = self._arrivals.recent_of(consent.person_id, stamp.wall_ms)
        if come is None:
            body = VisitBody(
                visit_id=new_txn_id(),
                person_id=consent.person_id,
                how="face",
                distance=max(0, event.distance),
            )
            come = self._note(body)
        self._faces[come.visit_id] = (event.track, (event.consent_id,))
        self._used(event.consent_id)

    def _face_alike(self, event: FaceAlike) -> None:
        found = [self._ledger.active(consent_id) for consent_id in event.consent_ids]
        consents = [consent for consent in found if consent is not None]
        people = tuple(dict.fromkeys(consent.person_id for consent in consents))
        if len(people) < 2 or self._arrivals.is_asked(people, self._now().wall_ms):
            return
        come = self._note(VisitBody(visit_id=new_txn_id(), how="face", one_of=len(people)), people)
        self._faces[come.visit_id] = (event.track, tuple(consent.consent_id for consent in consents))

    def _used(self, consent_id: str) -> None:
        if self._templates is not None:
            self._templates.used(consent_id)

    def _note_card(self, card_ref: str) -> None:
        """The same card without a face. Who was noted by her face within half an hour is not noted again."""
        trouble, person_id = self._holder(card_ref)
        if trouble:
            self._tell()
            self._publish(DeskRefused(0, trouble))
            return
        known = self._arrivals.recent_of(person_id, self._now().wall_ms)
        if known is not None:
            self._tell(newest=known.visit_id)
        else:
            self._note(VisitBody(visit_id=new_txn_id(), person_id=person_id, how="card"))

    def _holder(self, card_ref: str) -> tuple[str, str]:
        """What is wrong with this card, and whose it is."""
        card = self._reference.card(card_ref)
        if self._reference.staff_by_card(card_ref) is not None or (card and card.holder == "staff"):
            return STAFF_CARD, ""
        if self._reference.denied(card_ref) or (card is not None and card.state != "active"):
            return LOST_CARD, ""
        if card is None or self._reference.resident(card.person_id) is None:
            return UNKNOWN_CARD, ""
        return "", card.person_id

    def _note(self, body: VisitBody, candidates: tuple[str, ...] = ()) -> Come:
        stamp = self._now()
        self._outbox.append(RowKind.VISIT_NOTED, body, stamp)
        come = self._arrivals.noted(body, stamp.wall_ms, candidates)
        self._tell(newest=come.visit_id)
        return come

    # --- answering --------------------------------------------------------------------------------------------------

    def _answer(self, wish: wishes.AnswerVisit) -> None:
        """Raises DeskRefusal; nothing is written then."""
        if not self._signed_in.is_here(wish.staff_id):
            raise DeskRefusal(NOBODY_SIGNED_IN)
        come = self._arrivals.find(wish.visit_id)
        if come is None or (wish.person_id and self._reference.resident(wish.person_id) is None):
            raise DeskRefusal(GONE)
        if wish.outcome == NOT_THIS_PERSON:
            self._lower(come)
        ticket = self._ticket(come, wish.window) if wish.outcome == HANDED_OVER else ""
        body = VisitAnsweredBody(
            visit_id=wish.visit_id,
            outcome=cast("Literal['received', 'not_this_person', 'handed_over']", wish.outcome),
            staff_id=wish.staff_id,
            person_id=wish.person_id,
            window=wish.window,
            ticket=ticket,
        )
        self._outbox.append(RowKind.VISIT_ANSWERED, body, self._now())
        self._arrivals.answered(body)
        self._publish(VisitAnswered(wish.visit_id, wish.outcome, ticket))
        self._tell()
        if wish.person_id:
            self._chosen(wish.visit_id, wish.person_id)

    def _chosen(self, visit_id: str, person_id: str) -> None:
        """Of look-alikes it was she: her template was of use."""
        _, consent_ids = self._faces.get(visit_id, (0, ()))
        for consent_id in consent_ids:
            consent = self._ledger.active(consent_id)
            if consent is not None and consent.person_id == person_id:
                self._used(consent_id)

    def _lower(self, come: Come) -> None:
        """不是本人: at once, before anything is written."""
        track, consent_ids = self._faces.pop(come.visit_id, (0, ()))
        if self._recognition is not None:
            for consent_id in consent_ids:
                self._recognition.lower(track, consent_id)

    def _ticket(self, come: Come, window: str) -> str:
        if self.tickets is None:
            raise DeskRefusal(NO_TICKETS)
        return self.tickets.for_window(come.visit_id, come.ticket, window)

    # --- telling ----------------------------------------------------------------------------------------------------

    def _tell(self, *, newest: str = "") -> None:
        told = ArrivalsTold(tuple(map(self._line, self._arrivals.since(self._midnight()))), newest)
        if newest or told != self._told:
            self._publish(told)
        self._told = ArrivalsTold(told.arrivals)

    def _line(self, come: Come) -> Arrival:
        resident = self._reference.resident(come.person_id) if come.person_id else None
        return Arrival(
            come.visit_id,
            f"{self._local(come.at_ms):%H:%M}",
            come.how,
            masked(resident.name) if resident is not None else "",
            come.ticket,
            come.state,
        )

    def _read_told(self) -> None:
        self._arrivals.told(self._desk_reference.visits())

    def _midnight(self) -> int:
        midnight = self._local(self._now().wall_ms).replace(hour=0, minute=0, second=0, microsecond=0)
        return round(midnight.timestamp() * 1000)

    def _local(self, wall_ms: int) -> datetime:
        return datetime.fromtimestamp(wall_ms / 1000, self._zone)

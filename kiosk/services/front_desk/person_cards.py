"""A person's card, opened by staff: from the disk at once, and again when the hall has told this member of staff more.

Whoever looks is written down before anything is shown. What the hall adds for her alone is shown and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Literal, cast

from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.events_front_desk import DeskRefused, FullNameTold, PersonCardTold
from kiosk.services.front_desk.arrivals import Come
from kiosk.services.front_desk.ledger import RECOGNITION, ConsentLedger
from kiosk.services.front_desk.person_view import for_everybody, person_card, unnamed_card
from kiosk.services.front_desk.signed_in import NOBODY_SIGNED_IN, SignedIn
from kiosk.services.front_desk.visits import GONE
from kiosk.services.names import masked, surname_of
from kiosk.services.residents.line import ResidentLine
from kiosk.views_front_desk import PersonCard
from offline_cache.clock import Stamp
from offline_cache.hall_client import HallError
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.resident_calls import ResidentCalls
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import CardViewedBody, DeskCardQuery, DeskPerson

ANSWER_S = 4.0


class PersonCards:
    """A DeskService. `find` gives a visit; `line` is None until the hall was met; `later` runs something on the disk thread."""

    hears: tuple[type, ...] = ()

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        ledger: ConsentLedger,
        signed_in: SignedIn,
        find: Callable[[str], Come | None],
        online: Callable[[], bool],
        later: Callable[[Callable[[], Any]], Any],
        zone: tzinfo,
        locale: str,
        now: Callable[[], Stamp],
        publish: Callable[[object], None],
    ) -> None:
        self.line: ResidentLine | None = None
        self._outbox = outbox
        self._reference = reference
        self._desk_reference = FrontDeskReference(reference)
        self._ledger = ledger
        self._signed_in = signed_in
        self._find = find
        self._online = online
        self._later = later
        self._zone = zone
        self._locale = locale
        self._now = now
        self._publish = publish
        self._newest_ask = 0

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        pass

    def refresh(self) -> None:
        pass

    def hear(self, event: object) -> None:
        pass

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.OpenPersonCard():
                self._open(command)
            case wishes.ShowFullName():
                self._show_name(command)
            case _:
                return False
        return True

    # --- inside -----------------------------------------------------------------------------------------------------

    def _open(self, wish: wishes.OpenPersonCard) -> None:
        come = self._looked_at(wish.ask_id, wish.visit_id, wish.staff_id)
        if come is None:
            return
        self._newest_ask = wish.ask_id
        if not come.person_id:
            self._publish(PersonCardTold(wish.ask_id, self._unnamed(come, wish.staff_id)))
            return
        self._log(come, come.person_id, wish.staff_id, "card")
        self._publish(PersonCardTold(wish.ask_id, self._card(come, None)))
        if self.line is not None and self._online():
            query = DeskCardQuery(person_id=come.person_id, staff_id=wish.staff_id, purpose="visit")
            self.line.ask(lambda calls: self._ask(calls, query, wish, come))

    def _show_name(self, wish: wishes.ShowFullName) -> None:
        come = self._looked_at(wish.ask_id, wish.visit_id, wish.staff_id)
        if come is None:
            return
        resident = self._reference.resident(come.person_id) if come.person_id else None
        if resident is None:
            self._publish(DeskRefused(wish.ask_id, GONE))
            return
        self._log(come, come.person_id, wish.staff_id, "full_name")
        self._publish(FullNameTold(wish.ask_id, wish.visit_id, resident.name))

    def _looked_at(self, ask_id: int, visit_id: str, staff_id: str) -> Come | None:
        """The visit, for who is signed in; else DeskRefused is published."""
        come = self._find(visit_id) if self._signed_in.is_here(staff_id) else None
        if come is None:
            code = GONE if self._signed_in.is_here(staff_id) else NOBODY_SIGNED_IN
            self._publish(DeskRefused(ask_id, code))
        return come

    def _unnamed(self, come: Come, staff_id: str) -> PersonCard:
        """Two masked names are two looks."""
        shown = []
        for person_id in come.candidates:
            resident = self._reference.resident(person_id)
            if resident is not None:
                self._log(come, person_id, staff_id, "card")
                shown.append((person_id, masked(resident.name), surname_of(resident.name)))
        return unnamed_card(come, tuple(shown))

    def _card(self, come: Come, told: DeskPerson | None) -> PersonCard:
        """`told` is what the hall has just said, None: what it tells every desk."""
        own = [each.help for each in self._ledger.active_of(come.person_id) if each.help]
        card = person_card(
            come,
            self._reference.resident(come.person_id),
            told or for_everybody(self._desk_reference.desk_person(come.person_id)),
            consented=bool(self._ledger.active_of(come.person_id, RECOGNITION)),
            now=datetime.fromtimestamp(self._now().wall_ms / 1000, self._zone),
            zone=self._zone,
            locale=self._locale,
        )
        # What she set or took back at this desk a moment ago counts before the hall has told it to every desk.
        if own or self._ledger.took_help_back(come.person_id):
            return replace(card, help=own[-1] if own else ())
        return card

    def _log(self, come: Come, person_id: str, staff_id: str, what: str) -> None:
        body = CardViewedBody(
            person_id=person_id,
            staff_id=staff_id,
            visit_id=come.visit_id,
            what=cast("Literal['card', 'full_name']", what),
        )
        self._outbox.append(RowKind.CARD_VIEWED, body, self._now())

    def _ask(
        self, calls: ResidentCalls, query: DeskCardQuery, wish: wishes.OpenPersonCard, come: Come
    ) -> None:
        """On the line's thread. A hall that does not answer leaves the card as it is."""
        try:
            told = calls.desk_card(query, ANSWER_S).person
        except HallError:
            return
        self._later(lambda: self._tell_more(wish, come, told))

    def _tell_more(self, wish: wishes.OpenPersonCard, come: Come, told: DeskPerson) -> None:
        """Only while she who asked still sits there, and looks at this card."""
        if self._signed_in.is_here(wish.staff_id) and wish.ask_id == self._newest_ask:
            self._publish(PersonCardTold(wish.ask_id, self._card(self._find(come.visit_id) or come, told)))

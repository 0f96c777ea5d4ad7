"""Whose card this is, as far as this terminal knows: found by the card's reference, said in masked form only.

Reads the reference on the disk thread; a phone's code is looked up at the hall (see `line`) and ends here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import Protocol

from kiosk import events
from kiosk.events import CardHolder
from kiosk.events_resident import ResidentIdentified, ResidentUnknown
from kiosk.services.names import masked, surname_of
from kiosk.services.residents.printable import Holder
from kiosk.services.residents.session import Session
from kiosk.services.staff_records import StaffCards
from offline_cache import wire
from offline_cache.clock import Stamp
from offline_cache.reference import Reference
from offline_cache.reference_residents import ResidentReference

ELDER_YEARS = 70
UNKNOWN_HERE, EXPIRED, LOST, STAFF = "card.unknown_here", "card.expired", "card.lost", "card.staff"
PHONE_CODE = "phone_code"
TAIL = "尾号 "

Waiting = tuple[tuple[str, str, str], ...]


class WaitingDocuments(Protocol):
    """What of a person's documents waits to be printed."""

    def waiting(self, person_id: str) -> Waiting:
        """(number, title_zh, title_en)."""
        ...


class Identifying:
    """Answers IdentifyResident and RedeemPhoneCode through `publish`, and notes in the session who she is."""

    def __init__(
        self,
        *,
        reference: Reference,
        staff_cards: StaffCards,
        documents: WaitingDocuments,
        zone: tzinfo,
        now: Callable[[], Stamp],
        publish: Callable[[object], None],
    ) -> None:
        self._reference = reference
        self._residents = ResidentReference(reference)
        self._staff_cards = staff_cards
        self._documents = documents
        self._zone = zone
        self._now = now
        self._publish = publish

    def by_card(self, ask_id: int, card_ref: str, holder: CardHolder, session: Session) -> None:
        """Publishes ResidentIdentified or ResidentUnknown; StaffTapped besides for a card of staff, since it may be the
        technician's."""
        staff = self._staff_cards.holder_of(card_ref)
        card = self._reference.card(card_ref)
        trouble = self._trouble(card_ref, card, holder, is_staff=staff is not None)
        resident = self._reference.resident(card.person_id) if card is not None and not trouble else None
        if card is not None and resident is not None:
            shown = holder.masked_number or TAIL + card.tail
            self._welcome(ask_id, resident, shown, holder.way, session)
            return
        self._publish(ResidentUnknown(ask_id, trouble or UNKNOWN_HERE))
        if staff is not None:
            self._publish(events.StaffTapped(staff))

    def by_phone(self, ask_id: int, person_id: str, session: Session) -> None:
        """Somebody whom the hall has named. Publishes ResidentIdentified or ResidentUnknown."""
        resident = self._reference.resident(person_id)
        if resident is None:
            self._publish(ResidentUnknown(ask_id, UNKNOWN_HERE))
            return
        shown = TAIL + resident.card_tail if resident.card_tail else ""
        self._welcome(ask_id, resident, shown, PHONE_CODE, session)

    def _welcome(self, ask_id: int, resident: wire.Resident, shown: str, way: str, session: Session) -> None:
        if not session.showed_id_card(resident.person_id):  # who did once needs no other card to prove it
            session.ways[resident.person_id] = way
            session.holders[resident.person_id] = Holder(masked(resident.name), shown)
        self._publish(self._identified(ask_id, resident, shown))

    def _trouble(self, card_ref: str, card: wire.Card | None, holder: CardHolder, *, is_staff: bool) -> str:
        if is_staff or (card is not None and card.holder == "staff"):
            return STAFF
        if self._reference.denied(card_ref) or (card is not None and card.state != "active"):
            return LOST
        if self._is_expired(holder):
            return EXPIRED
        return "" if card is not None else UNKNOWN_HERE

    def _is_expired(self, holder: CardHolder) -> bool:
        """A clock nobody can trust turns nobody away."""
        stamp = self._now()
        return bool(holder.valid_to) and stamp.trusted and holder.valid_to < self._local(stamp).isoformat()

    def _identified(self, ask_id: int, resident: wire.Resident, shown: str) -> ResidentIdentified:
        notice = self._residents.privacy_notice()
        is_read = notice is None or self._reference.notice_read(resident.person_id) >= notice.version
        return ResidentIdentified(
            ask_id=ask_id,
            person_id=resident.person_id,
            initial=surname_of(resident.name),
            masked_name=masked(resident.name),
            masked_number=shown,
            elder=_years(resident.birth_date, self._local(self._now())) >= ELDER_YEARS,
            notice_version=0 if notice is None or is_read else notice.version,
            notice_zh=() if notice is None or is_read else tuple(notice.lines.zh),
            notice_en=() if notice is None or is_read else tuple(notice.lines.en or notice.lines.zh),
            waiting=self._documents.waiting(resident.person_id),
        )

    def _local(self, stamp: Stamp) -> date:
        return datetime.fromtimestamp(stamp.wall_ms / 1000, self._zone).date()


def _years(birth_date: str, today: date) -> int:
    """Full years of age; 0 where the date of birth is not one."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return 0
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

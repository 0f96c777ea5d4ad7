"""What the hall has told of a front desk's matters: consents, withdrawals, who came, what waits for them.

As reference_residents: loaded by the terminals that need it, to be used on the disk thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_cache import wire_front_desk as wire
from offline_cache.reference import Reference
from offline_cache.wire import ReferenceKind, Shape

Keys = Callable[[Any], tuple[str | None, str | None]]


def _no_keys(shape: Any) -> tuple[str | None, str | None]:
    return None, None


SHAPES: dict[ReferenceKind, tuple[type[Shape], Keys]] = {
    ReferenceKind.CONSENT_TEXT: (wire.ConsentText, _no_keys),
    ReferenceKind.CONSENT: (wire.Consent, lambda consent: (consent.person_id, consent.state)),
    ReferenceKind.WITHDRAWAL: (wire.Withdrawal, lambda withdrawal: (withdrawal.person_id, None)),
    ReferenceKind.DESK_PERSON: (wire.DeskPerson, _no_keys),
    ReferenceKind.VISIT: (wire.Visit, lambda visit: (visit.person_id or None, None)),
    ReferenceKind.TICKET: (wire.Ticket, lambda ticket: (ticket.date, None)),
    ReferenceKind.DESK_WINDOW: (wire.DeskWindow, _no_keys),
    ReferenceKind.ALARM_SENDER: (wire.AlarmSender, lambda sender: (sender.person_id or None, None)),
    ReferenceKind.ALARM: (wire.Alarm, _no_keys),
    ReferenceKind.CARE_CASE: (wire.CareCase, lambda case: (case.person_id, None)),
}


class FrontDeskReference:
    """Typed look-ups; all raise the StorageError family."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def consent_text(self, purpose: str) -> wire.ConsentText | None:
        return self._reference.find(wire.ConsentText, ReferenceKind.CONSENT_TEXT, purpose)

    def consent(self, consent_id: str) -> wire.Consent | None:
        return self._reference.find(wire.Consent, ReferenceKind.CONSENT, consent_id)

    def consents_of(self, person_id: str) -> list[wire.Consent]:
        """Hers, of every terminal and in every state."""
        return self._reference.all_with(wire.Consent, ReferenceKind.CONSENT, key1=person_id)

    def consents_in(self, state: str) -> list[wire.Consent]:
        """Everybody's that are active, revoked or deleted."""
        return self._reference.all_with(wire.Consent, ReferenceKind.CONSENT, key2=state)

    def consent_count(self) -> int:
        """How many there are, over ones too: cheap, and never less than the people behind them."""
        return self._reference.count(ReferenceKind.CONSENT)

    def withdrawal(self, request_id: str) -> wire.Withdrawal | None:
        return self._reference.find(wire.Withdrawal, ReferenceKind.WITHDRAWAL, request_id)

    def withdrawals_of(self, person_id: str) -> list[wire.Withdrawal]:
        """Hers, newest first."""
        found = self._reference.all_with(wire.Withdrawal, ReferenceKind.WITHDRAWAL, key1=person_id)
        return sorted(found, key=lambda each: each.requested_ms, reverse=True)

    def desk_person(self, person_id: str) -> wire.DeskPerson | None:
        return self._reference.find(wire.DeskPerson, ReferenceKind.DESK_PERSON, person_id)

    def desk_people(self) -> list[wire.DeskPerson]:
        return self._reference.all_of(wire.DeskPerson, ReferenceKind.DESK_PERSON)

    def visits(self) -> list[wire.Visit]:
        return self._reference.all_of(wire.Visit, ReferenceKind.VISIT)

    def tickets(self, date: str) -> list[wire.Ticket]:
        """Of an ISO date, the earliest first."""
        found = self._reference.all_with(wire.Ticket, ReferenceKind.TICKET, key1=date)
        return sorted(found, key=lambda each: (each.issued_ms, each.number))

    def windows(self) -> list[wire.DeskWindow]:
        found = self._reference.all_of(wire.DeskWindow, ReferenceKind.DESK_WINDOW)
        return sorted(found, key=lambda each: (len(each.window), each.window))

    def alarm_sender(self, sender: str) -> wire.AlarmSender | None:
        return self._reference.find(wire.AlarmSender, ReferenceKind.ALARM_SENDER, sender)

    def alarms(self) -> list[wire.Alarm]:
        return self._reference.all_of(wire.Alarm, ReferenceKind.ALARM)

    def care_cases(self) -> list[wire.CareCase]:
        return self._reference.all_of(wire.CareCase, ReferenceKind.CARE_CASE)

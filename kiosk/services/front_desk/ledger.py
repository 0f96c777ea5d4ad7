"""Who has consented to what, as far as this terminal knows: what it wrote itself, and what the hall has told of all terminals.

What was written here counts before the hall has heard of it, and after: a withdrawal at this terminal ends a consent that the
hall still calls active.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from offline_cache.clock import Stamp
from offline_cache.outbox import Outbox
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import (
    Consent,
    ConsentGivenBody,
    ConsentsWithdrawnBody,
    TemplateDeletedBody,
)

RECOGNITION, PREFERRED_HELP = "recognition", "preferred_help"
REFUSED = "refused"
_ROWS = (RowKind.CONSENT_GIVEN, RowKind.CONSENTS_WITHDRAWN, RowKind.TEMPLATE_DELETED)


@dataclass(frozen=True, slots=True)
class KnownConsent:
    """`terminal_id` is where its template lies, "" for a purpose without one."""

    consent_id: str
    person_id: str
    purpose: str
    terminal_id: str
    text_version: int
    given_ms: int
    until_ms: int
    help: tuple[str, ...] = ()


class ConsentLedger:
    """On the disk thread; look-ups raise the StorageError family."""

    def __init__(
        self, outbox: Outbox, reference: FrontDeskReference, terminal_id: str, now: Callable[[], Stamp]
    ) -> None:
        self._outbox = outbox
        self._reference = reference
        self._terminal_id = terminal_id
        self._now = now
        self._own: dict[str, KnownConsent] = {}
        self._own_of: dict[str, list[str]] = {}
        self._over: set[str] = set()
        self._deleted: set[str] = set()
        self._refused: set[str] = set()
        self._withdrawn_ms: dict[str, int] = {}

    def begin(self) -> None:
        """Reads what this terminal has written."""
        for row in self._outbox.rows_since(_ROWS, 0):
            match row.kind:
                case RowKind.CONSENT_GIVEN:
                    self.given(ConsentGivenBody.model_validate(row.body), row.occurred_at_ms)
                case RowKind.CONSENTS_WITHDRAWN:
                    body = ConsentsWithdrawnBody.model_validate(row.body)
                    self.withdrawn(body.person_id, row.occurred_at_ms)
                case RowKind.TEMPLATE_DELETED:
                    self.deleted(TemplateDeletedBody.model_validate(row.body).consent_id)
        self.read_refused()

    def read_refused(self) -> None:
        """Consents that the hall has not taken (it knows no such text, or no such guardian) allow nothing."""
        for row in self._outbox.rows_since([RowKind.CONSENT_GIVEN], 0):
            if row.state == REFUSED:
                self._refused.add(ConsentGivenBody.model_validate(row.body).consent_id)
        self._over |= self._refused

    # --- what was written -------------------------------------------------------------------------------------------

    def given(self, body: ConsentGivenBody, at_ms: int) -> None:
        known = KnownConsent(
            body.consent_id,
            body.person_id,
            body.purpose,
            self._terminal_id if body.purpose == RECOGNITION else "",
            body.text_version,
            at_ms,
            body.until_ms,
            tuple(body.help),
        )
        self._own[known.consent_id] = known
        self._own_of.setdefault(known.person_id, []).append(known.consent_id)

    def withdrawn(self, person_id: str, at_ms: int) -> None:
        """Every consent that she has given until now, at any terminal."""
        self._over.update(self._own_of.get(person_id, ()))
        self._withdrawn_ms[person_id] = at_ms

    def deleted(self, consent_id: str) -> None:
        self._over.add(consent_id)
        self._deleted.add(consent_id)

    # --- looking ----------------------------------------------------------------------------------------------------

    def active(self, consent_id: str) -> KnownConsent | None:
        """None for one that is over, or that nobody knows."""
        told = self._reference.consent(consent_id)
        known = self._own.get(consent_id) or (_known(told) if told is not None else None)
        return known if known is not None and not self._is_over(known, told) else None

    def active_of(self, person_id: str, purpose: str = "") -> list[KnownConsent]:
        """Hers at every terminal, oldest first; of one purpose, or "" all."""
        known, told = self._known_of(person_id)
        return sorted(
            (
                consent
                for id, consent in known.items()
                if purpose in ("", consent.purpose) and not self._is_over(consent, told.get(id))
            ),
            key=lambda consent: consent.given_ms,
        )

    def took_help_back(self, person_id: str) -> bool:
        """She withdrew here, and has set nothing since: what the hall still tells of her wishes is not to be shown."""
        return person_id in self._withdrawn_ms and not self.active_of(person_id, PREFERRED_HELP)

    def machines_of(self, person_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The terminals that held a template of hers: those that are known to have deleted, and the others."""
        known, told = self._known_of(person_id)
        places = {id: consent.terminal_id for id, consent in known.items() if consent.terminal_id}
        gone = self._deleted | {id for id, consent in told.items() if consent.state == "deleted"}
        waiting = {place for id, place in places.items() if id not in gone}
        return tuple(sorted(set(places.values()) - waiting)), tuple(sorted(waiting))

    def templates_due(self) -> list[KnownConsent]:
        """Every active consent whose template should lie here. Reads all consents: for a start."""
        own = [known for known in self._own.values() if known.terminal_id]
        told = [_known(consent) for consent in self._reference.consents_in("active")]
        here = {known.consent_id: known for known in told if known.terminal_id == self._terminal_id}
        here.update({known.consent_id: known for known in own})
        return [known for known in here.values() if self.active(known.consent_id) is not None]

    def to_delete(self) -> list[str]:
        """Consents that are over while nobody has said yet that their template here is gone."""
        own = [id for id in self._over - self._deleted if id in self._own and self._own[id].terminal_id]
        told = self._reference.consents_in("revoked")
        return own + [
            consent.consent_id
            for consent in told
            if consent.terminal_id == self._terminal_id
            and consent.consent_id not in self._deleted
            and consent.consent_id not in own
        ]

    def why_over(self, consent_id: str) -> Literal["withdrawn", "expired", "damaged"]:
        """For one of `to_delete`: by her wish, by time, or because it never was one."""
        if consent_id in self._refused:
            return "damaged"
        told = self._reference.consent(consent_id)
        if told is None or told.request_id or told.person_id in self._withdrawn_ms:
            return "withdrawn"
        return "expired" if told.until_ms <= self._now().wall_ms else "withdrawn"

    def people(self) -> int:
        """How many distinct persons have an active consent to recognition, as far as the hall has told. Reads all of them."""
        told = self._reference.consents_in("active")
        return len({consent.person_id for consent in told if consent.purpose == RECOGNITION})

    def _known_of(self, person_id: str) -> tuple[dict[str, KnownConsent], dict[str, Consent]]:
        """Every consent of hers, over or not, and what the hall has told of them."""
        told = {consent.consent_id: consent for consent in self._reference.consents_of(person_id)}
        own = {id: self._own[id] for id in self._own_of.get(person_id, ())}
        return {**{id: _known(consent) for id, consent in told.items()}, **own}, told

    def _is_over(self, known: KnownConsent, told: Consent | None) -> bool:
        if known.consent_id in self._over or (told is not None and told.state != "active"):
            return True
        if known.consent_id not in self._own and known.given_ms <= self._withdrawn_ms.get(
            known.person_id, -1
        ):
            return True
        # Where there is a template, its terminal moves the end on whenever it is used, and says when it deletes it.
        return not known.terminal_id and known.until_ms <= self._now().wall_ms


def year_after(wall_ms: int, zone: tzinfo) -> int:
    """Twelve months later, in ms UTC: the same local time of the same day, or of the last day of February."""
    local = datetime.fromtimestamp(wall_ms / 1000, zone)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return round(local.replace(year=local.year + 1, day=day).timestamp() * 1000)


def day_of(wall_ms: int, zone: tzinfo) -> str:
    """The local ISO date."""
    return datetime.fromtimestamp(wall_ms / 1000, zone).date().isoformat()


def _known(consent: Consent) -> KnownConsent:
    return KnownConsent(
        consent.consent_id,
        consent.person_id,
        consent.purpose,
        consent.terminal_id,
        consent.text_version,
        consent.given_ms,
        consent.until_ms,
    )

"""Consents: how somebody stands to a question, a no that is counted without a name, and a yes that is kept with its template.

A yes needs the person's own card; under fourteen, or where nobody knows her age, that of a guardian besides, who is another
person and of age (source: Personal Information Protection Law of the PRC, articles 28 to 31). The row is written first, the
template after it, and only then is anybody told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo
from typing import Literal, cast

from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.commands_resident import EndSession
from kiosk.events_front_desk import (
    ConsentKept,
    ConsentRefused,
    ConsentStanding,
    ConsentTextTold,
    DeskRefused,
)
from kiosk.services.front_desk.ages import full_years
from kiosk.services.front_desk.enrolment import NO_FACES, Enrolment
from kiosk.services.front_desk.ledger import (
    PREFERRED_HELP,
    RECOGNITION,
    ConsentLedger,
    KnownConsent,
    day_of,
    year_after,
)
from kiosk.services.front_desk.presence import Presence
from kiosk.services.front_desk.templates import GalleryLost, Templates
from offline_cache.chain import new_txn_id
from offline_cache.clock import Stamp
from offline_cache.db import StorageError
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.reference_front_desk import FrontDeskReference
from offline_cache.refusals import Refusals
from offline_cache.wire import RowKind
from offline_cache.wire_front_desk import HELP_WISHES, ConsentGivenBody, ConsentRefusedBody

CARD_NEEDED, GUARDIAN_NEEDED, FULL, NO_FACE = (
    "consent.card_needed",
    "consent.guardian_needed",
    "consent.full",
    "face.time",
)
OF_AGE, CONSENTS_ALONE = 18, 14
MOST_PEOPLE = 95_000
EXPIRE_LOOKS = 600


class Consents:
    """A DeskService. `refusals`, `templates` and `enrolment` are None at a terminal that asks nobody for her face."""

    hears: tuple[type, ...] = ()

    def __init__(
        self,
        *,
        outbox: Outbox,
        reference: Reference,
        ledger: ConsentLedger,
        refusals: Refusals | None,
        presence: Presence,
        templates: Templates | None,
        enrolment: Enrolment | None,
        zone: tzinfo,
        now: Callable[[], Stamp],
        publish: Callable[[object], None],
    ) -> None:
        self._outbox = outbox
        self._reference = reference
        self._desk_reference = FrontDeskReference(reference)
        self._ledger = ledger
        self._refusals = refusals
        self._presence = presence
        self._templates = templates
        self._enrolment = enrolment
        self._zone = zone
        self._now = now
        self._publish = publish
        self._takes_faces = enrolment is not None and enrolment.is_possible
        self._counted: set[tuple[str, int]] = set()
        self._looks = 0

    # --- as a service of the desk -----------------------------------------------------------------------------------

    def begin(self) -> None:
        pass

    def refresh(self) -> None:
        if self._refusals is not None and self._looks % EXPIRE_LOOKS == 0 and self._now().trusted:
            self._refusals.expire(self._now().wall_ms)
        self._looks += 1

    def hear(self, event: object) -> None:
        pass

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.TellConsentText(ask_id, purpose):
                self._counted.clear()  # who is asked now may be the next one
                self._publish(ConsentTextTold(ask_id, self._desk_reference.consent_text(purpose)))
            case wishes.MayAsk():
                self._tell_standing(command)
            case wishes.RefuseConsent():
                self._refuse(command)
            case wishes.KeepConsent():
                self._keep(command)
            case EndSession():
                self._counted.clear()
                return False  # her session is the resident's desk's to end
            case _:
                return False
        return True

    # --- how she stands ---------------------------------------------------------------------------------------------

    def _tell_standing(self, wish: wishes.MayAsk) -> None:
        if not self._presence.may_speak_of(wish.person_id):
            self._publish(DeskRefused(wish.ask_id, CARD_NEEDED))
            return
        is_young = self._is_too_young(wish.person_id)
        state, until = self._standing(wish.person_id, is_young=is_young)
        help_wanted = self._help_of(wish.person_id)
        self._publish(ConsentStanding(wish.ask_id, state, until, help_wanted, is_young))

    def _standing(self, person_id: str, *, is_young: bool) -> tuple[str, str]:
        enrolled = self._enrolled(person_id)
        if enrolled is not None:
            return "enrolled", day_of(self._until_ms(enrolled), self._zone)
        if self._was_asked(person_id):
            return "asked_before", ""
        if is_young:
            return "too_young", ""
        return ("full", "") if self._is_full() else ("may_ask", "")

    def _was_asked(self, person_id: str) -> bool:
        card_refs = [card.card_ref for card in self._reference.cards_of(person_id)]
        return self._refusals is not None and self._refusals.is_noted(card_refs, self._now().wall_ms)

    def _enrolled(self, person_id: str) -> KnownConsent | None:
        """At this machine where it recognises people, at any where it does not. A newer text asks anew."""
        text = self._desk_reference.consent_text(RECOGNITION)
        given = [
            consent
            for consent in self._ledger.active_of(person_id, RECOGNITION)
            if (not self._takes_faces or consent.terminal_id == self._outbox.terminal_id)
            and (text is None or consent.text_version >= text.version)
        ]
        return given[-1] if given else None

    def _until_ms(self, consent: KnownConsent) -> int:
        moved_on = self._templates.until_ms(consent.consent_id) if self._templates is not None else None
        return moved_on if moved_on is not None else consent.until_ms

    def _help_of(self, person_id: str) -> tuple[str, ...]:
        """What she set herself: the newest that was kept here, else what the hall has told."""
        own = [consent for consent in self._ledger.active_of(person_id, PREFERRED_HELP) if consent.help]
        if own:
            return own[-1].help
        told = None if self._ledger.took_help_back(person_id) else self._desk_reference.desk_person(person_id)
        return tuple(told.help) if told is not None else ()

    def _is_full(self) -> bool:
        """Counting people takes a second; there are never more of them than of consents."""
        return self._desk_reference.consent_count() >= MOST_PEOPLE and self._ledger.people() >= MOST_PEOPLE

    def _is_too_young(self, person_id: str) -> bool:
        years = self._years(person_id)
        return years is None or years < CONSENTS_ALONE

    def _years(self, person_id: str) -> int | None:
        """Full years of age; None where nobody knows."""
        resident = self._reference.resident(person_id)
        today = date.fromisoformat(day_of(self._now().wall_ms, self._zone))
        return full_years(resident.birth_date, today) if resident is not None else None

    # --- no ---------------------------------------------------------------------------------------------------------

    def _refuse(self, wish: wishes.RefuseConsent) -> None:
        """A no is counted once. Who shows a card after it is noted by it alone, in no row."""
        asked = (wish.purpose, wish.text_version)
        if not wish.card_ref or asked not in self._counted:
            purpose = cast("Literal['recognition', 'preferred_help']", wish.purpose)
            body = ConsentRefusedBody(purpose=purpose, text_version=wish.text_version)
            self._outbox.append(RowKind.CONSENT_REFUSED, body, self._now())
        self._counted.discard(asked)
        if not wish.card_ref:
            self._counted.add(asked)
        if wish.card_ref and wish.purpose == RECOGNITION and self._refusals is not None:
            self._refusals.note(wish.card_ref, self._now().wall_ms)

    # --- yes --------------------------------------------------------------------------------------------------------

    def _keep(self, wish: wishes.KeepConsent) -> None:
        code = self._why_not(wish)
        if code:
            if code != GUARDIAN_NEEDED and self._enrolment is not None and wish.purpose == RECOGNITION:
                self._enrolment.take()  # held for nobody any more
            self._publish(ConsentRefused(wish.ask_id, code))
            return
        try:
            consent = self._given(wish)
        except (StorageError, GalleryLost) as error:
            self._publish(ConsentRefused(wish.ask_id, error.code))
            if isinstance(error, StorageError):
                raise
            return
        if wish.purpose == RECOGNITION and self._refusals is not None:
            self._refusals.forget(card.card_ref for card in self._reference.cards_of(wish.person_id))
        until = day_of(consent.until_ms, self._zone)
        self._publish(ConsentKept(wish.ask_id, consent.consent_id, until))

    def _why_not(self, wish: wishes.KeepConsent) -> str:
        if not self._presence.showed_card(wish.person_id):
            return CARD_NEEDED
        if self._is_too_young(wish.person_id) and not self._is_guardian(wish.guardian_id, wish.person_id):
            return GUARDIAN_NEEDED
        if wish.purpose != RECOGNITION:
            return ""
        if self._enrolment is None or not self._takes_faces:
            return NO_FACES
        if self._enrolled(wish.person_id) is None and self._is_full():
            return FULL
        return "" if self._enrolment.held() else NO_FACE

    def _is_guardian(self, guardian_id: str, person_id: str) -> bool:
        """Another person, of age, whose card was read in this session."""
        if not guardian_id or guardian_id == person_id or not self._presence.showed_card(guardian_id):
            return False
        years = self._years(guardian_id)
        return years is not None and years >= OF_AGE

    def _given(self, wish: wishes.KeepConsent) -> KnownConsent:
        """Raises GalleryLost, and the StorageError family."""
        taken = (
            self._enrolment.take() if wish.purpose == RECOGNITION and self._enrolment is not None else None
        )
        older = [
            consent.consent_id
            for consent in self._ledger.active_of(wish.person_id, RECOGNITION)
            if taken is not None and consent.terminal_id == self._outbox.terminal_id
        ]
        stamp = self._now()
        body = self._body(wish, taken.model_id if taken is not None else "", stamp)
        self._outbox.append(RowKind.CONSENT_GIVEN, body, stamp)
        self._ledger.given(body, stamp.wall_ms)
        consent = self._ledger.active(body.consent_id)
        assert consent is not None
        if taken is not None and self._templates is not None:
            self._keep_template(self._templates, consent, taken.vectors, taken.model_id)
            if older:
                self._templates.drop(older, "replaced")
        return consent

    def _keep_template(
        self, templates: Templates, consent: KnownConsent, vectors: tuple[bytes, ...], model_id: str
    ) -> None:
        """A consent whose template could not be kept is taken back in the log, here or at the next start."""
        try:
            templates.keep(consent, vectors, model_id)
        except StorageError:
            templates.drop([consent.consent_id], "damaged")
            raise
        except ValueError as error:
            templates.drop([consent.consent_id], "damaged")
            raise GalleryLost from error

    def _body(self, wish: wishes.KeepConsent, model_id: str, stamp: Stamp) -> ConsentGivenBody:
        is_guarded = self._is_too_young(wish.person_id)
        return ConsentGivenBody(
            consent_id=new_txn_id(),
            person_id=wish.person_id,
            purpose=cast("Literal['recognition', 'preferred_help']", wish.purpose),
            text_version=wish.text_version,
            given_by="guardian" if is_guarded else "self",
            guardian_id=wish.guardian_id if is_guarded else "",
            staff_id=wish.staff_id if self._presence.is_staff(wish.staff_id) else "",
            until_ms=year_after(stamp.wall_ms, self._zone),
            model_id=model_id,
            help=[each for each in HELP_WISHES if each in wish.help],
        )

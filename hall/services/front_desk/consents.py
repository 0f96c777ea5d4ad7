"""The consent ledger: who agreed to what, by which version of the text, until when, and what became of it.

What a consent's state is follows from all that is known of its person, worked out anew whenever a row arrives: consents,
withdrawals and deletions may come in any order. A withdrawal ends every consent that was not given after it. Where the
clocks cannot say which came first, the withdrawal did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.models_applications import CatalogueVersion
from hall.models_front_desk import ConsentEntry, ConsentWithdrawal, TemplateDeletion
from hall.services import feed
from hall.services.bodies import body_of
from hall.services.clocks import past_ms
from hall.services.feed import Record
from hall.services.front_desk import consent_counts, people
from hall.services.refusals import RowRefused
from offline_cache.wire import LogRow, ReferenceKind
from offline_cache.wire_front_desk import (
    HELP_WISHES,
    Consent,
    ConsentGivenBody,
    ConsentsWithdrawnBody,
    TemplateDeletedBody,
    Withdrawal,
)

RECOGNITION = "recognition"
CHILD_UNTIL_YEARS = 14
DAY_MS = 24 * 3_600_000


# --- rows -------------------------------------------------------------------------------------------------------


def give(session: Session, row: LogRow, now_ms: int) -> None:
    """A consent of a day to come lasts as long as it was given for, from now. Raises RowRefused: consent_given.repeated,
    .person_unknown, .text_unknown, .guardian_missing, .until_wrong, .help_unknown."""
    body = body_of(ConsentGivenBody, row)
    given_ms = past_ms(row.occurred_at_ms, now_ms)
    body = body.model_copy(update={"until_ms": body.until_ms + given_ms - row.occurred_at_ms})
    if session.get(ConsentEntry, body.consent_id) is not None:
        raise RowRefused("consent_given.repeated")
    _check(session, given_ms, body)
    before = consent_counts.persons(session)
    entry = ConsentEntry(
        **body.model_dump(),
        terminal_id=row.terminal_id,
        log_id=row.log_id,
        seq=row.seq,
        clock_trusted=row.clock_trusted,
        given_ms=given_ms,
    )
    session.add(entry)
    session.flush()
    settle(session, body.person_id, now_ms)
    consent_counts.watch(session, row, before, now_ms)


def withdraw(session: Session, row: LogRow, now_ms: int) -> None:
    """Raises RowRefused: consents_withdrawn.repeated."""
    body = body_of(ConsentsWithdrawnBody, row)
    if session.get(ConsentWithdrawal, body.request_id) is not None:
        raise RowRefused("consents_withdrawn.repeated")
    withdrawal = ConsentWithdrawal(
        **body.model_dump(),
        terminal_id=row.terminal_id,
        log_id=row.log_id,
        seq=row.seq,
        clock_trusted=row.clock_trusted,
        requested_ms=row.occurred_at_ms,
    )
    session.add(withdrawal)
    session.flush()
    settle(session, body.person_id, now_ms)


def note_deletion(session: Session, row: LogRow, now_ms: int) -> None:
    """A terminal says that a template is gone. Only the word of the one that held it counts."""
    body = body_of(TemplateDeletedBody, row)
    deletion = TemplateDeletion(
        consent_id=body.consent_id,
        terminal_id=row.terminal_id,
        reason=body.reason,
        deleted_ms=row.occurred_at_ms,
    )
    session.merge(deletion)
    session.flush()
    entry = session.get(ConsentEntry, body.consent_id)
    if entry is not None:
        settle(session, entry.person_id, now_ms)


def note_use(session: Session, terminal_id: str, person_id: str, at_ms: int, now_ms: int) -> None:
    """A face was known by a consent: it lasts as long again from now. Told at most once a day."""
    query = select(ConsentEntry).where(
        ConsentEntry.person_id == person_id,
        ConsentEntry.terminal_id == terminal_id,
        ConsentEntry.purpose == RECOGNITION,
        ConsentEntry.state == "active",
        ConsentEntry.used_ms < at_ms - DAY_MS,
        ConsentEntry.given_ms < at_ms,
    )
    used = list(session.scalars(query))
    for entry in used:
        entry.used_ms = at_ms
    if used:
        session.flush()
        settle(session, person_id, now_ms)


def end_expired(session: Session, now_ms: int) -> None:
    """End what was not used for as long as it was given for."""
    query = select(ConsentEntry).where(ConsentEntry.state == "active", ConsentEntry.until_ms <= now_ms)
    over = {entry.person_id for entry in session.scalars(query) if until_ms(entry) <= now_ms}
    for person_id in sorted(over):
        settle(session, person_id, now_ms)


def _check(session: Session, given_ms: int, body: ConsentGivenBody) -> None:
    if body.until_ms <= given_ms:
        raise RowRefused("consent_given.until_wrong")
    wishes = HELP_WISHES if body.purpose == "preferred_help" else ()
    if not set(body.help) <= set(wishes) or len(set(body.help)) < len(body.help):
        raise RowRefused("consent_given.help_unknown")
    known = feed.find(session, ReferenceKind.RESIDENT, {body.person_id, body.guardian_id})
    person = known.get(body.person_id)
    if person is None:
        raise RowRefused("consent_given.person_unknown")
    text = (ReferenceKind.CONSENT_TEXT.value, body.purpose, body.text_version)
    if session.get(CatalogueVersion, text) is None:
        raise RowRefused("consent_given.text_unknown")
    given_on = local_date(given_ms)
    if _age(person["birth_date"], given_on) < CHILD_UNTIL_YEARS or body.given_by == "guardian":
        guardian = known.get(body.guardian_id)
        if body.given_by == "self" or body.guardian_id == body.person_id or guardian is None:
            raise RowRefused("consent_given.guardian_missing")
        if _age(guardian["birth_date"], given_on) < 18:
            raise RowRefused("consent_given.guardian_missing")


def _age(birth_date: str, day: date) -> int:
    born = date.fromisoformat(birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# --- what follows from them ---------------------------------------------------------------------------------------


def until_ms(entry: ConsentEntry) -> int:
    """When this consent ends by itself: its span after it was given, or last used."""
    return max(entry.until_ms, entry.used_ms + entry.until_ms - entry.given_ms)


def covers(withdrawal: ConsentWithdrawal, consent: ConsentEntry) -> bool:
    """Whether the withdrawal ends the consent. In one log the order of rows says so, between logs trusted clocks do."""
    if (withdrawal.terminal_id, withdrawal.log_id) == (consent.terminal_id, consent.log_id):
        return withdrawal.seq > consent.seq
    if withdrawal.clock_trusted and consent.clock_trusted:
        return withdrawal.requested_ms >= consent.given_ms
    return True


def settle(session: Session, person_id: str, now_ms: int) -> None:
    """Work out the state of everything that the person agreed to and took back, and tell terminals what changed."""
    of_person = select(ConsentEntry).where(ConsentEntry.person_id == person_id)
    consents = list(session.scalars(of_person.order_by(ConsentEntry.consent_id)))
    asked = select(ConsentWithdrawal).where(ConsentWithdrawal.person_id == person_id)
    order = (ConsentWithdrawal.requested_ms, ConsentWithdrawal.request_id)
    withdrawals = list(session.scalars(asked.order_by(*order)))
    gone = _deleted(session, consents)
    for entry in consents:
        first = next((each for each in withdrawals if covers(each, entry)), None)
        entry.request_id = "" if first is None else first.request_id
        ended = first is not None or until_ms(entry) <= now_ms
        held = entry.purpose == RECOGNITION
        deleted = entry.consent_id in gone or (ended and not held)
        entry.state = "deleted" if deleted else "revoked" if ended else "active"
    session.flush()
    records = [Record(ReferenceKind.CONSENT, entry.consent_id, told(entry)) for entry in consents]
    for withdrawal in withdrawals:
        shown = _withdrawal(withdrawal, [entry for entry in consents if covers(withdrawal, entry)])
        records.append(Record(ReferenceKind.WITHDRAWAL, withdrawal.request_id, shown))
    feed.publish_changed(session, records)
    people.tell(session, [person_id], now_ms)


def _deleted(session: Session, consents: Sequence[ConsentEntry]) -> set[str]:
    """Those of these consents whose template is gone, by the word of the terminal that held it."""
    ids = [entry.consent_id for entry in consents]
    said = session.scalars(select(TemplateDeletion).where(TemplateDeletion.consent_id.in_(ids)))
    words = {(each.consent_id, each.terminal_id) for each in said}
    return {entry.consent_id for entry in consents if (entry.consent_id, entry.terminal_id) in words}


def told(entry: ConsentEntry) -> Consent:
    """What terminals hear of a consent."""
    return Consent.model_validate(
        {
            "consent_id": entry.consent_id,
            "person_id": entry.person_id,
            "purpose": entry.purpose,
            "terminal_id": entry.terminal_id if entry.purpose == RECOGNITION else "",
            "text_version": entry.text_version,
            "given_ms": entry.given_ms,
            "until_ms": until_ms(entry),
            "state": entry.state,
            "request_id": entry.request_id,
        }
    )


def _withdrawal(withdrawal: ConsentWithdrawal, covered: Sequence[ConsentEntry]) -> Withdrawal:
    """A terminal is waited for until the last of its templates is gone."""
    held = [entry for entry in covered if entry.purpose == RECOGNITION]
    waiting = {entry.terminal_id for entry in held if entry.state != "deleted"}
    deleted = {entry.terminal_id for entry in held} - waiting
    return Withdrawal(
        request_id=withdrawal.request_id,
        person_id=withdrawal.person_id,
        requested_ms=withdrawal.requested_ms,
        state="pending" if waiting else "deleted",
        deleted=sorted(deleted),
        waiting=sorted(waiting),
    )

"""How long the front desk's traces are kept: visits and tickets 90 days, logs of who looked and who agreed three years.

The rows of terminals' logs stay in their chains, since a hole would look like a loss; what they said of a person is blanked,
and their hashes stay. Source of the three years: PIPL art. 56, for records of how personal data was used.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.models import Published, Row
from hall.models_front_desk import (
    AlarmStep,
    CareEntry,
    CareStep,
    ConsentEntry,
    ConsentWithdrawal,
    DeskAlarm,
    DeskTicket,
    DeskVisit,
    FamilyMessage,
    SandboxMessage,
    StaffSigned,
    TemplateDeletion,
    VisitAnswer,
)
from hall.models_residents import AccessEntry
from hall.services import feed
from hall.services.feed import Record
from offline_cache.wire import ReferenceKind, RowKind

DAY_MS = 24 * 3_600_000
VISITS_MS = 90 * DAY_MS
LOGS_MS = 3 * 365 * DAY_MS
VISIT_ROWS = (RowKind.VISIT_NOTED, RowKind.VISIT_ANSWERED, RowKind.TICKET_ISSUED, RowKind.TICKET_CALLED)
LOG_ROWS = (
    RowKind.CARD_VIEWED, RowKind.STAFF_SIGNED, RowKind.RECORD_QUERIED, RowKind.ALARM_RAISED, RowKind.ALARM_STEPPED,
    RowKind.CARE_DONE,
)  # fmt: skip
"""Consents stay with their rows for as long as they stand, and so are not among these."""


RowKey = tuple[str, str, int]


def stale_rows(session: Session, now_ms: int) -> list[RowKey]:
    """The stored rows that are to say nothing any more. Looked for by a reader: nobody else waits for a walk through them all."""
    of_visits = and_(
        Row.kind.in_([kind.value for kind in VISIT_ROWS]), Row.occurred_at_ms < now_ms - VISITS_MS
    )
    of_logs = and_(Row.kind.in_([kind.value for kind in LOG_ROWS]), Row.occurred_at_ms < now_ms - LOGS_MS)
    query = select(Row.terminal_id, Row.log_id, Row.seq).where(or_(of_visits, of_logs), Row.body != {})
    return [(terminal_id, log_id, seq) for terminal_id, log_id, seq in session.execute(query)]


def sweep(session: Session, stale: Sequence[RowKey], now_ms: int) -> None:
    """Delete what is older than it may be kept, and blank the rows that were found stale."""
    for terminal_id, log_id, seq in stale:
        session.get_one(Row, (terminal_id, log_id, seq)).body = {}
    session.flush()
    _forget_visits(session, now_ms - VISITS_MS)
    _forget_logs(session, now_ms - LOGS_MS)


def _forget_visits(session: Session, before_ms: int) -> None:
    session.execute(delete(DeskVisit).where(DeskVisit.at_ms < before_ms))
    session.execute(delete(VisitAnswer).where(VisitAnswer.at_ms < before_ms))
    session.execute(delete(DeskTicket).where(DeskTicket.issued_ms < before_ms))
    tombstones = delete(Published).where(
        Published.kind.in_([ReferenceKind.VISIT.value, ReferenceKind.TICKET.value]),
        Published.service_date < local_date(before_ms).isoformat(),
        # The highest number is where the feed counts on from.
        Published.number < feed.last_number(session),
    )
    session.execute(tombstones)


def _forget_logs(session: Session, before_ms: int) -> None:
    session.execute(delete(AccessEntry).where(AccessEntry.at_ms < before_ms))
    session.execute(delete(StaffSigned).where(StaffSigned.at_ms < before_ms))
    _forget_alarms(session, before_ms)
    _forget_consents(session, before_ms)


def _forget_alarms(session: Session, before_ms: int) -> None:
    closed = (DeskAlarm.state == "closed", DeskAlarm.raised_ms < before_ms)
    alarm_ids = select(DeskAlarm.alarm_id).where(*closed)
    for steps in (AlarmStep.alarm_id, FamilyMessage.alarm_id, SandboxMessage.message_id):
        session.execute(delete(steps.class_).where(steps.in_(alarm_ids)))
    session.execute(delete(DeskAlarm).where(*closed))
    over = (CareEntry.state == "closed", CareEntry.opened < local_date(before_ms).isoformat())
    case_ids = select(CareEntry.case_id).where(*over)
    session.execute(delete(CareStep).where(CareStep.case_id.in_(case_ids)))
    session.execute(delete(CareEntry).where(*over))


def _forget_consents(session: Session, before_ms: int) -> None:
    """Of consents that ended, once their templates are gone; a withdrawal stays for as long as a consent refers to it."""
    ended = select(ConsentEntry.consent_id).where(
        ConsentEntry.state == "deleted", ConsentEntry.given_ms < before_ms
    )
    ids = list(session.scalars(ended))
    feed.publish(session, [Record(ReferenceKind.CONSENT, id, None) for id in ids])
    session.execute(delete(TemplateDeletion).where(TemplateDeletion.consent_id.in_(ids)))
    session.execute(delete(ConsentEntry).where(ConsentEntry.consent_id.in_(ids)))
    referred = select(ConsentEntry.request_id)
    old = select(ConsentWithdrawal.request_id).where(
        ConsentWithdrawal.requested_ms < before_ms, ConsentWithdrawal.request_id.not_in(referred)
    )
    requests = list(session.scalars(old))
    feed.publish(session, [Record(ReferenceKind.WITHDRAWAL, id, None) for id in requests])
    session.execute(delete(ConsentWithdrawal).where(ConsentWithdrawal.request_id.in_(requests)))

"""How many people have a template somewhere, and how often each text was refused.

Source of the numbers: a hall that holds the faces of 100,000 people has to be filed with the authority within 30 working
days (China's measures for face recognition, in force since June 2025), so its staff hear of it well before.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hall.models import Log
from hall.models_front_desk import ConsentEntry, ConsentRefusals
from hall.services import alarms
from hall.services.bodies import body_of
from offline_cache.wire import LogRow
from offline_cache.wire_front_desk import ConsentRefusedBody, EnrolledCount

NEAR = 80_000
FULL = 95_000


def persons(session: Session) -> int:
    """Distinct persons with an active recognition consent, across all terminals."""
    query = select(func.count(func.distinct(ConsentEntry.person_id))).where(
        ConsentEntry.purpose == "recognition", ConsentEntry.state == "active"
    )
    return session.scalar(query) or 0


def count(session: Session) -> EnrolledCount:
    enrolled = persons(session)
    alarm: Literal["", "near", "full"] = "full" if enrolled >= FULL else "near" if enrolled >= NEAR else ""
    return EnrolledCount(persons=enrolled, alarm=alarm)


def watch(session: Session, row: LogRow, before: int, now_ms: int) -> None:
    """Raise an alarm at the row by which the number of people reached a limit."""
    after = persons(session)
    log = session.get_one(Log, (row.terminal_id, row.log_id))
    for limit, kind in ((NEAR, "consents.near"), (FULL, "consents.full")):
        if before < limit <= after:
            alarms.raise_alarm(session, log, kind, row.seq, now_ms)


def note_refusal(session: Session, row: LogRow, now_ms: int) -> None:
    """One more refusal of this text: a number, and nobody's."""
    body = body_of(ConsentRefusedBody, row)
    counted = session.get(ConsentRefusals, (body.purpose, body.text_version))
    if counted is None:
        session.add(ConsentRefusals(**body.model_dump(), refused=1))
    else:
        counted.refused += 1


def refusals(session: Session) -> list[tuple[str, int, int]]:
    """(purpose, version of the text, how often it was refused)."""
    query = select(ConsentRefusals).order_by(ConsentRefusals.purpose, ConsentRefusals.text_version)
    return [(each.purpose, each.text_version, each.refused) for each in session.scalars(query)]

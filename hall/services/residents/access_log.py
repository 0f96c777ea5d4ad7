"""Who looked at whose records: written by the hall at each answer, and by terminals in their rows."""

from __future__ import annotations

import uuid_utils
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models_residents import AccessEntry
from hall.services.refusals import RowRefused
from hall.shapes_residents import AccessView
from offline_cache.wire import LogRow
from offline_cache.wire_front_desk import CardViewedBody, DeskCardQuery
from offline_cache.wire_residents import ContactQuery, RecordQueriedBody, RecordQuery

CONTACT = "contact"
DESK = "desk"
"""Before what was looked at on a front desk: desk.card, desk.full_name, desk.phone, desk.care."""


def note_answer(
    session: Session, terminal_id: str, query: RecordQuery | ContactQuery, rows: int, result: str, now_ms: int
) -> None:
    """The hall was asked. `result` is ok, empty, away or refused."""
    entry = AccessEntry(
        entry_id=str(uuid_utils.uuid7()),
        written_by="hall",
        terminal_id=terminal_id,
        person_id=query.person_id,
        kind=query.kind if isinstance(query, RecordQuery) else CONTACT,
        purpose=query.purpose,
        year=query.year if isinstance(query, RecordQuery) else None,
        rows=rows,
        result=result,
        source="hall",
        at_ms=now_ms,
    )
    session.add(entry)


def note_row(session: Session, row: LogRow, body: RecordQueriedBody) -> None:
    """A terminal looked, in its own cache perhaps. How many rows it saw is not told."""
    entry = AccessEntry(
        entry_id=row.txn_id,
        written_by="terminal",
        terminal_id=row.terminal_id,
        rows=0,
        at_ms=row.occurred_at_ms,
        **body.model_dump(),
    )
    _append(session, row, entry)


def note_desk_answer(
    session: Session, terminal_id: str, query: DeskCardQuery, rows: int, result: str, now_ms: int
) -> None:
    """The hall was asked for a card. `rows` counts the matters on it."""
    entry = AccessEntry(
        entry_id=str(uuid_utils.uuid7()),
        written_by="hall",
        terminal_id=terminal_id,
        person_id=query.person_id,
        kind=f"{DESK}.card",
        purpose=f"{DESK}.{query.purpose}",
        year=None,
        rows=rows,
        result=result,
        source="hall",
        at_ms=now_ms,
        staff_id=query.staff_id,
    )
    session.add(entry)


def note_desk_row(session: Session, row: LogRow, body: CardViewedBody) -> None:
    """Staff looked at what their desk holds itself."""
    entry = AccessEntry(
        entry_id=row.txn_id,
        written_by="terminal",
        terminal_id=row.terminal_id,
        person_id=body.person_id,
        kind=f"{DESK}.{body.what}",
        purpose=f"{DESK}.{'visit' if body.visit_id else 'care' if body.what == 'care' else 'alarm'}",
        year=None,
        rows=0,
        result="ok",
        source="cache",
        at_ms=row.occurred_at_ms,
        staff_id=body.staff_id,
    )
    _append(session, row, entry)


def _append(session: Session, row: LogRow, entry: AccessEntry) -> None:
    """What is written stays as it was written. Raises RowRefused `<kind>.repeated` for the name of another's entry."""
    known = session.get(AccessEntry, entry.entry_id)
    if known is None:
        session.add(entry)
    # The same row again comes out of a salvaged log.
    elif (known.terminal_id, known.written_by) != (row.terminal_id, entry.written_by):
        raise RowRefused(f"{row.kind}.repeated")


def forget_old(session: Session, before_ms: int) -> None:
    """Delete the entries from before `before_ms`."""
    session.execute(delete(AccessEntry).where(AccessEntry.at_ms < before_ms))


def read(
    session: Session,
    person_id: str | None,
    terminal_id: str | None,
    before_ms: int | None,
    after: str | None,
    limit: int,
) -> list[AccessView]:
    """Entries before `before_ms`, newest first, those beyond the entry `after`. Raises HallProblem (404, access.unknown)."""
    query = select(AccessEntry).order_by(AccessEntry.at_ms.desc(), AccessEntry.entry_id.desc()).limit(limit)
    if person_id is not None:
        query = query.where(AccessEntry.person_id == person_id)
    if terminal_id is not None:
        query = query.where(AccessEntry.terminal_id == terminal_id)
    if before_ms is not None:
        query = query.where(AccessEntry.at_ms < before_ms)
    if after is not None:
        last = session.get(AccessEntry, after)
        if last is None:
            raise HallProblem(404, "access.unknown", "There is no such entry.")
        same_moment = (AccessEntry.at_ms == last.at_ms) & (AccessEntry.entry_id < after)
        query = query.where(or_(AccessEntry.at_ms < last.at_ms, same_moment))
    return [
        AccessView.model_validate({name: getattr(entry, name) for name in AccessView.model_fields})
        for entry in session.scalars(query)
    ]

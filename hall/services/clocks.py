"""What time it really was, for rows whose terminal did not know. The terminal's stamp is kept beside the estimate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.models import Row
from hall.services.refusals import RowRefused


def correct(session: Session, step: Row) -> None:
    """Apply a `clock_stepped` row: its `offset_ms` is the hall's time less the terminal's, for stamps of `boot_id` up
    to `monotonic_ms` in the same log. Without those two, it speaks of the row's own boot."""
    offset = step.body.get("offset_ms")
    if type(offset) is not int:
        raise RowRefused("clock_stepped.malformed")
    boot_id = step.body.get("boot_id", step.boot_id)
    until_ms = step.body.get("monotonic_ms", step.monotonic_ms)
    if not isinstance(boot_id, str) or type(until_ms) is not int:
        raise RowRefused("clock_stepped.malformed")
    for row in _untrusted(session, step, boot_id):
        if row.monotonic_ms <= until_ms:
            row.estimated_at_ms = row.occurred_at_ms + offset
    session.flush()


def estimate(session: Session, rows: Sequence[Row]) -> None:
    """A trusted row tells the time of the untrusted rows before it in its log and boot, by the monotonic clock."""
    known: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.clock_trusted:
            known.setdefault((row.log_id, row.boot_id), row)
    for trusted in known.values():
        for row in _untrusted(session, trusted, trusted.boot_id):
            if row.estimated_at_ms is None:
                row.estimated_at_ms = trusted.occurred_at_ms - (trusted.monotonic_ms - row.monotonic_ms)


def _untrusted(session: Session, later: Row, boot_id: str) -> list[Row]:
    query = select(Row).where(
        Row.terminal_id == later.terminal_id,
        Row.log_id == later.log_id,
        Row.seq < later.seq,
        Row.boot_id == boot_id,
        Row.clock_trusted.is_(False),
        Row.estimated_at_ms.is_(None),
    )
    return list(session.scalars(query))

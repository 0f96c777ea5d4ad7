"""What time it really was, for rows whose terminal did not know. The terminal's stamp is kept beside the estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hall.models import Row
from hall.services.refusals import RowRefused
from offline_cache.wire import LogRow, RowKind

UNSURE = (Row.clock_trusted.is_(False),)
Act = Callable[[Session, LogRow, int], None]


def past_ms(stamp_ms: int, now_ms: int) -> int:
    """The stamp, or the nearest moment that can have been: a clock that runs ahead would keep an alarm waiting and a visit on
    the desk for years, and no calendar holds every stamp that a log can."""
    return max(0, min(stamp_ms, now_ms))


def in_the_past(act: Act) -> Act:
    """`act`, for rows of which only that they have happened is sure."""

    def acting(session: Session, row: LogRow, now_ms: int) -> None:
        act(session, row.model_copy(update={"occurred_at_ms": past_ms(row.occurred_at_ms, now_ms)}), now_ms)

    return acting


def correct(session: Session, step: LogRow) -> None:
    """Apply a `clock_stepped` row: its `offset_ms` is the hall's time less the terminal's, for stamps of `boot_id` up
    to `monotonic_ms` in the same log, as far back as the step before. Without those two it speaks of its own boot."""
    boot_id, until_ms, offset_ms = _step(step)
    query = select(Row).where(*_before(step), Row.kind == RowKind.CLOCK_STEPPED.value, Row.state == "applied")
    earlier = [_step(row) for row in session.scalars(query)]
    since_ms = max((until for boot, until, _ in earlier if boot == boot_id), default=-1)
    for row in session.scalars(select(Row).where(*_before(step), *UNSURE, Row.boot_id == boot_id)):
        if since_ms < row.monotonic_ms <= until_ms:
            row.estimated_at_ms = row.occurred_at_ms + offset_ms
    session.flush()


def _step(row: Row | LogRow) -> tuple[str, int, int]:
    """boot_id, monotonic_ms and offset_ms of a step. Raises RowRefused for a body that does not say."""
    boot_id = row.body.get("boot_id", row.boot_id)
    until_ms = row.body.get("monotonic_ms", row.monotonic_ms)
    offset_ms = row.body.get("offset_ms")
    if not isinstance(boot_id, str) or type(until_ms) is not int or type(offset_ms) is not int:
        raise RowRefused("clock_stepped.malformed")
    return boot_id, until_ms, offset_ms


def estimate(session: Session, rows: Sequence[LogRow]) -> None:
    """Each of these rows that is trusted dates the untrusted rows before it in its log and boot, by the monotonic
    clock, where no step has corrected them."""
    trusted = [row for row in rows if row.clock_trusted]
    if not trusted:
        return
    query = select(Row).where(*_before(trusted[-1]), *UNSURE, Row.estimated_at_ms.is_(None))
    for row in session.scalars(query):
        later = next((each for each in trusted if each.seq > row.seq and each.boot_id == row.boot_id), None)
        if later is not None:
            row.estimated_at_ms = later.occurred_at_ms - (later.monotonic_ms - row.monotonic_ms)


def _before(row: LogRow) -> tuple[ColumnElement[bool], ...]:
    return Row.terminal_id == row.terminal_id, Row.log_id == row.log_id, Row.seq < row.seq

"""What a stored row does: one entry per kind of row. A row that cannot be applied is refused, never lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from sqlalchemy.orm import Session

from hall.models import Log, Meal, Row, TerminalCount, Void
from hall.services import alarms, cards, clocks, feed, meals, settlement, verdicts
from hall.services.applications.apply import ACTS as APPLICATION_ACTS
from hall.services.bodies import body_of
from hall.services.front_desk.apply import ACTS as FRONT_DESK_ACTS
from hall.services.refusals import RowRefused, keep_refusals
from hall.services.residents.apply import ACTS as RESIDENT_ACTS
from hall.services.savepoints import in_savepoints
from offline_cache.wire import (
    CardBlockedBody,
    CountReportedBody,
    LogOpenedBody,
    LogRow,
    MealVoidedBody,
    PeriodClosedBody,
    PeriodDeclaredBody,
    PinLockedBody,
    ReferenceKind,
    RowKind,
    SampleKeptBody,
)

Acting = Callable[[Session, Sequence[LogRow], int], None]


def apply_rows(session: Session, rows: Sequence[LogRow], now_ms: int) -> None:
    """Apply stored rows in their order: runs of meals together, every other row by itself."""
    for is_meal, run in groupby(rows, key=lambda row: row.kind == RowKind.MEAL):
        act = meals.apply_meals if is_meal else _apply_each
        for failed in in_savepoints(session, list(run), partial(_act, session, act, now_ms)):
            keep_refusals(session, [(failed, "row.not_applicable")])
    clocks.estimate(session, rows)
    session.flush()


def _act(session: Session, act: Acting, now_ms: int, rows: Sequence[LogRow]) -> None:
    act(session, rows, now_ms)


def _apply_each(session: Session, rows: Sequence[LogRow], now_ms: int) -> None:
    for row in rows:
        try:
            ACTS[row.kind](session, row, now_ms)
        except RowRefused as refused:
            keep_refusals(session, [(row, refused.code)])
        session.flush()


def _open_log(session: Session, row: LogRow, now_ms: int) -> None:
    """Compare the end of the log before with what the hall holds of it."""
    body = body_of(LogOpenedBody, row)
    before = session.get(Log, (row.terminal_id, body.previous_log_id)) if body.previous_log_id else None
    if before is None or body.reason == "fork":
        return
    held = session.get(Row, (row.terminal_id, before.log_id, body.previous_seq))
    if held is not None and held.hash != body.previous_hash:
        before.mark = "fork"
        alarms.raise_alarm(session, before, "head_differs", body.previous_seq, now_ms)
    elif body.previous_seq < before.last_seq:
        before.mark = before.mark or "rollback"
        alarms.raise_alarm(session, before, "rollback", body.previous_seq, now_ms)
    elif body.previous_seq > before.last_seq:
        alarms.raise_alarm(session, before, "head_unknown", body.previous_seq, now_ms)


def _void(session: Session, row: LogRow, now_ms: int) -> None:
    """Take a meal back. It may still be on its way, when its log had to be salvaged: then it arrives voided."""
    body = body_of(MealVoidedBody, row)
    if session.get(Void, (row.terminal_id, body.meal_txn_id)) is not None:
        raise RowRefused("meal_voided.repeated")
    meal = session.get(Meal, body.meal_txn_id)
    if meal is not None:
        if meal.terminal_id != row.terminal_id:
            raise RowRefused("meal_voided.other_terminal")
        closed_at = settlement.closed_at(session, settlement.sheet_of(meal))
        if closed_at is not None and closed_at <= row.occurred_at_ms:
            raise RowRefused("meal_voided.after_closing")
    void = Void(
        terminal_id=row.terminal_id,
        meal_txn_id=body.meal_txn_id,
        txn_id=row.txn_id,
        staff_id=body.staff_id,
        reason=body.reason,
        occurred_at_ms=row.occurred_at_ms,
    )
    session.add(void)
    session.flush()
    if meal is not None:
        verdicts.settle(session, [], [meal], now_ms)


def _block_card(session: Session, row: LogRow, now_ms: int) -> None:
    cards.block(session, body_of(CardBlockedBody, row).card_ref, "lost")


def _declare_period(session: Session, row: LogRow, now_ms: int) -> None:
    body_of(PeriodDeclaredBody, row)


def _keep_sample(session: Session, row: LogRow, now_ms: int) -> None:
    body_of(SampleKeptBody, row)


def _report_count(session: Session, row: LogRow, now_ms: int) -> None:
    body = body_of(CountReportedBody, row)
    session.add(_count(row, body, "reported", {"served": body.served, "leftover": body.leftover}))


def _close_period(session: Session, row: LogRow, now_ms: int) -> None:
    body = body_of(PeriodClosedBody, row)
    if not feed.find(session, ReferenceKind.SITE, [body.site_id]):
        raise RowRefused("period_closed.site_unknown")
    counted = body.model_dump(include={"served", "voided", "list_total", "own_total"})
    session.add(_count(row, body, "closed", counted))
    session.flush()
    sheet = settlement.Sheet(body.site_id, body.service_date, body.period.value, body.operator_id)
    settlement.close(session, sheet, row.occurred_at_ms, f"{row.terminal_id}/{body.staff_id}")


def _count(
    row: LogRow, body: CountReportedBody | PeriodClosedBody, kind: str, counted: dict[str, int]
) -> TerminalCount:
    return TerminalCount(
        txn_id=row.txn_id,
        kind=kind,
        terminal_id=row.terminal_id,
        site_id=body.site_id,
        service_date=body.service_date,
        period=body.period.value,
        seq=row.seq,
        counted=counted,
    )


def _note_lock(session: Session, row: LogRow, now_ms: int) -> None:
    """Nothing follows from it: that it stands in the ledger is what it is for."""
    body_of(PinLockedBody, row)


def _step_clock(session: Session, row: LogRow, now_ms: int) -> None:
    clocks.correct(session, row)


ACTS: dict[RowKind, Callable[[Session, LogRow, int], None]] = {
    RowKind.LOG_OPENED: _open_log,
    RowKind.MEAL_VOIDED: _void,
    RowKind.CARD_BLOCKED: _block_card,
    RowKind.PERIOD_DECLARED: _declare_period,
    RowKind.COUNT_REPORTED: _report_count,
    RowKind.SAMPLE_KEPT: _keep_sample,
    RowKind.PERIOD_CLOSED: _close_period,
    RowKind.CLOCK_STEPPED: _step_clock,
    RowKind.PIN_LOCKED: _note_lock,
    **RESIDENT_ACTS,
    **APPLICATION_ACTS,
    **FRONT_DESK_ACTS,
}

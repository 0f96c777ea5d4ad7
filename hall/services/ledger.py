"""Every stored row and what became of it; and the terminals that sent them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hall.models import Alarm, Claim, ForkedRow, Log, Meal, Review, Row, Terminal
from hall.shapes import AlarmView, Ledger, LedgerRow, LedgerSummary, LogView, TerminalView
from offline_cache.wire import LogRow

CHAIN_COLUMNS = tuple(LogRow.model_fields)


def read(session: Session, terminal_id: str, log_id: str | None, after_seq: int, limit: int | None) -> Ledger:
    """The rows of a terminal by log and seq."""
    query = (
        select(Row).where(Row.terminal_id == terminal_id, Row.seq > after_seq).order_by(Row.log_id, Row.seq)
    )
    if log_id is not None:
        query = query.where(Row.log_id == log_id)
    rows = list(session.scalars(query.limit(limit)))
    outcomes = dict(
        session.execute(select(Meal.txn_id, Meal.outcome).where(Meal.terminal_id == terminal_id)).all()
    )
    forked = session.scalars(
        select(ForkedRow).where(ForkedRow.terminal_id == terminal_id).order_by(ForkedRow.seq)
    )
    return Ledger(
        terminal_id=terminal_id,
        rows=[_ledger_row(row, outcomes) for row in rows],
        forked=[LogRow.model_validate(each.row) for each in forked],
    )


def _ledger_row(row: Row, outcomes: dict[str, str]) -> LedgerRow:
    outcome = outcomes.get(row.txn_id, "") if row.state == "applied" and row.kind == "meal" else ""
    return LedgerRow.model_validate(
        {
            "row": {name: getattr(row, name) for name in CHAIN_COLUMNS},
            "state": "duplicate" if outcome == "duplicate" else row.state,
            "code": row.code,
            "voided": outcome == "voided",
            "received_at_ms": row.received_at_ms,
            "estimated_at_ms": row.estimated_at_ms,
        }
    )


def summarise(session: Session, terminal_id: str | None) -> LedgerSummary:
    """Counts and sums over one terminal, or over all. Claims and reviews are counted over the terminal's meals."""

    def of(table: type[Row] | type[Meal] | type[ForkedRow]) -> Iterable[ColumnElement[bool]]:
        return [] if terminal_id is None else [table.terminal_id == terminal_id]

    meals = select(Meal.txn_id).where(*of(Meal))
    live = [Meal.outcome != "voided", *of(Meal)]
    sums = [Meal.list_price, Meal.own_part, Meal.purse_part, Meal.welfare_part, Meal.due]
    totals = session.execute(
        select(*[func.coalesce(func.sum(column), 0) for column in sums]).where(*live)
    ).one()
    list_total, own_total, purse_total, welfare_total, due_total = map(int, tuple(totals))
    by_kind = _counts(session, select(Row.kind, func.count()).where(*of(Row)).group_by(Row.kind))
    outcomes = _counts(session, select(Meal.outcome, func.count()).where(*of(Meal)).group_by(Meal.outcome))
    return LedgerSummary(
        rows=sum(by_kind.values()),
        by_kind=by_kind,
        by_state=_counts(session, select(Row.state, func.count()).where(*of(Row)).group_by(Row.state)),
        meals=sum(outcomes.values()),
        voided=outcomes.get("voided", 0),
        duplicates=outcomes.get("duplicate", 0),
        list_total=list_total,
        own_total=own_total,
        purse_total=purse_total,
        welfare_total=welfare_total,
        due_total=due_total,
        claims=_count(session, select(func.count()).select_from(Claim).where(Claim.txn_id.in_(meals))),
        open_reviews=_count(
            session,
            select(func.count()).select_from(Review).where(Review.state == "open", Review.txn_id.in_(meals)),
        ),
        forked=_count(session, select(func.count()).select_from(ForkedRow).where(*of(ForkedRow))),
    )


def _counts(session: Session, query: Any) -> dict[str, int]:
    return dict(session.execute(query).all())


def _count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


def terminals(session: Session) -> list[TerminalView]:
    """Every terminal with the heads of its logs and its alarms."""
    logs: dict[str, list[LogView]] = {}
    for log in session.scalars(select(Log).order_by(Log.terminal_id, Log.log_id)):
        view = LogView(
            log_id=log.log_id,
            last_seq=log.last_seq,
            last_hash=log.last_hash,
            expected_seq=log.expected_seq,
            mark=log.mark,
        )
        logs.setdefault(log.terminal_id, []).append(view)
    alarms: dict[str, list[AlarmView]] = {}
    for alarm in session.scalars(select(Alarm).order_by(Alarm.raised_at_ms, Alarm.log_id, Alarm.seq)):
        told = AlarmView(
            log_id=alarm.log_id,
            kind=alarm.kind,
            seq=alarm.seq,
            detail=alarm.detail,
            raised_at_ms=alarm.raised_at_ms,
        )
        alarms.setdefault(alarm.terminal_id, []).append(told)
    found = session.scalars(select(Terminal).order_by(Terminal.terminal_id))
    return [
        _terminal(each, logs.get(each.terminal_id, []), alarms.get(each.terminal_id, [])) for each in found
    ]


def _terminal(terminal: Terminal, logs: list[LogView], alarms: list[AlarmView]) -> TerminalView:
    return TerminalView(
        terminal_id=terminal.terminal_id,
        site_id=terminal.site_id,
        role=terminal.role,
        state="revoked" if terminal.revoked_at_ms else "enrolled" if terminal.public_key else "invited",
        software=terminal.software,
        enrolment_expires_at_ms=terminal.enrolment_expires_at_ms,
        last_seen_ms=terminal.last_seen_ms,
        logs=logs,
        alarms=alarms,
    )

"""日结: closing a period of a site and operator, in versions, and the adjustment sheet for what came late.

A version is never edited. Facts that reach the hall after a closing are lines on the adjustment sheet; closing again
counts everything there is by then as the next version (domain 3D).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hall.models import Adjustment, Meal, MealOrder, Row, Settlement, TerminalCount
from hall.services import feed
from hall.services.standing import NOTHING, Standing, difference, worth
from offline_cache.wire import Closing, Period, ReferenceKind


class Sheet(NamedTuple):
    site_id: str
    service_date: str
    period: str
    operator_id: str


def sheet_of(row: Meal | Settlement) -> Sheet:
    return Sheet(row.site_id, row.service_date, row.period, row.operator_id)


def close(session: Session, sheet: Sheet, closed_at_ms: int, closed_by: str) -> Settlement:
    """Close, or close again: the same facts give the version that is there, new facts the next one."""
    content = count(session, sheet)
    content_hash = hashlib.sha256(rfc8785.dumps(content)).hexdigest()
    last = latest(session, sheet)
    if last is not None and last.content_hash == content_hash:
        return last
    version = Settlement(
        **sheet._asdict(),
        version=1 if last is None else last.version + 1,
        content=content,
        content_hash=content_hash,
        closed_at_ms=closed_at_ms,
        closed_by=closed_by,
    )
    session.add(version)
    session.flush()
    closing = Closing(
        site_id=sheet.site_id,
        service_date=sheet.service_date,
        period=Period(sheet.period),
        version=version.version,
    )
    id = f"{sheet.site_id}/{sheet.service_date}/{sheet.period}"
    record = feed.Record(ReferenceKind.CLOSING, id, closing, sheet.site_id, sheet.service_date)
    feed.publish(session, [record])
    return version


def latest(session: Session, sheet: Sheet) -> Settlement | None:
    query = select(Settlement).filter_by(**sheet._asdict()).order_by(Settlement.version.desc()).limit(1)
    return session.scalar(query)


def closed_at(session: Session, sheet: Sheet) -> int | None:
    """When the period was closed first, ms; None while it is open."""
    return session.scalar(select(func.min(Settlement.closed_at_ms)).filter_by(**sheet._asdict()))


def latest_versions(session: Session, sheets: Collection[Sheet]) -> dict[Sheet, int]:
    """The versions of those sheets that are closed."""
    if not sheets:
        return {}
    columns = (Settlement.site_id, Settlement.service_date, Settlement.period, Settlement.operator_id)
    query = (
        select(*columns, func.max(Settlement.version))
        .where(
            Settlement.site_id.in_({sheet.site_id for sheet in sheets}),
            Settlement.service_date.in_({sheet.service_date for sheet in sheets}),
        )
        .group_by(*columns)
    )
    versions = {Sheet(*row[:4]): row[4] for row in session.execute(query)}
    return {sheet: versions[sheet] for sheet in sheets if sheet in versions}


def mark_late(session: Session, fresh: Sequence[Meal]) -> None:
    """A meal is late when its period was closed before it reached the hall."""
    closed = latest_versions(session, {sheet_of(meal) for meal in fresh})
    for meal in fresh:
        if sheet_of(meal) in closed:
            meal.late = True


def adjust(session: Session, meals: Iterable[Meal], before: Mapping[str, Standing], now_ms: int) -> None:
    """Write what changed in closed periods to their adjustment sheets."""
    meals = list(meals)
    closed = latest_versions(session, {sheet_of(meal) for meal in meals})
    number = (session.scalar(select(func.max(Adjustment.number))) or 0) if closed else 0
    for meal in meals:
        if sheet_of(meal) not in closed:
            continue
        amounts = difference(worth(meal), before.get(meal.txn_id, NOTHING).worth)
        if amounts:
            number += 1
            line = Adjustment(
                number=number,
                **sheet_of(meal)._asdict(),
                after_version=closed[sheet_of(meal)],
                txn_id=meal.txn_id,
                reason="late_meal" if meal.txn_id not in before else f"now_{meal.outcome}",
                amounts=amounts,
                made_at_ms=now_ms,
            )
            session.add(line)


# --- what a sheet says ------------------------------------------------------------------------------------------


def count(session: Session, sheet: Sheet) -> dict[str, Any]:
    """The content of a settlement as the facts stand now. Integers and text only, so that it can be hashed."""
    meals = list(session.scalars(select(Meal).filter_by(**sheet._asdict())))
    totals: Counter[str] = Counter()
    for meal in meals:
        totals.update(worth(meal))
    reported, closed = (
        _terminal_counts(session, sheet, "reported"),
        _terminal_counts(session, sheet, "closed"),
    )
    return {
        "totals": {name: amount for name, amount in sorted(totals.items()) if amount},
        "ordered": _ordered(session, sheet),
        "reported": reported,
        "counted_by_terminals": closed,
        "chain": _chain(session, meals),
    }


def _ordered(session: Session, sheet: Sheet) -> int:
    query = select(func.count()).select_from(MealOrder)
    return session.scalar(query.filter_by(**_place(sheet))) or 0


def _terminal_counts(session: Session, sheet: Sheet, kind: str) -> dict[str, Any]:
    """The newest count of each terminal."""
    query = select(TerminalCount).filter_by(kind=kind, **_place(sheet)).order_by(TerminalCount.seq)
    return {each.terminal_id: each.counted for each in session.scalars(query)}


def _place(sheet: Sheet) -> dict[str, str]:
    return {"site_id": sheet.site_id, "service_date": sheet.service_date, "period": sheet.period}


def _chain(session: Session, meals: Iterable[Meal]) -> dict[str, Any]:
    """First and last row of this period by terminal and log, with the hash of the last: what a signature covers."""
    spans: dict[tuple[str, str], list[int]] = {}
    for meal in meals:
        spans.setdefault((meal.terminal_id, meal.log_id), []).append(meal.seq)
    chain: dict[str, Any] = {}
    for (terminal_id, log_id), seqs in sorted(spans.items()):
        head = session.get_one(Row, (terminal_id, log_id, max(seqs)))
        chain[f"{terminal_id}/{log_id}"] = {"first_seq": min(seqs), "last_seq": head.seq, "head": head.hash}
    return chain

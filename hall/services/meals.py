"""Meal rows: is the body a meal that adds up, of a person and a site that the hall knows; then it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hall.models import Meal
from hall.services import feed, verdicts
from hall.services.front_desk import care
from hall.services.refusals import RowRefused, is_storable, keep_refusals
from offline_cache.wire import LogRow, MealBody, ReferenceKind


@dataclass(frozen=True)
class Known:
    """What the hall knows about the people, sites, tariffs and earlier transactions that a run of meals names."""

    people: frozenset[str]
    sites: frozenset[str]
    tariffs: dict[str, dict[str, Any]]
    transactions: set[str]


def apply_meals(session: Session, rows: Sequence[LogRow], now_ms: int) -> None:
    """Apply a run of meal rows: refuse those that do not add up, judge the others together."""
    bodies = {row.seq: body for row in rows if (body := _body(row)) is not None}
    known = _look_up(session, rows, list(bodies.values()))
    fresh: list[dict[str, Any]] = []
    refusals: list[tuple[LogRow, str]] = []
    for row in rows:
        try:
            body = bodies.get(row.seq)
            if body is None:
                raise RowRefused("meal.malformed")
            check_sums(body)
            _check_known(row, body, known)
        except RowRefused as refused:
            refusals.append((row, refused.code))
            continue
        known.transactions.add(row.txn_id)
        fresh.append(_facts(row, body, known.tariffs.get(body.tariff_id, {})))
    keep_refusals(session, refusals)
    verdicts.settle(session, _stored(session, fresh), [], now_ms)
    care.note_meals(session, fresh, now_ms)


def _stored(session: Session, fresh: Sequence[dict[str, Any]]) -> list[Meal]:
    """Store meals and read them back: for a batch that is half the cost of adding objects to the session."""
    if not fresh:
        return []
    session.connection().execute(insert(Meal), fresh)
    txn_ids = [facts["txn_id"] for facts in fresh]
    return list(session.scalars(select(Meal).where(Meal.txn_id.in_(txn_ids))))


def _body(row: LogRow) -> MealBody | None:
    if not is_storable(row.body):
        return None
    try:
        return MealBody.model_validate(row.body)
    except ValidationError:
        return None


def _look_up(session: Session, rows: Sequence[LogRow], bodies: Sequence[MealBody]) -> Known:
    people = {body.person_id for body in bodies if body.person_id is not None}
    sites = {body.site_id for body in bodies}
    tariffs = feed.find(session, ReferenceKind.TARIFF, {body.tariff_id for body in bodies})
    earlier = session.scalars(select(Meal.txn_id).where(Meal.txn_id.in_([row.txn_id for row in rows])))
    return Known(
        people=frozenset(feed.find(session, ReferenceKind.RESIDENT, people)),
        sites=frozenset(feed.find(session, ReferenceKind.SITE, sites)),
        tariffs={id: data["document"] for id, data in tariffs.items()},
        transactions=set(earlier),
    )


def check_sums(body: MealBody) -> None:
    """Raises RowRefused when a meal does not add up. Parts are never negative: the shape sees to that."""
    try:
        date.fromisoformat(body.service_date)
    except ValueError as error:
        raise RowRefused("meal.date_wrong") from error
    if sum(line.amount for line in body.lines) + body.own_part != body.list_price:
        raise RowRefused("meal.sum_wrong")
    if body.purse_part + body.cash_part + body.owed_part != body.own_part:
        raise RowRefused("meal.own_part_wrong")
    if body.welfare_part and body.welfare_part not in [line.amount for line in body.lines]:
        raise RowRefused("meal.welfare_wrong")
    if body.person_id is None and (body.subsidised or body.lines or body.purse_part):
        raise RowRefused("meal.person_missing")


def _check_known(row: LogRow, body: MealBody, known: Known) -> None:
    if body.person_id is not None and body.person_id not in known.people:
        raise RowRefused("meal.person_unknown")
    if body.site_id not in known.sites:
        raise RowRefused("meal.site_unknown")
    if row.txn_id in known.transactions:
        raise RowRefused("meal.repeated")


def _facts(row: LogRow, body: MealBody, tariff: dict[str, Any]) -> dict[str, Any]:
    """The columns of a `Meal` that nobody has judged yet."""
    per_day = {fund["code"] for fund in tariff.get("funds", []) if fund.get("per") == "day"}
    facts = body.model_dump(mode="json", exclude={"period_declared", "tariff_id", "tariff_version"})
    return facts | {
        "txn_id": row.txn_id,
        "terminal_id": row.terminal_id,
        "log_id": row.log_id,
        "seq": row.seq,
        "day_funds": [line.fund for line in body.lines if line.code in per_day],
        "occurred_at_ms": row.occurred_at_ms,
        "clock_trusted": row.clock_trusted,
        "late": False,
        "outcome": "accepted",
        "lost_funds": [],
        "due": 0,
        "shortfall": 0,
    }

"""Carrying a judgement out: claims, balances, reviews, the feed and the adjustment sheets follow the verdicts.

Everything here compares what should be with what is, and writes the difference. So it does not matter how often, or
in which order, facts arrive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from hall.models import Claim, FundClaim, Meal, Void
from hall.services import accounts, feed, reviews, settlement
from hall.services.judging import Judgement, Verdict, judge
from hall.services.standing import Standing
from offline_cache import wire

Day = tuple[str, str]  # person_id, service_date


def settle(session: Session, fresh: Sequence[Meal], touched: Sequence[Meal], now_ms: int) -> None:
    """Judge again every day that `fresh` (just stored) or `touched` (just voided) meals belong to."""
    meals = _with_their_days(session, [*fresh, *touched])
    settlement.mark_late(session, fresh)
    before = _before(meals, fresh)
    judgements = _judge(meals, _voided(session, meals))
    verdicts = {
        txn_id: each for judgement in judgements.values() for txn_id, each in judgement.verdicts.items()
    }
    changed = {meal.txn_id for meal in meals if _write_verdict(meal, verdicts[meal.txn_id])}
    _write_claims(session, judgements, {meal.txn_id: meal for meal in meals}, changed)
    _write_fund_claims(session, judgements)
    moved = accounts.debit(session, meals, before)
    holders = {txn_id: verdict.holder for txn_id, verdict in verdicts.items()}
    reviews.follow(session, _united(meals, moved), holders, now_ms)
    settlement.adjust(session, meals, before, now_ms)
    session.flush()


def _before(meals: Iterable[Meal], fresh: Sequence[Meal]) -> dict[str, Standing]:
    new = {meal.txn_id for meal in fresh}
    return {meal.txn_id: Standing.of(meal) for meal in meals if meal.txn_id not in new}


def _with_their_days(session: Session, meals: Sequence[Meal]) -> list[Meal]:
    """These meals and every other meal of the same people on the same dates."""
    days = {(meal.person_id, meal.service_date) for meal in meals if meal.person_id is not None}
    people, dates = {person for person, _ in days}, {service_date for _, service_date in days}
    query = select(Meal).where(
        Meal.person_id.in_(people),
        Meal.service_date.in_(dates),
        Meal.txn_id.not_in([meal.txn_id for meal in meals]),
    )
    neighbours = [meal for meal in session.scalars(query) if (meal.person_id, meal.service_date) in days]
    return _united(meals, neighbours)


def _united(first: Iterable[Meal], second: Iterable[Meal]) -> list[Meal]:
    return list({meal.txn_id: meal for meal in [*first, *second]}.values())


def _voided(session: Session, meals: Sequence[Meal]) -> set[str]:
    of = {meal.txn_id: meal.terminal_id for meal in meals}
    voids = session.execute(select(Void.meal_txn_id, Void.terminal_id).where(Void.meal_txn_id.in_(of)))
    return {txn_id for txn_id, terminal_id in voids if of[txn_id] == terminal_id}


def _judge(meals: Iterable[Meal], voided: set[str]) -> dict[Day | None, Judgement]:
    """A judgement each person and date; guests, who claim nothing, are all under None."""
    days: dict[Day | None, list[Meal]] = defaultdict(list)
    for meal in meals:
        days[(meal.person_id, meal.service_date) if meal.person_id is not None else None].append(meal)
    return {day: judge(group, voided) for day, group in days.items()}


def _write_verdict(meal: Meal, verdict: Verdict) -> bool:
    lost = list(verdict.lost_funds)
    changed = (meal.outcome, meal.due, meal.lost_funds) != (verdict.outcome, verdict.due, lost)
    if changed:
        meal.outcome, meal.due, meal.lost_funds = verdict.outcome, verdict.due, lost
    return changed


def _write_claims(
    session: Session, judgements: dict[Day | None, Judgement], meals: dict[str, Meal], changed: set[str]
) -> None:
    """`changed` are the meals with another verdict than before: their claim is told again, its funds may differ."""
    wanted = {
        (*day, period): txn_id
        for day, judgement in judgements.items()
        if day
        for period, txn_id in judgement.claims.items()
    }
    held = {
        (claim.person_id, claim.service_date, claim.period): claim
        for claim in session.scalars(select(Claim).where(*_within(Claim, judgements)))
        if (claim.person_id, claim.service_date) in judgements
    }
    records: list[feed.Record] = []
    made: list[dict[str, str]] = []
    for key, txn_id in wanted.items():
        if key not in held:
            made.append({"person_id": key[0], "service_date": key[1], "period": key[2], "txn_id": txn_id})
        elif held[key].txn_id != txn_id:
            held[key].txn_id = txn_id
        elif txn_id not in changed:
            continue
        records.append(_claim_record(key, meals[txn_id]))
    for key in held.keys() - wanted.keys():
        session.delete(held[key])
        records.append(_claim_record(key, None))
    session.flush()
    if made:
        session.execute(insert(Claim), made)
    feed.publish(session, records)


def _claim_record(key: tuple[str, str, str], meal: Meal | None) -> feed.Record:
    data = None
    if meal is not None:
        data = wire.Claim(
            person_id=key[0],
            service_date=key[1],
            period=wire.Period(key[2]),
            site_id=meal.site_id,
            terminal_id=meal.terminal_id,
            txn_id=meal.txn_id,
            occurred_at_ms=meal.occurred_at_ms,
            funds=sorted({line["fund"] for line in meal.lines} - set(meal.lost_funds)),
        )
    return feed.Record(wire.ReferenceKind.CLAIM, "/".join(key), data, service_date=key[1])


def _write_fund_claims(session: Session, judgements: dict[Day | None, Judgement]) -> None:
    wanted = {
        (*day, fund): txn_id
        for day, judgement in judgements.items()
        if day
        for fund, txn_id in judgement.fund_claims.items()
    }
    held = {
        (claim.person_id, claim.service_date, claim.fund): claim
        for claim in session.scalars(select(FundClaim).where(*_within(FundClaim, judgements)))
        if (claim.person_id, claim.service_date) in judgements
    }
    for key, txn_id in wanted.items():
        if key in held:
            held[key].txn_id = txn_id
        else:
            session.add(FundClaim(person_id=key[0], service_date=key[1], fund=key[2], txn_id=txn_id))
    for key in held.keys() - wanted.keys():
        session.delete(held[key])
    session.flush()


def _within(
    table: type[Claim] | type[FundClaim], days: Iterable[Day | None]
) -> tuple[ColumnElement[bool], ...]:
    """People and dates apart: a few rows too many, but one plain query on either database."""
    people, dates = {day[0] for day in days if day}, {day[1] for day in days if day}
    return table.person_id.in_(people), table.service_date.in_(dates)

"""Reviews: what a person has to decide, because the hall must not take money silently.

`follow` keeps them in step with the facts. One that nobody has decided yet goes when its reason goes; one that was
decided is withdrawn, and what was collected is paid back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models import Account, AccountEntry, Meal, Review, Row
from hall.services import accounts, cards, feed, settlement
from hall.shapes import Decision, ReviewedMeal, ReviewView
from offline_cache.wire import ReferenceKind

WALKING_M_PER_MIN = 4_000 / 60
EARTH_RADIUS_M = 6_371_000
Key = tuple[str, str]  # kind, txn_id


def follow(session: Session, meals: Iterable[Meal], holders: Mapping[str, str | None], now_ms: int) -> None:
    """Open, change and withdraw the reviews of these meals. `holders` names the meal that a duplicate lost to."""
    of = {meal.txn_id: meal for meal in meals}
    wanted = {key: amount for meal in of.values() for key, amount in _wanted(meal).items()}
    query = select(Review).where(Review.txn_id.in_(of))
    held = {(review.kind, review.txn_id): review for review in session.scalars(query)}
    closed = settlement.latest_versions(session, {settlement.sheet_of(of[txn_id]) for _, txn_id in wanted})
    for key, amount in wanted.items():
        meal = of[key[1]]
        review = held.get(key)
        if review is None:
            review = _open(key, meal, now_ms)
            session.add(review)
        review.after_closing = review.after_closing or meal.late or settlement.sheet_of(meal) in closed
        review.other_txn_id = holders.get(meal.txn_id, review.other_txn_id)
        _set_amount(session, review, amount, now_ms)
    for key in held.keys() - wanted.keys():
        _withdraw(session, held[key], now_ms)
    session.flush()


def _wanted(meal: Meal) -> dict[Key, int]:
    """The reviews that this meal gives reason for, with the fen due."""
    if meal.outcome == "voided":
        return {}
    reasons = {
        "duplicate": meal.due if meal.outcome == "duplicate" else 0,
        "day_fund": meal.due if meal.lost_funds else 0,
        "owed": meal.owed_part,
        "shortfall": meal.shortfall,
    }
    wanted = {(kind, meal.txn_id): amount for kind, amount in reasons.items() if amount}
    if meal.outcome == "duplicate":
        wanted["duplicate", meal.txn_id] = meal.due
    if any(flag.startswith("over_limit:") for flag in meal.flags):
        wanted["over_limit", meal.txn_id] = 0
    return wanted


def _open(key: Key, meal: Meal, now_ms: int) -> Review:
    return Review(
        kind=key[0],
        txn_id=key[1],
        other_txn_id=None,
        person_id=meal.person_id,
        amount_due=-1,  # differs from any amount, so the first one is written
        collected=0,
        after_closing=False,
        state="open",
        opened_at_ms=now_ms,
        decided_by="",
        note="",
    )


def _set_amount(session: Session, review: Review, amount: int, now_ms: int) -> None:
    if review.amount_due == amount and review.state != "withdrawn":
        return
    review.amount_due = amount
    _pay_back(session, review, review.collected - amount, now_ms)
    if review.state == "withdrawn" or amount > review.collected:
        review.state = "open"


def _withdraw(session: Session, review: Review, now_ms: int) -> None:
    if review.state == "open" and not review.collected:
        session.delete(review)
    elif review.state != "withdrawn":
        review.state, review.amount_due = "withdrawn", 0
        _pay_back(session, review, review.collected, now_ms)


def _pay_back(session: Session, review: Review, amount: int, now_ms: int) -> None:
    if amount > 0:
        review.collected -= amount
        _book(session, review, amount, f"pay_back:{now_ms}", "hall", now_ms)


def _book(session: Session, review: Review, amount: int, what: str, by: str, now_ms: int) -> None:
    """`what` tells apart what one review books over time."""
    entry = AccountEntry(
        entry_id=f"{review.kind}:{review.txn_id}:{what}",
        person_id=review.person_id,
        purse=amount,
        welfare=0,
        reason=review.kind,
        made_by=by,
        made_at_ms=now_ms,
    )
    moved = accounts.book(session, entry)
    follow(session, [meal for meal in moved if meal.txn_id != review.txn_id], {}, now_ms)


def decide(session: Session, review_id: str, decision: Decision, officer: str, now_ms: int) -> ReviewView:
    """An officer decides. The same decision again changes nothing; another one is refused.

    Raises HallProblem: review.unknown (404), review.decided, review.purse_short or review.no_card (409).
    """
    kind, _, txn_id = review_id.partition(":")
    review = session.get(Review, (kind, txn_id))
    if review is None:
        raise HallProblem(404, "review.unknown", "There is no such review.")
    state = {"waive": "waived", "collect": "collected", "block": "blocked"}[decision.decision]
    if review.state not in ("open", state):
        raise HallProblem(409, "review.decided", f"This review is {review.state} already.")
    if review.state == "open":
        if decision.decision == "collect":
            _collect(session, review, officer, now_ms)
        elif decision.decision == "block":
            _block(session, review)
        review.state, review.decided_at_ms, review.decided_by = state, now_ms, officer
        review.note = decision.note
        session.flush()
    return views(session, [review])[0]


def _collect(session: Session, review: Review, officer: str, now_ms: int) -> None:
    outstanding = review.amount_due - review.collected
    account = session.get(Account, review.person_id) if review.person_id else None
    if account is None or account.purse < outstanding:
        raise HallProblem(
            409, "review.purse_short", "The purse does not hold what is due; nothing was taken."
        )
    review.collected = review.amount_due
    _book(session, review, -outstanding, f"collect:{now_ms}", officer, now_ms)


def _block(session: Session, review: Review) -> None:
    meal = session.get_one(Meal, review.txn_id)
    if meal.card_ref is None:
        raise HallProblem(409, "review.no_card", "This meal was served without a card.")
    cards.block(session, meal.card_ref, "closed")


# --- what an officer sees ---------------------------------------------------------------------------------------


def views(session: Session, found: Iterable[Review]) -> list[ReviewView]:
    """Reviews with both meals, their sites and times, and whether one can walk between them in the time."""
    reviews = list(found)
    txn_ids = {txn_id for review in reviews for txn_id in (review.txn_id, review.other_txn_id) if txn_id}
    meals = {meal.txn_id: meal for meal in session.scalars(select(Meal).where(Meal.txn_id.in_(txn_ids)))}
    times = dict(
        session.execute(select(Row.txn_id, Row.estimated_at_ms).where(Row.txn_id.in_(txn_ids))).all()
    )
    sites = feed.find(session, ReferenceKind.SITE, {meal.site_id for meal in meals.values()})
    return [_view(review, meals, times, sites) for review in reviews]


def _view(
    review: Review,
    meals: Mapping[str, Meal],
    times: Mapping[str, int | None],
    sites: Mapping[str, dict[str, Any]],
) -> ReviewView:
    meal, other = meals[review.txn_id], meals.get(review.other_txn_id or "")
    gap = walking = distance = None
    if other is not None:
        gap = abs(_time(meal, times) - _time(other, times)) // 60_000
        distance = distance_m(sites.get(meal.site_id, {}), sites.get(other.site_id, {}))
        walking = None if distance is None else math.ceil(distance / WALKING_M_PER_MIN)
    return ReviewView(
        review_id=f"{review.kind}:{review.txn_id}",
        kind=review.kind,
        state=review.state,
        person_id=review.person_id,
        amount_due=review.amount_due,
        collected=review.collected,
        after_closing=review.after_closing,
        meal=_reviewed(meal, times),
        other_meal=None if other is None else _reviewed(other, times),
        distance_m=distance,
        walking_min=walking,
        gap_min=gap,
        too_far_to_walk=None if walking is None or gap is None else walking > gap,
        opened_at_ms=review.opened_at_ms,
        decided_by=review.decided_by,
        note=review.note,
    )


def _time(meal: Meal, times: Mapping[str, int | None]) -> int:
    return times.get(meal.txn_id) or meal.occurred_at_ms


def _reviewed(meal: Meal, times: Mapping[str, int | None]) -> ReviewedMeal:
    return ReviewedMeal(
        txn_id=meal.txn_id,
        site_id=meal.site_id,
        terminal_id=meal.terminal_id,
        staff_id=meal.staff_id,
        service_date=meal.service_date,
        period=meal.period,
        occurred_at_ms=_time(meal, times),
        clock_trusted=meal.clock_trusted,
        list_price=meal.list_price,
        own_part=meal.own_part,
        outcome=meal.outcome,
        flags=meal.flags,
    )


def distance_m(here: Mapping[str, Any], there: Mapping[str, Any]) -> int | None:
    """Great-circle distance of two site records; None when a coordinate is unknown."""
    degrees = [site.get(name) for site in (here, there) for name in ("latitude", "longitude")]
    if any(degree is None for degree in degrees):
        return None
    lat_1, lon_1, lat_2, lon_2 = (math.radians(float(degree or 0)) for degree in degrees)
    h = math.sin((lat_2 - lat_1) / 2) ** 2
    h += math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(h)))

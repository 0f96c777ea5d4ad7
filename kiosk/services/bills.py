"""A meal's row as people are told it: the bill on the screen, the line in a list, the moment on a slip (pure)."""

from __future__ import annotations

from kiosk import views
from kiosk.services.meal_time import Serving
from kiosk.services.slips import Moment
from offline_cache import wire
from offline_cache.own_meals import OwnMeal


def bill_of(body: wire.MealBody, masked_name: str, clock_trusted: bool, balance: int | None) -> views.Bill:
    """What the screen shows. All layers are one subsidy: who pays the same as another sees the same page."""
    return views.Bill(
        masked_name=masked_name,
        period=body.period.value,
        list_price=body.list_price,
        subsidy=body.list_price - body.own_part,
        own_part=body.own_part,
        balance=balance,
        balance_about=balance is not None and not body.online,
        tag=_tag(body, clock_trusted),
    )


def _tag(body: wire.MealBody, clock_trusted: bool) -> str:
    if not clock_trusted:
        return "time_untrusted"
    if not body.online:
        return "offline"
    if body.owed_part:
        return "owed"
    return "cash" if body.cash_part else ""


def moment_of(serving: Serving, period: wire.Period) -> Moment:
    return Moment(serving.service_date, period.value, serving.clock, serving.stamp.trusted)


def summary_of(meal: OwnMeal, at: str, masked_name: str, card_tail: str) -> views.MealSummary:
    """One line of the staff's lists. What was served offline or at an untrusted time is under review."""
    online = meal.body["online"] and meal.clock_trusted and meal.state != "refused"
    return views.MealSummary(
        txn_id=meal.txn_id,
        seq=meal.seq,
        at=at,
        masked_name=masked_name,
        card_tail=card_tail,
        period=meal.body["period"],
        own_part=meal.body["own_part"],
        state="voided" if meal.voided else "online" if online else "under_review",
    )

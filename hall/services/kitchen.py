"""What the kitchen has to cook: orders counted by site and meal."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hall.models import MealOrder
from hall.shapes import KitchenCount, KitchenCounts
from offline_cache.wire import Period

WALK_IN_PERCENT = 10


def counts(session: Session, service_date: str) -> KitchenCounts:
    """Orders of a date by site and period, in the order of the day, with the allowance for who comes unordered."""
    query = (
        select(MealOrder.site_id, MealOrder.period, MealOrder.band, func.count())
        .where(MealOrder.service_date == service_date)
        .group_by(MealOrder.site_id, MealOrder.period, MealOrder.band)
    )
    bands: dict[tuple[str, str], Counter[str]] = {}
    for site_id, period, band, number in session.execute(query):
        bands.setdefault((site_id, period), Counter())[band] += number
    day = [period.value for period in Period]
    found = [
        _count(*place, bands[place])
        for place in sorted(bands, key=lambda place: (place[0], day.index(place[1])))
    ]
    return KitchenCounts(service_date=service_date, counts=found, ordered=sum(each.ordered for each in found))


def _count(site_id: str, period: str, by_band: Counter[str]) -> KitchenCount:
    ordered = by_band.total()
    walk_in = -(-ordered * WALK_IN_PERCENT // 100)  # rounded up: a plate too many is better than one too few
    return KitchenCount(
        site_id=site_id,
        period=Period(period),
        ordered=ordered,
        by_band=dict(sorted(by_band.items())),
        walk_in=walk_in,
    )

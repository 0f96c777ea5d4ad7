"""Tells the role what is served now, at what price, and how many were served: at start, and whenever it changes.

Runs on the disk thread. The terminal calls `refresh` every few seconds; whoever writes a row calls it too.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk import events, views
from kiosk.services.counter import Counter, Place
from kiosk.services.meal_time import Serving
from kiosk.services.rules import board_prices, minute_of

REPORT_BEFORE_MIN = 60
"""The kitchen wants the count an hour before a meal closes."""


class MealBoard:
    """Publishes MealTimeChanged, CountsChanged, PeriodNeeded and SampleKept, each only when it says something new."""

    def __init__(self, counter: Counter, publish: Callable[[object], None]) -> None:
        self._counter = counter
        self._publish = publish
        self._told: dict[type, object] = {}

    def refresh(self) -> None:
        """Raises StorageError of a disk that cannot be read."""
        place = self._counter.place()
        if place is None:
            return
        serving = self._counter.serving(place)
        self._tell(self._meal_time(place, serving))
        self._tell(events.CountsChanged(self._counts(place, serving)))
        self._tell(self._period_needed(serving))
        self._tell(events.SampleKept(self._counter.sample_kept(serving.service_date)))

    def _tell(self, event: object) -> None:
        if self._told.get(type(event)) != event:
            self._told[type(event)] = event
            self._publish(event)

    def _meal_time(self, place: Place, serving: Serving) -> events.MealTimeChanged:
        hours, following = serving.hours, serving.following
        list_price = self._counter.list_price(place, serving)
        areas = tuple(place.site.areas)
        idle = views.Idle(
            period=serving.period,
            opens=hours.opens if hours else "",
            closes=hours.closes if hours else "",
            prices=board_prices(place.tariff, list_price, areas),
            next_period=following.period.value if following else "",
            next_opens=following.opens if following else "",
        )
        options = tuple((each.period.value, each.opens, each.closes) for each in place.site.periods)
        return events.MealTimeChanged(idle, options, list_price, _report_by(serving))

    def _counts(self, place: Place, serving: Serving) -> views.Counts:
        if not serving.at_hand:
            return views.Counts()
        counter, day, period = self._counter, serving.service_date, serving.at_hand
        menu = counter.menu(day, period)
        return counter.period_tally(day, period).counts(
            place.tariff, counter.orders(day, period), menu.portions if menu else None
        )

    def _period_needed(self, serving: Serving) -> events.PeriodNeeded:
        needed = serving.needs_declaring
        return events.PeriodNeeded(needed, self._counter.days_since_sync(serving.stamp) if needed else None)


def _report_by(serving: Serving) -> str:
    if serving.hours is None or not serving.stamp.trusted:
        return ""
    minute = minute_of(serving.hours.closes) - REPORT_BEFORE_MIN
    return f"{minute // 60:02}:{minute % 60:02}" if minute >= minute_of(serving.hours.opens) else ""

"""Which meal is served now: by the clock while it can be trusted, as staff have declared it while it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from kiosk.services.rules import minute_of, next_period, period_at
from offline_cache import wire
from offline_cache.clock import Stamp

DECLARED_FOR_MS = 4 * 3_600_000
"""No meal lasts longer: after this a declared one is over, and staff are asked again."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served at one instant. `hours` None: nothing is. `clock` is the local "HH:MM" of the stamp, `following`
    the next meal to open. `at_hand` is the period whose count, sample and 日结 are due: the one served now, or the last
    of today that was. `declared`: by staff, not by the clock."""

    stamp: Stamp
    service_date: str
    clock: str
    hours: wire.PeriodHours | None
    following: wire.PeriodHours | None
    at_hand: str = ""
    declared: bool = False

    @property
    def needs_declaring(self) -> bool:
        return not self.stamp.trusted and not self.declared

    @property
    def period(self) -> str:
        return self.hours.period.value if self.hours else ""


class MealTime:
    """Remembers what staff have declared; a restart forgets it, and they are asked again."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._declared: tuple[wire.Period, Stamp] | None = None

    def declare(self, period: wire.Period, stamp: Stamp) -> None:
        self._declared = (period, stamp)

    def at(self, stamp: Stamp, periods: Sequence[wire.PeriodHours]) -> Serving:
        local = self.local(stamp.wall_ms)
        minute = local.hour * 60 + local.minute
        declared = None if stamp.trusted else self._still_declared(stamp)
        if stamp.trusted:
            hours = period_at(periods, minute)
        else:
            hours = next((each for each in periods if each.period == declared), None)
        return Serving(
            stamp=stamp,
            service_date=local.date().isoformat(),
            clock=local.strftime("%H:%M"),
            hours=hours,
            following=next_period(periods, minute),
            at_hand=_at_hand(hours, periods, minute if stamp.trusted else 0),
            declared=declared is not None,
        )

    def local(self, wall_ms: int) -> datetime:
        """Local time of a stamp."""
        return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(self._zone)

    def clock_of(self, wall_ms: int) -> str:
        return self.local(wall_ms).strftime("%H:%M")

    def _still_declared(self, stamp: Stamp) -> wire.Period | None:
        if self._declared is None:
            return None
        period, since = self._declared
        # By the monotonic clock: the other one is the one nobody trusts.
        elapsed_ms = stamp.monotonic_ms - since.monotonic_ms
        same_boot = stamp.boot_id == since.boot_id
        return period if same_boot and 0 <= elapsed_ms < DECLARED_FOR_MS else None


def _at_hand(hours: wire.PeriodHours | None, periods: Sequence[wire.PeriodHours], minute: int) -> str:
    if hours is not None:
        return hours.period.value
    begun = [each for each in periods if minute_of(each.opens) <= minute]
    last = max(begun, key=lambda each: minute_of(each.opens), default=None)
    return last.period.value if last else ""

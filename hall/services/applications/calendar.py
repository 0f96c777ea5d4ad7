"""The working calendar: weekdays without public holidays, and the weekend days that are worked in exchange for them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

HOLIDAYS = Path(__file__).with_name("holidays.toml")
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingCalendar:
    """Days beyond those listed are judged by the weekday alone."""

    days_off: frozenset[date]
    worked_weekends: frozenset[date]

    def is_working(self, day: date) -> bool:
        if day in self.days_off:
            return False
        return day.weekday() < _SATURDAY or day in self.worked_weekends

    def due(self, taken_in: date, days: int) -> date:
        """The last day of a term of `days` working days. The day of taking in is not counted (Civil Code, article 201);
        a term of 0 ends the same day, or on the first working day after it."""
        day, left = taken_in, days
        while left > 0 or not self.is_working(day):
            day += timedelta(days=1)
            left -= self.is_working(day)
        return day


@cache
def calendar(path: Path = HOLIDAYS) -> WorkingCalendar:
    """The calendar of a file. Raises OSError, ValueError or KeyError for one that is not a calendar."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return WorkingCalendar(frozenset(document["days_off"]), frozenset(document["worked_weekends"]))

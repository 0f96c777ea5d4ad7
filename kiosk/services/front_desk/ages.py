"""How old somebody is (pure)."""

from __future__ import annotations

from datetime import date


def full_years(birth_date: str, today: date) -> int | None:
    """Whole years since an ISO date; None for what is none."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def years_old(birth_date: str, today: date) -> int:
    """As `full_years`; 0 for what is no date, which is shown as no age."""
    return full_years(birth_date, today) or 0

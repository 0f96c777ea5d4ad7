"""How old somebody is, as a desk shows it (pure)."""

from __future__ import annotations

from datetime import date


def years_old(birth_date: str, today: date) -> int:
    """Whole years since an ISO date; 0 for what is none, which is shown as no age."""
    try:
        born = date.fromisoformat(birth_date)
    except ValueError:
        return 0
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

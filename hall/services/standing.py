"""What a meal amounts to under its present verdict: for the accounts, and for its settlement sheet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hall.models import Meal


@dataclass(frozen=True)
class Standing:
    """Fen taken from purse and welfare, and the counted amounts of `worth`."""

    purse: int
    welfare: int
    worth: Counter[str]

    @classmethod
    def of(cls, meal: Meal) -> Standing:
        return cls(*takings(meal), worth(meal))


NOTHING = Standing(0, 0, Counter())


def takings(meal: Meal) -> tuple[int, int]:
    """Fen that this meal takes from (purse, welfare). A duplicate keeps the own part that was agreed at the counter,
    but not the welfare card: that is part of the subsidy under review."""
    if meal.outcome == "voided":
        return 0, 0
    return meal.purse_part, 0 if meal.outcome == "duplicate" else meal.welfare_part


def worth(meal: Meal) -> Counter[str]:
    """Counts and fen for the settlement sheet. list_total = own_purse + own_cash + own_owed + every fund.* + due."""
    if meal.outcome == "voided":
        return Counter(voids=1, voided_value=meal.list_price)
    duplicate = meal.outcome == "duplicate"
    lost = {line["fund"] for line in meal.lines} if duplicate else set(meal.lost_funds)
    counted: Counter[str] = Counter(
        served=1,
        subsidised=int(meal.subsidised and not duplicate),
        market=int(not meal.subsidised),
        free=int(meal.own_part == 0),
        list_total=meal.list_price,
        own_purse=meal.purse_part,
        own_cash=meal.cash_part,
        own_owed=meal.owed_part,
        duplicates=int(duplicate),
        due=meal.due,
        offline=int(not meal.online),
        offline_value=0 if meal.online else meal.list_price,
        late=int(meal.late),
        clock_warnings=int(not meal.clock_trusted),
        without_card=int(meal.identified_by in ("short_number", "name_and_birthday")),
        guests=int(meal.identified_by == "guest"),
    )
    counted[f"band.{meal.band}"] += 1
    for line in meal.lines:
        if line["fund"] not in lost:
            counted[f"fund.{line['fund']}"] += line["amount"]
    return counted


def difference(now: Counter[str], before: Counter[str]) -> dict[str, int]:
    """What changed, and nothing that did not."""
    changes = {name: now[name] - before[name] for name in now.keys() | before.keys()}
    return {name: change for name, change in sorted(changes.items()) if change}

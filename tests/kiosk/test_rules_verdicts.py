"""Who eats, who waits and why: one table row a case, because each row is a person standing at the counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.config import Limits
from kiosk.services.rules import (
    Backlog,
    Diner,
    Meal,
    Payment,
    Refused,
    Situation,
    age_on,
    decide,
    diner_on,
    near_limits,
    next_period,
    over_limits,
    period_at,
    sell_plate,
)
from kiosk.services.tariff import shipped_tariff
from offline_cache import wire

HOME = ("town-1", "district-1", "city-1")
SUN = Diner("sun", 76, HOME, frozenset({"elder_card", "welfare_card"}))
TARIFF = shipped_tariff("xuzhou_jinlonghu")
assert TARIFF is not None
LUNCH = Situation(
    tariff=TARIFF,
    list_price=1200,
    areas=HOME,
    limits=Limits(),
    card="active",
    diner=SUN,
    purse=9100,
    welfare=60_000,
)


def served(**changes: Any) -> Meal:
    verdict = decide(replace(LUNCH, **changes))
    assert isinstance(verdict, Meal), verdict
    return verdict


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"card": "lost"}, Refused("card_lost")),
        ({"card": "lost", "diner": None}, Refused("card_lost")),
        ({"card": "unknown", "diner": None}, Refused("card_unknown")),
        ({"card": "active", "diner": None}, Refused("card_unknown")),
        ({"card": "closed"}, Refused("card_unknown")),
        ({"is_open": False}, Refused("outside_hours")),
        ({"is_closed": True}, Refused("closed")),
        ({"portions_left": 0}, Refused("sold_out")),
        ({"eaten": True}, Refused("already_eaten", 1200)),
        ({"eaten": True, "second_plate": True, "online": False}, Refused("already_eaten", 1200)),
        ({"eaten": True, "second_plate": True, "purse": 1199}, Refused("low_balance", 1200)),
        (
            {"diner": replace(SUN, statuses=frozenset(), ended=frozenset({"elder_card"}))},
            Refused("lapsed", 1200),
        ),
        ({"purse": 449}, Refused("low_balance", 450)),
        ({"purse": -100}, Refused("low_balance", 450)),
    ],
)
def test_who_waits(changes: dict[str, Any], refused: Refused) -> None:
    assert decide(replace(LUNCH, **changes)) == refused


@pytest.mark.parametrize(
    ("changes", "own_part", "payment", "flags"),
    [
        ({}, 450, Payment(450), ()),
        ({"card": "none"}, 450, Payment(450), ()),
        ({"portions_left": 1}, 450, Payment(450), ()),
        ({"purse": 450}, 450, Payment(450), ()),
        ({"purse": 100, "paid_by": "cash"}, 450, Payment(cash_part=450), ()),
        ({"purse": 100, "paid_by": "owed"}, 450, Payment(100, owed_part=350), ("owed",)),
        ({"purse": 100, "online": False}, 450, Payment(100, owed_part=350), ("owed",)),
        ({"purse": -20, "online": False}, 450, Payment(owed_part=450), ("owed",)),
        ({"clock_trusted": False}, 450, Payment(450), ("time_untrusted",)),
        ({"eaten": True, "second_plate": True}, 1200, Payment(1200), ("second_plate",)),
        (
            {"eaten": True, "second_plate": True, "online": False, "paid_by": "cash"},
            1200,
            Payment(cash_part=1200),
            ("second_plate",),
        ),
        # A question answered after the first meal was taken back is an ordinary meal.
        ({"second_plate": True}, 450, Payment(450), ()),
    ],
)
def test_who_eats(changes: dict[str, Any], own_part: int, payment: Payment, flags: tuple[str, ...]) -> None:
    meal = served(**changes)
    assert (meal.price.own_part, meal.payment, meal.flags) == (own_part, payment, flags)


@pytest.mark.parametrize(
    ("diner", "own_part"),
    [
        (Diner("p", 80, HOME, frozenset({"market"})), 1200),
        (Diner("p", 80, HOME, frozenset({"market"}), ended=frozenset({"elder_card"})), 1200),
        (Diner("p", 35, HOME), 1200),
        # A welfare card is a grant: who has used its year up is still entitled by age.
        (Diner("p", 80, HOME, ended=frozenset({"welfare_card"})), 650),
        (Diner("p", 80, HOME, frozenset({"elder_card"}), ended=frozenset({"wulei"})), 650),
    ],
)
def test_a_market_price_holder_and_one_never_entitled_are_served_as_normal(
    diner: Diner, own_part: int
) -> None:
    meal = served(diner=diner)
    assert (meal.price.own_part, meal.flags) == (own_part, ())


def test_a_lapsed_diner_may_buy_at_list_price() -> None:
    meal = served(
        diner=replace(SUN, statuses=frozenset(), ended=frozenset({"elder_card"})), second_plate=True
    )
    assert (meal.price.own_part, meal.flags) == (1200, ("list_price",))


LIMITS = Limits()
DAY_S = 86_400


@pytest.mark.parametrize(
    ("backlog", "own_part", "online", "flags"),
    [
        (Backlog(), 3000, True, ()),
        (Backlog(), 3001, True, ("over_limit:meal",)),
        (Backlog(card_meals=8), 450, False, ()),
        (Backlog(card_meals=9), 450, False, ("over_limit:card",)),
        (Backlog(card_meals=9), 450, True, ()),
        (Backlog(meals=4000), 450, False, ("over_limit:count",)),
        (Backlog(fen=4_000_000), 1, False, ("over_limit:amount",)),
        (Backlog(offline_s=168 * 3600), 450, False, ()),
        (Backlog(offline_s=168 * 3600 + 1), 450, False, ("over_limit:hours",)),
        (Backlog(deny_list_age_s=7 * DAY_S + 1), 450, True, ("over_limit:deny_list",)),
        (Backlog(entitlement_age_s=35 * DAY_S + 1), 450, False, ("over_limit:entitlements",)),
    ],
)
def test_limits_flag(backlog: Backlog, own_part: int, online: bool, flags: tuple[str, ...]) -> None:
    assert over_limits(LIMITS, backlog, own_part, online) == flags


@pytest.mark.parametrize(
    ("backlog", "online", "notices"),
    [
        (Backlog(card_meals=2, offline_s=72 * 3600), False, ()),
        (Backlog(card_meals=3), False, ("near_limit:card",)),
        (Backlog(offline_s=72 * 3600 + 1), False, ("near_limit:hours",)),
        (Backlog(card_meals=3, offline_s=72 * 3600 + 1), True, ()),
    ],
)
def test_soft_limits_are_told_to_staff_only(backlog: Backlog, online: bool, notices: tuple[str, ...]) -> None:
    assert near_limits(LIMITS, backlog, online) == notices


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"diner": None, "card": "none", "paid_by": "cash"}, Payment(cash_part=1200)),
        ({"paid_by": "owed", "purse": 200}, Payment(200, owed_part=1000)),
        ({"purse": 200}, Refused("low_balance", 1200)),
        ({"is_open": False}, Refused("outside_hours")),
        ({"is_closed": True}, Refused("closed")),
        ({"paid_by": "cash", "portions_left": 0}, Payment(cash_part=1200)),
    ],
)
def test_plates_that_staff_sell(changes: dict[str, Any], verdict: Payment | Refused) -> None:
    sold = sell_plate(replace(LUNCH, **changes))
    assert (sold.payment if isinstance(sold, Meal) else sold) == verdict


def test_a_second_plate_sold_for_cash_is_flagged() -> None:
    sold = sell_plate(replace(LUNCH, eaten=True, paid_by="cash"))
    assert isinstance(sold, Meal)
    assert sold.flags == ("second_plate",)


HOURS = [
    wire.PeriodHours(period=wire.Period.BREAKFAST, opens="06:00", closes="09:00"),
    wire.PeriodHours(period=wire.Period.LUNCH, opens="10:30", closes="13:30"),
    wire.PeriodHours(period=wire.Period.DINNER, opens="16:30", closes="19:30", grace_min=0),
]


@pytest.mark.parametrize(
    ("clock", "now", "then"),
    [
        ("05:59", None, "breakfast"),
        ("06:00", "breakfast", "lunch"),
        ("09:14", "breakfast", "lunch"),
        ("09:15", None, "lunch"),
        ("13:44", "lunch", "dinner"),
        ("19:29", "dinner", "breakfast"),
        ("19:30", None, "breakfast"),
    ],
)
def test_meal_times_with_grace(clock: str, now: str | None, then: str) -> None:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    serving, following = period_at(HOURS, minute), next_period(HOURS, minute)
    assert (serving and serving.period.value) == now
    assert following is not None and following.period.value == then


def test_a_meal_that_opens_within_anothers_grace_has_begun() -> None:
    close = [HOURS[0], HOURS[1].model_copy(update={"opens": "09:05"})]
    serving = period_at(close, 9 * 60 + 6)
    assert serving is not None and serving.period is wire.Period.LUNCH
    assert next_period([], 600) is None


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1950-11-23", "2026-11-22", 75),
        ("1950-11-22", "2026-11-22", 76),
        ("1952-02-29", "2027-02-28", 74),
        ("1952-02-29", "2027-03-01", 75),
    ],
)
def test_age_on_the_service_date(born: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


def test_statuses_are_those_of_the_day_both_ends_included() -> None:
    resident = wire.Resident(
        person_id="p", name="孙某", birth_date="1950-03-01", short_number="1034", home=list(HOME)
    )

    def entitled(status: str, first: str, last: str) -> wire.Entitlement:
        return wire.Entitlement(
            entitlement_id=f"{status}{first}", person_id="p", status=status, valid_from=first, valid_to=last
        )

    held = [
        entitled("wulei", "2026-01-01", "2026-11-22"),
        entitled("dibao", "2026-11-23", "2027-11-22"),
        entitled("tekun", "2025-01-01", "2026-11-21"),
        entitled("elder_card", "2024-01-01", "2025-01-01"),
        entitled("elder_card", "2026-01-01", "2027-01-01"),
    ]
    diner = diner_on(resident, held, date(2026, 11, 22))
    assert (diner.age, diner.home) == (76, HOME)
    assert diner.statuses == {"wulei", "elder_card"}
    assert diner.ended == {"tekun"}

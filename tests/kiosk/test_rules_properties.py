"""Money that does not add up is the one fault nobody forgives: whatever the tariff and the diner, the parts sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from kiosk.config import Limits
from kiosk.services.rules import Backlog, Diner, Meal, Refused, Situation, decide, pay, price_of, sell_plate
from kiosk.services.tariff import SHIPPED, Tariff, load_tariff, parse_tariff

# Drawn anew from a fixed seed each run: a red build is red for everybody, on any machine.
steady = settings(deadline=None, database=None, derandomize=True, max_examples=300)

STATUSES = ("wulei", "dibao", "tekun", "sanwu", "welfare_card", "elder_card", "market")
AREAS = (("t1", "d1", "c1"), ("t2", "d1", "c1"), ("t3", "d2", "c1"), ("t4", "d3", "c2"), ("t1",), ())
SHIPPED_TARIFFS = [load_tariff(path) for path in sorted(SHIPPED.glob("*.toml"))]

fen = some.integers(0, 5000)
ages = some.integers(0, 110)
statuses = some.frozensets(some.sampled_from(STATUSES), max_size=4)


@some.composite
def funds(draw: some.DrawFn, number: int) -> dict[str, Any]:
    form = draw(some.sampled_from(["amount", "cap", "percent", "pays", "capped_percent"]))
    paid: dict[str, dict[str, int]] = {
        "amount": {"amount": draw(fen)},
        "cap": {"cap": draw(fen)},
        "percent": {"percent": draw(some.integers(0, 100))},
        "pays": {"pays": draw(fen)},
        "capped_percent": {"percent": draw(some.integers(0, 100)), "cap": draw(fen)},
    }
    return {
        "code": f"layer_{number}",
        "fund": f"fund_{number % 3}",
        "label_zh": "补贴",
        "label_en": "Subsidy",
        "per": draw(some.sampled_from(["meal", "day"])),
        "least_spend": draw(some.sampled_from([0, 800, 1500])),
        **draw(some.sampled_from([{}, {"home": "town"}, {"home": "district"}, {"home": "city"}])),
        **paid[form],
    }


@some.composite
def invented_tariffs(draw: some.DrawFn) -> Tariff:
    words = {"label_zh": "档", "label_en": "Band"}
    bands = [{"code": "all", "from_age": draw(some.integers(0, 70)), **words}]
    discount = {"code": "off", "fund": "shop", **words, "percent": draw(some.integers(0, 100))}
    document = {
        "id": "invented",
        "version": 1,
        "title_zh": "价目",
        "title_en": "Prices",
        "list_price": 1200,
        "market": words,
        "bands": bands,
        "discounts": [discount] * draw(some.integers(0, 1)),
        "funds": [draw(funds(number)) for number in range(draw(some.integers(0, 4)))],
        "welfare": {"amount": draw(fen), **words},
    }
    return parse_tariff(document, "invented")


tariffs = some.one_of(some.sampled_from(SHIPPED_TARIFFS), invented_tariffs())
diners = some.builds(
    Diner, some.just("p"), ages, home=some.sampled_from(AREAS), statuses=statuses, ended=statuses
)
spent = some.frozensets(
    some.sampled_from(["fund_0", "fund_1", "fund_2", "elder_meal_fund", "dibao_meal_fund"])
)
backlogs = some.builds(
    Backlog,
    some.integers(0, 20),
    some.integers(0, 6000),
    some.integers(0, 9_000_000),
    some.integers(0, 1_000_000),
    some.none() | some.integers(0, 9_000_000),
    some.none() | some.integers(0, 9_000_000),
)
situations = some.builds(
    Situation,
    tariff=tariffs,
    list_price=fen,
    areas=some.sampled_from(AREAS),
    limits=some.just(Limits()),
    card=some.sampled_from(["active", "none", "lost", "closed", "unknown"]),
    diner=some.none() | diners,
    is_open=some.booleans(),
    is_closed=some.booleans(),
    portions_left=some.none() | some.integers(-1, 2),
    eaten=some.booleans(),
    spent_funds=spent,
    purse=some.integers(-3000, 9000),
    welfare=some.integers(-500, 60_000),
    online=some.booleans(),
    clock_trusted=some.booleans(),
    paid_by=some.sampled_from(["purse", "cash", "owed"]),
    second_plate=some.booleans(),
    backlog=backlogs,
)


@steady
@given(tariffs, fen, diners, some.sampled_from(AREAS), spent, some.integers(-500, 60_000))
def test_lines_and_own_part_sum_to_the_list_price(
    tariff: Tariff,
    list_price: int,
    diner: Diner,
    areas: tuple[str, ...],
    funds_spent: frozenset[str],
    welfare: int,
) -> None:
    price = price_of(tariff, list_price, diner, areas, funds_spent, welfare)
    assert sum(line.amount for line in price.lines) + price.own_part == list_price
    assert price.own_part >= 0
    assert all(line.amount > 0 for line in price.lines)
    assert 0 <= price.welfare_part <= max(0, welfare)
    welfare_lines = [line.amount for line in price.lines if line.code == "welfare_card"]
    assert sum(welfare_lines) == price.welfare_part
    assert price.subsidised == (price.own_part < list_price)


@steady
@given(tariffs, fen, diners, some.sampled_from(AREAS), spent)
def test_a_fund_that_pays_once_a_day_does_not_pay_twice(
    tariff: Tariff, list_price: int, diner: Diner, areas: tuple[str, ...], funds_spent: frozenset[str]
) -> None:
    daily = {fund.code: fund.fund for fund in tariff.funds if fund.per == "day"}
    price = price_of(tariff, list_price, diner, areas, funds_spent)
    assert not [line for line in price.lines if daily.get(line.code) in funds_spent]


@steady
@given(
    some.integers(0, 9000),
    some.integers(-5000, 9000),
    some.sampled_from(["purse", "cash", "owed"]),
    some.booleans(),
)
def test_what_is_paid_is_the_own_part_and_the_purse_never_goes_below_nothing(
    own_part: int, purse: int, paid_by: Any, online: bool
) -> None:
    payment = pay(own_part, purse, paid_by, online)
    if payment is None:
        assert online and paid_by == "purse" and purse < own_part
        return
    parts = (payment.purse_part, payment.cash_part, payment.owed_part)
    assert sum(parts) == own_part
    assert min(parts) >= 0
    assert payment.purse_part <= max(0, purse)
    if online and paid_by == "purse":
        assert payment.owed_part == 0


@steady
@given(situations)
def test_every_verdict_adds_up_and_limits_refuse_nobody(situation: Situation) -> None:
    verdict = decide(situation)
    without_limits = decide(_unlimited(situation))
    assert type(verdict) is type(without_limits)
    if isinstance(verdict, Refused):
        assert verdict == without_limits
        assert verdict.amount >= 0
        return
    assert isinstance(without_limits, Meal)
    assert (verdict.price, verdict.payment) == (without_limits.price, without_limits.payment)
    paid = verdict.payment
    assert paid.purse_part + paid.cash_part + paid.owed_part == verdict.price.own_part
    if situation.eaten:
        assert not verdict.price.subsidised and "second_plate" in verdict.flags
    assert ("time_untrusted" in verdict.flags) != situation.clock_trusted


@steady
@given(situations)
def test_a_plate_that_staff_sell_is_at_list_price(situation: Situation) -> None:
    verdict = sell_plate(situation)
    if isinstance(verdict, Meal):
        assert verdict.price.own_part == situation.list_price
        assert verdict.price.lines == ()


def _unlimited(situation: Situation) -> Situation:
    return replace(situation, backlog=Backlog())

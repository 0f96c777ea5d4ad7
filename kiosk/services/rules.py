"""Who may eat and what it costs: pure functions over frozen data, without a clock, a disk or a screen.

Order of a price: list price, discount, layered funds, welfare card; what is left is the diner's own part, paid from
the purse, in cash, or owed. Money is integer fen; every rounding is half-up. A limit never refuses a meal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.config import Limits
from kiosk.services.tariff import MARKET, Discount, Fund, Layer, Tariff
from offline_cache import wire

PaidBy = Literal["purse", "cash", "owed"]
CardState = Literal["active", "none", "lost", "closed", "unknown"]
BUYABLE = ("already_eaten", "lapsed")
"""Refusals after which a plate can still be bought at list price."""

_LEVELS = {"town": 0, "district": 1, "city": 2}
_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S


# --- who --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Diner:
    """Who eats, on one service date. `home` is area codes from small to large; `statuses` are valid on that date,
    `ended` were valid before it and are not any more."""

    person_id: str
    age: int
    home: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


def age_on(birth_date: date, day: date) -> int:
    """Whole years on `day`; who is born on 29 February turns older on 1 March in a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def diner_on(resident: wire.Resident, entitlements: Iterable[wire.Entitlement], day: date) -> Diner:
    """The diner that a resident is on `day`. Raises ValueError for a birth date that is not one."""
    today = day.isoformat()
    held = list(entitlements)
    valid = frozenset(each.status for each in held if each.valid_from <= today <= each.valid_to)
    ended = frozenset(each.status for each in held if each.valid_to < today) - valid
    age = age_on(date.fromisoformat(resident.birth_date), day)
    return Diner(resident.person_id, age, tuple(resident.home), valid, ended)


def is_lapsed(diner: Diner, tariff: Tariff) -> bool:
    """True for who had an entitlement that ran out and has none now. A used-up welfare card is a grant that ended,
    not an entitlement; a market-price card is one that never ends this way."""
    grant = {tariff.welfare.status} if tariff.welfare else set()
    return bool(diner.ended - grant) and not diner.statuses - grant


# --- what it costs ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Price:
    """A meal's price taken apart: list_price = sum of the lines + own_part, no part negative."""

    band: str
    list_price: int
    lines: tuple[wire.Line, ...]
    own_part: int
    welfare_part: int

    @property
    def subsidised(self) -> bool:
        return bool(self.lines)


def at_list_price(list_price: int) -> Price:
    return Price(MARKET, list_price, (), list_price, 0)


def price_of(
    tariff: Tariff,
    list_price: int,
    diner: Diner,
    areas: tuple[str, ...],
    spent_funds: frozenset[str] = frozenset(),
    welfare_balance: int = 0,
) -> Price:
    """What `diner` pays at a site lying in `areas` (small to large). `spent_funds` have paid for this person today."""
    band = None if MARKET in diner.statuses else tariff.band_of(diner.age, diner.statuses)
    if band is None:
        return at_list_price(list_price)
    rest = list_price
    lines: list[wire.Line] = []
    for discount in tariff.discounts:
        if _is_for(discount, diner, band.code):
            rest = _pay(lines, discount, rest, rest - _discounted(rest, discount))
    spend = rest
    for fund in tariff.funds:
        if _is_for(fund, diner, band.code) and _may_pay(fund, diner, areas, spend, spent_funds):
            rest = _pay(lines, fund, rest, _part_of(fund, spend, rest))
    welfare_part = 0
    if tariff.welfare and tariff.welfare.status in diner.statuses:
        card = tariff.welfare
        welfare_part = min(card.amount, rest, max(0, welfare_balance))
        rest -= welfare_part
        if welfare_part:
            lines.append(_line(card.code, card.fund, welfare_part, card.public, card.label_zh, card.label_en))
    return Price(band.code, list_price, tuple(lines), rest, welfare_part)


def _is_for(layer: Layer, diner: Diner, band: str) -> bool:
    return (not layer.bands or band in layer.bands) and layer.holds(diner.age, diner.statuses)


def _discounted(amount: int, discount: Discount) -> int:
    return _half_up(amount * (100 - discount.percent))


def _half_up(hundredths: int) -> int:
    return (hundredths + 50) // 100


def _may_pay(
    fund: Fund, diner: Diner, areas: tuple[str, ...], spend: int, spent_funds: frozenset[str]
) -> bool:
    if spend < fund.least_spend or (fund.per == "day" and fund.fund in spent_funds):
        return False
    return fund.home is None or _at_home(diner.home, areas, _LEVELS[fund.home])


def _at_home(home: tuple[str, ...], areas: tuple[str, ...], level: int) -> bool:
    return len(home) > level and len(areas) > level and home[level] == areas[level]


def _part_of(fund: Fund, spend: int, rest: int) -> int:
    if fund.pays is not None:
        return max(0, rest - fund.pays)
    if fund.amount is not None:
        return min(fund.amount, rest)
    part = rest if fund.percent is None else _half_up(spend * fund.percent)
    return min(part, rest, rest if fund.cap is None else fund.cap)


def _pay(lines: list[wire.Line], layer: Layer, rest: int, amount: int) -> int:
    if amount:
        lines.append(_line(layer.code, layer.fund, amount, layer.public, layer.label_zh, layer.label_en))
    return rest - amount


def _line(code: str, fund: str, amount: int, public: bool, label_zh: str, label_en: str) -> wire.Line:
    return wire.Line(code=code, fund=fund, amount=amount, public=public, label_zh=label_zh, label_en=label_en)


def board_prices(tariff: Tariff, list_price: int, areas: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """(Chinese, English, own part) of the market and of each band by age alone, for people at home here. Bands by
    status are nobody else's business, so the board leaves them out."""
    market = (tariff.market.label_zh, tariff.market.label_en, list_price)
    by_age = [band for band in tariff.bands if not band.statuses]
    return (
        market,
        *(
            (
                band.label_zh,
                band.label_en,
                price_of(tariff, list_price, Diner("", band.from_age, areas), areas).own_part,
            )
            for band in by_age
        ),
    )


# --- how it is paid ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Payment:
    """own_part = purse_part + cash_part + owed_part."""

    purse_part: int = 0
    cash_part: int = 0
    owed_part: int = 0


def pay(own_part: int, purse: int, paid_by: PaidBy, online: bool) -> Payment | None:
    """How the own part is paid; None where the purse is short and the hall can be asked, so that a person decides.

    Offline a short purse is emptied and the rest owed: nobody goes hungry for a balance nobody can check. Cash is
    always the whole own part, so that one sum is handed over.
    """
    if paid_by == "cash":
        return Payment(cash_part=own_part)
    purse_part = min(own_part, max(0, purse))
    if purse_part < own_part and online and paid_by == "purse":
        return None
    return Payment(purse_part=purse_part, owed_part=own_part - purse_part)


# --- limits -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Backlog:
    """What this terminal carries while the hall cannot be asked, before the meal in question. Ages are seconds;
    None where nothing was ever received."""

    card_meals: int = 0
    meals: int = 0
    fen: int = 0
    offline_s: int = 0
    deny_list_age_s: int | None = None
    entitlement_age_s: int | None = None


def over_limits(limits: Limits, backlog: Backlog, own_part: int, online: bool) -> tuple[str, ...]:
    """The flags `over_limit:<name>` a row carries: meal, card, count, amount, hours, deny_list, entitlements."""
    exceeded = {
        "meal": own_part > limits.per_meal_fen,
        "card": not online and backlog.card_meals + 1 > limits.card_offline_hard,
        "count": not online and backlog.meals + 1 > limits.terminal_offline_meals,
        "amount": not online and backlog.fen + own_part > limits.terminal_offline_fen,
        "hours": not online and backlog.offline_s > limits.offline_hours_flag * _HOUR_S,
        "deny_list": _older(backlog.deny_list_age_s, limits.deny_list_hours * _HOUR_S),
        "entitlements": _older(backlog.entitlement_age_s, limits.entitlement_days * _DAY_S),
    }
    return tuple(f"over_limit:{name}" for name, over in exceeded.items() if over)


def near_limits(limits: Limits, backlog: Backlog, online: bool) -> tuple[str, ...]:
    """Staff notices at the soft limits: near_limit:card and near_limit:hours. Nothing is written to the row."""
    near = {
        "card": not online and backlog.card_meals + 1 > limits.card_offline_soft,
        "hours": not online and backlog.offline_s > limits.offline_hours_soft * _HOUR_S,
    }
    return tuple(f"near_limit:{name}" for name, reached in near.items() if reached)


def _older(age_s: int | None, limit_s: int) -> bool:
    return age_s is not None and age_s > limit_s


# --- when -------------------------------------------------------------------------------------------------------


def minute_of(clock: str) -> int:
    """ "11:30" as minutes since midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def period_at(periods: Iterable[wire.PeriodHours], minute: int) -> wire.PeriodHours | None:
    """The meal served at this minute of the day: [opens, closes), or still within its grace."""
    periods = list(periods)
    for grace in (0, 1):
        for hours in periods:
            closes = minute_of(hours.closes) + grace * hours.grace_min
            if minute_of(hours.opens) <= minute < closes:
                return hours
    return None


def next_period(periods: Iterable[wire.PeriodHours], minute: int) -> wire.PeriodHours | None:
    """The next meal to open: later today, else tomorrow's first; None where a site serves none."""
    by_opening = sorted(periods, key=lambda hours: minute_of(hours.opens))
    later = [hours for hours in by_opening if minute_of(hours.opens) > minute]
    return next(iter(later or by_opening), None)


# --- the verdict ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a verdict depends on.

    `card` none: identified by staff. `eaten`: this person has had a meal of this date and period, at any site.
    `portions_left` None: not limited. `second_plate`: the diner has agreed to pay the list price.
    """

    tariff: Tariff
    list_price: int
    areas: tuple[str, ...]
    limits: Limits
    card: CardState
    diner: Diner | None
    is_open: bool = True
    is_closed: bool = False
    portions_left: int | None = None
    eaten: bool = False
    spent_funds: frozenset[str] = frozenset()
    purse: int = 0
    welfare: int = 0
    online: bool = True
    clock_trusted: bool = True
    paid_by: PaidBy = "purse"
    second_plate: bool = False
    backlog: Backlog = Backlog()


@dataclass(frozen=True, slots=True)
class Meal:
    """Serve it, at this price, paid like this, with these flags on the row."""

    price: Price
    payment: Payment
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Write nothing. `reason` as in events.MealDenied; `amount` fen is what would have to be paid, 0 if nothing can."""

    reason: str
    amount: int = 0


def decide(situation: Situation) -> Meal | Refused:
    """Who may eat and what it costs, in one place. Never refuses for a limit."""
    reason = _refusal(situation)
    flags: tuple[str, ...] = ()
    if reason in BUYABLE:
        # The purse is at the hall: offline nobody can know whether it bears a plate at list price.
        payable = situation.online or situation.paid_by == "cash"
        if not situation.second_plate or not payable:
            return Refused(reason, situation.list_price)
        price = at_list_price(situation.list_price)
        flags = ("second_plate",) if reason == "already_eaten" else ("list_price",)
    elif reason or situation.diner is None:
        return Refused(reason)
    else:
        price = _price(situation, situation.diner)
    payment = pay(price.own_part, situation.purse, situation.paid_by, situation.online)
    if payment is None:
        return Refused("low_balance", price.own_part)
    return Meal(price, payment, flags + _flags(situation, price, payment))


def sell_plate(situation: Situation) -> Meal | Refused:
    """A plate that staff sell at list price, to a guest (no diner) or to a person: nothing but the hours refuses it."""
    if not situation.is_open:
        return Refused("outside_hours")
    if situation.is_closed:
        return Refused("closed")
    price = at_list_price(situation.list_price)
    payment = pay(price.own_part, situation.purse, situation.paid_by, situation.online)
    if payment is None:
        return Refused("low_balance", price.own_part)
    second = ("second_plate",) if situation.eaten else ()
    return Meal(price, payment, second + _flags(situation, price, payment))


def _refusal(situation: Situation) -> str:
    if situation.card == "lost":
        return "card_lost"
    if situation.diner is None or situation.card not in ("active", "none"):
        return "card_unknown"
    if not situation.is_open:
        return "outside_hours"
    if situation.is_closed:
        return "closed"
    if situation.portions_left is not None and situation.portions_left <= 0:
        return "sold_out"
    if situation.eaten:
        return "already_eaten"
    return "lapsed" if is_lapsed(situation.diner, situation.tariff) else ""


def _price(situation: Situation, diner: Diner) -> Price:
    return price_of(
        situation.tariff,
        situation.list_price,
        diner,
        situation.areas,
        situation.spent_funds,
        situation.welfare,
    )


def _flags(situation: Situation, price: Price, payment: Payment) -> tuple[str, ...]:
    flags = over_limits(situation.limits, situation.backlog, price.own_part, situation.online)
    if not situation.clock_trusted:
        flags = ("time_untrusted", *flags)
    if payment.owed_part:
        flags = ("owed", *flags)
    return flags

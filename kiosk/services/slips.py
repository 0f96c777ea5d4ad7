"""What a slip says (pure): a meal, a meal taken back, a count, a settlement, in the hall's language.

A slip is the one place where a diner reads which fund paid how much; names are masked before they come here, and no
number but the card's last four digits is on it. What comes out is the JSON of `drivers.printers.slip.Slip`, to be
stored in the same commit as the row it belongs to, and printed from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from drivers.printers.slip import Amount, Inverted, Logo, Pair, Part, Rule, Slip, Tag, Text, Title
from kiosk.services.slip_words import WORDS, Words
from offline_cache import wire


@dataclass(frozen=True, slots=True)
class Place:
    """Where the slip comes from. `phone` empty: none is printed."""

    name_zh: str
    name_en: str
    phone: str
    terminal_id: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When it was. `at` is local "HH:MM"; while time is not trusted it is not printed."""

    service_date: str
    period: str
    at: str
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Diner:
    """Who ate, as paper may say it. `card_tail` is four digits or empty; a guest has neither name nor card."""

    masked_name: str = ""
    card_tail: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the card, in fen. `about`: reckoned without the hall."""

    fen: int
    about: bool = False


def place_of(site: wire.Site, terminal_id: str) -> Place:
    """The place that a site's record names."""
    return Place(site.name_zh, site.name_en, site.phone, terminal_id)


def meal_slip(
    body: wire.MealBody,
    diner: Diner,
    place: Place,
    seq: int,
    moment: Moment,
    balance: Balance | None,
    locale: str = "zh_CN",
) -> dict[str, Any]:
    """就餐凭条: the price taken apart, what was paid, what is left. `seq` is the row's place in the log."""
    words = WORDS[locale]
    parts: list[Part] = [*_head(words, place, words.meal_title)]
    parts += _bands(words, body.online, moment.trusted)
    parts += [Rule(), *_who(words, diner), *_when(words, moment, seq), Rule(dashed=True)]
    parts += _bill(words, body)
    parts += [Rule(), Amount(words.paid, money(body.own_part)), *_how_paid(words, body)]
    if balance is not None:
        parts.append(_balance(words, balance))
    parts += [Rule(dashed=True), *_meal_foot(words, body.online, place)]
    return Slip(tuple(parts)).to_json()


def void_slip(
    body: wire.MealVoidedBody,
    meal: wire.MealBody,
    diner: Diner,
    place: Place,
    seq: int,
    meal_seq: int,
    moment: Moment,
    balance: Balance | None,
    locale: str = "zh_CN",
    online: bool = True,
) -> dict[str, Any]:
    """退餐单: which meal was taken back, why, and what goes back where. `meal_seq` is the meal's place in the log."""
    words = WORDS[locale]
    parts: list[Part] = [*_head(words, place, words.void_title), *_bands(words, online, moment.trusted)]
    parts += [Rule(), *_who(words, diner), *_when(words, moment, seq), Rule(dashed=True)]
    parts += [
        Pair(words.taken_back, words.number.format(meal_seq)),
        Pair(words.reason, words.reasons.get(body.reason, body.reason)),
        Rule(),
        Amount(words.given_back, money(meal.purse_part + meal.cash_part)),
    ]
    if meal.cash_part:
        parts.append(Pair(words.cash_back, money(meal.cash_part)))
    if meal.owed_part:
        parts.append(Pair(words.owed_gone, money(meal.owed_part)))
    if balance is not None:
        parts.append(_balance(words, balance))
    parts += [Text(words.can_eat_again), Rule(dashed=True), *_foot(words, online, place)]
    return Slip(tuple(parts)).to_json()


def count_slip(
    body: wire.CountReportedBody,
    place: Place,
    seq: int,
    moment: Moment,
    by_band: Iterable[tuple[str, int]] = (),
    ordered: int | None = None,
    locale: str = "zh_CN",
    online: bool = True,
) -> dict[str, Any]:
    """报数单 for the kitchen: served, ordered where known, left over; `by_band` are (label, served)."""
    words = WORDS[locale]
    parts: list[Part] = [*_head(words, place, words.count_title), *_bands(words, online, moment.trusted)]
    parts += [Rule(), *_when(words, moment, seq), Rule(dashed=True)]
    parts += [Pair(label, words.portions.format(count)) for label, count in by_band]
    if ordered is not None:
        parts.append(Pair(words.ordered, words.portions.format(ordered)))
    parts += [
        Pair(words.left_over, words.portions.format(body.leftover)),
        Rule(),
        Amount(words.served, words.portions.format(body.served)),
        Rule(dashed=True),
        *_foot(words, online, place),
    ]
    return Slip(tuple(parts)).to_json()


def settlement_slip(
    body: wire.PeriodClosedBody,
    place: Place,
    seq: int,
    moment: Moment,
    by_fund: Iterable[tuple[str, int]] = (),
    locale: str = "zh_CN",
    online: bool = True,
) -> dict[str, Any]:
    """日结单 as this terminal counted it; `by_fund` are (label, fen). The hall settles the site, so it says so."""
    words = WORDS[locale]
    parts: list[Part] = [*_head(words, place, words.settlement_title), *_bands(words, online, moment.trusted)]
    parts += [Rule(), *_when(words, moment, seq), Rule(dashed=True)]
    parts += [
        Pair(words.meals, words.portions.format(body.served)),
        Pair(words.voided, words.portions.format(body.voided)),
        Pair(words.list_total, money(body.list_total)),
        *(Pair(label, money(-fen)) for label, fen in by_fund),
        Rule(),
        Amount(words.own_total, money(body.own_total)),
        Rule(dashed=True),
        Text(words.terminal_only),
        *_foot(words, online, place),
    ]
    return Slip(tuple(parts)).to_json()


def copy_of(stored: Mapping[str, Any], copy: int) -> Slip:
    """A stored slip as its `copy`-th print: from the second on it says 补打 and its own number, in the language in
    which it was stored. Raises SlipDamaged."""
    slip = Slip.from_json(stored)
    if copy <= 1:
        return slip
    for part in slip.parts:
        for words in WORDS.values():
            first = words.copy.format(1)
            if isinstance(part, Tag) and part.right.endswith(first):
                renumbered = replace(part, right=part.right.removesuffix(first) + words.copy.format(copy))
                parts = tuple(renumbered if each is part else each for each in slip.parts)
                return Slip(parts, words.reprint)
    return slip.marked(WORDS["zh_CN"].reprint)


def money(fen: int) -> str:
    """Integer fen as ¥12.00 or −¥5.50."""
    sign = "−" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100}.{abs(fen) % 100:02}"


# --- pieces -----------------------------------------------------------------------------------------------------


def _head(words: Words, place: Place, title: str) -> list[Part]:
    return [Logo(words.of(place.name_zh, place.name_en)), Title(title)]


def _bands(words: Words, online: bool, trusted: bool) -> list[Part]:
    bands: list[Part] = []
    if not online:
        bands.append(Inverted(words.offline))
    if not trusted:
        bands.append(Inverted(words.time_untrusted))
    return bands


def _who(words: Words, diner: Diner) -> list[Part]:
    tail = words.card_tail.format(diner.card_tail) if diner.card_tail else ""
    return [Pair(diner.masked_name or words.guest, tail, bold=True)]


def _when(words: Words, moment: Moment, seq: int) -> list[Part]:
    weekday = words.weekdays[date.fromisoformat(moment.service_date).weekday()]
    return [
        Pair(f"{moment.service_date} {weekday}", moment.at if moment.trusted else words.time_untrusted),
        Pair(words.periods[moment.period], words.number.format(seq)),
    ]


def _bill(words: Words, body: wire.MealBody) -> list[Part]:
    price = Pair(words.market_price.format(words.periods[body.period]), money(body.list_price))
    return [
        price,
        *(Pair(words.of(line.label_zh, line.label_en), money(-line.amount)) for line in body.lines),
    ]


def _how_paid(words: Words, body: wire.MealBody) -> list[Part]:
    """Only where it is not all from the card: there the sum above needs no second line."""
    paid = ((words.from_card, body.purse_part), (words.in_cash, body.cash_part), (words.owed, body.owed_part))
    if not body.cash_part and not body.owed_part:
        return []
    return [Pair(label, money(fen)) for label, fen in paid if fen]


def _balance(words: Words, balance: Balance) -> Pair:
    return Pair(words.balance_about if balance.about else words.balance, money(balance.fen))


def _meal_foot(words: Words, online: bool, place: Place) -> list[Part]:
    kind_word: Part = Text(words.enjoy, "center") if online else Text(words.printed_offline)
    return [_tag(words, online, place), kind_word, *_phone(words, place)]


def _foot(words: Words, online: bool, place: Place) -> list[Part]:
    return [_tag(words, online, place), *_phone(words, place)]


def _tag(words: Words, online: bool, place: Place) -> Tag:
    return Tag(
        words.online if online else words.offline_tag, f"{place.terminal_id}{words.gap}{words.copy.format(1)}"
    )


def _phone(words: Words, place: Place) -> list[Part]:
    return [Text(words.questions.format(place.phone), "center")] if place.phone else []

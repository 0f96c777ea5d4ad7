"""The published tariffs are the contract with the halls: their worked examples must come out to the fen."""

from __future__ import annotations

import pytest

from kiosk.services.rules import Diner, Price, board_prices, price_of
from kiosk.services.tariff import Tariff, parse_tariff, shipped_tariff

HOME = ("town-1", "district-1", "city-1")
OTHER_TOWN = ("town-2", "district-1", "city-1")
OTHER_DISTRICT = ("town-9", "district-2", "city-1")


def tariff(name: str) -> Tariff:
    found = shipped_tariff(name)
    assert found is not None
    return found


def price(
    name: str,
    list_price: int,
    age: int,
    *statuses: str,
    at: tuple[str, ...] = HOME,
    welfare: int = 0,
    spent: frozenset[str] = frozenset(),
) -> Price:
    diner = Diner("p", age, HOME, frozenset(statuses))
    return price_of(tariff(name), list_price, diner, at, spent, welfare)


@pytest.mark.parametrize(
    ("age", "statuses", "own_part"),
    [
        (60, (), 700),
        (74, (), 700),
        (75, (), 650),
        (102, (), 650),
        (66, ("wulei",), 550),
        (80, ("sanwu",), 550),
        (59, (), 1200),
        (40, ("wulei",), 1200),
    ],
)
def test_xuzhou(age: int, statuses: tuple[str, ...], own_part: int) -> None:
    assert price("xuzhou_jinlonghu", 1200, age, *statuses).own_part == own_part
    with_card = price("xuzhou_jinlonghu", 1200, age, *statuses, "welfare_card", welfare=60_000)
    assert with_card.own_part == (own_part - 200 if own_part < 1200 else 1200)


def test_xuzhou_lines_are_what_the_slip_shows() -> None:
    meal = price("xuzhou_jinlonghu", 1200, 76, "welfare_card", welfare=60_000)
    assert [(line.code, line.amount, line.label_zh) for line in meal.lines] == [
        ("age_subsidy_75", 550, "高龄补贴"),
        ("welfare_card", 200, "福利卡"),
    ]
    assert (meal.band, meal.own_part, meal.welfare_part) == ("age_75", 450, 200)


def test_a_welfare_card_never_pays_more_than_it_holds_or_than_is_left() -> None:
    assert price("xuzhou_jinlonghu", 1200, 76, "welfare_card", welfare=130).welfare_part == 130
    assert price("xuzhou_jinlonghu", 1200, 76, "welfare_card", welfare=-50).welfare_part == 0
    cheap = price("xuzhou_jinlonghu", 120, 76, "welfare_card", welfare=60_000)
    assert (cheap.own_part, cheap.welfare_part) == (0, 120)
    assert price("xuzhou_jinlonghu", 1200, 76, welfare=60_000).welfare_part == 0


@pytest.mark.parametrize(
    ("age", "statuses", "own_parts"),
    [
        (80, (), (300, 600, 900)),
        (60, (), (500, 600, 900)),
        (79, (), (500, 600, 900)),
        (66, ("dibao",), (100, 600, 900)),
        (88, ("tekun",), (100, 600, 900)),
    ],
)
def test_zengcheng_at_home_out_of_town_out_of_district(
    age: int, statuses: tuple[str, ...], own_parts: tuple[int, int, int]
) -> None:
    places = (HOME, OTHER_TOWN, OTHER_DISTRICT)
    assert own_parts == tuple(
        price("guangzhou_zengcheng", 1200, age, *statuses, at=place).own_part for place in places
    )


def test_zengcheng_layers() -> None:
    at_home = price("guangzhou_zengcheng", 1200, 82)
    assert [(line.fund, line.amount) for line in at_home.lines] == [
        ("city", 300),
        ("district", 300),
        ("town", 300),
    ]
    no_home_known = price_of(tariff("guangzhou_zengcheng"), 1200, Diner("p", 82), HOME)
    assert no_home_known.own_part == 1200


@pytest.mark.parametrize(
    ("list_price", "age", "statuses", "own_part"),
    [
        (1800, 82, (), 1230),
        (1700, 82, (), 1445),
        (1000, 62, ("dibao",), 400),
        (1800, 82, ("dibao",), 730),
        # Least spend is held against 13.50, not against 15.00.
        (1500, 62, (), 1350),
        (1667, 62, (), 1300),
        # 8.50 is 85% of 10.00; 8.585 is rounded half-up.
        (1010, 82, (), 859),
    ],
)
def test_putuo(list_price: int, age: int, statuses: tuple[str, ...], own_part: int) -> None:
    assert price("shanghai_putuo", list_price, age, *statuses).own_part == own_part


def test_putuo_pays_each_fund_once_a_day() -> None:
    second = price("shanghai_putuo", 1800, 82, "dibao", spent=frozenset({"elder_meal_fund"}))
    assert second.own_part == 1530 - 500
    third = price(
        "shanghai_putuo", 1800, 82, "dibao", spent=frozenset({"elder_meal_fund", "dibao_meal_fund"})
    )
    assert third.own_part == 1530


@pytest.mark.parametrize(
    ("age", "statuses", "subsidy"),
    [
        (59, (), 0),
        (60, (), 100),
        (74, (), 100),
        (75, (), 500),
        (84, (), 500),
        (85, (), 800),
        (94, (), 800),
        (61, ("dibao",), 800),
        (95, (), 900),
        (96, ("dibao",), 900),
        (61, ("tekun",), 900),
    ],
)
@pytest.mark.parametrize("set_price", [900, 1100, 1300])
def test_jurong(set_price: int, age: int, statuses: tuple[str, ...], subsidy: int) -> None:
    assert price("jurong", set_price, age, *statuses).own_part == set_price - subsidy


def test_jurong_is_never_below_nothing() -> None:
    meal = price("jurong", 500, 96)
    assert (meal.own_part, [line.amount for line in meal.lines]) == (0, [500])


@pytest.mark.parametrize(
    ("form", "list_price", "part"),
    [
        # Guangzhou, 2025: a quarter of the meal's price, at most 3 yuan.
        ({"percent": 25, "cap": 300}, 1000, 250),
        ({"percent": 25, "cap": 300}, 1600, 300),
        ({"percent": 25}, 1002, 251),
        # Shenzhen Futian: all of it, up to a cap.
        ({"cap": 500}, 1800, 500),
        ({"cap": 500}, 400, 400),
        ({"amount": 300}, 200, 200),
        ({"pays": 700}, 600, 0),
    ],
)
def test_the_forms_a_fund_can_have(form: dict[str, int], list_price: int, part: int) -> None:
    words = {"label_zh": "补贴", "label_en": "Subsidy"}
    document = {
        "id": "one_fund",
        "version": 1,
        "title_zh": "价目",
        "title_en": "Prices",
        "list_price": 1200,
        "market": words,
        "bands": [{"code": "all", **words}],
        "funds": [{"code": "only", "fund": "city", **words, **form}],
    }
    meal = price_of(parse_tariff(document, "one fund"), list_price, Diner("p", 70), HOME)
    assert meal.own_part == list_price - part


def test_a_market_price_card_is_the_list_price_at_any_age() -> None:
    assert price("xuzhou_jinlonghu", 1200, 80, "market").own_part == 1200
    assert not price("xuzhou_jinlonghu", 1200, 80, "market").subsidised


def test_the_board_shows_the_market_and_the_ages_but_no_status() -> None:
    assert board_prices(tariff("xuzhou_jinlonghu"), 1200, HOME) == (
        ("市场价", "Market price", 1200),
        ("60–74 岁", "60 to 74", 700),
        ("75 岁及以上", "75 and over", 650),
    )

"""Sample slips of a made-up hall, shared by the tests of what slips say and of how they look."""

from __future__ import annotations

from typing import Any

from kiosk.services.slips import (
    Balance,
    Diner,
    Moment,
    Place,
    count_slip,
    meal_slip,
    settlement_slip,
    void_slip,
)
from offline_cache import wire

PLACE = Place("和顺社区餐厅", "Heshun Canteen", "8390 1200", "CT-03")
NOON = Moment("2026-11-20", "lunch", "11:21")
SUN = Diner("孙＊", "1034")


def meal_body(**changes: Any) -> wire.MealBody:
    """Lunch at 12.00: 5.50 for age, 2.00 from the welfare card, 4.50 paid from the card."""
    values: dict[str, Any] = {
        "site_id": "site-1",
        "operator_id": "operator-1",
        "person_id": "person-1",
        "card_ref": "0" * 64,
        "service_date": "2026-11-20",
        "period": "lunch",
        "period_declared": False,
        "tariff_id": "xuzhou_jinlonghu",
        "tariff_version": 1,
        "band": "age_75",
        "list_price": 1200,
        "lines": [
            wire.Line(
                code="age", fund="a", amount=550, public=True, label_zh="高龄补贴", label_en="Age subsidy"
            ),
            wire.Line(
                code="welfare", fund="w", amount=200, public=True, label_zh="福利卡", label_en="Welfare card"
            ),
        ],
        "own_part": 450,
        "purse_part": 450,
        "cash_part": 0,
        "owed_part": 0,
        "welfare_part": 200,
        "subsidised": True,
        "identified_by": "card",
        "staff_id": None,
        "online": True,
        "flags": [],
    }
    return wire.MealBody(**(values | changes))


def online_meal(diner: Diner = SUN, locale: str = "zh_CN") -> dict[str, Any]:
    return meal_slip(meal_body(), diner, PLACE, 10412, NOON, Balance(8650), locale)


def offline_meal(diner: Diner | None = None, locale: str = "zh_CN", trusted: bool = True) -> dict[str, Any]:
    moment = Moment("2026-11-20", "lunch", "11:31", trusted)
    who = diner or Diner("吴＊", "2231")
    return meal_slip(meal_body(online=False), who, PLACE, 10424, moment, Balance(6400, about=True), locale)


def cash_meal() -> dict[str, Any]:
    body = meal_body(lines=[], own_part=1200, purse_part=0, cash_part=1200, subsidised=False, person_id=None)
    return meal_slip(body, Diner(), PLACE, 10430, NOON, None)


def voided_meal(locale: str = "zh_CN") -> dict[str, Any]:
    body = wire.MealVoidedBody(meal_txn_id="t", staff_id="s", reason="mistake")
    return void_slip(body, meal_body(), SUN, PLACE, 10413, 10412, NOON, Balance(9100), locale)


def count_report(locale: str = "zh_CN") -> dict[str, Any]:
    body = wire.CountReportedBody(
        site_id="site-1", service_date="2026-11-20", period="lunch", served=168, leftover=4, staff_id="s"
    )
    bands = (("75 岁及以上", 96), ("60–74 岁", 58), ("五类人员", 14))
    return count_slip(body, PLACE, 10580, NOON, bands, 172, locale)


def settlement(locale: str = "zh_CN") -> dict[str, Any]:
    body = wire.PeriodClosedBody(
        site_id="site-1",
        operator_id="operator-1",
        service_date="2026-11-20",
        period="lunch",
        served=168,
        voided=2,
        list_total=201600,
        own_total=86450,
        staff_id="s",
    )
    return settlement_slip(body, PLACE, 10581, NOON, (("高龄补贴", 81550), ("福利卡", 33600)), locale)

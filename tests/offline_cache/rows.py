"""Meals and stamps for these tests: generated, small and complete."""

from __future__ import annotations

from typing import Any

from offline_cache.clock import Stamp
from offline_cache.wire import Line, MealBody, MealVoidedBody, Period

DAY_MS = 86_400_000
NOON_MS = 1_790_000_000_000


def stamp(number: int = 0, *, trusted: bool = True) -> Stamp:
    return Stamp(
        NOON_MS + number * 1000, 5_000 + number * 1000, "b0071d00-0000-4000-8000-000000000001", trusted
    )


def meal(number: int = 0, *, person: str | None = None, purse: int = 450, welfare: int = 200) -> MealBody:
    return MealBody(
        site_id="C3",
        operator_id="op-1",
        person_id=person or f"person-{number}",
        card_ref=f"{number:064x}",
        service_date="2026-09-21",
        period=Period.LUNCH,
        period_declared=False,
        tariff_id="jinlonghu",
        tariff_version=1,
        band="75",
        list_price=550 + welfare + purse,
        lines=[
            Line(code="age", fund="city", amount=550, public=True, label_zh="高龄补贴", label_en="Age"),
            Line(
                code="welfare",
                fund="card",
                amount=welfare,
                public=False,
                label_zh="福利卡",
                label_en="Welfare",
            ),
        ],
        own_part=purse,
        purse_part=purse,
        cash_part=0,
        owed_part=0,
        welfare_part=welfare,
        subsidised=True,
        identified_by="card",
        staff_id=None,
        online=False,
        flags=[],
    )


def void(meal_txn_id: str) -> MealVoidedBody:
    return MealVoidedBody(meal_txn_id=meal_txn_id, staff_id="staff-1", reason="wrong person")


def slip(number: int = 0) -> dict[str, Any]:
    return {"title": "午餐", "seq": number}

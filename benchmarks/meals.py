"""Meals for measuring with: whole bodies as the rules would write them, of people who do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from offline_cache.hall_client import HallClient
from offline_cache.wire import Line, MealBody, Period, ReferenceKind


@dataclass(frozen=True, slots=True)
class Diner:
    person_id: str
    card_ref: str


def invented_diner(number: int) -> Diner:
    """Somebody whom no hall knows: good for the terminal's own disk."""
    return Diner(f"person-{number:05d}", f"{number:064x}")


def payers(hall: HallClient, purse: int) -> list[Diner]:
    """Everybody whose purse holds at least `purse` fen, as the hall tells its terminals."""
    cards: dict[str, str] = {}
    purses: dict[str, int] = {}
    cursor, more = 0, True
    while more:
        page = hall.pull(cursor)
        for change in page.changes:
            if change.kind is ReferenceKind.CARD and change.data:
                cards[change.data["person_id"]] = change.data["card_ref"]
            elif change.kind is ReferenceKind.ACCOUNT and change.data:
                purses[change.data["person_id"]] = change.data["purse"]
        cursor, more = page.cursor, page.more
    return [Diner(person, cards[person]) for person in cards if purses.get(person, 0) >= purse]


OWN_PART = 700


def meal_body(diner: Diner, service_date: str, period: Period) -> MealBody:
    """A person of 60 to 74: 12.00, the public layer pays 5.00, the purse 7.00."""
    age = Line(
        code="age", fund="street", amount=500, public=True, label_zh="年龄补贴", label_en="Age subsidy"
    )
    return MealBody(
        site_id="C3",
        operator_id="OP-1",
        person_id=diner.person_id,
        card_ref=diner.card_ref,
        service_date=service_date,
        period=period,
        period_declared=False,
        tariff_id="xuzhou_jinlonghu",
        tariff_version=1,
        band="60-74",
        list_price=1200,
        lines=[age],
        own_part=OWN_PART,
        purse_part=OWN_PART,
        cash_part=0,
        owed_part=0,
        welfare_part=0,
        subsidised=True,
        identified_by="card",
        staff_id=None,
        online=False,
        flags=[],
    )


def slip(number: int) -> dict[str, Any]:
    """A slip as it is queued for the printer, in the size of a real one."""
    return {
        "parts": [
            {"part": "title", "text": "用餐凭条"},
            {"part": "pair", "left": "孙＊", "right": f"第 {number} 号"},
            {"part": "pair", "left": "餐费", "right": "￥12.00"},
            {"part": "pair", "left": "高龄补贴", "right": "－￥5.50"},
            {"part": "pair", "left": "福利卡", "right": "－￥2.00"},
            {"part": "amount", "left": "本次支付", "right": "￥4.50"},
            {"part": "text", "text": "离线·待核"},
        ]
    }

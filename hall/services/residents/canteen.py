"""The record source of the canteen account: the hall's own meals and the money it booked, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from hall.clock import local_date
from hall.database import Database
from hall.models import Account, AccountEntry, Meal
from hall.services.residents.record_source import TOTAL, Asked, CursorUnknown, SourcePage
from offline_cache.wire_residents import Column

VOIDED, TAKEN_BACK = "voided", "（已退）"
PERIODS = {"breakfast": ("早餐", "Breakfast"), "lunch": ("午餐", "Lunch"), "dinner": ("晚餐", "Dinner")}
TOPPED_UP, CORRECTED = ("充值", "Top-up"), ("更正", "Correction")
WORDS = {
    **dict((*PERIODS.values(), TOPPED_UP, CORRECTED)),
    **{zh + TAKEN_BACK: f"{en} (taken back)" for zh, en in PERIODS.values()},
}
COLUMNS = (
    Column(label_zh="日期", label_en="Date", sort="date", english=TOTAL),
    Column(label_zh="事项", label_en="What", english=WORDS),
    Column(label_zh="支付（元）", label_en="Paid (yuan)", sort="money"),
    Column(label_zh="存入（元）", label_en="Paid in (yuan)", sort="money"),
)


@dataclass(frozen=True)
class Movement:
    """A meal or a booking: when, its id, its day, what it was, and fen paid and paid in."""

    at_ms: int
    id: str
    day: str
    what: str
    paid: int
    paid_in: int

    @property
    def row(self) -> list[str]:
        return [self.day, self.what, str(self.paid), str(self.paid_in)]


class CanteenSource:
    """Pages go on below the movement that the cursor names, so that a meal eaten meanwhile moves nothing."""

    def page(self, database: Database, asked: Asked) -> SourcePage:
        below = _place(asked.cursor)
        with database.reading() as session:
            found = _movements(session, asked, below)
            more = len(found) > asked.limit
            found = found[: asked.limit]
            count, paid, paid_in = _sums(session, asked.person_id)
            account = session.get(Account, asked.person_id)
            purse, welfare = (account.purse, account.welfare) if account else (0, 0)
        return SourcePage(
            columns=COLUMNS,
            rows=[movement.row for movement in found],
            count=count,
            next_cursor=f"{found[-1].at_ms}.{found[-1].id}" if more else "",
            total=[*TOTAL, "", str(paid), str(paid_in)] if count else (),
            note_zh=f"余额 {_yuan(purse)} 元，福利卡 {_yuan(welfare)} 元",
            note_en=f"Balance {_yuan(purse)} yuan, welfare card {_yuan(welfare)} yuan",
        )


def _place(cursor: str) -> tuple[int, str] | None:
    if not cursor:
        return None
    at_ms, dot, id = cursor.partition(".")
    if not (dot and id and at_ms.isascii() and at_ms.isdecimal() and len(at_ms) < 16 and "\x00" not in id):
        raise CursorUnknown
    return int(at_ms), id


def _movements(session: Session, asked: Asked, below: tuple[int, str] | None) -> list[Movement]:
    """One more than the page holds."""
    meals = select(Meal).where(Meal.person_id == asked.person_id)
    entries = select(AccountEntry).where(AccountEntry.person_id == asked.person_id)
    meals = _newest(meals, Meal.occurred_at_ms, Meal.txn_id, below, asked.limit)
    entries = _newest(entries, AccountEntry.made_at_ms, AccountEntry.entry_id, below, asked.limit)
    found = [_of_meal(meal) for meal in session.scalars(meals)]
    found += [_of_entry(entry) for entry in session.scalars(entries)]
    return sorted(found, key=lambda movement: (movement.at_ms, movement.id), reverse=True)[: asked.limit + 1]


def _newest(
    query: Select[Any], at_ms: Any, id: Any, below: tuple[int, str] | None, limit: int
) -> Select[Any]:
    if below is not None:
        query = query.where(tuple_(at_ms, id) < below)
    return query.order_by(at_ms.desc(), id.desc()).limit(limit + 1)


def _of_meal(meal: Meal) -> Movement:
    word = PERIODS.get(meal.period, (meal.period, ""))[0]
    taken_back = meal.outcome == VOIDED
    what = word + TAKEN_BACK if taken_back else word
    paid = 0 if taken_back else meal.own_part
    return Movement(meal.occurred_at_ms, meal.txn_id, meal.service_date, what, paid, 0)


def _of_entry(entry: AccountEntry) -> Movement:
    amount = entry.purse + entry.welfare
    what = (TOPPED_UP if entry.reason == "top_up" else CORRECTED)[0]
    day = local_date(entry.made_at_ms).isoformat()
    return Movement(entry.made_at_ms, entry.entry_id, day, what, max(0, -amount), max(0, amount))


def _sums(session: Session, person_id: str) -> tuple[int, int, int]:
    """How many movements, fen paid, fen paid in."""
    own = case((Meal.outcome == VOIDED, 0), else_=Meal.own_part)
    meals, eaten = session.execute(
        select(func.count(), func.coalesce(func.sum(own), 0)).where(Meal.person_id == person_id)
    ).one()
    amounts = session.execute(
        select(AccountEntry.purse, AccountEntry.welfare).where(AccountEntry.person_id == person_id)
    ).all()
    booked = [purse + welfare for purse, welfare in amounts]
    taken = -sum(amount for amount in booked if amount < 0)
    return meals + len(booked), int(eaten) + taken, sum(amount for amount in booked if amount > 0)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"

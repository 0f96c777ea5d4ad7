"""Which of several meals keeps its subsidy, and what a purse can bear: pure functions over facts.

The outcome depends on the facts alone, never on the order in which they reached the hall (design section 6): the
earlier trusted time wins, untrusted stamps come after trusted ones, and what is left is told apart by terminal, log
and seq.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol


class MealFact(Protocol):
    """What judging reads of a meal (`models.Meal` is one)."""

    txn_id: Any
    terminal_id: Any
    log_id: Any
    seq: Any
    period: Any
    subsidised: Any
    lines: Any
    day_funds: Any
    clock_trusted: Any
    occurred_at_ms: Any


@dataclass(frozen=True)
class Verdict:
    """`outcome` is accepted, duplicate or voided; `due` in fen; `holder` the meal that has what this one lost."""

    outcome: str
    due: int = 0
    lost_funds: tuple[str, ...] = ()
    holder: str | None = None


@dataclass(frozen=True)
class Judgement:
    """Of one person's day: a verdict a meal, who holds each period, who holds each day fund."""

    verdicts: dict[str, Verdict]
    claims: dict[str, str]
    fund_claims: dict[str, str]


def precedence(meal: MealFact) -> tuple[int, int, str, str, int]:
    """Sorts the meal that keeps its subsidy first."""
    time = (0, meal.occurred_at_ms) if meal.clock_trusted else (1, 0)
    return (*time, meal.terminal_id, meal.log_id, meal.seq)


def judge(meals: Iterable[MealFact], voided: Collection[str]) -> Judgement:
    """Judge the meals of one person and service date. `voided` holds the txn_ids that were taken back."""
    verdicts: dict[str, Verdict] = {}
    claims: dict[str, str] = {}
    fund_claims: dict[str, str] = {}
    for meal in sorted(meals, key=precedence):
        if meal.txn_id in voided:
            verdicts[meal.txn_id] = Verdict("voided")
            continue
        if meal.subsidised:
            holder = claims.setdefault(meal.period, meal.txn_id)
            if holder != meal.txn_id:
                verdicts[meal.txn_id] = Verdict("duplicate", due=_sum(meal.lines), holder=holder)
                continue
        verdicts[meal.txn_id] = _claim_day_funds(meal, fund_claims)
    return Judgement(verdicts, claims, fund_claims)


def _claim_day_funds(meal: MealFact, fund_claims: dict[str, str]) -> Verdict:
    lost = tuple(fund for fund in meal.day_funds if fund_claims.setdefault(fund, meal.txn_id) != meal.txn_id)
    if not lost:
        return Verdict("accepted")
    due = _sum(line for line in meal.lines if line["fund"] in lost)
    return Verdict("accepted", due=due, lost_funds=lost, holder=fund_claims[lost[0]])


def _sum(lines: Iterable[dict[str, Any]]) -> int:
    return sum(line["amount"] for line in lines)


@dataclass(frozen=True)
class Spending:
    """Money that a meal takes, in fen; sorts like `precedence`."""

    order: tuple[int, int, str, str, int]
    txn_id: str
    amount: int


def spend(
    opened: int, entries: Iterable[tuple[int, int]], spendings: Iterable[Spending]
) -> tuple[int, dict[str, int]]:
    """The balance after all spendings and what each could not take, as (fen, {txn_id: fen}).

    `entries` are (time_ms, amount): top-ups, and collections as negative amounts. A meal takes what is there at its
    time and no more: a later top-up never pays for it silently. What was collected is booked; where a meal that came
    late had spent it before, that meal is the one that runs short.
    """
    purse = _Purse(opened)
    waiting = sorted(entries)
    for spending in sorted(spendings, key=lambda each: each.order):
        untrusted, time = spending.order[0], spending.order[1]
        while waiting and (untrusted or waiting[0][0] <= time):
            purse.book(waiting.pop(0)[1])
        purse.take(spending)
    for _, amount in waiting:
        purse.book(amount)
    return purse.balance, purse.short


class _Purse:
    def __init__(self, opened: int) -> None:
        self.balance = opened
        self.short: dict[str, int] = {}
        self._taken: list[tuple[str, int]] = []

    def take(self, spending: Spending) -> None:
        taken = min(self.balance, spending.amount)
        self.balance -= taken
        self._taken.append((spending.txn_id, taken))
        self._fall_short(spending.txn_id, spending.amount - taken)

    def book(self, amount: int) -> None:
        self.balance += amount
        while self.balance < 0 and self._taken:
            txn_id, taken = self._taken.pop()
            returned = min(taken, -self.balance)
            self.balance += returned
            self._fall_short(txn_id, returned)
            if taken > returned:
                self._taken.append((txn_id, taken - returned))
        self.balance = max(0, self.balance)

    def _fall_short(self, txn_id: str, amount: int) -> None:
        if amount:
            self.short[txn_id] = self.short.get(txn_id, 0) + amount

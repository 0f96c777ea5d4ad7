"""The rules that decide who keeps a subsidy and what a purse can bear must not depend on the order of arrival."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.services.judging import Spending, judge, precedence, spend


@dataclass(frozen=True)
class Fact:
    txn_id: str
    terminal_id: str = "CT-03"
    log_id: str = "L1"
    seq: int = 1
    period: str = "lunch"
    subsidised: bool = True
    lines: tuple[dict[str, Any], ...] = ({"fund": "zone", "amount": 550},)
    day_funds: tuple[str, ...] = ()
    clock_trusted: bool = True
    occurred_at_ms: int = 1_000


def test_earlier_trusted_time_wins() -> None:
    judgement = judge([Fact("b", occurred_at_ms=2_000), Fact("a", seq=2)], ())
    assert judgement.claims == {"lunch": "a"}
    assert (judgement.verdicts["b"].outcome, judgement.verdicts["b"].due) == ("duplicate", 550)
    assert judgement.verdicts["b"].holder == "a"


def test_untrusted_comes_after_trusted_and_goes_by_terminal_log_and_seq() -> None:
    facts = [
        Fact("late", "CT-03", occurred_at_ms=9_000),
        Fact("x", "CT-07", "L1", 1, clock_trusted=False, occurred_at_ms=1),
        Fact("w", "CT-03", "L9", 5, clock_trusted=False, occurred_at_ms=2),
        Fact("v", "CT-03", "L1", 6, clock_trusted=False, occurred_at_ms=3),
    ]
    assert [fact.txn_id for fact in sorted(facts, key=precedence)] == ["late", "v", "w", "x"]


def test_a_duplicate_does_not_hold_a_day_fund() -> None:
    facts = [
        Fact("a"),
        Fact("b", seq=2, day_funds=("zone",)),
        Fact("c", seq=3, period="dinner", day_funds=("zone",)),
    ]
    judgement = judge(facts, ())
    assert judgement.fund_claims == {"zone": "c"}
    assert judgement.verdicts["c"].due == 0


def test_a_voided_meal_claims_nothing() -> None:
    judgement = judge([Fact("a"), Fact("b", seq=2)], {"a"})
    assert judgement.claims == {"lunch": "b"}
    assert [judgement.verdicts[name].outcome for name in "ab"] == ["voided", "accepted"]


facts_of_a_day = st.lists(
    st.builds(
        Fact,
        txn_id=st.uuids().map(str),
        terminal_id=st.sampled_from(["CT-03", "CT-07"]),
        seq=st.integers(1, 10_000),
        period=st.sampled_from(["lunch", "dinner"]),
        subsidised=st.booleans(),
        day_funds=st.sampled_from([(), ("zone",)]),
        clock_trusted=st.booleans(),
        occurred_at_ms=st.integers(0, 3),
    ),
    max_size=7,
    unique_by=(lambda fact: fact.txn_id, lambda fact: fact.seq),
)


@given(facts_of_a_day, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_every_subsidy_is_held_once(
    facts: list[Fact], chance: random.Random
) -> None:
    voided = {fact.txn_id for fact in facts if chance.random() < 0.3}
    judgement = judge(facts, voided)
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert judge(shuffled, voided) == judgement
    kept = [
        fact for fact in facts if judgement.verdicts[fact.txn_id].outcome == "accepted" and fact.subsidised
    ]
    assert sorted(fact.txn_id for fact in kept) == sorted(judgement.claims.values())


# --- purses -----------------------------------------------------------------------------------------------------


def order(time_ms: int, seq: int = 1, trusted: bool = True) -> tuple[int, int, str, str, int]:
    return (0, time_ms, "CT-03", "L1", seq) if trusted else (1, 0, "CT-03", "L1", seq)


def test_a_meal_takes_what_is_there_and_falls_short_of_the_rest() -> None:
    meals = [Spending(order(1), "a", 700), Spending(order(2), "b", 700)]
    assert spend(1_000, [], meals) == (0, {"b": 400})


def test_a_later_top_up_does_not_pay_for_what_was_short() -> None:
    meals = [Spending(order(1), "a", 700)]
    assert spend(300, [(5, 1_000)], meals) == (1_000, {"a": 400})


def test_what_was_collected_stays_collected_when_a_late_meal_had_spent_it() -> None:
    known = [Spending(order(1), "a", 700)]
    assert spend(1_000, [(10, -300)], known) == (0, {})
    late = Spending(order(2, 2), "b", 200)
    assert spend(1_000, [(10, -300)], [*known, late]) == (0, {"b": 200})


spendings = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 900), st.booleans()), max_size=8).map(
    lambda found: [
        Spending(order(time, at, sure), f"m{at}", amount) for at, (time, amount, sure) in enumerate(found)
    ]
)
top_ups = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 900)), max_size=3)


@given(st.integers(0, 2_000), top_ups, spendings, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_money_is_kept_whole_in_any_order(
    opened: int, entries: list[tuple[int, int]], meals: list[Spending], chance: random.Random
) -> None:
    balance, short = spend(opened, entries, meals)
    shuffled = list(meals)
    chance.shuffle(shuffled)
    assert spend(opened, list(reversed(entries)), shuffled) == (balance, short)
    assert balance >= 0
    assert all(
        0 < amount <= next(m.amount for m in meals if m.txn_id == name) for name, amount in short.items()
    )
    taken = sum(meal.amount for meal in meals) - sum(short.values())
    assert balance == opened + sum(amount for _, amount in entries) - taken

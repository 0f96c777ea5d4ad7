"""Why: a campaign that reports nothing lost proves nothing unless its judge would have seen it. Each fault is planted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from offline_cache.wire import GENESIS_HASH, chain_hash
from tests.faults.evidence import Evidence, PrintedSlip, Purse, Row, SeenVerdict, Tap
from tests.faults.judge import judge
from tests.faults.phases import Phase, Strike, phase_of
from tests.faults.plan import EARLY_WINDOW_MS, Trigger, plan_round

PRICE = 450


def _chain(*bodies: dict[str, Any]) -> tuple[Row, ...]:
    rows: list[Row] = []
    before = GENESIS_HASH
    for seq, body in enumerate(bodies, 1):
        row: Row = {
            "txn_id": f"txn-{seq}",
            "terminal_id": "CT-03",
            "log_id": "log-1",
            "seq": seq,
            "kind": "meal",
            "occurred_at_ms": 1_790_000_000_000 + seq,
            "monotonic_ms": 1000 + seq,
            "boot_id": "boot",
            "clock_trusted": True,
            "body": body,
            "prev_hash": before,
        }
        row["hash"] = before = chain_hash(row)
        rows.append(row)
    return tuple(rows)


def _meal(person_id: str, own_part: int = PRICE) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "service_date": "2026-11-20",
        "period": "lunch",
        "own_part": own_part,
        "purse_part": own_part,
    }


@pytest.fixture
def sound() -> Evidence:
    """Two meals, one with its slip on paper, one offered after a restart: nothing to find."""
    log = _chain(_meal("p1"), _meal("p2"))
    return Evidence(
        taps=(Tap(0, "p1", PRICE), Tap(1, "p2", PRICE), Tap(1, "p3", PRICE)),
        verdicts=(SeenVerdict(0, "txn-1", PRICE),),
        slips=(PrintedSlip(1, copy=False, complete=True), PrintedSlip(2, copy=False, complete=False)),
        offered=frozenset({"txn-2"}),
        log=log,
        hall=log,
        purses={"p1": Purse(5000, 5000 - PRICE), "p3": Purse(100, 100)},
    )


def _kinds(evidence: Evidence) -> set[str]:
    return {finding.kind for finding in judge(evidence)}


def test_nothing_is_found_where_nothing_is_wrong(sound: Evidence) -> None:
    assert judge(sound) == []


def test_a_verdict_without_a_row_is_lost(sound: Evidence) -> None:
    assert _kinds(replace(sound, verdicts=(SeenVerdict(1, "txn-9", PRICE),))) == {"lost"}


def test_a_slip_without_a_row_is_lost(sound: Evidence) -> None:
    assert _kinds(replace(sound, slips=(*sound.slips, PrintedSlip(9, copy=False, complete=False)))) == {
        "lost"
    }


def test_a_row_that_never_reached_the_hall_is_lost(sound: Evidence) -> None:
    assert _kinds(replace(sound, hall=sound.log[:1])) == {"lost"}


def test_a_purse_that_was_not_charged_is_lost(sound: Evidence) -> None:
    assert _kinds(replace(sound, purses={"p1": Purse(5000, 5000)})) == {"lost"}


def test_one_person_with_two_meals_of_a_period_is_doubled(sound: Evidence) -> None:
    log = _chain(_meal("p1"), _meal("p1"))
    assert _kinds(replace(sound, log=log, hall=log, purses={})) == {"doubled"}


def test_a_second_original_slip_is_doubled_and_a_marked_copy_is_not(sound: Evidence) -> None:
    again = PrintedSlip(1, copy=False, complete=True)
    assert _kinds(replace(sound, slips=(*sound.slips, again))) == {"doubled"}
    assert judge(replace(sound, slips=(*sound.slips, replace(again, copy=True)))) == []


def test_a_row_that_the_hall_holds_twice_is_doubled(sound: Evidence) -> None:
    assert _kinds(replace(sound, hall=(*sound.log, sound.log[0]))) == {"doubled"}


def test_a_purse_charged_twice_is_doubled(sound: Evidence) -> None:
    assert _kinds(replace(sound, purses={"p1": Purse(5000, 5000 - 2 * PRICE)})) == {"doubled"}


def test_a_meal_of_somebody_who_tapped_no_card_is_wrong(sound: Evidence) -> None:
    assert _kinds(replace(sound, taps=sound.taps[:1])) == {"wrong"}


def test_another_amount_than_the_tariff_says_is_wrong(sound: Evidence) -> None:
    log = _chain(_meal("p1", 700), _meal("p2"))
    assert _kinds(replace(sound, log=log, hall=log, verdicts=(), purses={})) == {"wrong"}


def test_another_amount_than_the_screen_said_is_wrong(sound: Evidence) -> None:
    assert _kinds(replace(sound, verdicts=(SeenVerdict(0, "txn-1", 700),))) == {"wrong"}


def test_a_row_that_was_edited_is_wrong(sound: Evidence) -> None:
    edited = ({**sound.log[0], "occurred_at_ms": 1}, sound.log[1])
    assert _kinds(replace(sound, log=edited, hall=edited)) == {"wrong"}


def test_a_gap_in_the_log_is_wrong(sound: Evidence) -> None:
    assert "wrong" in _kinds(replace(sound, log=sound.log[1:], hall=sound.log[1:]))


def test_a_meal_without_a_whole_slip_must_have_been_offered(sound: Evidence) -> None:
    assert _kinds(replace(sound, offered=frozenset())) == {"unoffered_reprints"}


@pytest.mark.parametrize(
    ("strike", "phase"),
    [
        (Strike(False, False, False, False, True), Phase.BEFORE_COMMIT),
        (Strike(True, False, False, False, True), Phase.COMMIT_TO_VERDICT),
        (Strike(True, True, False, False, False), Phase.VERDICT_TO_PRINT),
        (Strike(True, True, True, False, True), Phase.PRINTING),
        (Strike(True, True, True, True, True), Phase.PUSH),
        (Strike(True, True, True, True, False), Phase.IDLE),
    ],
)
def test_a_phase_is_named_by_what_had_not_happened_yet(strike: Strike, phase: Phase) -> None:
    assert phase_of(strike) == phase


def test_a_round_is_drawn_from_its_seed_and_number_alone() -> None:
    assert [plan_round(1, number) for number in range(40)] == [plan_round(1, number) for number in range(40)]
    assert [plan_round(1, number) for number in range(40)] != [plan_round(2, number) for number in range(40)]


def test_half_of_the_instants_lie_in_the_first_60_ms_after_the_last_reader_byte() -> None:
    plans = [plan_round(1, number) for number in range(200)]
    early = [plan for plan in plans if plan.trigger is Trigger.LAST_BYTE]
    assert len(early) == 100
    assert all(0 <= plan.delay_ms <= EARLY_WINDOW_MS for plan in early)
    assert max(plan.delay_ms for plan in early) > 50 > 10 > min(plan.delay_ms for plan in early)


def test_every_forty_rounds_aim_at_every_phase() -> None:
    for start in range(0, 200, 40):
        assert {plan_round(3, number).trigger for number in range(start, start + 40)} == set(Trigger)

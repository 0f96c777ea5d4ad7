"""An officer's decision moves money once, is never made twice, and is undone when its reason goes."""

from __future__ import annotations

from typing import Any

import pytest

from offline_cache.wire import LogRow
from tests.contract.conftest import TestHall
from tests.contract.terminals import LUNCH_MS, MINUTE_MS, TestTerminal


@pytest.fixture
def pair(hall: TestHall) -> tuple[TestTerminal, TestTerminal]:
    return hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")


def duplicate(pair: tuple[TestTerminal, TestTerminal]) -> tuple[LogRow, LogRow]:
    """P1 eats at C3, then at C7, both subsidised with 5.50."""
    first = pair[0].log.meal("P1", LUNCH_MS)
    second = pair[1].log.meal("P1", LUNCH_MS + 5 * MINUTE_MS, site_id="C7")
    pair[0].push(first)
    pair[1].push(second)
    return first, second


def purse(terminal: TestTerminal, person_id: str = "P1") -> Any:
    account = terminal.account(person_id)
    return None if account is None else account["purse"]


@pytest.mark.parametrize(
    ("decision", "state", "taken"), [("waive", "waived", 0), ("collect", "collected", 550)]
)
def test_a_decision_is_made_once(
    hall: TestHall, pair: tuple[TestTerminal, TestTerminal], decision: str, state: str, taken: int
) -> None:
    _, second = duplicate(pair)
    path = f"/v1/reviews/duplicate:{second.txn_id}"
    decided = hall.post_twice(path, {"decision": decision, "note": "spoke with the family"})
    assert (decided["state"], decided["decided_by"], decided["collected"]) == (state, "Officer Gao", taken)
    assert purse(pair[0]) == 10_000 - 2 * 650 - taken
    other = hall.post(path, {"decision": "block"})
    assert (other.status_code, other.json()["code"]) == (409, "review.decided")


def test_blocking_denies_the_card(hall: TestHall, pair: tuple[TestTerminal, TestTerminal]) -> None:
    _, second = duplicate(pair)
    hall.post_twice(f"/v1/reviews/duplicate:{second.txn_id}", {"decision": "block"})
    changes = {(each["kind"], each["id"]): each["data"] for each in pair[0].pull(limit=5000)["changes"]}
    assert changes["deny", "P1-card"]["reason"] == "closed"
    assert changes["card", "P1-card"]["state"] == "closed"


def test_what_was_collected_is_paid_back_when_the_other_meal_is_taken_back(
    hall: TestHall, pair: tuple[TestTerminal, TestTerminal]
) -> None:
    first, second = duplicate(pair)
    hall.post_twice(f"/v1/reviews/duplicate:{second.txn_id}", {"decision": "collect"})
    pair[0].push(pair[0].log.void(first))
    (review,) = hall.get("/v1/reviews")
    assert (review["state"], review["amount_due"], review["collected"]) == ("withdrawn", 0, 0)
    assert purse(pair[0]) == 10_000 - 650


def test_a_purse_that_is_too_small_is_left_alone(
    hall: TestHall, pair: tuple[TestTerminal, TestTerminal]
) -> None:
    pair[0].push(pair[0].log.meal("P4"))
    (review,) = hall.get("/v1/reviews")
    assert (review["kind"], review["amount_due"]) == ("shortfall", 650)
    answer = hall.post(f"/v1/reviews/{review['review_id']}", {"decision": "collect"})
    assert (answer.status_code, answer.json()["code"]) == (409, "review.purse_short")
    assert hall.get("/v1/reviews")[0]["state"] == "open"


def test_a_top_up_pays_for_nothing_by_itself_but_can_be_collected_from(
    hall: TestHall, pair: tuple[TestTerminal, TestTerminal]
) -> None:
    meal = pair[0].log.meal("P4")
    pair[0].push(meal)
    hall.top_up("P4", 2_000)
    hall.top_up("P4", 2_000)
    assert purse(pair[0], "P4") == 2_000
    hall.clock.time_ms += MINUTE_MS
    decided = hall.post_twice(f"/v1/reviews/shortfall:{meal.txn_id}", {"decision": "collect"})
    assert (decided["state"], decided["amount_due"], decided["collected"]) == ("collected", 650, 650)
    assert purse(pair[0], "P4") == 1_350


def test_reviews_that_do_not_exist(hall: TestHall) -> None:
    for review_id in ("duplicate:none", "none"):
        answer = hall.post(f"/v1/reviews/{review_id}", {"decision": "waive"})
        assert (answer.status_code, answer.json()["code"]) == (404, "review.unknown")
    assert (
        hall.post("/v1/reviews/duplicate:none", {"decision": "shout"}).json()["code"] == "request.malformed"
    )


def test_help_calls_open_once_and_end(hall: TestHall) -> None:
    terminal = hall.terminal()
    answers = [
        hall.http.post("/v1/help-calls", json={"on": on}, headers=terminal.headers).json()
        for on in (False, True, True, False, False)
    ]
    assert answers[0] is None
    assert answers[1] == answers[2]
    assert (answers[3]["help_call_id"], answers[3]["ended_at_ms"]) == (
        answers[1]["help_call_id"],
        hall.clock.now_ms(),
    )
    assert answers[4] is None
    assert hall.get("/v1/help-calls") == []

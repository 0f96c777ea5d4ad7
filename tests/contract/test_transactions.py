"""A row that reached the hall is kept, counted once, and answered the same however often it is sent: the reason why a
terminal may send again whenever it is unsure."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from offline_cache.wire import RowKind, chain_hash
from tests.contract.conftest import TestHall
from tests.contract.terminals import BAND, DATE, DAY_FUND, LUNCH_MS, MINUTE_MS, WELFARE, LogWriter, meal_body


def results(answer: Any) -> list[tuple[int, str, str]]:
    return [(each.seq, each.result, each.code) for each in answer.results]


def test_a_meal_is_counted_once_and_debited_once(hall: TestHall) -> None:
    terminal = hall.terminal()
    answer = terminal.push(terminal.log.meal("P1", lines=[BAND, WELFARE]))
    assert results(answer) == [(1, "new", "")]
    assert (answer.expected_seq, answer.log_marked) == (2, "")
    assert terminal.account("P1") == {"person_id": "P1", "purse": 10_000 - 450, "welfare": 60_000 - 200}
    summary = hall.get("/v1/ledger/summary")
    assert (summary["rows"], summary["meals"], summary["claims"], summary["list_total"]) == (1, 1, 1, 1200)


def test_rows_come_back_as_they_were_sent(hall: TestHall) -> None:
    terminal = hall.terminal()
    sent = [
        terminal.log.meal("P1"),
        terminal.log.meal(None),
        terminal.log.meal("P2", band="U+20001 \U00020001"),
    ]
    terminal.push(*sent)
    rows = [each["row"] for each in hall.get("/v1/ledger", terminal="CT-03")["rows"]]
    assert rows == [row.model_dump(mode="json") for row in sent]
    assert all(chain_hash(row) == row["hash"] for row in rows)


REFUSALS = [
    ({"list_price": 1300, "lines": [BAND], "own_part": 650}, "meal.sum_wrong"),
    ({"purse_part": 1}, "meal.own_part_wrong"),
    ({"welfare_part": 7}, "meal.welfare_wrong"),
    ({"service_date": "2026-02-31"}, "meal.date_wrong"),
    ({"site_id": "C99"}, "meal.site_unknown"),
    ({"person_id": "nobody"}, "meal.person_unknown"),
    ({"person_id": None}, "meal.person_missing"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSALS, ids=[code for _, code in REFUSALS])
def test_a_meal_that_cannot_be_applied_is_stored_and_refused(
    hall: TestHall, changes: dict[str, Any], code: str
) -> None:
    terminal = hall.terminal()
    body = {**meal_body("P1"), **{key: value for key, value in changes.items() if key != "lines"}}
    wrong = terminal.log.add(RowKind.MEAL, body)
    answer = terminal.push(wrong, terminal.log.meal("P2"))
    assert results(answer) == [(1, "refused", code), (2, "new", "")]
    assert (answer.expected_seq, answer.log_marked) == (3, "")
    assert hall.states("CT-03") == [("refused", code), ("applied", "")]
    page = terminal.pull(limit=5000)
    assert page["applied"] == {terminal.log.log_id: 2}
    assert page["refused"] == {terminal.log.log_id: [1]}


def test_a_body_of_another_shape_is_stored_and_refused(hall: TestHall) -> None:
    terminal = hall.terminal()
    wrong = {
        "meal.malformed": terminal.log.add(RowKind.MEAL, {"what": 1}),
        "meal_voided.malformed": terminal.log.add(RowKind.MEAL_VOIDED, {}),
        "period_closed.malformed": terminal.log.add(RowKind.PERIOD_CLOSED, {"served": "many"}),
        "period_closed.site_unknown": terminal.log.close(site_id="C99"),
        "clock_stepped.malformed": terminal.log.add(RowKind.CLOCK_STEPPED, {"offset_ms": "an hour"}),
        "card_blocked.malformed": terminal.log.add(RowKind.CARD_BLOCKED, {"card_ref": "\x00"}),
    }
    nul = terminal.log.meal("P1", band="\x00")
    answer = terminal.push(*wrong.values(), nul, terminal.log.meal("P1"))
    assert [each.code for each in answer.results] == [*wrong, "meal.malformed", ""]
    assert [code for _, code in hall.states("CT-03")] == [*wrong, "meal.malformed", ""]


def test_the_same_transaction_in_two_logs_counts_once(hall: TestHall) -> None:
    terminal = hall.terminal()
    first = terminal.log.meal("P1")
    terminal.push(first)
    other = LogWriter("CT-03")
    other.add(RowKind.MEAL, first.body, txn_id=first.txn_id)
    assert results(terminal.push(*other.rows)) == [(1, "refused", "meal.repeated")]
    assert hall.get("/v1/ledger/summary")["meals"] == 1


# --- the chain --------------------------------------------------------------------------------------------------


def alarms(hall: TestHall) -> list[tuple[str, int]]:
    (terminal,) = hall.get("/v1/terminals")
    return [(alarm["kind"], alarm["seq"]) for alarm in terminal["alarms"]]


def test_a_restored_log_is_a_fork_and_its_rows_are_kept_as_evidence(hall: TestHall) -> None:
    terminal = hall.terminal()
    for _ in range(3):
        terminal.log.meal(None)
    terminal.push(*terminal.log.rows)
    restored = LogWriter("CT-03", terminal.log.log_id, terminal.log.rows[:1])
    rows = [restored.meal("P1"), restored.meal("P1"), restored.meal("P1")]
    answer = terminal.push(*rows)
    assert results(answer) == [
        (2, "conflict", "log.fork"),
        (3, "conflict", "log.fork"),
        (4, "conflict", "log.fork"),
    ]
    assert (answer.log_marked, answer.expected_seq) == ("fork", 4)
    assert alarms(hall) == [("fork", 2), ("fork", 3), ("fork", 4)]
    assert [row["txn_id"] for row in hall.get("/v1/ledger", terminal="CT-03")["forked"]] == [
        row.txn_id for row in rows
    ]
    assert terminal.account("P1") == {"person_id": "P1", "purse": 10_000, "welfare": 60_000}
    follows = LogWriter("CT-03")
    opened = {
        "previous_log_id": restored.log_id, "previous_seq": 4, "previous_hash": rows[-1].hash, "reason": "fork"
    }  # fmt: skip
    follows.add(RowKind.LOG_OPENED, opened)
    follows.meal("P1")
    assert [each.result for each in terminal.push(*follows.rows).results] == ["new", "new"]


def test_a_gap_is_marked_until_it_is_filled(hall: TestHall) -> None:
    terminal = hall.terminal()
    rows = [terminal.log.meal(None) for _ in range(5)]
    terminal.push(rows[0])
    answer = terminal.push(rows[3], rows[4])
    assert results(answer) == [(4, "new", ""), (5, "new", "")]
    assert (answer.expected_seq, answer.log_marked) == (2, "gap")
    assert alarms(hall) == [("gap", 2)]
    answer = terminal.push(rows[1], rows[2])
    assert (answer.expected_seq, answer.log_marked) == (6, "")
    (log,) = hall.get("/v1/terminals")[0]["logs"]
    assert (log["last_seq"], log["last_hash"], log["mark"]) == (5, rows[4].hash, "")
    assert hall.get("/v1/ledger/summary")["meals"] == 5


def test_a_row_that_does_not_link_to_its_gap_is_a_fork(hall: TestHall) -> None:
    terminal = hall.terminal()
    rows = [terminal.log.meal(None) for _ in range(3)]
    terminal.push(rows[0], rows[2])
    other = LogWriter("CT-03", terminal.log.log_id, rows[:1])
    assert terminal.push(other.meal("P1")).log_marked == "fork"


def test_a_log_that_lost_its_tail_raises_rollback(hall: TestHall) -> None:
    terminal = hall.terminal()
    rows = [terminal.log.meal(None) for _ in range(4)]
    terminal.push(*rows)
    follows = LogWriter("CT-03")
    opened = {
        "previous_log_id": terminal.log.log_id, "previous_seq": 2, "previous_hash": rows[1].hash, "reason": "quarantine"
    }  # fmt: skip
    assert terminal.push(follows.add(RowKind.LOG_OPENED, opened)).log_marked == ""
    assert ("rollback", 2) in alarms(hall)
    marks = {log["log_id"]: log["mark"] for log in hall.get("/v1/terminals")[0]["logs"]}
    assert marks == {terminal.log.log_id: "rollback", follows.log_id: ""}


def test_rows_of_an_older_log_are_taken_after_a_newer_one_began(hall: TestHall) -> None:
    terminal = hall.terminal()
    old = [terminal.log.meal("P1"), terminal.log.meal("P2")]
    terminal.push(old[0])
    follows = LogWriter("CT-03")
    opened = {
        "previous_log_id": terminal.log.log_id, "previous_seq": 2, "previous_hash": old[1].hash, "reason": "quarantine"
    }  # fmt: skip
    follows.add(RowKind.LOG_OPENED, opened)
    follows.void(old[1])
    terminal.push(*follows.rows)
    assert results(terminal.push(old[1])) == [(2, "new", "")]
    assert hall.states("CT-03").count(("voided", "")) == 1
    assert terminal.account("P2") == {"person_id": "P2", "purse": 10_000, "welfare": 0}


CHANGED = {
    "row.hash_wrong": {"hash": "0" * 64},
    "row.terminal_wrong": {"terminal_id": "CT-99"},
    "row.malformed": {"kind": "lottery"},
}


@pytest.mark.parametrize("code", CHANGED)
def test_what_is_not_a_row_of_this_chain_is_refused_and_not_stored(hall: TestHall, code: str) -> None:
    terminal = hall.terminal()
    row = {**terminal.log.meal("P1").model_dump(mode="json"), **CHANGED[code]}
    if code == "row.terminal_wrong":
        row["hash"] = chain_hash(row)
    body = {"log_id": terminal.log.log_id, "rows": [row]}
    answer = hall.http.post("/v1/transactions", json=body, headers=terminal.headers)
    assert [(each["result"], each["code"]) for each in answer.json()["results"]] == [("refused", code)]
    assert hall.states("CT-03") == []
    assert alarms(hall) == [(code, 1)]


def test_integers_that_json_cannot_say_exactly_are_malformed(hall: TestHall) -> None:
    terminal = hall.terminal()
    row = {**terminal.log.meal("P1").model_dump(mode="json"), "monotonic_ms": 2**60}
    body = {"log_id": terminal.log.log_id, "rows": [row]}
    answer = hall.http.post("/v1/transactions", json=body, headers=terminal.headers)
    assert answer.json()["results"][0]["code"] == "row.malformed"


# --- the request ------------------------------------------------------------------------------------------------

BAD_BODIES: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "not json": (b"<html>", {}, 422, "request.malformed"),
    "not a push": (b"[]", {}, 422, "request.malformed"),
    "rows are no list": (b'{"log_id": "L", "rows": 3}', {}, 422, "request.malformed"),
    "a row without seq": (b'{"log_id": "L", "rows": [{}]}', {}, 422, "request.malformed"),
    "too many rows": (
        json.dumps({"log_id": "L", "rows": [{"seq": 1}] * 101}).encode(),
        {},
        422,
        "request.malformed",
    ),
    "not gzip": (b"{}", {"Content-Encoding": "gzip"}, 422, "request.malformed"),
    "gzip cut short": (gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}, 422, "request.malformed"),
    "unknown encoding": (b"{}", {"Content-Encoding": "br"}, 415, "request.encoding_unknown"),
    "too large": (b" " * (4 * 1024 * 1024 + 1), {}, 413, "request.too_large"),
    "a gzip bomb": (gzip.compress(b" " * 64_000_000), {"Content-Encoding": "gzip"}, 413, "request.too_large"),
    "a log without a name": (b'{"log_id": "\\u0000", "rows": []}', {}, 422, "request.malformed"),
    "deep nesting": (b"[" * 200_000, {}, 422, "request.malformed"),
}


def test_bad_bodies_get_a_clear_answer(hall: TestHall) -> None:
    terminal = hall.terminal()
    for name, (body, headers, status, code) in BAD_BODIES.items():
        answer = hall.http.post("/v1/transactions", content=body, headers={**terminal.headers, **headers})
        assert (answer.status_code, answer.json().get("code")) == (status, code), name


def test_a_database_that_fails_is_a_reason_to_come_again(hall: TestHall) -> None:
    terminal = hall.terminal()
    with hall.hall.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE meals RENAME TO gone")
    answer = terminal.send([terminal.log.meal("P1")])
    assert (answer.status_code, answer.json()["code"]) == (503, "hall.database")
    assert int(answer.headers["Retry-After"]) > 0
    with hall.hall.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO meals")
    assert [each.result for each in terminal.push(*terminal.log.rows).results] == ["new"]


def test_a_text_that_no_database_keeps_is_the_caller_s_mistake(hall: TestHall) -> None:
    answer = hall.http.post("/v1/enrolments", json={"code": "X", "public_key": "\x00", "software": ""})
    assert (answer.status_code, answer.json()["code"]) == (422, "enrolment.key_malformed")
    answer = hall.http.get("/v1/ledger?terminal=%00", headers=hall.officer)
    assert answer.status_code in (200, 422)


# --- claims, voids, day funds -----------------------------------------------------------------------------------


def test_the_earlier_trusted_meal_keeps_the_subsidy_whichever_arrives_first(hall: TestHall) -> None:
    early, late = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    winner = early.log.meal("P1", LUNCH_MS, lines=[BAND, WELFARE], online=False)
    loser = late.log.meal("P1", LUNCH_MS + 35 * MINUTE_MS, lines=[BAND, WELFARE], site_id="C7", online=False)
    late.push(loser)
    assert hall.get("/v1/reviews") == []
    early.push(winner)
    (review,) = hall.get("/v1/reviews")
    assert (review["kind"], review["amount_due"], review["state"]) == ("duplicate", 750, "open")
    assert (review["meal"]["txn_id"], review["other_meal"]["txn_id"]) == (loser.txn_id, winner.txn_id)
    assert (review["distance_m"], review["walking_min"], review["gap_min"]) == (2399, 36, 35)
    assert review["too_far_to_walk"] is True
    assert hall.states("CT-07") == [("duplicate", "")]
    # Both own parts were agreed at the counter; the welfare card pays once.
    assert early.account("P1") == {"person_id": "P1", "purse": 10_000 - 900, "welfare": 60_000 - 200}
    claims = [each for each in early.pull(limit=5000)["changes"] if each["kind"] == "claim"]
    assert [(each["id"], each["data"]["txn_id"]) for each in claims] == [(f"P1/{DATE}/lunch", winner.txn_id)]
    assert claims[0]["data"]["funds"] == ["welfare_card", "zone_meal_fund"]


def test_an_untrusted_stamp_comes_after_a_trusted_one(hall: TestHall) -> None:
    unsure, sure = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    unsure.push(unsure.log.meal("P1", LUNCH_MS - 7_200_000, trusted=False, period_declared=True))
    sure.push(sure.log.meal("P1", LUNCH_MS, site_id="C7"))
    assert hall.states("CT-03") == [("duplicate", "")]
    assert hall.states("CT-07") == [("applied", "")]


def test_a_void_gives_back_claim_and_money_and_lifts_the_other_meal(hall: TestHall) -> None:
    early, late = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    first = early.log.meal("P1", lines=[BAND, WELFARE])
    early.push(first)
    late.push(late.log.meal("P1", LUNCH_MS + MINUTE_MS, site_id="C7"))
    assert len(hall.get("/v1/reviews")) == 1
    early.push(early.log.void(first))
    assert hall.get("/v1/reviews") == []
    assert hall.states("CT-03") == [("voided", ""), ("applied", "")]
    assert hall.states("CT-07") == [("applied", "")]
    assert early.account("P1") == {"person_id": "P1", "purse": 10_000 - 650, "welfare": 60_000}


def test_a_void_of_the_only_meal_takes_the_claim_back_by_tombstone(hall: TestHall) -> None:
    terminal = hall.terminal()
    meal = terminal.log.meal("P1")
    terminal.push(meal)
    cursor = terminal.pull(limit=5000)["cursor"]
    terminal.push(terminal.log.void(meal))
    changes = {(each["kind"], each["id"]): each["data"] for each in terminal.pull(cursor)["changes"]}
    assert changes["claim", f"P1/{DATE}/lunch"] is None
    assert changes["account", "P1"]["purse"] == 10_000


def test_voids_that_are_refused(hall: TestHall) -> None:
    mine, other = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    meal, second = mine.log.meal("P1"), mine.log.meal("P2")
    mine.push(meal, second)
    other.log.void(meal)
    assert results(other.push(*other.log.rows)) == [(1, "refused", "meal_voided.other_terminal")]
    void, again = mine.log.void(meal), mine.log.void(meal)
    close = mine.log.close()
    too_late = mine.log.void(second, LUNCH_MS + 121 * MINUTE_MS)
    answer = mine.push(void, again, close, too_late)
    codes = ["", "meal_voided.repeated", "", "meal_voided.after_closing"]
    assert [each.code for each in answer.results] == codes


def test_a_day_fund_pays_once_a_day(hall: TestHall) -> None:
    lunch, dinner = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    later = {"period": "dinner", "site_id": "C7", "lines": [DAY_FUND]}
    dinner.push(dinner.log.meal("P1", LUNCH_MS + 300 * MINUTE_MS, **later))
    lunch.push(lunch.log.meal("P1", lines=[DAY_FUND]))
    (review,) = hall.get("/v1/reviews")
    assert (review["kind"], review["amount_due"], review["meal"]["period"]) == ("day_fund", 500, "dinner")
    assert hall.get("/v1/ledger/summary")["claims"] == 2


def test_a_purse_never_goes_below_zero(hall: TestHall) -> None:
    terminal = hall.terminal()
    meals = [
        terminal.log.meal("P3", LUNCH_MS, online=False),
        terminal.log.meal("P3", LUNCH_MS + 1, period="dinner"),
    ]
    terminal.push(*meals)
    assert terminal.account("P3") == {"person_id": "P3", "purse": 0, "welfare": 0}
    (review,) = hall.get("/v1/reviews")
    assert (review["kind"], review["amount_due"], review["meal"]["txn_id"]) == (
        "shortfall",
        300,
        meals[1].txn_id,
    )


def test_what_is_owed_is_reviewed_and_not_taken(hall: TestHall) -> None:
    terminal = hall.terminal()
    terminal.push(terminal.log.meal("P1", purse_part=0, owed_part=650, flags=["over_limit:offline_hours"]))
    assert [(each["kind"], each["amount_due"]) for each in hall.get("/v1/reviews")] == [
        ("over_limit", 0),
        ("owed", 650),
    ]
    assert terminal.account("P1") == {"person_id": "P1", "purse": 10_000, "welfare": 60_000}


# --- other rows -------------------------------------------------------------------------------------------------


def test_a_blocked_card_is_denied_everywhere(hall: TestHall) -> None:
    terminal, elsewhere = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    cursor = elsewhere.pull(limit=5000)["cursor"]
    for card_ref, person_id in (("P1-card", "P1"), ("found-in-the-street", None)):
        body = {"card_ref": card_ref, "person_id": person_id, "staff_id": "S-1"}
        terminal.push(terminal.log.add(RowKind.CARD_BLOCKED, body))
    changes = {(each["kind"], each["id"]): each["data"] for each in elsewhere.pull(cursor)["changes"]}
    assert changes["deny", "P1-card"]["reason"] == "lost"
    assert changes["card", "P1-card"]["state"] == "lost"
    assert changes["deny", "found-in-the-street"]["reason"] == "lost"
    assert ("card", "found-in-the-street") not in changes


def test_an_untrusted_stamp_is_kept_and_estimated(hall: TestHall) -> None:
    terminal = hall.terminal()
    hours = 3_600_000
    terminal.log.meal("P1", LUNCH_MS - 2 * hours, trusted=False, period_declared=True)
    step = {
        "boot_id": "boot-1", "monotonic_ms": 36_000_000, "stamped_ms": 0, "hall_time_ms": 0, "offset_ms": 2 * hours
    }  # fmt: skip
    terminal.log.add(RowKind.CLOCK_STEPPED, step)
    terminal.push(*terminal.log.rows)
    row = hall.get("/v1/ledger", terminal="CT-03")["rows"][0]
    assert (row["row"]["occurred_at_ms"], row["estimated_at_ms"]) == (LUNCH_MS - 2 * hours, LUNCH_MS)


def test_a_trusted_row_dates_the_untrusted_ones_of_its_boot(hall: TestHall) -> None:
    terminal = hall.terminal()
    terminal.log.add(RowKind.MEAL, meal_body("P1"), at_ms=5, trusted=False, monotonic_ms=1_000)
    terminal.log.add(RowKind.MEAL, meal_body("P2"), at_ms=LUNCH_MS, monotonic_ms=61_000)
    terminal.push(*terminal.log.rows)
    rows = hall.get("/v1/ledger", terminal="CT-03")["rows"]
    assert [row["estimated_at_ms"] for row in rows] == [LUNCH_MS - MINUTE_MS, None]


def test_five_wrong_pins_stand_in_the_ledger_and_change_nothing(hall: TestHall) -> None:
    terminal = hall.terminal()
    answer = terminal.push(terminal.log.add(RowKind.PIN_LOCKED, {"site_id": "C3", "staff_id": None}))
    assert results(answer) == [(1, "new", "")]
    assert hall.states("CT-03") == [("applied", "")]

"""日结: what was signed is never changed. Late facts are lines on a sheet beside it, and the sums always meet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hall.models import MealOrder
from offline_cache.wire import RowKind
from tests.contract.conftest import TestHall
from tests.contract.terminals import BAND, DATE, DAY_FUND, LUNCH_MS, MINUTE_MS, WELFARE

LUNCH = {"site_id": "C3", "operator_id": "OP-1", "service_date": DATE, "period": "lunch"}


def sheet(hall: TestHall) -> Any:
    return hall.get(f"/v1/settlements/C3/{DATE}/lunch/OP-1")


def adds_up(totals: dict[str, int]) -> bool:
    funds = sum(amount for name, amount in totals.items() if name.startswith("fund."))
    own = sum(totals.get(name, 0) for name in ("own_purse", "own_cash", "own_owed"))
    return totals.get("list_total", 0) == own + funds + totals.get("due", 0)


def test_a_closing_counts_everything(hall: TestHall) -> None:
    terminal = hall.terminal()
    log = terminal.log
    with hall.hall.database.writing() as session:
        for person_id in ("P1", "P2"):
            session.add(
                MealOrder(person_id=person_id, service_date=DATE, period="lunch", site_id="C3", band="age_75")
            )
    taken_back = log.meal("P4", purse_part=0, cash_part=650)
    log.void(taken_back)
    log.meal("P1", lines=[BAND, WELFARE], online=False)
    log.meal("P2", lines=[DAY_FUND], identified_by="short_number", staff_id="S-1")
    log.meal("P3", LUNCH_MS, trusted=False, period_declared=True, purse_part=0, owed_part=650)
    log.meal(None)
    counted = {
        "site_id": "C3",
        "service_date": DATE,
        "period": "lunch",
        "served": 4,
        "leftover": 3,
        "staff_id": "S-1",
    }
    log.add(RowKind.COUNT_REPORTED, counted)
    close = log.close(served=4, voided=1)
    terminal.push(*log.rows)
    (version,) = sheet(hall)["versions"]
    assert (version["version"], version["closed_by"], version["closed_at_ms"]) == (
        1,
        "CT-03/S-1",
        close.occurred_at_ms,
    )
    assert version["content"]["totals"] == {
        "served": 4, "subsidised": 3, "market": 1, "list_total": 4800,
        "own_purse": 450 + 700, "own_cash": 1200, "own_owed": 650,
        "fund.zone_meal_fund": 1100, "fund.welfare_card": 200, "fund.day_fund": 500,
        "band.age_75": 4, "voids": 1, "voided_value": 1200,
        "offline": 1, "offline_value": 1200, "clock_warnings": 1, "without_card": 1, "guests": 1,
    }  # fmt: skip
    assert adds_up(version["content"]["totals"])
    assert version["content"]["ordered"] == 2
    assert version["content"]["reported"] == {"CT-03": {"served": 4, "leftover": 3}}
    assert version["content"]["counted_by_terminals"]["CT-03"]["served"] == 4
    last_meal = log.rows[5]
    chain = {"first_seq": 1, "last_seq": last_meal.seq, "head": last_meal.hash}
    assert version["content"]["chain"] == {f"CT-03/{log.log_id}": chain}
    closings = [each for each in terminal.pull(limit=5000)["changes"] if each["kind"] == "closing"]
    assert [(each["id"], each["data"]["version"]) for each in closings] == [(f"C3/{DATE}/lunch", 1)]


def test_closing_again_without_new_facts_is_the_same_version(hall: TestHall) -> None:
    terminal = hall.terminal()
    terminal.push(terminal.log.meal("P1"))
    first = hall.post_twice("/v1/settlements", LUNCH)
    hall.clock.time_ms += MINUTE_MS
    assert hall.post_twice("/v1/settlements", LUNCH) == first
    assert (first["version"], first["closed_by"]) == (1, "Officer Gao")


def test_an_empty_period_can_be_closed(hall: TestHall) -> None:
    assert hall.post_twice("/v1/settlements", LUNCH)["content"]["totals"] == {}
    assert hall.get("/v1/settlements", date=DATE)[0]["version"] == 1


def test_late_rows_change_the_adjustment_sheet_and_never_the_version(hall: TestHall) -> None:
    terminal = hall.terminal()
    terminal.push(terminal.log.meal("P1"))
    first = hall.post_twice("/v1/settlements", LUNCH)
    late = terminal.log.meal("P2", online=False)
    terminal.push(late)
    found = sheet(hall)
    assert found["versions"] == [first]
    (line,) = found["adjustments"]
    assert (line["txn_id"], line["reason"], line["after_version"]) == (late.txn_id, "late_meal", 1)
    assert (line["amounts"]["served"], line["amounts"]["late"], line["amounts"]["own_purse"]) == (1, 1, 650)
    second = hall.post_twice("/v1/settlements", LUNCH)
    assert second["version"] == 2
    assert sheet(hall)["versions"] == [first, second]
    assert moved(first, found["adjustments"]) == second["content"]["totals"]


def moved(version: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, int]:
    totals = Counter(version["content"]["totals"])
    for line in lines:
        for name, amount in line["amounts"].items():
            totals[name] += amount
    return {name: amount for name, amount in totals.items() if amount}


def test_a_late_winner_changes_only_the_sheet_and_opens_a_review(hall: TestHall) -> None:
    here, there = hall.terminal("CT-03", "C3"), hall.terminal("CT-07", "C7")
    here.push(here.log.meal("P1", LUNCH_MS + 30 * MINUTE_MS, lines=[BAND, WELFARE]))
    first = hall.post_twice("/v1/settlements", LUNCH)
    there.push(there.log.meal("P1", LUNCH_MS, site_id="C7", lines=[BAND, WELFARE], online=False))
    found = sheet(hall)
    assert found["versions"] == [first]
    (line,) = found["adjustments"]
    assert (line["reason"], line["amounts"]) == (
        "now_duplicate",
        {
            "due": 750,
            "duplicates": 1,
            "fund.welfare_card": -200,
            "fund.zone_meal_fund": -550,
            "subsidised": -1,
        },
    )
    (review,) = hall.get("/v1/reviews", state="open")
    assert (review["kind"], review["amount_due"], review["after_closing"]) == ("duplicate", 750, True)
    second = hall.post_twice("/v1/settlements", LUNCH)["content"]["totals"]
    assert moved(first, found["adjustments"]) == second
    assert adds_up(second)


def test_a_void_that_was_made_before_the_closing_but_came_after_it_is_an_adjustment(hall: TestHall) -> None:
    terminal = hall.terminal()
    meal = terminal.log.meal("P1")
    terminal.push(meal)
    first = hall.post_twice("/v1/settlements", LUNCH)
    terminal.push(terminal.log.void(meal))
    found = sheet(hall)
    assert [line["reason"] for line in found["adjustments"]] == ["now_voided"]
    assert moved(first, found["adjustments"]) == {"voids": 1, "voided_value": 1200}


def test_a_second_terminal_closes_the_same_period_as_the_next_version(hall: TestHall) -> None:
    first, second = hall.terminal("CT-03", "C3"), hall.terminal("CT-13", "C3")
    first.log.meal("P1")
    first.log.close()
    second.log.meal("P2")
    second.log.close()
    first.push(*first.log.rows)
    second.push(*second.log.rows)
    found = sheet(hall)
    assert [each["version"] for each in found["versions"]] == [1, 2]
    assert [each["content"]["totals"]["served"] for each in found["versions"]] == [1, 2]
    assert set(found["versions"][1]["content"]["counted_by_terminals"]) == {"CT-03", "CT-13"}


def test_what_was_never_closed_is_unknown(hall: TestHall) -> None:
    answer = hall.http.get(f"/v1/settlements/C3/{DATE}/dinner/OP-1", headers=hall.officer)
    assert (answer.status_code, answer.json()["code"]) == (404, "settlement.unknown")
    answer = hall.post("/v1/settlements", {**LUNCH, "site_id": "C99"})
    assert (answer.status_code, answer.json()["code"]) == (404, "site.unknown")


def test_the_kitchen_is_told_what_to_cook(hall: TestHall) -> None:
    orders = [
        ("P1", "C3", "lunch", "age_75"),
        ("P2", "C3", "lunch", "wulei"),
        ("P3", "C7", "lunch", "age_75"),
    ]
    orders += [("P1", "C3", "breakfast", "age_75")]
    with hall.hall.database.writing() as session:
        for person_id, site_id, period, band in orders:
            session.add(
                MealOrder(person_id=person_id, service_date=DATE, period=period, site_id=site_id, band=band)
            )
    counts = hall.get("/v1/kitchen/counts", date=DATE)
    assert counts["ordered"] == 4
    assert [(each["site_id"], each["period"], each["by_band"]) for each in counts["counts"]] == [
        ("C3", "breakfast", {"age_75": 1}),
        ("C3", "lunch", {"age_75": 1, "wulei": 1}),
        ("C7", "lunch", {"age_75": 1}),
    ]
    assert [each["walk_in"] for each in counts["counts"]] == [1, 1, 1]
    assert hall.get("/v1/kitchen/counts", date="2026-03-03") == {
        "service_date": "2026-03-03",
        "counts": [],
        "ordered": 0,
    }

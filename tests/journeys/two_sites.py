"""J6: one card at two offline canteens for the same lunch, synced in both orders, with the same outcome."""

from __future__ import annotations

from typing import Any

from tests.journeys.playing import OFFLINE_MARK, check_books, check_purses, serve
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage

NAME, TITLE = "J6", "J6 · the same card at two offline sites"
FIRST, SECOND = "CT-03", "CT-07"
DUE = 750  # 5.50 age subsidy and 2.00 welfare card


def play(town: SeededTown, journey: Journey) -> None:
    outcomes = [_lunch(town, journey, order) for order in ((SECOND, FIRST), (FIRST, SECOND))]
    journey.check("the outcome does not depend on who syncs first", outcomes[0], outcomes[1])


def _lunch(town: SeededTown, journey: Journey, order: tuple[str, str]) -> dict[str, Any]:
    """One world, in which the terminals come back in `order`. Answers what became of the two meals."""
    name = f"{order[0]} syncs first"
    directory = journey.directory / f"stage-{order[0]}"
    with Stage(directory, town, terminals=(FIRST, SECOND), faces=(FIRST,), at="11:20") as stage:
        sun = stage.town.kind("welfare")[0]
        for terminal in stage.terminals.values():
            terminal.devices.network.cut()
            terminal.wait_status("it is offline", lambda status: status["banner"] == "offline", 30.0)
        stage.go_to(stage.day, "11:30")
        _eat(stage, journey, FIRST, sun, f"{name}: lunch at CT-03, 11:30, offline")
        stage.go_to(stage.day, "12:05")
        _eat(stage, journey, SECOND, sun, f"{name}: the same card at CT-07, 12:05, offline")
        stage.go_to(stage.day, "14:00")
        for terminal_id in order:
            stage[terminal_id].devices.network.restore()
            stage.wait_rows(stage[terminal_id], 2)
        outcome = _outcome(stage, journey, sun, name)
        for terminal in stage.terminals.values():
            check_books(stage, terminal, journey)
        check_purses(stage, journey) if outcome["due"] == 0 else _purse_never_negative(stage, journey)
        return outcome


def _eat(stage: Stage, journey: Journey, terminal_id: str, sun: Person, caption: str) -> None:
    terminal = stage[terminal_id]
    page = serve(stage, terminal, journey, sun, caption)
    journey.check(f"{caption}: tagged", "offline", page["bill"]["tag"])
    journey.check(f"{caption}: slip tagged", True, OFFLINE_MARK in terminal.devices.printer.slips[-1].text)


def _outcome(stage: Stage, journey: Journey, sun: Person, name: str) -> dict[str, Any]:
    states = {
        terminal_id: [
            entry["state"] for entry in stage.hall.ledger(terminal_id) if entry["row"]["kind"] == "meal"
        ]
        for terminal_id in stage.terminals
    }
    journey.check(
        f"{name}: the earlier one is subsidised", {FIRST: ["applied"], SECOND: ["duplicate"]}, states
    )
    reviews = [review for review in stage.hall.get("/v1/reviews") if review["kind"] == "duplicate"]
    journey.check(f"{name}: reviews", 1, len(reviews))
    review = reviews[0]
    journey.check(
        f"{name}: due, for an officer to decide", (DUE, "open"), (review["amount_due"], review["state"])
    )
    journey.check(f"{name}: too far to walk in the time between", True, review["too_far_to_walk"])
    sites = (review["meal"]["site_id"], review["other_meal"]["site_id"])
    journey.check(f"{name}: the sites", ("C7", "C3"), sites)
    # Taps are a moment after the full minute, each its own: 35 minutes, or a little less and so 34 whole ones.
    gap_min = review["gap_min"]
    journey.check_that(f"{name}: minutes between the two", gap_min in (34, 35), "34 or 35", gap_min)
    purse, welfare = stage.hall.purses()[sun.person_id]
    journey.check_that(f"{name}: the purse is not below zero", purse >= 0, "0 or more", purse)
    return {
        "states": states,
        "due": review["amount_due"],
        "sites": list(sites),
        "distance_m": review["distance_m"],
        "walking_min": review["walking_min"],
        "purse": purse,
        "welfare": welfare,
        "own_paid": sun.purse - purse,
        "list_price": LIST_PRICE,
    }


def _purse_never_negative(stage: Stage, journey: Journey) -> None:
    below = [person for person, (purse, welfare) in stage.hall.purses().items() if min(purse, welfare) < 0]
    journey.check("purses below zero", [], below)

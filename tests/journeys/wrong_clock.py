"""J7: the clock is two hours wrong after a reboot without the network; staff say which meal is served."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.playing import TIME_MARK, check_books, check_chain, check_purses, serve, type_pin, zh
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess

NAME, TITLE = "J7", "J7 · the clock is two hours wrong after a reboot offline"
TERMINAL = "CT-07"
WRONG_MS = -2 * 3_600_000
NEAR_MS = 120_000


def play(town: SeededTown, journey: Journey) -> None:
    with Stage(
        journey.directory / "stage", town, terminals=(TERMINAL,), faces=(TERMINAL,), at="11:00"
    ) as stage:
        terminal = stage[TERMINAL]
        diners = stage.town.plain_diners(stage.day, LIST_PRICE)[:4]
        terminal.devices.network.cut()
        terminal.wait_status("it is offline", lambda status: status["banner"] == "offline", 30.0)
        stage.go_to(stage.day + timedelta(days=2), "11:34")
        _reboot(terminal, WRONG_MS)
        _declare(stage, terminal, journey, "two days later, the clock says 09:34")
        eaten_ms = _serve_untrusted(stage, terminal, journey, diners)
        terminal.devices.network.restore()
        _corrected(stage, terminal, journey, diners, eaten_ms)
        terminal.devices.network.cut()
        stage.go_to(stage.day + timedelta(days=2), "11:50")
        _reboot(terminal, WRONG_MS)
        _declare(stage, terminal, journey, "somebody sets the clock back")
        _not_twice(terminal, journey, diners[0])
        terminal.devices.network.restore()
        _at_the_end(stage, terminal, journey, diners)


def _reboot(terminal: TerminalProcess, by_ms: int) -> None:
    """The power goes, and comes back with a dead clock battery."""
    terminal.kill()
    terminal.devices.clock.reboot()
    terminal.devices.clock.shift(by_ms)
    terminal.start()


def _declare(stage: Stage, terminal: TerminalProcess, journey: Journey, caption: str) -> None:
    """Staff choose lunch, with a PIN alone."""
    page = terminal.wait_page("the question which meal", 0, lambda page: page["view"] == "DeclarePeriodPage")
    status = terminal.wait_status("its banner", lambda status: status["banner"] == "clock_untrusted")
    journey.check(f"{caption}: the clock is not trusted", False, status["clock_trusted"])
    journey.check(
        f"{caption}: what can be chosen", ["breakfast", "lunch", "dinner"], [o[0] for o in page["options"]]
    )
    after = terminal.touch(zh("Lunch"))
    terminal.wait_page("lunch is chosen", after, lambda page: page.get("selected") == "lunch")
    journey.show(f"{caption}: staff choose the meal", terminal.picture())
    after = terminal.touch(zh("Next"))
    terminal.wait_page("the keypad", after, lambda page: page["view"] == "StaffKeypad")
    after = type_pin(terminal, stage.town.staff_of("C7").pin)
    terminal.wait_page("serving lunch", after, lambda page: page["view"] == "Idle")
    journey.show(f"{caption}: lunch is declared", terminal.picture())


def _serve_untrusted(
    stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person]
) -> dict[str, int]:
    """Nobody is refused. Answers when each really ate."""
    eaten_ms: dict[str, int] = {}
    for diner in diners:
        page = serve(stage, terminal, journey, diner, f"served while the time is not known, {diner.kind}")
        journey.check("the page is tagged", "time_untrusted", page["bill"]["tag"])
        journey.check("the slip is tagged", True, TIME_MARK in terminal.devices.printer.slips[-1].text)
        eaten_ms[page["txn_id"]] = stage.wall_ms()
    return eaten_ms


def _not_twice(terminal: TerminalProcess, journey: Journey, diner: Person) -> None:
    page = terminal.tap_and_see(diner.uid, "Served", "Attention")
    journey.check(
        "a clock set back does not reopen the meal",
        ("Attention", "already_eaten"),
        (page["view"], page.get("reason")),
    )
    journey.show("A clock that was set back does not reopen a meal", terminal.picture())


def _corrected(
    stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person], eaten_ms: dict[str, int]
) -> None:
    """At sync the hall's clock rules; the terminal's stamps are kept as they were."""
    status = terminal.wait_status(
        "the time is trusted again",
        lambda it: it["clock_trusted"] and it["online"] and it["queued"] == 0,
        60.0,
    )
    journey.check("the banner is gone", "", status["banner"])
    journey.show("Back online: the time is right again", terminal.picture())
    stage.wait_rows(terminal, terminal.wait_status("its rows", lambda it: bool(it["last_seq"]))["last_seq"])
    entries = stage.hall.ledger(TERMINAL)
    meals = {entry["row"]["txn_id"]: entry for entry in entries if entry["row"]["kind"] == "meal"}
    journey.check("no meal is lost", sorted(eaten_ms), sorted(meals))
    rows = [entry["row"] for entry in meals.values()]
    journey.check(
        "rows say that the time was not trusted", [False] * len(rows), [row["clock_trusted"] for row in rows]
    )
    declared = [(row["body"]["period"], row["body"]["period_declared"]) for row in rows]
    journey.check("rows carry the declared meal", [("lunch", True)] * len(rows), declared)
    off_by = [abs(entry["row"]["occurred_at_ms"] - WRONG_MS - eaten_ms[txn]) for txn, entry in meals.items()]
    journey.check_that("the original stamps are kept", max(off_by) < NEAR_MS, "two hours behind", off_by)
    corrected = [abs((entry["estimated_at_ms"] or 0) - eaten_ms[txn_id]) for txn_id, entry in meals.items()]
    journey.check_that(
        "corrected at the hall, ms beside the truth", max(corrected) < NEAR_MS, f"< {NEAR_MS}", corrected
    )
    steps = [entry["row"]["kind"] for entry in entries if entry["row"]["kind"] == "clock_stepped"]
    journey.check("the step of the clock is on record", ["clock_stepped"], steps)


def _at_the_end(stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person]) -> None:
    """Everything sent, and nobody subsidised twice."""
    status = terminal.wait_status("all is sent", lambda it: it["online"] and it["queued"] == 0, 60.0)
    stage.wait_rows(terminal, status["last_seq"])
    entries = check_books(stage, terminal, journey)
    check_chain(terminal, journey)
    persons = [entry["row"]["body"]["person_id"] for entry in entries if entry["row"]["kind"] == "meal"]
    journey.check("no subsidy twice", sorted(diner.person_id for diner in diners), sorted(persons))
    check_purses(stage, journey)

"""J5: the power goes between debit and print, and once more a moment before the debit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.journeys.playing import check_books, check_chain, check_purses, exported, take_slips, zh
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess
from tests.stage.waiting import pause

NAME, TITLE = "J5", "J5 · power cut between debit and print, and just before the debit"
TERMINAL = "CT-07"
ATTEMPTS = 12
QUIET_S = 2.0


@dataclass(frozen=True, slots=True)
class Cut:
    """A diner whose meal the power cut into, and how often it had to be tried until it struck there."""

    diner: Person
    attempts: int


def play(town: SeededTown, journey: Journey) -> None:
    with Stage(
        journey.directory / "stage", town, terminals=(TERMINAL,), faces=(TERMINAL,), at="11:40"
    ) as stage:
        terminal = stage[TERMINAL]
        diners = iter(stage.town.plain_diners(stage.day, LIST_PRICE))
        terminal.tap_and_see(next(diners).uid, "Served")
        take_slips(terminal, 0, 1)
        _wait_printed(terminal)
        _after_the_debit(stage, terminal, journey, next(diners))
        _before_the_debit(stage, terminal, journey, [next(diners) for _ in range(ATTEMPTS)])
        status = terminal.wait_status("all is sent", lambda it: it["online"] and it["queued"] == 0, 30.0)
        stage.wait_rows(terminal, status["last_seq"])
        check_books(stage, terminal, journey)
        check_chain(terminal, journey)
        check_purses(stage, journey)


def _wait_printed(terminal: TerminalProcess) -> None:
    """Cut off is not yet confirmed: were the power to go before the printer says so, this slip were offered too."""
    terminal.wait_status("its first slip is known to be on paper", lambda it: "printed" in it["prints"], 10.0)


# --- the first cut --------------------------------------------------------------------------------------------------


def _after_the_debit(stage: Stage, terminal: TerminalProcess, journey: Journey, diner: Person) -> None:
    _cut_before_print(terminal, journey, diner)
    meal, state = _offer(terminal)
    journey.check("the page offers the meal that was cut off", diner.own_part(stage.day), meal["own_part"])
    journey.check("its slip never began", "queued", state)
    journey.show(
        "After the power cut: charged, and no slip",
        terminal.picture(),
        txn_ids=[meal["txn_id"]],
        note="The power went after the commit and before the first printed byte.",
    )
    slips = terminal.devices.printer.page_count
    after = terminal.touch(zh("Print the slip again"))
    paper = take_slips(terminal, slips, 1)
    said = terminal.devices.printer.slips[-1]
    journey.check(
        "the slip is of that meal, and says that it is a copy", (meal["seq"], True), (said.seq, said.copy)
    )
    terminal.wait_page("the next page", after, lambda page: page["view"] != "PowerCut")
    _wait_printed(terminal)
    journey.show("Reprinted, marked 补打", terminal.picture(), paper, [meal["txn_id"]])
    again = terminal.tap_and_see(diner.uid, "Served", "Attention")
    same = again.get("txn_id") == meal["txn_id"] or again.get("reason") == "already_eaten"
    journey.check_that("the same card is not charged again", same, "the same meal", again["view"])
    stage.wait_rows(terminal, meal["seq"])
    rows = [row for row in stage.hall.rows(TERMINAL) if row["body"].get("person_id") == diner.person_id]
    journey.check("its rows at the hall", [meal["txn_id"]], [row["txn_id"] for row in rows])


def _cut_before_print(terminal: TerminalProcess, journey: Journey, diner: Person) -> None:
    """Kill once the meal was said, while its slip waits: the printer does not answer whether it is ready. A warm
    terminal and a printer that answers at once leave a few milliseconds, which no kill from outside can hit at will."""
    printer = terminal.devices.printer
    begun = len(printer.first_byte_ns)
    printer.mute()
    terminal.tap_and_see(diner.uid, "Served")
    terminal.kill()
    printer.mute(False)
    journey.check("what was said is in the log", True, diner.person_id in _fed(terminal))
    journey.check("no byte of its slip had left", begun, len(printer.first_byte_ns))


def _offer(terminal: TerminalProcess) -> tuple[dict[str, Any], str]:
    """Start, and wait for the slip that is offered: its meal, and how far its print had come."""
    after = terminal.seen_bytes()
    terminal.start()
    page = terminal.wait_page("the offer", after, lambda page: page["view"] == "PowerCut")
    return page["need"]["meal"], page["need"]["state"]


def _fed(terminal: TerminalProcess) -> set[str]:
    """Whose meals are in the log."""
    return {row["body"]["person_id"] for row in exported(terminal) if row["kind"] == "meal"}


# --- the second cut -------------------------------------------------------------------------------------------------


def _before_the_debit(
    stage: Stage, terminal: TerminalProcess, journey: Journey, diners: list[Person]
) -> None:
    cut = _cut_before_commit(terminal, diners)
    purse = stage.hall.purses()[cut.diner.person_id]
    slips, after = terminal.devices.printer.page_count, terminal.seen_bytes()
    page = terminal.start()
    pause(QUIET_S)  # time for anything that should not come
    journey.check("after the restart nothing is said of it", "Idle", page["view"])
    verdicts = [
        page["view"] for page in terminal.pages(after) if page["view"] in ("Served", "Attention", "PowerCut")
    ]
    journey.check("no verdict without a tap", [], verdicts)
    journey.check("no row", False, cut.diner.person_id in _fed(terminal))
    journey.check("no debit", purse, stage.hall.purses()[cut.diner.person_id])
    journey.check("no slip", slips, terminal.devices.printer.page_count)
    journey.show(
        "Cut a moment before the debit: nothing happened",
        terminal.picture(),
        note=f"The power went before the commit, at the {cut.attempts}. attempt.",
    )
    served = terminal.tap_and_see(cut.diner.uid, "Served", "Attention")
    journey.check("the next tap is an ordinary meal", "Served", served["view"])
    paper = take_slips(terminal, slips, 1)
    journey.show("The same diner taps again", terminal.picture(), paper, [served.get("txn_id", "")])


def _cut_before_commit(terminal: TerminalProcess, diners: list[Person]) -> Cut:
    """Kill at the card's last byte. Where the commit was faster, the next diner is the one."""
    printer = terminal.devices.printer
    for attempt, diner in enumerate(diners, 1):
        printer.mute()  # nothing is to hang out of it where the kill comes too late
        terminal.tap(diner.uid)
        terminal.kill()
        printer.mute(False)
        if diner.person_id not in _fed(terminal):
            return Cut(diner, attempt)
        _dismiss(terminal)
    raise AssertionError(f"in {len(diners)} attempts no kill struck before the commit")


def _dismiss(terminal: TerminalProcess) -> None:
    """Start, and say that nobody wants the slip that was cut off."""
    meal, _ = _offer(terminal)
    after = terminal.press("no_slip", meal["txn_id"])
    terminal.wait_page("the next page", after, lambda page: page["view"] != "PowerCut")

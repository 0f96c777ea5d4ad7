"""One round of the campaign: a tap, a kill at the planned instant, a restart, and what is done about it then."""

from __future__ import annotations

import time
from dataclasses import dataclass

from drivers.emulators.printer import EmulatedPrinter
from tests.faults.phases import Strike
from tests.faults.plan import Plan, Trigger
from tests.stage.people import Person
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess
from tests.stage.waiting import pause
from tests.stage.watching import DirectoryWatch

TRIGGER_S = 8.0
# A slip takes about half a second, as on paper: else no kill would meet it half-way.
PRINTER_BYTES_S = 20_000
QUIET_S = 0.25
LOG_FILES = ("log.db", "log.db-wal")


@dataclass(frozen=True, slots=True)
class Blow:
    """A kill as it struck. `cut_slips` are the numbers of the slips that were cut by then; whether the round's own was
    among them, and whether its row was on the disk, only the log can tell at the end."""

    plan: Plan
    person_id: str
    kill_ns: int
    after_last_byte_ms: float
    verdict_shown: bool
    print_begun: bool
    cut_slips: frozenset[int | None]
    push_in_flight: bool

    def strike(self, seq: int | None) -> Strike:
        """`seq` is that of the meal's row, where it was written before the kill."""
        return Strike(
            seq is not None, self.verdict_shown, self.print_begun, seq in self.cut_slips, self.push_in_flight
        )


def play(stage: Stage, terminal: TerminalProcess, plan: Plan, diner: Person) -> Blow:
    """The whole round. Afterwards the terminal runs again, everything offered has been answered, and the diner, who
    could not be sure, has held the card to the reader once more."""
    blow = _strike(stage, terminal, plan, diner)
    stage.hall.resume()
    terminal.devices.network.restore()
    terminal.devices.printer.plug()
    terminal.start()
    answer_offers(terminal, print_again=plan.reprint)
    terminal.tap_and_see(diner.uid, "Served", "Attention")
    return blow


def _strike(stage: Stage, terminal: TerminalProcess, plan: Plan, diner: Person) -> Blow:
    printer, network = terminal.devices.printer, terminal.devices.network
    _settle(terminal)
    printer.slow(PRINTER_BYTES_S)
    if plan.trigger is Trigger.PUSH:
        stage.hall.pause()  # it has the request, and never gets round to answering it
    elif not plan.online:
        network.cut()
    pages, pushes, after = printer.page_count, network.pushes, terminal.seen_bytes()
    with DirectoryWatch(terminal.data_dir) as disk, DirectoryWatch(terminal.directory) as glass:
        last_byte_ns = terminal.devices.tap(diner.uid, hold_s=0.1)
        _await_trigger(terminal, plan, disk, glass, after, pages, pushes, last_byte_ns)
        kill_ns = terminal.kill()
    cut_slips = frozenset(slip.seq for slip in printer.slips if slip.complete)
    if plan.printer_dies:
        printer.unplug()  # the same socket feeds both: what it had not printed yet is gone
    return Blow(
        plan,
        diner.person_id,
        kill_ns,
        (kill_ns - last_byte_ns) / 1e6,
        verdict_shown=any(page["view"] == "Served" for page in terminal.pages(after)),
        print_begun=any(last_byte_ns < begun <= kill_ns for begun in printer.first_byte_ns),
        cut_slips=cut_slips,
        push_in_flight=plan.trigger is Trigger.PUSH and network.pushes > pushes,
    )


def _await_trigger(
    terminal: TerminalProcess,
    plan: Plan,
    disk: DirectoryWatch,
    glass: DirectoryWatch,
    after: int,
    pages: int,
    pushes: int,
    last_byte_ns: int,
) -> None:
    """Until the instant of the kill. Where the trigger does not come, the kill strikes at the deadline instead."""
    printer, network = terminal.devices.printer, terminal.devices.network
    from_ns = last_byte_ns
    match plan.trigger:
        case Trigger.LAST_BYTE | Trigger.READING:
            pass
        case Trigger.COMMIT:
            disk.wait_for(lambda name: name in LOG_FILES, TRIGGER_S)
            from_ns = time.monotonic_ns()
        case Trigger.VERDICT:
            end = time.monotonic() + TRIGGER_S
            while not _served(terminal.pages(after)) and time.monotonic() < end:
                glass.wait_for(lambda name: name == terminal.seen_file.name, TRIGGER_S)
            from_ns = time.monotonic_ns()
        case Trigger.FIRST_PRINT_BYTE:
            printer.wait_for(
                lambda it: bool(it.first_byte_ns) and it.first_byte_ns[-1] > last_byte_ns, TRIGGER_S
            )
            from_ns = time.monotonic_ns()
        case Trigger.PUSH:
            printer.wait_for_pages(pages + 1, TRIGGER_S)
            network.wait_for_push(pushes, TRIGGER_S)
            from_ns = time.monotonic_ns()
        case Trigger.SLIP:
            printer.wait_for_pages(pages + 1, TRIGGER_S)
            from_ns = time.monotonic_ns()
    pause((from_ns + plan.delay_ms * 1e6 - time.monotonic_ns()) / 1e9)


def _served(pages: list[Page]) -> bool:
    return any(page["view"] == "Served" for page in pages)


def _settle(terminal: TerminalProcess) -> None:
    """Let the printer finish what the last round asked of it, so that the next byte on paper is this round's."""
    printer = terminal.devices.printer
    printer.slow(None)
    end = time.monotonic() + TRIGGER_S
    while time.monotonic() < end and _prints_something(printer):
        pass


def _prints_something(printer: EmulatedPrinter) -> bool:
    """Whether anything comes out of it within QUIET_S."""
    before = (len(printer.first_byte_ns), printer.lines)
    return printer.wait_for(lambda it: (len(it.first_byte_ns), it.lines) != before, QUIET_S)


def answer_offers(terminal: TerminalProcess, *, print_again: bool) -> int:
    """Answer every slip that is offered after a restart, one by one. Answers how many there were."""
    answered: set[str] = set()
    while (txn_id := _offered_now(terminal)) and txn_id not in answered:
        answered.add(txn_id)
        after = terminal.press("print_again" if print_again else "no_slip", txn_id)
        terminal.wait_page("the next page", after, lambda page: True, TRIGGER_S)
    return len(answered)


def _offered_now(terminal: TerminalProcess) -> str:
    pages = terminal.pages()
    return str(pages[-1]["need"]["meal"]["txn_id"]) if pages and pages[-1]["view"] == "PowerCut" else ""

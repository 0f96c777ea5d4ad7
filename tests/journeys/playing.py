"""What several journeys do alike: serve a diner and keep the moment, type a PIN, compare the books at the end."""

from __future__ import annotations

import json
from typing import Any

from PIL import Image

from kiosk.i18n import Translator
from tests.faults.judge import broken_chain
from tests.journeys.report import Journey
from tests.stage.people import Person
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess

OFFLINE_MARK = "断网时打印"  # the big words 离线·待核 are drawn, not text; this line goes with them
TIME_MARK = "时间待核"
SLIP_S = 20.0

_WORDS = Translator("zh_CN")


def zh(msgid: str) -> str:
    """The words on a button, as the catalogue has them."""
    return _WORDS.label(msgid)


def serve(stage: Stage, terminal: TerminalProcess, journey: Journey, person: Person, caption: str) -> Page:
    """One diner: tap, see, take the slip; the price must be the one reckoned by hand."""
    slips = terminal.devices.printer.page_count
    page = terminal.tap_and_see(person.uid, "Served", "Attention")
    screen = terminal.picture()
    served = page["view"] == "Served"
    journey.check(
        f"{caption}: the price, by hand",
        person.own_part(stage.day),
        page["bill"]["own_part"] if served else page,
    )
    paper = take_slips(terminal, slips, 1) if served else []
    journey.show(caption, screen, paper, [page["txn_id"]] if served else [])
    return page


def take_slips(terminal: TerminalProcess, before: int, count: int) -> list[Image.Image]:
    """The slips that were cut since there were `before`, once `count` of them are."""
    printer = terminal.devices.printer
    if not printer.wait_for_pages(before + count, SLIP_S):
        raise AssertionError(
            f"{printer.page_count - before} of {count} slips came out of {terminal.terminal_id}"
        )
    return printer.pages[before : before + count]


def type_pin(terminal: TerminalProcess, pin: str) -> int:
    """A PIN on the glass, digit by digit, and on. The keypad must stand there."""
    return type_digits(terminal, pin)


def type_digits(terminal: TerminalProcess, digits: str) -> int:
    for digit in digits:
        terminal.touch(digit)
    return terminal.touch(zh("Next"))


def exported(terminal: TerminalProcess) -> list[dict[str, Any]]:
    """Every row of the terminal's log file, as `kiosk queue export` writes them."""
    path = terminal.directory / "log.jsonl"
    terminal.kiosk("queue", "export", str(path))
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def check_books(stage: Stage, terminal: TerminalProcess, journey: Journey) -> list[dict[str, Any]]:
    """The terminal's log against the hall's ledger, row by row. Answers the hall's entries."""
    log = exported(terminal)
    entries = stage.hall.ledger(terminal.terminal_id)
    journey.hall_has(entries)
    at_hall = {(entry["row"]["log_id"], entry["row"]["seq"]): entry["row"]["hash"] for entry in entries}
    name = terminal.terminal_id
    journey.check(f"{name}: rows in the log and at the hall", len(log), len(entries))
    journey.check(f"{name}: no row is at the hall twice", len(entries), len(at_hall))
    differing = [row["seq"] for row in log if at_hall.get((row["log_id"], row["seq"])) != row["hash"]]
    journey.check(f"{name}: rows that differ", [], differing)
    return entries


def check_chain(terminal: TerminalProcess, journey: Journey) -> None:
    """The chain of a log that was never damaged, reckoned again outside of the terminal."""
    log = sorted(exported(terminal), key=lambda row: int(row["seq"]))
    found = [finding.what for finding in broken_chain(tuple(log))]
    journey.check(f"{terminal.terminal_id}: the chain is unbroken", [], found)


def check_purses(stage: Stage, journey: Journey) -> None:
    """Nobody's purse is below zero, and each has paid exactly what the accepted rows took from it."""
    purses = stage.hall.purses()
    journey.check("purses below zero", [], [person for person, (purse, _) in purses.items() if purse < 0])
    taken = {person.person_id: person.purse - purses[person.person_id][0] for person in stage.town.people}
    owed: dict[str, int] = {}
    for name in stage.terminals:
        for entry in stage.hall.ledger(name):
            row = entry["row"]
            if row["kind"] == "meal" and row["body"]["person_id"] and not entry["voided"]:
                person_id = row["body"]["person_id"]
                owed[person_id] = owed.get(person_id, 0) + row["body"]["purse_part"]
    differing = {person_id: fen for person_id, fen in taken.items() if fen != owed.get(person_id, 0)}
    journey.check("purses that paid another sum than their rows say", {}, differing)

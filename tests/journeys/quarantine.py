"""quarantine: the log is damaged while the terminal is offline; meals go on, and every row reaches the hall once."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.journeys.playing import check_purses, serve
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess

NAME, TITLE = "quarantine", "quarantine · the log is damaged while offline"
TERMINAL = "CT-03"
BEFORE, AFTER = 10, 20
DAMAGED_BYTES = 4  # each spoils a page, so that some rows can still be read and some cannot


def play(town: SeededTown, journey: Journey) -> None:
    with Stage(journey.directory / "stage", town, faces=(TERMINAL,), at="11:21") as stage:
        terminal = stage[TERMINAL]
        diners = stage.town.plain_diners(stage.day, LIST_PRICE)[: BEFORE + AFTER]
        terminal.devices.network.cut()
        terminal.wait_status("it is offline", lambda status: status["banner"] == "offline", 30.0)
        eaten = [_meal(stage, terminal, journey, person, "before") for person in diners[:BEFORE]]
        terminal.stop()
        _damage(terminal.data_dir / "log.db")
        terminal.start()
        status = terminal.wait_status(
            "the technician is told", lambda it: "disk.log_quarantined" in it["notices"]
        )
        journey.check("the old file was set aside", 1, len(_set_aside(terminal)))
        journey.check("meals go on", "", status["out_of_service"])
        journey.show("The damaged log is set aside; the technician is told", terminal.picture())
        first = terminal.tap_and_see(diners[0].uid, "Served", "Attention")
        again = first.get("txn_id") == eaten[0] or first.get("reason") == "already_eaten"
        journey.check_that("nobody eats twice because of it", again, "already eaten", first["view"])
        eaten += [_meal(stage, terminal, journey, person, "after") for person in diners[BEFORE:]]
        _queue_commands(terminal, journey)
        terminal.devices.network.restore()
        _at_the_hall(stage, terminal, journey, eaten)


def _meal(stage: Stage, terminal: TerminalProcess, journey: Journey, person: Person, when: str) -> str:
    page = serve(stage, terminal, journey, person, f"{when} the damage, offline")
    return str(page.get("txn_id", ""))


def _damage(path: Path) -> None:
    """Flip bytes here and there, as a worn card does; the same ones in every run, and where rows lie: a file whose list of
    tables is spoilt has nothing to read, and only the second copy to live on."""
    content = bytearray(path.read_bytes())
    chance = random.Random(5)
    for _ in range(DAMAGED_BYTES):
        content[chance.randrange(len(content) * 2 // 3, len(content))] ^= 0xFF
    path.write_bytes(content)


def _set_aside(terminal: TerminalProcess) -> list[Path]:
    return sorted((terminal.data_dir / "quarantine").glob("log-*.db"))


def _queue_commands(terminal: TerminalProcess, journey: Journey) -> None:
    """What a technician would do at the machine."""
    verified = terminal.kiosk("queue", "verify")
    figures = json.loads(terminal.kiosk("queue", "verify", "--json"))
    journey.check("kiosk queue verify: the new log is unbroken", True, figures["unbroken"])
    waiting = terminal.kiosk("queue", "list")
    figures = json.loads(terminal.kiosk("queue", "list", "--json"))
    journey.check_that(
        "kiosk queue list: what waits", figures["unsent"] >= AFTER, f"{AFTER} or more", figures["unsent"]
    )
    journey.show(
        "At the machine", note=f"kiosk queue verify: {verified.strip()}\nkiosk queue list: {waiting.strip()}"
    )


def _at_the_hall(stage: Stage, terminal: TerminalProcess, journey: Journey, eaten: list[str]) -> None:
    terminal.wait_status("all is sent", lambda it: it["online"] and it["queued"] == 0, 60.0)
    stage.wait_rows(terminal, len(eaten) + 1)
    entries = stage.hall.ledger(TERMINAL)
    journey.hall_has(entries)
    meals = [entry["row"]["txn_id"] for entry in entries if entry["row"]["kind"] == "meal"]
    journey.check("every meal is at the hall, once", sorted(eaten), sorted(meals))
    places = [(entry["row"]["log_id"], entry["row"]["seq"]) for entry in entries]
    journey.check("no row is at the hall twice", len(places), len(set(places)))
    opened = [entry["row"]["body"] for entry in entries if entry["row"]["kind"] == "log_opened"]
    journey.check(
        "the new log says why it was opened", True, "quarantine" in [body["reason"] for body in opened]
    )
    journey.check(
        "became", ["applied"], sorted({entry["state"] for entry in entries if entry["row"]["kind"] == "meal"})
    )
    summary = stage.hall.get("/v1/ledger/summary", terminal=TERMINAL)
    by_id = {person.person_id: person for person in stage.town.people}
    expected = sum(
        by_id[entry["row"]["body"]["person_id"]].own_part(stage.day)
        for entry in entries
        if entry["row"]["kind"] == "meal"
    )
    journey.check("own parts, by hand and at the hall", expected, summary["own_total"])
    journey.show("Back online: everything is at the hall", terminal.picture())
    check_purses(stage, journey)
    terminal.stop()
    _salvage(terminal, journey)


def _salvage(terminal: TerminalProcess, journey: Journey) -> None:
    """A technician who salvages the old file by hand, after the terminal has done so itself, adds nothing twice."""
    (old,) = _set_aside(terminal)
    said = terminal.kiosk("queue", "salvage", str(old)).strip()
    figures = json.loads(terminal.kiosk("queue", "salvage", str(old), "--json"))
    journey.check_that(
        "kiosk queue salvage: some of the old file can be read", figures["found"] > 0, "> 0", figures["found"]
    )
    journey.check("kiosk queue salvage: and nothing is brought over twice", 0, figures["brought"])
    journey.show("At the machine, afterwards", note=f"kiosk queue salvage: {said}")

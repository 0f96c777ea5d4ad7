"""monkey: ten thousand touches anywhere, cards that come and go, codes; no error, and then the first page again."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.journeys.report import Journey
from tests.journeys.service_hall import ServiceHall, service_hall
from tests.stage.hall import SeededTown
from tests.stage.waiting import Overdue, wait_for

NAME, TITLE = "monkey", "monkey · ten thousand touches anywhere"
TOUCHES, TOGETHER = 10_000, 10
SEED = 20261120
DOUBLE, CARD, CODE = 0.15, 0.05, 0.02
PAUSE_S, PAUSES = 160.0, 8
PAGES = 12
HOME_S = 6.0


def play(town: SeededTown, journey: Journey) -> None:
    journey.role = "query_print"
    with service_hall(journey.directory, town) as hall:
        draw = random.Random(SEED)
        began = time.monotonic()
        touched = 0
        for _ in range(TOUCHES // TOGETHER):
            touched += hall.terminal.touch_anywhere([_touch(draw) for _ in range(TOGETHER)])
            _meddle(hall, draw)
        seconds = time.monotonic() - began
        journey.show(
            "After ten thousand touches", hall.terminal.picture(), note=f"{seconds:.0f} s, seed {SEED}"
        )
        journey.check("touches", TOUCHES, touched)
        hall.take_card()
        _home_again(hall, journey)
        kinds = sorted({page["view"] for page in hall.terminal.pages()})
        journey.check_that("it got about", len(kinds) >= PAGES, f"{PAGES} kinds of pages", kinds)
        journey.check("errors in the log", [], _errors(hall.terminal.log_file))


def _touch(draw: random.Random) -> list[list[float]]:
    """A finger anywhere, sometimes two at once."""
    fingers = 2 if draw.random() < DOUBLE else 1
    return [[draw.random(), draw.random()] for _ in range(fingers)]


def _meddle(hall: ServiceHall, draw: random.Random) -> None:
    if draw.random() < CARD:
        hall.devices.id_reader.rest(draw.choice(sorted(hall.people.items()))[1].id_card)
    elif draw.random() < CARD:
        hall.devices.id_reader.lift()
    if draw.random() < CODE:
        hall.devices.scanner.scan("".join(draw.choices("0123456789ABCDEF", k=40)))


def _home_again(hall: ServiceHall, journey: Journey) -> None:
    """Nobody is there: whatever stood there goes by itself."""
    for _ in range(PAUSES):
        hall.stage.let_pass(PAUSE_S)
        try:
            wait_for("the first page", lambda: _is_home(hall), HOME_S)
            break
        except Overdue:
            continue
    page = hall.terminal.pages()[-1]
    journey.check("when the time is over: a page of nobody's", None, page["around"]["person"])
    hall.terminal.press("wake")
    page = wait_for("the first page", lambda: _is_home(hall), HOME_S)
    around = page["around"]
    journey.check("it stands on its first page", "ResidentHome", page["view"])
    journey.check("in its usual looks", ("zh_CN", "normal"), (around["locale"], around["mode"]))
    journey.show("And then", hall.terminal.picture())


def _is_home(hall: ServiceHall) -> dict[str, dict[str, object]] | None:
    page = hall.terminal.pages()[-1]
    return page if page["view"] == "ResidentHome" and page["around"]["person"] is None else None


def _errors(log: Path) -> list[str]:
    lines = log.read_text("utf-8", "replace").splitlines()
    return [line for line in lines if "Traceback" in line or " ERROR " in line or " CRITICAL " in line]

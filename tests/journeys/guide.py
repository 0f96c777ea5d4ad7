"""guide: how something is done, read on the glass and taken home on A4, without a card and through a real CUPS."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from kiosk.views_resident import PRINT
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown
from tests.stage.page_service import PageService, page_service
from tests.stage.waiting import wait_for

NAME, TITLE = "guide", "guide · read and printed, without a card"
NEEDS_WORLD = True  # CUPS and its D-Bus have fixed places
WAY, ITEM = "window", "si-001"
PAPER_S = 30.0
PRINT_S = 60.0
FAREWELL_S = 6.0

__all__ = ["LOOKS", "NAME", "NEEDS_WORLD", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with page_service() as service, service_hall(home, town, service) as hall:
        play_looks(hall, journeys, lambda visit: _read(visit, service), people=("Zhao",))


def _read(visit: Visit, service: PageService) -> None:
    visit.arrives(larger=True)
    visit.choose("guides").sees("ListPage")
    visit.show("The ways into the catalogue")
    visit.choose(WAY).sees("ListPage", lambda page: bool(page["rows"]) and page["rows"][0]["value"] != WAY)
    visit.show("What the window does")
    visit.choose(ITEM)
    page = visit.sees("GuidePage")
    visit.check("nobody had to say who she is", None, page["around"]["person"])
    visit.check("it is no sample", False, page["sample"])
    lines = _lines(page)
    visit.show("The guide")
    while visit.page["page"] + 1 < visit.page["pages"]:
        visit.turn()
        visit.show("The guide goes on")
        lines += _lines(visit.page)
    sheets = len(service.sheets)
    visit.pick(PRINT).sees("FinishedPage", deadline_s=PRINT_S)
    visit.show("On A4")
    visit.check("nothing of hers to forget but the sheet", ["pages"], visit.page["take"])
    visit.ended_here()
    sheet = wait_for("the sheet lies in the tray", lambda: service.sheets[sheets:], PAPER_S)[0]
    said = _plain(_text_of(sheet))
    visit.check_that("it is in both hands the same", len(lines) > 5, "lines", len(lines))
    missing = [line for line in lines if _plain(line) not in said]
    visit.check("lines of the guide that the sheet does not have", [], missing)
    visit.waits(FAREWELL_S).sees("ResidentHome")


def _lines(page: dict[str, list[tuple[str, list[str]]]]) -> list[str]:
    return [line.removeprefix("data:") for _, lines in page["parts"] for line in lines]


def _plain(text: str) -> str:
    return "".join(text.split())


def _text_of(sheet: Path) -> str:
    """The characters that can be selected on it."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(sheet), "-"], capture_output=True, text=True, timeout=PAPER_S, check=True
    )
    return done.stdout

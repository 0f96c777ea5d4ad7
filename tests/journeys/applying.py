"""What the journeys with an application do alike: find it in the catalogue, and look at what the hall has of it."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

import requests

from kiosk.views_resident import SEARCH, TYPED
from tests.journeys.service_hall import TERMINAL
from tests.journeys.visit import Visit
from tests.stage.hall import CALL_S
from tests.stage.waiting import Overdue, wait_for

HALL_S = 40.0
LARGEST_PAPER = 2 * 1024 * 1024


def find_item(visit: Visit, code: str, initials: str) -> None:
    """By the first letters of its syllables, and open it."""
    visit.choose("guides").sees("ListPage")
    visit.show_once("roots", "The ways into the catalogue")
    visit.touch("Search", SEARCH).sees("SearchPage")
    for letter in initials:
        visit.touch(f"data:{letter.upper()}", TYPED, letter, typing=True)
    visit.sees_now(
        "SearchPage", lambda page: page["typed"].lower() == initials
    )  # rows change with each letter
    visit.show_once("search", f"Searched by {initials}")
    visit.choose(code).sees("GuidePage")
    visit.show_once("guide", "The guide: said once")


def hall_has(visit: Visit, number: str) -> dict[str, Any]:
    """The application as an officer sees it, once all of its papers have come."""
    hall = visit.hall.stage.hall

    def look() -> dict[str, Any] | None:
        found = requests.get(
            f"{hall.url}/v1/applications/{number}", headers=hall.officer_headers(), timeout=CALL_S
        )
        stored: dict[str, Any] = found.json() if found.status_code == 200 else {}
        here = all(paper["there"] for paper in stored.get("papers", ()) if paper["sha256"])
        return stored if stored and here else None

    stored = wait_for(f"the hall has {number} and its papers", look, HALL_S, 0.1)
    rows = [row for row in hall.rows(TERMINAL) if number in str(row["body"])]
    visit.check("rows of this number", 1, sum(row["kind"] == "application_submitted" for row in rows))
    visit.journey.moments[-1] = visit.journey.moments[-1].with_rows([row["txn_id"] for row in rows])
    return stored


def answered(visit: Visit, stored: dict[str, Any]) -> None:
    """The hall finds nothing wrong with what was entered."""
    wrong = [flag for flag in stored["flags"] if flag.split(":")[0] in ("unknown", "malformed", "unsigned")]
    visit.check("what the hall finds wrong with it", [], wrong)
    visit.check_that(
        "it was routed to her community", bool(stored["community"]), "somewhere", stored["community"]
    )
    visit.check_that("it has a day by which it is answered", bool(stored["due"]), "a day", stored["due"])


def photographed(visit: Visit, stored: dict[str, Any], papers: set[str]) -> None:
    """What was photographed is at the hall, bit by bit as its name says, and gone from the terminal."""
    hall = visit.hall.stage.hall
    there = {paper["paper"]: paper["sha256"] for paper in stored["papers"] if paper["sha256"]}
    visit.check("papers at the hall", sorted(papers), sorted(there))
    for paper, sha256 in there.items():
        where = f"{hall.url}/v1/applications/{stored['number']}/papers/{sha256}"
        content = requests.get(where, headers=hall.officer_headers(), timeout=CALL_S).content
        visit.check(f"{paper}: its bytes", sha256, hashlib.sha256(content).hexdigest())
        visit.check_that(f"{paper}: its size", len(content) <= LARGEST_PAPER, "at most 2 MiB", len(content))
    names = list(there.values())
    with contextlib.suppress(Overdue):  # the check says what is still there
        wait_for("the photographs are deleted", lambda: not _kept(visit, names), HALL_S)
    visit.check("photographs that are still on the terminal", [], _kept(visit, names))


def _kept(visit: Visit, names: list[str]) -> list[str]:
    files = [path.name for path in visit.terminal.data_dir.rglob("*")]
    return [file for file in files if any(name in file for name in names)]

"""J2: the paper ends in the middle of a record. It is safe, it waits for its person, and it is issued once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk import views
from kiosk.views_resident import LEAVE_SESSION, PRINT, WAIT, WINDOW
from tests.journeys.playing import check_books, check_chain, take_slips
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, TERMINAL, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown
from tests.stage.waiting import wait_for

NAME, TITLE = "J2", "J2 · the paper ends mid-way"
ZHAO, OTHER = "Zhao", "Qian"
LONG_RECORD = "points"  # hers has 30 rows: with head and foot a slip of 40 lines and more
ENDS_AT_LINE = 22
HALL_S = 20.0

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _run_out, people=(ZHAO,))
        with journeys[-1].to_its_end():
            entries = check_books(hall.stage, hall.terminal, journeys[-1])
            for journey in journeys:
                journey.hall_has(entries)
            check_chain(hall.terminal, journeys[-1])


def _run_out(visit: Visit) -> None:
    number = _paper_ends(visit)
    pick_up = _leaves(visit, number)
    _nobody_elses(visit, number)
    _officer_finds(visit, number, pick_up)
    _comes_back(visit, number)
    _issued_once(visit, number)


def _paper_ends(visit: Visit) -> str:
    """Warned before, and told the truth when it happens. Answers the issue number."""
    printer = visit.terminal.devices.printer
    printer.paper_near_end()
    visit.terminal.wait_status("the roll is thin", _says("printer.paper_near_end"))
    visit.arrives(larger=True).choose(LONG_RECORD).sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("RecordTable")
    visit.check("she is warned before", True, visit.page["paper_warning"])
    visit.show("The roll is thin, and she is told so")
    printer.paper_out(at_line=ENDS_AT_LINE)
    visit.touch("Print", PRINT)
    page = visit.sees("PrintTrouble")
    visit.check("what is wrong", "printer.paper_out", page["code"])
    visit.check_that("what is safe comes with it", bool(page["safe"]), "said", page["safe"])
    visit.show("The paper has ended", note="; ".join(page["safe"]))
    texts = visit.terminal.texts()
    for safe in page["safe"]:
        visit.check(f"on the screen: {safe}", True, visit.is_drawn(safe, texts))
    visit.check("nothing was cut", visit.slips_before, printer.page_count)
    visit.check("lines on the paper that hangs out", ENDS_AT_LINE, printer.lines_since_cut)
    issued = _rows(visit, "document_issued", more_than=visit.rows_before)
    return str(issued[-1]["body"]["number"])


def _leaves(visit: Visit, number: str) -> str:
    """By waiting, by going to the window, or without a word: her session is over, and her record waits for her."""
    looks = (visit.journey.locale, visit.journey.mode)
    if looks == LOOKS[-1]:
        _goes_away(visit)
    else:
        action = WAIT if looks == LOOKS[0] else WINDOW
        visit.pick(action)
        page = visit.sees("PrintTrouble", lambda page: bool(page["pick_up"]))
        visit.show("Her pick-up number")
        visit.check("the pick-up number is on the screen", True, visit.is_drawn(f"data:{page['pick_up']}"))
        visit.pick(views.DONE).sees("FinishedPage")
    bound = _rows(visit, "document_bound", more_than=visit.rows_before)[-1]["body"]
    visit.check("bound to", (number, visit.person.person_id), (bound["number"], bound["person_id"]))
    visit.takes_card().waits(6.0)
    wait_for("the first page", lambda: visit.terminal.pages()[-1]["view"] == "ResidentHome", HALL_S)
    visit.check("nobody is there", None, visit.terminal.pages()[-1]["around"]["person"])
    printed = _rows(visit, "document_printed", more_than=visit.rows_before)[-1]["body"]
    visit.check("copy 1 is no copy", (1, "failed"), (printed["copy_number"], printed["state"]))
    visit.check_that(
        "lines that are known to be on paper",
        0 < printed["lines"] <= ENDS_AT_LINE,
        f"some, at most the {ENDS_AT_LINE} that are",
        printed["lines"],
    )
    visit.terminal.devices.printer.refill()
    visit.terminal.wait_status("the printer has paper", _is_well)
    visit.check("no slip comes out by itself", visit.slips_before, visit.terminal.devices.printer.page_count)
    return str(bound["pick_up"])


def _goes_away(visit: Visit) -> None:
    """She has gone without a word: asked for 20 s whether she goes on, then the session ends by itself."""
    visit.takes_card()
    visit.sees("GoOnAsked")
    visit.waits(21.0)


def _nobody_elses(visit: Visit, number: str) -> None:
    """Another person's card opens her own session and nothing of anybody else's."""
    visit.lays_card_down(visit.hall.people[OTHER])
    page = wait_for("the other person is known", lambda: _known(visit), HALL_S)
    seen = visit.terminal.pages(visit.after)
    visit.check("another person sees no waiting paper", False, number in str(seen))
    visit.show("Another person's card", note=page["view"])
    visit.terminal.press(LEAVE_SESSION)
    wait_for("that person has left", lambda: visit.terminal.pages()[-1]["view"] == "ResidentHome", HALL_S)
    visit.takes_card()


def _known(visit: Visit) -> dict[str, Any] | None:
    page = visit.terminal.pages()[-1]
    greeted = page["around"]["person"] is not None and page["view"] not in ("PlaceCard", "Waiting")
    return page if greeted else None


def _officer_finds(visit: Visit, number: str, pick_up: str) -> None:
    """The pick-up number finds the job at the hall, and opens nothing."""
    hall = visit.hall.stage.hall
    found = hall.get("/v1/documents", pick_up=pick_up)
    visit.check("an officer finds", [number], [each["number"] for each in found])
    told = str(found)
    hidden = (visit.person.person_id, visit.person.name, visit.person.id_card.number, "rows")
    visit.check(
        "and sees nothing of whose it is or what stands in it", [], [it for it in hidden if it in told]
    )


def _comes_back(visit: Visit, number: str) -> None:
    """The same card again: her record, marked as printed again, under the same number."""
    slips = visit.terminal.devices.printer.page_count
    visit.lays_card_down().sees("ListPage", lambda page: any(row["value"] == number for row in page["rows"]))
    visit.show("She has come back: it waits for her")
    visit.choose(number).sees("FinishedPage")
    visit.ended_here()
    torn, whole = take_slips(visit.terminal, slips, 2)
    visit.show(
        "The torn piece is cut off first, then it is printed again, under the same number", [torn, whole]
    )
    slip = visit.terminal.devices.printer.slips[-1]
    visit.check("it is marked as not the first", True, slip.copy)
    visit.check("under the same number", True, number in slip.text)
    visit.takes_card()


def _issued_once(visit: Visit, number: str) -> None:
    printed = _rows(visit, "document_printed", more_than=visit.rows_before, at_least=2)
    visit.check(
        "copies and what became of them",
        [(1, "failed"), (2, "printed")],
        [(row["body"]["copy_number"], row["body"]["state"]) for row in printed],
    )
    issued = _rows(visit, "document_issued", more_than=visit.rows_before)
    visit.check("issue numbers", [number], [row["body"]["number"] for row in issued])
    (found,) = visit.hall.stage.hall.get("/v1/documents", number=number)
    states = [copy["state"] for copy in found["prints"]]
    visit.check("the hall knows both copies", ["failed", "printed"], states)
    mine = [row["txn_id"] for row in visit.hall.stage.hall.rows(TERMINAL) if number in str(row["body"])]
    visit.journey.moments[-1] = visit.journey.moments[-1].with_rows(mine)


def _rows(visit: Visit, kind: str, *, more_than: int, at_least: int = 1) -> list[dict[str, Any]]:
    """Rows of a kind that this visit wrote, once the hall has them."""

    def look() -> list[dict[str, Any]] | None:
        rows = visit.hall.stage.hall.rows(TERMINAL)[more_than:]
        found = [row for row in rows if row["kind"] == kind]
        return found if len(found) >= at_least else None

    return wait_for(f"{at_least} rows {kind} at the hall", look, HALL_S, 0.1)


def _says(code: str) -> Any:
    return lambda status: status["devices"]["receipt_printer"]["code"] == code


def _is_well(status: Any) -> bool:
    return bool(status["devices"]["receipt_printer"]["health"] == "ok")

"""J1: a resident looks a record up and takes it home on a slip, in six touches at most and within a minute."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from kiosk import views
from kiosk.views_resident import FILTER, PRINT
from tests.journeys.playing import check_books, check_chain, take_slips
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, TERMINAL, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.codes import decoded
from tests.stage.hall import CALL_S, SeededTown
from tests.stage.waiting import wait_for

NAME, TITLE = "J1", "J1 · look up and print"
PEOPLE = ("Zhao", "Sun", "Qian", "Li")  # 68, 76, 34 and 71: the older ones get large letters by themselves
RECORD, YEAR, ROWS = "social_insurance", "2025", 12
MOST_TOUCHES, MOST_S = 6, 60.0
FAREWELL_S = 5.0
HALL_S = 30.0

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _look_up, people=PEOPLE)
        last = journeys[-1]
        status = hall.terminal.wait_status(
            "all is sent", lambda it: it["online"] and it["queued"] == 0, HALL_S
        )
        hall.stage.wait_rows(hall.terminal, status["last_seq"])
        with last.to_its_end():
            for journey in journeys:
                journey.hall_has(hall.stage.hall.ledger(TERMINAL))
            check_books(hall.stage, hall.terminal, last)
            check_chain(hall.terminal, last)


def _look_up(visit: Visit) -> None:
    journey = visit.journey
    visit.arrives()
    visit.show("The first page")
    visit.choose("records").sees("PlaceCard")
    visit.show("Her ID card is asked for")
    visit.lays_card_down().sees("NoticePage")
    visit.show("What is done with her data, once")
    visit.touch("I agree", views.NEXT)
    page = visit.sees("ListPage")
    _greeted(visit)
    journey.check("the first record is chosen already", [RECORD], _marked(page))
    visit.touch(f"data:{YEAR}", FILTER, YEAR).sees(
        "ListPage", lambda page: [YEAR, f"data:{YEAR}", True] in page["filters"]
    )
    visit.show("Which record, and of which year")
    visit.touch("Next", views.NEXT)
    page = visit.sees("RecordTable")
    journey.check("rows of the record", ROWS, page["count"])
    journey.check("free of charge, on a slip", "slip", page["medium"])
    visit.show("The record, as it will print")
    visit.touch("Print", PRINT)
    visit.sees("PrintingPage")
    visit.show("While it prints")
    page = visit.sees("FinishedPage")
    journey.check("the printer has confirmed it", True, page["sure"])
    journey.check("she is told to take", ["id_card", "slip"], page["take"])
    journey.check("nobody is on the last page", None, page["around"]["person"])
    slips = take_slips(visit.terminal, visit.slips_before, 1)
    visit.show("Done", slips)
    journey.check_that("touches", visit.touches <= MOST_TOUCHES, f"at most {MOST_TOUCHES}", visit.touches)
    taken_s = round(visit.ended - visit.began, 1)
    journey.check_that("seconds", taken_s <= MOST_S, f"at most {MOST_S:g}", taken_s)
    _on_paper(visit, page["number"], slips[0])
    _at_the_hall(visit, page["number"])
    _gone(visit)


def _marked(page: dict[str, list[dict[str, object]]]) -> list[object]:
    return [row["value"] for row in page["rows"] if row["mark"]]


def _greeted(visit: Visit) -> None:
    """By a masked name and number, in her language, in letters of her size."""
    around, number = visit.page["around"], visit.person.id_card.number
    shown = {"initial": visit.person.name[0], "masked_name": f"{visit.person.name[0]}＊"}
    shown["masked_number"] = f"{number[:6]} ******** {number[-4:]}"
    visit.check("she is greeted by", shown, around["person"])
    visit.check("in", (visit.journey.locale, visit.journey.mode), (around["locale"], around["mode"]))


def _on_paper(visit: Visit, number: str, slip: Image.Image) -> None:
    """The number, the masked name, every row; and a code that the hall answers to."""
    said = visit.terminal.devices.printer.slips[-1].text
    visit.check("the slip has its number", True, number in said)
    visit.check("rows of that year on the slip", ROWS, said.count(f"{YEAR}-"))
    visit.check("it shows her name masked, and not her number", (False, False), _unmasked(visit, said))
    url = decoded(slip)
    visit.check("the code leads to this document", True, number in url)
    # The paper is quicker than the row that tells the hall of it.
    answer = wait_for("the hall's page of the document", lambda: _page_of(url), CALL_S)
    visit.check("the hall answers", 200, answer.status_code)
    visit.check("the hall's page knows the number", True, number in answer.text)
    visit.check("and nobody's name", (False, False), _unmasked(visit, answer.text))


def _page_of(url: str) -> requests.Response | None:
    answer = requests.get(url, headers={"Accept-Language": "zh-CN"}, timeout=CALL_S)
    return answer if answer.status_code == 200 else None


def _unmasked(visit: Visit, text: str) -> tuple[bool, bool]:
    return visit.person.name in text, visit.person.id_card.number in text


def _at_the_hall(visit: Visit, number: str) -> None:
    """What was written down: that she read the notice, what she asked for, what was issued, that it came out."""
    hall = visit.hall.stage.hall
    person_id = visit.person.person_id

    def rows_of_her() -> list[dict[str, Any]]:
        found = [row for row in hall.rows(TERMINAL) if _concerns(row, person_id, number)]
        return found if any(row["kind"] == "document_printed" for row in found) else []

    rows = wait_for("the hall knows that it came out", rows_of_her, HALL_S, 0.1)
    kinds = [row["kind"] for row in rows]
    visit.check(
        "rows of this visit", ["notice_read", "record_queried", "document_issued", "document_printed"], kinds
    )
    bodies = {row["kind"]: row["body"] for row in rows}
    asked = bodies["record_queried"]
    visit.check("asked for", (RECORD, int(YEAR), "ok"), (asked["kind"], asked["year"], asked["result"]))
    visit.check("with a purpose", "self_query.social_insurance", asked["purpose"])
    printed = bodies["document_printed"]
    visit.check("copy and state", (1, "printed"), (printed["copy_number"], printed["state"]))
    visit.check("no name and no number in the log", (False, False), _unmasked(visit, str(rows)))
    logged = hall.get("/v1/access-log", person=person_id, terminal=TERMINAL)
    written_by = sorted({entry["written_by"] for entry in logged if entry["kind"] == RECORD})
    visit.check_that("the access log has it", bool(written_by), "by hall and terminal", written_by)
    visit.journey.moments[-1] = visit.journey.moments[-1].with_rows([row["txn_id"] for row in rows])


def _concerns(row: dict[str, dict[str, object]], person_id: str, number: str) -> bool:
    return row["body"].get("person_id") == person_id or row["body"].get("number") == number


def _gone(visit: Visit) -> None:
    """She takes card and slip; whoever comes next finds nothing of her by going back or on."""
    visit.takes_card().waits(FAREWELL_S + 1)
    page = visit.sees("ResidentHome")
    visit.check("back at the first page, in its usual looks", ("zh_CN", "normal", None), _looks(page))
    for action in (views.BACK, PRINT, views.NEXT):
        visit.terminal.press(action)
    visit.hall.terminal.wait_status("it stays there", lambda status: status["view"] == "ResidentHome")
    visit.check("nothing more came out", visit.slips_before + 1, visit.terminal.devices.printer.page_count)


def _looks(page: dict[str, dict[str, object]]) -> tuple[object, object, object]:
    around = page["around"]
    return around["locale"], around["mode"], around["person"]

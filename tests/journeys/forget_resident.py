"""forget_resident: a record, a slip, a sheet of A4 and an application with photograph and signature; then it is all gone.

Five seconds after the last session the resident's terminal is searched as the canteen's is in `forget`: its memory, its
files, the spool, and what went to the slip printer.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass

import requests

from kiosk import views
from kiosk.views_resident import APPLY, FILTER, MEDIUM, PRINT
from tests.journeys.applying import find_item, hall_has
from tests.journeys.filling_in import fill_in
from tests.journeys.report import Journey
from tests.journeys.service_hall import TERMINAL, ServiceHall, service_hall
from tests.journeys.visit import Visit
from tests.stage import disk_search, memory
from tests.stage.hall import CALL_S, SeededTown
from tests.stage.memory import PERTURBED, Hit, Needle
from tests.stage.page_service import PageService, page_service
from tests.stage.residents import HallResident
from tests.stage.traces import traces
from tests.stage.waiting import pause, wait_for

NAME, TITLE = "forget_resident", "forget_resident · nothing of a resident stays"
NEEDS_WORLD = True  # CUPS and its D-Bus have fixed places
PERSON, YEAR = "Zhao", "2025"
ITEM, INITIALS = "la-001", "flyz"
FORGOTTEN_S = 5.0
FAREWELL_S = 6.0
PRINT_S = 60.0
A_PIECE = 64


@dataclass(slots=True)
class Secrets:
    """What nobody may find. The hall has to have what is in `at_the_terminal`, and no file there may."""

    everywhere: list[Needle]
    at_the_terminal: list[Needle]


def play(town: SeededTown, journey: Journey) -> None:
    journey.role = "query_print"
    with (
        page_service() as service,
        service_hall(journey.directory, town, service, environment=PERTURBED) as hall,
    ):
        person = hall.people[PERSON]
        secrets = Secrets(_of_card(person), [person.name])
        _takes_a_slip(Visit(hall, journey, person))
        _takes_a_sheet(Visit(hall, journey, person), service)
        secrets.at_the_terminal += _applies(Visit(hall, journey, person))
        pause(FORGOTTEN_S)
        _search(hall, journey, secrets)
        _search_spool(service, journey, person)
        hall.terminal.stop()
        _search_files(hall, journey, secrets)


def _of_card(person: HallResident) -> list[Needle]:
    """The number, a stretch of the photograph and the head of the text of her ID card."""
    card = person.id_card
    return [card.number, card.photo[500:516], card.text[:64]]


# --- her sessions ---------------------------------------------------------------------------------------------------


def _looks_up(visit: Visit) -> None:
    visit.arrives().choose("records").sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("ListPage")
    visit.touch(f"data:{YEAR}", FILTER, YEAR)
    visit.sees("ListPage", lambda page: [YEAR, f"data:{YEAR}", True] in page["filters"])
    visit.touch("Next", views.NEXT).sees("RecordTable")


def _takes_a_slip(visit: Visit) -> None:
    _looks_up(visit)
    masked = visit.page["around"]["person"]["masked_number"]
    seen = _told(_frozen(visit.hall, [masked]))
    visit.check_that(
        "control: during the session the search sees it", bool(seen), "her masked number", len(seen)
    )
    visit.touch("Print", PRINT).sees("FinishedPage", deadline_s=PRINT_S)
    visit.show("A record, on a slip")
    _leaves(visit)


def _takes_a_sheet(visit: Visit, service: PageService) -> None:
    _looks_up(visit)
    visit.touch("data:A4", MEDIUM, "pages").sees("RecordTable", lambda page: page["medium"] == "pages")
    visit.touch("Print", PRINT).sees("FinishedPage", deadline_s=PRINT_S)
    visit.show("A record, on A4")
    wait_for("the sheet lies in the tray", lambda: service.sheets, PRINT_S)
    _leaves(visit)


def _applies(visit: Visit) -> list[Needle]:
    """Answers pieces of what was photographed and signed, as the hall has them."""
    find_item(visit.arrives(), ITEM, INITIALS)
    visit.pick(APPLY).sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("FieldPage")
    page = fill_in(visit, photographs=True)
    visit.touch(page["confirm"], views.NEXT)
    receipt = visit.sees("ReceiptPage")
    visit.show("An application, with a photograph and a signature")
    visit.pick(views.DONE).sees("FinishedPage")
    _leaves(visit)
    stored = hall_has(visit, receipt["number"])
    pieces: list[Needle] = []
    for paper in stored["papers"]:
        content = _content(visit.hall, stored["number"], paper["sha256"])
        middle = len(content) // 2
        pieces.append(content[middle : middle + A_PIECE])
    visit.check("papers of hers that are looked for", 2, len(pieces))
    return pieces


def _content(hall: ServiceHall, number: str, sha256: str) -> bytes:
    at = hall.stage.hall
    where = f"{at.url}/v1/applications/{number}/papers/{sha256}"
    return requests.get(where, headers=at.officer_headers(), timeout=CALL_S).content


def _leaves(visit: Visit) -> None:
    visit.takes_card().waits(FAREWELL_S).sees("ResidentHome")


# --- what is left ---------------------------------------------------------------------------------------------------


def _frozen(hall: ServiceHall, needles: Sequence[Needle]) -> list[Hit]:
    """What the terminal's memory holds at this instant; it stands still meanwhile."""
    os.kill(hall.terminal.pid, signal.SIGSTOP)
    try:
        return memory.search(hall.terminal.pid, needles)
    finally:
        os.kill(hall.terminal.pid, signal.SIGCONT)


def _search(hall: ServiceHall, journey: Journey, secrets: Secrets) -> None:
    journey.check(
        "five seconds after, memory holds of her card", [], _told(_frozen(hall, secrets.everywhere))
    )
    papers = [piece for piece in secrets.at_the_terminal if isinstance(piece, bytes)]
    journey.check("and of her papers", [], _told(_frozen(hall, papers)))
    seen = memory.search(hall.terminal.pid, [TERMINAL])
    journey.check_that("control: the search sees this process", bool(seen), "the terminal's name", len(seen))


def _search_spool(service: PageService, journey: Journey, person: HallResident) -> None:
    """Neither her number nor a piece of the sheet that lies in the tray. The printer's own memory is out of reach."""
    sheet = service.sheets[-1].read_bytes()
    spools = [service.spools[0]]
    journey.check("the spool holds of her", [], traces(spools, person.id_card.number, sheet))
    seen = traces([service.paper], person.id_card.number, sheet)
    journey.check_that("control: the search knows the sheet", bool(seen), "pieces of it", len(seen))


def _search_files(hall: ServiceHall, journey: Journey, secrets: Secrets) -> None:
    """Every file of terminal and hall; her name and papers, which the hall has to have, at the terminal alone."""
    stage = hall.stage.directory
    journey.check("files that hold of her card", [], _told(disk_search.search([stage], secrets.everywhere)))
    terminal = stage / TERMINAL
    found = disk_search.search([terminal], secrets.at_the_terminal)
    journey.check("files of the terminal that hold her name or papers", [], _told(found))
    seen = disk_search.search([terminal], [TERMINAL])
    journey.check_that("control: the search sees the files", bool(seen), "the terminal's name", len(seen))
    received = bytes(hall.terminal.devices.printer.received)
    needles = [*secrets.everywhere, *secrets.at_the_terminal]
    on_paper = [
        f"{at} {form}" for at, needle in enumerate(needles) for form, octets in memory.forms(needle).items()
        if octets in received
    ]  # fmt: skip
    journey.check("what went to the slip printer holds", [], on_paper)
    journey.check("bytes that went to it", True, len(received) > 1000)


def _told(hits: list[Hit]) -> list[str]:
    return [f"{hit.needle} {hit.encoding} {hit.where}" for hit in hits]

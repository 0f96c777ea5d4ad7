"""application: somebody asks for legal aid, with a photographed paper and a signature; the hall has all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk import views
from kiosk.views_resident import APPLY, PRINT
from tests.journeys.applying import answered, find_item, hall_has, photographed
from tests.journeys.filling_in import fill_in
from tests.journeys.playing import check_books, check_chain, take_slips
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown

NAME, TITLE = "application", "application · legal aid, asked for on the glass"
ITEM, INITIALS = "la-001", "flyz"
PEOPLE = ("Zhao", "Sun", "Qian", "Li")

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _apply, people=PEOPLE)
        with journeys[-1].to_its_end():
            entries = check_books(hall.stage, hall.terminal, journeys[-1])
            for journey in journeys:
                journey.hall_has(entries)
            check_chain(hall.terminal, journeys[-1])


def _apply(visit: Visit) -> None:
    visit.arrives(larger=True)
    find_item(visit, ITEM, INITIALS)
    visit.pick(APPLY).sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("FieldPage")
    page = fill_in(visit, photographs=True)
    visit.show("One more look")
    visit.touch(page["confirm"], views.NEXT)
    receipt = visit.sees("ReceiptPage")
    visit.check("the network is there", True, receipt["online"])
    visit.check("nothing has to be brought", [], receipt["awaited"])
    visit.show("Its number, for ever")
    visit.pick(PRINT).sees("FinishedPage")
    slips = take_slips(visit.terminal, visit.slips_before, 1)
    visit.show("The receipt", slips)
    slip = visit.terminal.devices.printer.slips[-1].text
    visit.check("the number is on the slip", True, receipt["number"] in slip)
    visit.ended_here()
    visit.takes_card()
    stored = hall_has(visit, receipt["number"])
    visit.check("the item", ITEM, stored["item"])
    visit.check("for whom", (visit.person.person_id, None), (stored["person_id"], stored["agent"]))
    visit.check("state at the hall", "received", stored["state"])
    visit.check("nothing is missing", [], stored["papers_missing"])
    answered(visit, stored)
    photographed(visit, stored, {"evidence", "signature"})

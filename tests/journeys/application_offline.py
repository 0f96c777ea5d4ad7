"""application_offline: the hall is away, and an application has its number all the same; it arrives when the hall is back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk import views
from kiosk.views_resident import APPLY
from tests.journeys.applying import answered, find_item, hall_has
from tests.journeys.filling_in import fill_in
from tests.journeys.playing import check_books, check_chain
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown

NAME, TITLE = "application_offline", "application_offline · the hall is away"
ITEM, INITIALS, PAPER = "si-009", "gzf", "income_proof"
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
    network = visit.terminal.devices.network
    network.cut()
    visit.terminal.wait_status("it is offline", lambda status: status["banner"] == "offline", 30.0)
    visit.arrives(larger=True)
    find_item(visit, ITEM, INITIALS)
    visit.pick(APPLY).sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("FieldPage")
    page = fill_in(visit, photographs=False)
    visit.show("One more look, without the network")
    visit.touch(page["confirm"], views.NEXT)
    receipt = visit.sees("ReceiptPage")
    visit.check("it is not said that the hall has it", False, receipt["online"])
    visit.check("papers to be brought", 1, len(receipt["awaited"]))
    visit.show("Its number, minted here", note=receipt["number"])
    visit.pick(views.DONE).sees("FinishedPage")
    visit.ended_here()
    visit.takes_card()
    network.restore()
    stored = hall_has(visit, receipt["number"])
    visit.check("the hall has the same number", receipt["number"], stored["number"])
    visit.check("state at the hall", "papers_awaited", stored["state"])
    visit.check("papers missing", [PAPER], stored["papers_missing"])
    answered(visit, stored)

"""hall_away: without the hall a terminal says so plainly, shows what it may keep with its age, and guides as ever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk import views
from kiosk.views_resident import PRINT
from tests.journeys.playing import check_books, check_chain, take_slips
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown

NAME, TITLE = "hall_away", "hall_away · what goes on without the hall"
PEOPLE = ("Zhao", "Sun")  # the others have no such record
NEVER_KEPT = "social_insurance"

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _away, people=PEOPLE)
        with journeys[-1].to_its_end():
            entries = check_books(hall.stage, hall.terminal, journeys[-1])
            for journey in journeys:
                journey.hall_has(entries)
            check_chain(hall.terminal, journeys[-1])


def _away(visit: Visit) -> None:
    visit.arrives(larger=True)
    visit.choose("meals").sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("RecordTable")
    fresh = visit.page["rows"]
    visit.check("with the hall it has no age", "", visit.page["as_of"])
    visit.terminal.devices.network.cut()
    visit.terminal.wait_status("it is offline", lambda status: status["banner"] == "offline", 30.0)
    visit.touch("Back", views.BACK).sees("ResidentHome")
    visit.choose("meals").sees("RecordTable", lambda page: bool(page["as_of"]))
    visit.check("what it kept is the same", fresh, visit.page["rows"])
    visit.check("nothing can go to a phone", False, visit.page["can_take"])
    visit.show("Kept here, with its age", note=visit.page["as_of"])
    visit.touch("Back", views.BACK).sees("ResidentHome")
    visit.choose("records").sees("ListPage")
    visit.touch("Next", views.NEXT)
    page = visit.sees("MessagePage")
    visit.check("what is not kept is not made up", "hall.away", page["code"])
    visit.show("Clear words for what needs the hall")
    visit.touch("Back", views.BACK).sees("ListPage")
    visit.touch("Back", views.BACK).sees("ResidentHome")
    visit.choose("meals").sees("RecordTable")
    visit.touch("Print", PRINT).sees("FinishedPage")
    visit.ended_here()
    slips = take_slips(visit.terminal, visit.slips_before, 1)
    visit.show("Printed without the hall", slips)
    visit.check(
        "it has a number", True, visit.page["number"] in visit.terminal.devices.printer.slips[-1].text
    )
    visit.takes_card()

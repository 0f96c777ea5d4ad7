"""time_out: she stands there and does nothing: asked, she goes on; not there, everything of hers goes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk import views
from kiosk.views_resident import PRINT, STAY
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown

NAME, TITLE = "time_out", "time_out · nobody is there any more"
PEOPLE = ("Zhao", "Sun", "Qian", "Li")
IDLE_S = {"normal": 60.0, "elder": 120.0}
WARNING_S = 30.0

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _stand_there, people=PEOPLE)


def _stand_there(visit: Visit) -> None:
    idle_s = IDLE_S[visit.journey.mode]
    visit.arrives(larger=True)
    visit.choose("points").sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("RecordTable")
    visit.waits(idle_s - 10)
    visit.terminal.wait_status("nothing is asked too early", lambda status: status["view"] == "RecordTable")
    visit.waits(11)
    page = visit.sees("StillThere")
    visit.check("she has", WARNING_S, float(page["of_s"]))
    visit.show("Is she still there?")
    visit.touch("Go on", STAY).sees("RecordTable")
    visit.check("she is still the same", visit.person.name[0], visit.page["around"]["person"]["initial"])
    visit.waits(idle_s + 1).sees("StillThere")
    visit.waits(WARNING_S + 1)
    page = visit.sees("ResidentHome")
    visit.check("nobody is there", None, page["around"]["person"])
    visit.check("in the usual looks", ("zh_CN", "normal"), (page["around"]["locale"], page["around"]["mode"]))
    visit.show("The next one finds the first page")
    visit.ended_here()
    visit.takes_card()
    after = visit.terminal.seen_bytes()
    for action in (views.BACK, views.NEXT, PRINT):
        visit.terminal.press(action)
    visit.terminal.wait_status("it stays there", lambda status: status["view"] == "ResidentHome")
    seen = str(visit.terminal.pages(after))
    visit.check("nothing of hers comes back", False, visit.person.id_card.number[-4:] in seen)
    visit.check("nothing came out", visit.slips_before, visit.terminal.devices.printer.page_count)

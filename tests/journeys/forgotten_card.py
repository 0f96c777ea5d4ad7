"""forgotten_card: she takes her card and is asked whether she goes on; she leaves it, and it is said louder and louder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kiosk.views_resident import STAY
from tests.journeys.playing import check_books, check_chain
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, TERMINAL, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown
from tests.stage.terminal import Page
from tests.stage.waiting import wait_for

NAME, TITLE = "forgotten_card", "forgotten_card · taken, and left behind"
PEOPLE = ("Zhao", "Sun", "Qian", "Li")
GO_ON_S = 20.0
ALARMS = ((5, 6.0), (20, 15.0), (60, 40.0))  # the step, and how long after the one before
HALL_S = 20.0

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _forget, people=PEOPLE)
        with journeys[-1].to_its_end():
            entries = check_books(hall.stage, hall.terminal, journeys[-1])
            for journey in journeys:
                journey.hall_has(entries)
            check_chain(hall.terminal, journeys[-1])


def _forget(visit: Visit) -> None:
    _looks_up(visit)
    visit.takes_card()
    page = visit.sees("GoOnAsked")
    visit.check("she has seconds to answer", GO_ON_S, float(page["of_s"]))
    visit.show("Her card is gone: does she go on?")
    visit.touch("Go on", STAY).sees("RecordTable")
    visit.check("she is still the same", visit.person.name[0], visit.page["around"]["person"]["initial"])
    visit.lays_card_down()
    visit.takes_card()
    visit.sees("GoOnAsked")
    visit.waits(GO_ON_S + 1)
    page = visit.sees("ResidentHome")
    visit.check("nobody answered: nobody is there", None, page["around"]["person"])
    visit.ended_here()
    _left_behind(visit)


def _looks_up(visit: Visit) -> None:
    visit.arrives(larger=True)
    visit.choose("points").sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("RecordTable")


def _left_behind(visit: Visit) -> None:
    """The session is over and the card still lies there."""
    visit.lays_card_down()
    wait_for("she is known again", lambda: _known(visit), HALL_S)
    visit.leaves()
    for step, passed_s in ALARMS:
        visit.waits(passed_s)
        page = visit.sees("CardForgotten", _at_step(step))
        visit.check(f"{step} s: nobody is named", None, page["around"]["person"])
        if step == ALARMS[0][0]:
            visit.show("A card was left")
    kept = wait_for("the hall has every step", lambda: _steps(visit), HALL_S, 0.1)
    visit.check("steps at the hall", [step for step, _ in ALARMS], [body["seconds"] for body in kept])
    told = visit.hall.stage.hall.get("/v1/forgotten-cards")
    visit.check_that("an officer sees it", bool(told), "entries", len(told))
    visit.check("and whose it is only as a digest", False, visit.person.name in str(told))
    visit.takes_card().sees("ResidentHome")


def _at_step(step: int) -> Callable[[Page], bool]:
    return lambda page: bool(page["step"] == step)


def _known(visit: Visit) -> bool:
    return visit.terminal.pages()[-1]["around"]["person"] is not None


def _steps(visit: Visit) -> list[dict[str, Any]] | None:
    rows = visit.hall.stage.hall.rows(TERMINAL)[visit.rows_before :]
    bodies = [row["body"] for row in rows if row["kind"] == "card_forgotten"]
    return bodies if len(bodies) >= len(ALARMS) else None

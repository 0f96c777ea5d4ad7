"""agent: somebody signs another up with a family doctor; whose card lay here and what they are to each other is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk import views
from kiosk.views_resident import ACT_FOR
from tests.journeys.applying import answered, find_item, hall_has
from tests.journeys.filling_in import fill_in
from tests.journeys.playing import check_books, check_chain
from tests.journeys.report import Journey
from tests.journeys.service_hall import LOOKS, ROLE, play_looks, service_hall
from tests.journeys.visit import Visit
from tests.stage.hall import SeededTown

NAME, TITLE = "agent", "agent · on behalf of another"
ITEM, INITIALS = "he-004", "jtys"
AGENTS, PRINCIPAL, RELATION = ("Zhao", "Sun", "Li", "Chen"), "Qian", "child"

__all__ = ["LOOKS", "NAME", "ROLE", "TITLE", "play"]


def play(town: SeededTown, home: Path, journeys: Sequence[Journey]) -> None:
    with service_hall(home, town) as hall:
        play_looks(hall, journeys, _act_for, people=AGENTS)
        with journeys[-1].to_its_end():
            entries = check_books(hall.stage, hall.terminal, journeys[-1])
            for journey in journeys:
                journey.hall_has(entries)
            check_chain(hall.terminal, journeys[-1])


def _act_for(visit: Visit) -> None:
    principal = visit.hall.people[PRINCIPAL]
    visit.arrives(larger=True)
    find_item(visit, ITEM, INITIALS)
    visit.pick(ACT_FOR).sees("PlaceCard")
    visit.lays_card_down().sees_past_notice("PlaceCard", lambda page: page["whose"] == "principal")
    visit.show("Now the card of the person it is for")
    visit.takes_card()
    visit.lays_card_down(principal).sees("ListPage")
    visit.show("What they are to each other")
    visit.choose(RELATION).sees("FieldPage")
    visit.check("it is always said for whom", principal.name[0], visit.page["around"]["acting_for"][:1])
    visit.check("and never in full", False, principal.name in str(visit.page))
    page = fill_in(visit, photographs=False)
    visit.show("One more look")
    visit.touch(page["confirm"], views.NEXT)
    receipt = visit.sees("ReceiptPage")
    visit.show("Its number")
    visit.pick(views.DONE).sees("FinishedPage")
    visit.ended_here()
    visit.takes_card()
    stored = hall_has(visit, receipt["number"])
    visit.check("for whom", principal.person_id, stored["person_id"])
    agent = stored["agent"] or {}
    said = {name: agent.get(name) for name in ("agent_id", "relation", "proof")}
    expected = {"agent_id": visit.person.person_id, "relation": RELATION, "proof": "card"}
    visit.check("who acted, as what, proved by", expected, said)
    visit.check_that("the authorisation ends", bool(agent.get("until")), "a day", agent.get("until"))
    answered(visit, stored)

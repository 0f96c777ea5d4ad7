"""The front of a service hall: the screen at the door, the desk, and a resident's terminal further in, all on one stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.service_hall import ServiceHall
from tests.stage.camera_faces import Entrance
from tests.stage.hall import SeededTown
from tests.stage.resident_devices import ResidentDevices
from tests.stage.residents import HallResident, read_residents
from tests.stage.stage import Stage
from tests.stage.terminal import Page, TerminalProcess

DOOR, DESK, COUNTER = "VT-01", "FD-01", "QP-01"
OPENS = "09:10"
READY_S = 30.0
RECOGNISES_S = 60.0
SEEN_S = 20.0


@dataclass(slots=True)
class FrontOfHall:
    """`door` and `counter` are where people stand, `entrance` is what the door's camera sees. `desk` belongs to staff."""

    stage: Stage
    door: ServiceHall
    counter: ServiceHall
    desk: TerminalProcess
    entrance: Entrance
    people: Mapping[str, HallResident]

    def desk_sees(self, what: str, matches: Callable[[Page], bool], deadline_s: float = SEEN_S) -> Page:
        """The first board since the beginning that is so."""
        return self.desk.wait_page(
            what, 0, lambda page: page["view"] == "DeskBoard" and matches(page), deadline_s
        )


@contextmanager
def front_of_hall(directory: Path, town: SeededTown, **settings: Any) -> Iterator[FrontOfHall]:
    """Open, every machine in service. The door has its face and its camera. `settings` as of TerminalProcess."""
    with ExitStack() as stack:
        at_door = stack.enter_context(ResidentDevices(directory / "door"))
        at_counter = stack.enter_context(ResidentDevices(directory / "counter"))
        own: dict[str, dict[str, Any]] = {
            DOOR: {"more_devices": at_door.sections, "sections": {"front_desk": {"engine": "dlib_5"}}},
            COUNTER: {"more_devices": at_counter.sections},
            DESK: {"sections": {"front_desk": {"faces": False, "ticket_letter": "B"}}},
        }
        stage = stack.enter_context(
            Stage(
                directory / "stage",
                town,
                terminals=(DOOR, DESK, COUNTER),
                faces=(DOOR,),
                at=OPENS,
                own=own,
                **settings,
            )
        )
        people = read_residents(town.id_cards)
        door = ServiceHall(stage, stage[DOOR], at_door, people)
        counter = ServiceHall(stage, stage[COUNTER], at_counter, people)
        for terminal in (stage[DOOR], stage[COUNTER]):
            terminal.wait_status("it reads cards", _reads_cards, READY_S)
        stage[DOOR].wait_status(
            "recognition is at work", lambda status: status["recognition"] == "", RECOGNISES_S
        )
        yield FrontOfHall(stage, door, counter, stage[DESK], Entrance(at_door.camera), people)


def _reads_cards(status: Mapping[str, Any]) -> bool:
    return bool(status["devices"].get("id_card_reader", {}).get("health") == "ok")

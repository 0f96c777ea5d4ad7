"""The service hall of the residents' journeys: one terminal with all that it carries, shared by the looks of a journey."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import views
from kiosk.views_resident import LANGUAGE, LARGER, LEAVE_SESSION
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.page_service import PageService
from tests.stage.resident_devices import ResidentDevices
from tests.stage.residents import HallResident, read_residents
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess
from tests.stage.waiting import Overdue, pause, wait_for

if TYPE_CHECKING:
    from tests.journeys.visit import Visit

TERMINAL, ROLE = "QP-01", "query_print"
LOOKS = (("zh_CN", "normal"), ("zh_CN", "elder"), ("en", "normal"), ("en", "elder"))
OPENS = "10:02"
HOME_S = 15.0
BETWEEN_S = 0.6
READ_S = 10.0
LIFTED_S = 1.0  # a hand that takes one card away and lays the next one down
USUAL = ("zh_CN", "normal")
DEVICES = ("card_reader", "id_card_reader", "code_scanner", "receipt_printer", "page_printer", "camera")


@dataclass(slots=True)
class ServiceHall:
    """`people` are those with ID cards, by family name."""

    stage: Stage
    terminal: TerminalProcess
    devices: ResidentDevices
    people: dict[str, HallResident]
    lifted_at: float = 0.0

    def lay_down(self, person: HallResident) -> int:
        """Her ID card, on the reader until `take_card`. Answers the place to look from."""
        pause(self.lifted_at + LIFTED_S - time.monotonic())
        after, reader = self.terminal.seen_bytes(), self.devices.id_reader
        reads = reader.reads
        reader.rest(person.id_card)
        if not reader.wait_for(lambda it: it.reads > reads, READ_S):
            raise Overdue(f"nobody reads the card of {person.label}")
        return after

    def take_card(self) -> int:
        """Whatever card lies on a reader."""
        after = self.terminal.seen_bytes()
        self.devices.id_reader.lift()
        self.terminal.devices.reader.lift()
        self.lifted_at = time.monotonic()
        return after

    def calm_down(self) -> None:
        """As if nobody had been there: cards, paper, network, and the first page in its usual looks. Raises Overdue."""
        self.take_card()
        self.terminal.devices.printer.refill()
        self.terminal.devices.network.restore()
        for action in (views.CANCEL, LEAVE_SESSION, views.BACK, views.BACK, views.BACK):
            self._press(action)
        self.terminal.wait_status(
            "it stands on its first page", lambda status: status["view"] == "ResidentHome", HOME_S
        )
        self._in_usual_looks()
        self.terminal.wait_status("it is online", lambda status: bool(status["online"]), HOME_S)

    def _in_usual_looks(self) -> None:
        around = self.terminal.pages()[-1]["around"]
        if around["locale"] != USUAL[0]:
            self._press(LANGUAGE)
        for _ in range({"normal": 0, "elder": 2, "dark": 1}[around["mode"]]):
            self._press(LARGER)
        wait_for("it has its usual looks", self._is_usual, HOME_S)

    def _is_usual(self) -> bool:
        page = self.terminal.pages()[-1]
        return page["view"] == "ResidentHome" and (page["around"]["locale"], page["around"]["mode"]) == USUAL

    def _press(self, action: str) -> None:
        pause(BETWEEN_S)  # the same button again at once is a trembling hand
        self.terminal.press(action)


@contextmanager
def service_hall(
    directory: Path,
    town: SeededTown,
    service: PageService | None = None,
    *,
    face: bool = True,
    **settings: Any,
) -> Iterator[ServiceHall]:
    """Open and in service. A4 goes through `service` where one is given. `settings` as of TerminalProcess."""
    with (
        ResidentDevices(directory / "devices", service) as devices,
        Stage(
            directory / "stage",
            town,
            terminals=(TERMINAL,),
            faces=(TERMINAL,) if face else (),
            at=OPENS,
            more_devices=devices.sections,
            **settings,
        ) as stage,
    ):
        terminal = stage[TERMINAL]
        terminal.wait_status("every device is well", _all_well, HOME_S)
        wait_for("it shows that it is online", lambda: terminal.pages()[-1]["online"], HOME_S)
        yield ServiceHall(stage, terminal, devices, read_residents(town.id_cards))


def _all_well(status: Any) -> bool:
    return all(status["devices"].get(slot, {}).get("health") == "ok" for slot in DEVICES)


def play_looks(
    hall: ServiceHall, journeys: Sequence[Journey], act: Callable[[Visit], None], *, people: Sequence[str]
) -> None:
    """The same visit in each look, by one of `people` each, who come in turn."""
    from tests.journeys.visit import Visit

    for at, journey in enumerate(journeys):
        with journey.played():
            visit = Visit(hall, journey, hall.people[people[at % len(people)]])
            try:
                act(visit)
            except Exception:
                visit.show("Where it broke off")
                raise
            visit.count()
        with journey.to_its_end():
            hall.calm_down()

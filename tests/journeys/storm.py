"""storm: a hundred cables are pulled on a terminal with every device there is, several at a time, while people eat.

Each device has a hand of its own that pulls its cable, waits until the terminal says so, waits a little more, and puts it
back. People come meanwhile; who sees no verdict holds the card to the reader once more, as people do.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.round import answer_offers
from tests.journeys.playing import check_books, check_chain, check_purses
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.hall_devices import Cable, HallDevices
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import START_S, Page, TerminalProcess
from tests.stage.waiting import Overdue, pause, wait_for

NAME, TITLE = "storm", "storm · a hundred pulled cables while meals are served"
TERMINAL = "CT-03"
UNPLUGS = 100
SEED = 20261122
SEEN_S, BACK_S = 2.0, 3.0
GIVE_UP_S = 15.0  # a device that is late is a failed check; one that never comes ends the storm
LOOK_S = 0.04
VERDICT_S = 3.0
TAPS_A_DINER = 8
BETWEEN_DINERS_S = 0.3
PRINTER_BYTES_S = 20_000  # a slip takes half a second, as on paper: else no pull would meet one half-way
PRINTED_S = 60.0
HAND_S = 300.0


@dataclass(frozen=True, slots=True)
class Pull:
    """One cable: when it was pulled and put back (monotonic s), and how long each took to be seen."""

    slot: str
    pulled: float
    seen_s: float
    plugged: float
    back_s: float


class Looking:
    """Looks at the status socket all the time, and keeps when each device's health last changed."""

    def __init__(self, terminal: TerminalProcess) -> None:
        self._terminal = terminal
        self._changed = threading.Condition()
        self._health: dict[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="looking", daemon=True)

    def __enter__(self) -> Looking:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=GIVE_UP_S)

    def wait(self, slot: str, ok: bool) -> float:
        """Until a device is well, or is not. Answers the seconds since the call. Raises Overdue."""
        began = time.monotonic()
        with self._changed:
            if not self._changed.wait_for(lambda: (self._health.get(slot) == "ok") == ok, GIVE_UP_S):
                raise Overdue(f"{slot} is {self._health.get(slot)} after {GIVE_UP_S:g} s")
        return time.monotonic() - began

    def _look(self) -> None:
        while not self._over.is_set():
            status = self._terminal.status()
            if status is not None:
                with self._changed:
                    self._health = {slot: said["health"] for slot, said in status["devices"].items()}
                    self._changed.notify_all()
            self._over.wait(LOOK_S)


@dataclass(slots=True)
class Hands:
    """One hand a cable; what each did."""

    looking: Looking
    pulls: list[Pull] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pull(self, cable: Cable, times: int, draw: random.Random) -> None:
        """The hand: pulls `times` times. It ends when its device does not come back."""
        try:
            for _ in range(times):
                pause(draw.uniform(0.2, 1.5))
                self._pull_once(cable, draw.uniform(0.0, 1.5))
        except Overdue as overdue:
            self.errors.append(str(overdue))

    def _pull_once(self, cable: Cable, out_s: float) -> None:
        pulled = time.monotonic()
        cable.unplug()
        seen_s = self.looking.wait(cable.slot, ok=False)
        pause(out_s)
        plugged = time.monotonic()
        cable.plug()
        back_s = self.looking.wait(cable.slot, ok=True)
        with self._lock:
            self.pulls.append(Pull(cable.slot, pulled, seen_s, plugged, back_s))


def play(town: SeededTown, journey: Journey) -> None:
    with (
        HallDevices(journey.directory / "devices") as hall_devices,
        Stage(
            journey.directory / "stage",
            town,
            faces=(TERMINAL,),
            at="11:21",
            more_devices=hall_devices.sections,
        ) as stage,
    ):
        terminal = stage[TERMINAL]
        terminal.devices.printer.slow(PRINTER_BYTES_S)
        cables = (*_own_cables(terminal), *hall_devices.cables)
        with Looking(terminal) as looking:
            for cable in cables:
                looking.wait(cable.slot, ok=True)
            journey.show("Every device is there", terminal.picture())
            hands = Hands(looking)
            with _storm(hands, cables) as blowing:
                served, unserved = _serve(stage, terminal, looking, blowing)
            journey.show("The storm is over", terminal.picture())
            judge_pulls(journey, hands, cables)
            _judge_meals(stage, terminal, journey, served, unserved)


def _own_cables(terminal: TerminalProcess) -> tuple[Cable, ...]:
    reader, printer = terminal.devices.reader, terminal.devices.printer
    return (
        Cable("card_reader", reader.unplug, reader.plug),
        Cable("receipt_printer", printer.unplug, printer.plug),
    )


@contextlib.contextmanager
def _storm(hands: Hands, cables: tuple[Cable, ...]) -> Iterator[Callable[[], bool]]:
    """All hands at once; inside, a question whether one is still pulling. Leaving it waits for them."""
    threads = []
    for number, cable in enumerate(cables):
        times = UNPLUGS // len(cables) + (number < UNPLUGS % len(cables))
        draw = random.Random(f"{SEED}:{cable.slot}")
        threads.append(
            threading.Thread(target=hands.pull, args=(cable, times, draw), name=cable.slot, daemon=True)
        )
    for thread in threads:
        thread.start()
    try:
        yield lambda: any(thread.is_alive() for thread in threads)
    finally:
        for thread in threads:
            thread.join(HAND_S)


def _serve(
    stage: Stage, terminal: TerminalProcess, looking: Looking, blowing: Callable[[], bool]
) -> tuple[dict[str, Person], list[str]]:
    """One diner after the other as long as it blows. Answers who was told that they are served, by transaction, and who
    was not."""
    served: dict[str, Person] = {}
    unserved: list[str] = []
    for diner in stage.town.plain_diners(stage.day, LIST_PRICE):
        if not blowing():
            break
        pause(BETWEEN_DINERS_S)
        page = _served_in_the_end(terminal, looking, diner, set(served))
        if page is None:
            unserved.append(diner.person_id)
        else:
            served[page["txn_id"]] = diner
    return served, unserved


def _served_in_the_end(
    terminal: TerminalProcess, looking: Looking, diner: Person, earlier: set[str]
) -> Page | None:
    """Who sees no verdict waits until the reader is back, and holds the card to it again."""
    before = terminal.seen_bytes()
    for _ in range(TAPS_A_DINER):
        looking.wait("card_reader", ok=True)
        terminal.tap(diner.uid, hold_s=0.2)
        with contextlib.suppress(Overdue):
            return terminal.wait_page(
                "a meal",
                before,
                lambda page: page["view"] == "Served" and page["txn_id"] not in earlier,
                VERDICT_S,
            )
    return None


def judge_pulls(journey: Journey, hands: Hands, cables: tuple[Cable, ...]) -> None:
    """Every cable often enough, every device missed and back in time, and several at once."""
    pulls = hands.pulls
    journey.check("devices that did not come back", [], hands.errors)
    journey.check("cables pulled", UNPLUGS, len(pulls))
    for cable in cables:
        own = [pull for pull in pulls if pull.slot == cable.slot]
        slowest_seen = max((pull.seen_s for pull in own), default=GIVE_UP_S)
        slowest_back = max((pull.back_s for pull in own), default=GIVE_UP_S)
        journey.check_that(f"{cable.slot}: pulls", len(own) >= 5, "at least 5", len(own))
        journey.check_that(
            f"{cable.slot}: slowest to be missed, s",
            slowest_seen <= SEEN_S,
            f"at most {SEEN_S:g}",
            round(slowest_seen, 2),
        )
        journey.check_that(
            f"{cable.slot}: slowest to be back, s",
            slowest_back <= BACK_S,
            f"at most {BACK_S:g}",
            round(slowest_back, 2),
        )
    together = max((_out_at(pulls, pull.pulled) for pull in pulls), default=0)
    journey.check_that("devices out at one time", together >= 3, "at least 3", together)


def _out_at(pulls: list[Pull], instant: float) -> int:
    return sum(pull.pulled <= instant < pull.plugged for pull in pulls)


def _judge_meals(
    stage: Stage,
    terminal: TerminalProcess,
    journey: Journey,
    served: dict[str, Person],
    unserved: list[str],
) -> None:
    """What was said on the glass is in the log and at the hall, once; and every slip comes out in the end."""
    journey.check("diners that went away hungry", [], unserved)
    journey.check_that("diners served in the storm", len(served) >= 20, "at least 20", len(served))
    stage.wait_rows(terminal, len(served), PRINTED_S)
    entries = check_books(stage, terminal, journey)
    check_chain(terminal, journey)
    meals = {entry["row"]["txn_id"]: entry["row"] for entry in entries if entry["row"]["kind"] == "meal"}
    journey.check("meals that were shown and are lost", [], sorted(set(served) - set(meals)))
    people = [row["body"]["person_id"] for row in meals.values()]
    journey.check("meals of somebody who was served twice", len(set(people)), len(people))
    journey.check("meals at the hall", len(served), len(meals))
    _judge_slips(terminal, journey, {int(row["seq"]) for row in meals.values()})
    check_purses(stage, journey)


def _judge_slips(terminal: TerminalProcess, journey: Journey, numbers: set[int]) -> None:
    """A slip that was torn from the printer is offered after the next start, and then printed."""
    terminal.stop()
    terminal.start()
    offered = answer_offers(terminal, print_again=True)
    printer = terminal.devices.printer

    def missing() -> set[int]:
        return numbers - {slip.seq for slip in printer.slips if slip.complete and slip.seq is not None}

    with contextlib.suppress(Overdue):  # the check below says which is missing
        wait_for("every slip", lambda: not missing(), PRINTED_S)
    journey.check("meals without a whole slip", [], sorted(missing()))
    journey.show(f"{offered} slips were torn from the printer, and printed again", terminal.picture())
    terminal.wait_status("every device is there once more", _all_well, START_S)


def _all_well(status: Mapping[str, Any]) -> bool:
    return all(said["health"] == "ok" for said in status["devices"].values())

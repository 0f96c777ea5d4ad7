"""The resident's terminal: from a touch to the next page, from home to her first record, from page to page of a long one,
and ten pages of A4."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ten_pages
from benchmarks.finger import Finger, finger
from benchmarks.measure import Result, against, percentile
from benchmarks.taps import ask
from benchmarks.windows import TOP, display, started
from deploy.programs import run as run_program
from deploy.scene import enrolled_terminal, town
from drivers.emulators.people import invented_card
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.sam import EmulatedSam

WIDTH, HEIGHT = 1080, 1920
ROUNDS = 35
VISITS = 12
# An ID card counts as gone when it was missed three times over a second; the same one laid down sooner is no new visit.
GONE_S = 2.5
# In its first seconds a face builds, between frames, the pages that nobody has opened yet.
BUILT_S = 15.0
TURNS, TURN_BLOCK = 1000, 20
SPECIMEN = 1
# Where the buttons of the home page and of the bars are; a touch that opens another page fails the measure.
QUERY, GUIDES, PLACES = (540, 720), (250, 930), (790, 1385)
BACK, NEXT, AGREE, LEAVE = (150, 1652), (800, 1652), (790, 1640), (135, 1837)
FRAME = "a bare Kivy window's own frame after a change of one label"


@dataclass(frozen=True, slots=True)
class Rig:
    command: list[str]
    status: Path
    card_reader: EmulatedSam


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    touches, visits = _touches_and_visits(directory)
    turns, bare_turns = _turned_pages(directory)
    how = f"{len(touches)} touches sent by X, from the touch to the stamp after the flip of the first frame that differs, once all pages are built"
    rows = "a page of 7 rows of a record of 2,000; from the request to the stamp after its flip"
    peer = "a bare Kivy RecycleView of one page"
    return [
        against(
            "touch_to_next_page_p50", percentile(touches, 50), "ms", peer, percentile(bare_turns, 50), how
        ),
        against(
            "touch_to_next_page_p99",
            percentile(touches, 99),
            "ms",
            peer,
            percentile(bare_turns, 99),
            how,
            value_at_most=100,
        ),
        against(
            "home_to_first_record",
            percentile(visits, 50),
            "ms",
            peer,
            percentile(bare_turns, 50),
            f"{VISITS} visits: the first touch, an ID card laid down, the record of this year from the hall on the glass; "
            "the touches follow each page at once. Median",
        ),
        against(
            "page_turn_p99_value",
            percentile(turns, 99),
            "ms",
            peer,
            percentile(bare_turns, 99),
            rows,
            value_at_most=100,
        ),
        against(
            "page_turn_p99",
            percentile(turns, 99),
            "ms",
            peer,
            percentile(bare_turns, 99),
            rows,
            ratio_at_most=1.5,
        ),
        *ten_pages.results(),
    ]


# --- the whole terminal ---------------------------------------------------------------------------------------------


def _touches_and_visits(directory: Path) -> tuple[list[float], list[float]]:
    with (
        display(WIDTH, HEIGHT) as screen,
        _rig(directory) as rig,
        started(rig.command, {"DISPLAY": screen}, directory / "terminal.log"),
        finger(screen, rig.status) as hand,
    ):
        _wait_until_it_serves(rig.status)
        _until_built(lambda: _look_around(hand))
        touches = [ms for _ in range(ROUNDS) for ms in _look_around(hand)]
        _visit(hand, rig.card_reader, first=True)
        visits = [_visit(hand, rig.card_reader) for _ in range(VISITS)]
    return touches, visits


def _look_around(hand: Finger) -> list[float]:
    """Three pages and back again, six touches."""
    measured = []
    for tile, page in ((GUIDES, "ListPage"), (PLACES, "ListPage"), (QUERY, "PlaceCard")):
        measured.append(hand.touch(tile, page))
        measured.append(hand.touch(BACK, "ResidentHome"))
    return measured


def _visit(hand: Finger, card_reader: EmulatedSam, *, first: bool = False) -> float:
    """Milliseconds from the first touch until the record is on the glass."""
    begun_ns = time.monotonic_ns()
    hand.touch(QUERY, "PlaceCard")
    card_reader.rest(invented_card(SPECIMEN))
    if first:
        hand.wait("NoticePage")
        hand.touch(AGREE, "ListPage")
    hand.wait("ListPage")
    hand.touch(NEXT, "RecordTable")
    shown_ns = hand.wait("RecordTable")
    hand.touch(LEAVE, "ResidentHome")
    card_reader.lift()
    threading.Event().wait(GONE_S)
    return (shown_ns - begun_ns) / 1e6


@contextlib.contextmanager
def _rig(directory: Path) -> Iterator[Rig]:
    """A hall, a terminal's settings and its devices. The specimen's card is that of somebody below 70, whose pages are not
    the large ones."""
    with town(directory, 300) as place, contextlib.ExitStack() as devices:
        reader = EmulatedReader(directory / "devices")
        devices.callback(reader.close)
        printer = EmulatedPrinter(directory / "devices")
        devices.callback(printer.close)
        id_cards = EmulatedSam(directory / "devices")
        devices.callback(id_cards.close)
        known = json.loads(place.all_cards.read_text(encoding="utf-8"))
        person = next(card["person_id"] for card in known if card["kind"] == "age_60_74")
        run_program(
            ["hall", "register-id-card", person, "--database", place.database],
            typed=f"{invented_card(SPECIMEN).number}\n",
        )
        more = {"id_card_reader": {"kind": "sam_serial", "port": id_cards.path}}
        config = enrolled_terminal(place, place.url, reader.path, printer.address, more, role="query_print")
        command = [sys.executable, "-m", "kiosk", "run", "--config", str(config)]
        yield Rig(command, directory / "terminal-query-print" / "status.sock", id_cards)


def _wait_until_it_serves(status: Path, deadline_s: float = 90.0) -> None:
    pause = threading.Event()
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            facts = ask(status)
            if facts["online"] and facts["drawn_view"] == "ResidentHome" and facts["devices"]:
                return
        pause.wait(0.2)
    raise TimeoutError("the terminal does not serve")


def _until_built(look: Callable[[], object]) -> None:
    end = time.monotonic() + BUILT_S
    while time.monotonic() < end:
        look()


# --- pages of a table -----------------------------------------------------------------------------------------------


def _turned_pages(directory: Path) -> tuple[list[float], list[float]]:
    ours = [sys.executable, "-m", "benchmarks.turning_pages"]
    peer = [sys.executable, str(TOP / "benchmarks" / "peers" / "bare_recycle_view.py")]
    turned: list[float] = []
    bare: list[float] = []
    with (
        display(WIDTH, HEIGHT) as screen,
        display(WIDTH, HEIGHT) as other_screen,
        _turner(ours, screen, directory / "turning.log") as turn,
        _turner(peer, other_screen, directory / "recycling.log") as bare_turn,
    ):
        _until_built(lambda: (turn(), bare_turn()))
        for _ in range(TURNS // TURN_BLOCK):
            turned += [turn() for _ in range(TURN_BLOCK)]
            bare += [bare_turn() for _ in range(TURN_BLOCK)]
    return turned, bare


class _Turner:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self) -> float:
        """Milliseconds until the next page is on the glass."""
        assert self._process.stdin is not None and self._process.stdout is not None
        begun_ns = time.monotonic_ns()
        self._process.stdin.write("turn\n")
        self._process.stdin.flush()
        return (int(self._process.stdout.readline()) - begun_ns) / 1e6


@contextlib.contextmanager
def _turner(command: list[str], screen: str, log: Path) -> Iterator[_Turner]:
    with log.open("w") as sink:
        process = subprocess.Popen(
            command,
            cwd=TOP,
            env={**os.environ, "DISPLAY": screen, "KIVY_NO_CONSOLELOG": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
        )
        assert process.stdin is not None and process.stdout is not None
        try:
            if process.stdout.readline() != "ready\n":
                raise RuntimeError(f"no window: {log.read_text('utf-8')[-2000:]}")
            yield _Turner(process)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)

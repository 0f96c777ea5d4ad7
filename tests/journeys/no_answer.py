"""no_answer: the hall accepts every connection and never answers; the taps keep their pace."""

from __future__ import annotations

import statistics

from tests.journeys.playing import check_books, check_chain, check_purses, take_slips
from tests.journeys.report import Journey
from tests.stage.hall import SeededTown
from tests.stage.people import LIST_PRICE, Person
from tests.stage.stage import Stage
from tests.stage.terminal import TerminalProcess
from tests.stage.waiting import pause

NAME, TITLE = "no_answer", "no_answer · the hall accepts and never answers"
TERMINAL = "CT-03"
TAPS = 50
BLOCK = 25  # the two kinds of hall take turns, so that a busy machine slows both alike
BETWEEN_S = 0.05
MEDIAN_RATIO, WORST_RATIO = 2.0, 4.0


def play(town: SeededTown, journey: Journey) -> None:
    with Stage(journey.directory / "stage", town, faces=(TERMINAL,), at="11:21") as stage:
        terminal = stage[TERMINAL]
        diners = iter(stage.town.plain_diners(stage.day, LIST_PRICE))
        for _ in range(5):
            terminal.tap_and_see(
                next(diners).uid, "Served"
            )  # the first pages of a life are built while one taps
        healthy: list[float] = []
        silent: list[float] = []
        for block in range(2 * TAPS // BLOCK):
            swallowing = block % 2 == 1
            network = terminal.devices.network
            network.swallow() if swallowing else network.restore()
            taken = [_tap_ms(terminal, next(diners)) for _ in range(BLOCK)]
            (silent if swallowing else healthy).extend(taken)
        journey.show("While the hall never answers", terminal.picture(), take_slips(terminal, 0, 1))
        _compare(journey, healthy, silent)
        terminal.devices.network.restore()
        stage.wait_rows(terminal, 5 + 2 * TAPS + 1, 120.0)
        terminal.wait_status("all is sent", lambda it: it["online"] and it["queued"] == 0, 60.0)
        take_slips(terminal, 0, 5 + 2 * TAPS)
        check_books(stage, terminal, journey)
        check_chain(terminal, journey)
        check_purses(stage, journey)


def _tap_ms(terminal: TerminalProcess, diner: Person) -> float:
    """From the reader's last byte to the flip that shows the verdict."""
    page = terminal.tap_and_see(diner.uid, "Served")
    pause(BETWEEN_S)
    shown_ns: int = page["ns"]
    return (shown_ns - terminal.first_frame_ns) / 1e6


def _compare(journey: Journey, healthy: list[float], silent: list[float]) -> None:
    """Ratios, not seconds: how fast the machine is, is the benchmark's business."""
    medians = statistics.median(healthy), statistics.median(silent)
    worst = sorted(healthy)[-2], sorted(silent)[-2]
    journey.check("taps with a hall that answers, and without", (TAPS, TAPS), (len(healthy), len(silent)))
    for what, (well, ill), allowed in (
        ("median", medians, MEDIAN_RATIO),
        ("second slowest of fifty", worst, WORST_RATIO),
    ):
        journey.check_that(
            f"tap to verdict, {what}: with a silent hall beside an answering one",
            ill <= allowed * well,
            f"at most {allowed:g} times {well:.1f} ms",
            f"{ill:.1f} ms",
        )

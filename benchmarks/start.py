"""From the command to the first frame: the whole terminal beside a bare Kivy window, both with warm file caches."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import Result, against, median_ratio, percentile, take_turns
from benchmarks.rig import rig
from benchmarks.windows import BARE_WINDOW, display, started

ROUNDS = 7


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    with display() as screen, rig(directory) as terminal:

        def first_frame(command: list[str], log: str) -> float:
            with started(command, {"DISPLAY": screen}, directory / log) as window:
                return window.seconds

        def ours() -> float:
            return first_frame(terminal.command, "terminal.log")

        def peer() -> float:
            return first_frame(BARE_WINDOW, "bare.log")

        ours(), peer()
        seconds, bare_seconds = take_turns(ours, peer, ROUNDS)
    return [
        against(
            "cold_start",
            percentile(seconds, 50),
            "s",
            "a bare Kivy window with one label",
            percentile(bare_seconds, 50),
            f"{ROUNDS} starts each, in turns, on a virtual display; from the command to READY=1 at the first frame, which "
            "is the starting page: the idle page follows when the terminal's parts are loaded and its disk is checked. "
            "Bytecode is compiled, as installed, and file caches are warm after one start of each that does not count. Medians, and the median ratio of turns.",
            ratio=median_ratio(seconds, bare_seconds),
            ratio_at_most=2.0,
        )
    ]

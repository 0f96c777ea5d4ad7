"""What a terminal that waits for a card holds and burns, beside a bare Kivy window that does nothing at all."""

from __future__ import annotations

import threading
from pathlib import Path

from benchmarks.measure import Result, against, percentile, take_turns
from benchmarks.rig import rig
from benchmarks.windows import BARE_WINDOW, display, processor_seconds, resident_mib, started

ROUNDS = 3
SETTLE_S = 4.0
WATCH_S = 10.0


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    memory: dict[str, list[float]] = {"terminal": [], "bare": []}
    with display() as screen, rig(directory) as terminal:

        def idle_share(name: str, command: list[str]) -> float:
            """Processor use over the watch, in percent of one core; also notes the memory."""
            elapsed = threading.Event()  # never set: what is measured is a length of time
            with started(command, {"DISPLAY": screen}, directory / f"{name}.log") as window:
                elapsed.wait(SETTLE_S)
                before = processor_seconds(window.pid)
                elapsed.wait(WATCH_S)
                memory[name].append(resident_mib(window.pid))
                return 100 * (processor_seconds(window.pid) - before) / WATCH_S

        shares, bare_shares = take_turns(
            lambda: idle_share("terminal", terminal.command), lambda: idle_share("bare", BARE_WINDOW), ROUNDS
        )
    how = (
        f"{ROUNDS} runs of each in turns; {SETTLE_S:g} s after the first frame, over {WATCH_S:g} s, on a virtual "
        "display drawn in software; the terminal is enrolled and in touch with a hall, reader and printer connected. "
        "Medians. No goal is set."
    )
    bare = "a bare Kivy window with one label"
    return [
        against(
            "resident_memory",
            percentile(memory["terminal"], 50),
            "MiB",
            bare,
            percentile(memory["bare"], 50),
            how,
        ),
        against(
            "idle_processor", percentile(shares, 50), "% of a core", bare, percentile(bare_shares, 50), how
        ),
    ]

"""From the last byte of a card to the flip that shows its verdict: the whole way through reader, rules, disk and face."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from benchmarks.measure import Result, against, percentile
from benchmarks.rig import Rig, rig
from benchmarks.windows import TOP, display, started

TAPS = 500
BLOCK = 50
WARM_UP = 10
VERDICT_DEADLINE_S = 10.0
# The next diner comes when the last verdict has been seen for a moment; the printer is still busy with the slip.
PAUSE_S = 0.2


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    latencies: list[float] = []
    floor: list[float] = []
    with (
        display() as screen,
        display() as other_screen,
        rig(directory) as terminal,
        started(terminal.command, {"DISPLAY": screen}, directory / "terminal.log"),
        bare_meals(directory, other_screen) as bare,
    ):
        cards = _residents(terminal)
        status = directory / "terminal" / "status.sock"
        _wait_until_it_serves(status)
        meals_ms(terminal, status, cards, WARM_UP)
        bare.meals_ms(WARM_UP)
        for _ in range(TAPS // BLOCK):
            latencies += meals_ms(terminal, status, cards, BLOCK)
            floor += bare.meals_ms(BLOCK)
    how = (
        f"{TAPS} taps of different cards in blocks of {BLOCK}, in turns with the floor. From the stamp of the emulated "
        "reader after the last byte of the frame (another process) to the stamp after the flip that shows this txn_id. "
        "Floor: a bare durable commit and a bare flip, from the request to the stamp after its flip."
    )
    peer = "a bare FULL commit and a bare flip"
    return [
        against("tap_to_verdict_p50", percentile(latencies, 50), "ms", peer, percentile(floor, 50), how),
        against(
            "tap_to_verdict_p99",
            percentile(latencies, 99),
            "ms",
            peer,
            percentile(floor, 99),
            how,
            value_at_most=50,
        ),
    ]


def meals_ms(terminal: Rig, status: Path, cards: Iterator[str], count: int) -> list[float]:
    """Tap cards until `count` of them were meals; milliseconds from tap to verdict of each."""
    measured: list[float] = []
    while len(measured) < count:
        latency = tap_to_verdict_ms(terminal, status, next(cards))
        if latency is not None:
            measured.append(latency)
    return measured


def tap_to_verdict_ms(terminal: Rig, status: Path, uid: str) -> float | None:
    """Tap one card and wait until its meal is on the glass; None for one that is refused (lapsed, low balance), which
    writes nothing. Raises TimeoutError when no verdict comes."""
    before = ask(status)["drawn_txn_id"]
    pause = threading.Event()  # never set: the socket tells nobody that something has changed
    stamp_ns = terminal.reader.tap(uid, hold_s=0.1)
    end = time.monotonic() + VERDICT_DEADLINE_S
    while time.monotonic() < end:
        pause.wait(PAUSE_S)
        facts = ask(status)
        if facts["drawn_txn_id"] != before:
            return (int(facts["drawn_ns"]) - stamp_ns) / 1e6
        if facts["view"] == "Attention":
            return None
    raise TimeoutError(f"no verdict within {VERDICT_DEADLINE_S:g} s; the terminal says {facts}")


def ask(status: Path) -> dict[str, Any]:
    """What the terminal says of itself on its status socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        directory = os.open(status.parent, os.O_PATH)  # the path of a socket may have 107 bytes only
        try:
            connection.connect(f"/proc/self/fd/{directory}/{status.name}")
        finally:
            os.close(directory)
        said = b"".join(iter(lambda: connection.recv(65_536), b""))
    facts: dict[str, Any] = json.loads(said)
    return facts


def _wait_until_it_serves(status: Path, deadline_s: float = 60.0) -> None:
    pause = threading.Event()
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            facts = ask(status)
            if facts["online"] and facts["view"] == "Idle" and facts["period"]:
                return
        pause.wait(0.1)
    raise TimeoutError("the terminal does not serve")


def _residents(terminal: Rig) -> Iterator[str]:
    listed = json.loads(terminal.place.all_cards.read_text(encoding="utf-8"))
    return (card["uid"] for card in listed if card["kind"] == "ordinary")


class BareMeals:
    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers

    def meals_ms(self, count: int) -> list[float]:
        return [self._meal_ms() for _ in range(count)]

    def _meal_ms(self) -> float:
        begun = time.monotonic_ns()
        self._requests.write("a meal\n")
        self._requests.flush()
        return (int(self._answers.readline()) - begun) / 1e6


@contextlib.contextmanager
def bare_meals(directory: Path, screen: str) -> Iterator[BareMeals]:
    """The floor, running on a display of its own."""
    program = [
        sys.executable,
        str(TOP / "benchmarks" / "peers" / "bare_meal.py"),
        str(directory / "bare-meals.db"),
    ]
    process = subprocess.Popen(
        program,
        env={**os.environ, "DISPLAY": screen},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the bare window did not start")
        yield BareMeals(process.stdin, process.stdout)
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)

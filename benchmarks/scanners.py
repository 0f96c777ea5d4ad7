"""From the last byte that a scanner, a keyboard reader or a radio receiver sends to the event that its driver hands on.

The wire's own time is not in it: a pty brings bytes at once. The floor reads the same bytes with nothing around them.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Protocol, cast

from benchmarks.bytes_to_event import results
from benchmarks.measure import Result
from drivers.base import Driver
from drivers.buttons.codes import button_of
from drivers.kinds import Options
from drivers.registry import make

EVENTS = 1000
BLOCK = 50
DEADLINE_S = 5.0
TOP = Path(__file__).parents[1]


class Reading(Driver, Protocol):
    """Whatever reads."""

    def read(self, timeout_s: float) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """A device: its emulator's name, its driver's kind, the option that holds its port, and how many bytes an event has
    (a shift key would add to a typed one, so only digits are)."""

    name: str
    kind: str
    port: str
    event_bytes: int


MEASURED = (
    Measured("ssi", "ssi_serial", "port", 7 + 10),
    Measured("line", "line_serial", "port", 10 + 2),
    Measured("wedge", "wedge", "path", 11 * 6 * 24),
    Measured("rf_generic", "rf_generic_serial", "port", 2 * 7),
)


class Devices:
    """The emulated devices, in their own process."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers
        self.ports: dict[str, str] = json.loads(answers.readline())

    def ask(self, name: str, text: str) -> None:
        """Makes the device say something."""
        self._requests.write(f"{name} {text}\n")
        self._requests.flush()

    def stamp_ns(self) -> int:
        """When the last byte of what was asked for was sent."""
        return int(self._answers.readline())


@contextmanager
def emulated_scanners(directory: Path) -> Iterator[Devices]:
    """The process, until the benchmark is over."""
    command = [sys.executable, "-m", "benchmarks.emulated_scanners", str(directory)]
    with subprocess.Popen(
        command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Devices(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    found: list[Result] = []
    with emulated_scanners(directory) as devices:
        for measured in MEASURED:
            found += _measure(devices, measured)
    return found


def _measure(devices: Devices, measured: Measured) -> list[Result]:
    ours: list[float] = []
    floor: list[float] = []
    numbers = count(1)
    for _ in range(EVENTS // BLOCK):
        ours += by_driver_ms(devices, measured, [_text(measured, next(numbers)) for _ in range(BLOCK)])
        floor += bare_ms(devices, measured, [_text(measured, next(numbers)) for _ in range(BLOCK)])
    how = (
        f"{EVENTS} different codes, cards or buttons in blocks of {BLOCK}, in turns with the floor. From the stamp of the "
        "emulated device (another process) after its last byte to the driver's read coming back. One thread, no logging."
    )
    return results(measured.name, ours, floor, how)


def _text(measured: Measured, number: int) -> str:
    """The same code twice is one scan, so each has its own number."""
    return f"{number:06X}" if measured.kind == "rf_generic_serial" else f"{number:010d}"


def by_driver_ms(devices: Devices, measured: Measured, texts: list[str]) -> list[float]:
    """Milliseconds of each from its last byte to the event."""
    driver = cast(Reading, make(measured.kind, _options(devices, measured, texts)))
    driver.open()
    try:
        return [_one_event_ms(devices, measured, driver, text) for text in texts]
    finally:
        driver.close()


def _options(devices: Devices, measured: Measured, texts: list[str]) -> Options:
    options: dict[str, object] = {measured.port: devices.ports[measured.name]}
    if measured.kind == "wedge":
        options |= {"number_format": "10D", "first_byte": "01"}
    if measured.kind == "rf_generic_serial":
        options["buttons"] = [str(button_of(bytes.fromhex(text))) for text in texts]
    return options


def _one_event_ms(devices: Devices, measured: Measured, driver: Reading, text: str) -> float:
    devices.ask(measured.name, text)
    if driver.read(DEADLINE_S) is None:
        raise TimeoutError(f"{measured.name}: no event within {DEADLINE_S:g} s")
    now_ns = time.monotonic_ns()
    # Two frames make a press: the stamp is that of the second, as the driver needs both.
    return (now_ns - devices.stamp_ns()) / 1e6


def bare_ms(devices: Devices, measured: Measured, texts: list[str]) -> list[float]:
    """The floor, for as many events."""
    port = os.open(devices.ports[measured.name], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return [_one_talk_ms(devices, measured, port, text) for text in texts]
    finally:
        os.close(port)


def _one_talk_ms(devices: Devices, measured: Measured, port: int, text: str) -> float:
    poll = select.poll()
    poll.register(port, select.POLLIN)
    while poll.poll(0):
        os.read(port, 4096)
    devices.ask(measured.name, text)
    length = measured.event_bytes
    while length > 0:
        if not poll.poll(DEADLINE_S * 1000):
            raise TimeoutError(f"{measured.name}: {length} bytes of an event did not come")
        length -= len(os.read(port, 4096))
    now_ns = time.monotonic_ns()
    if measured.kind == "ssi_serial":
        os.write(port, bytes.fromhex("04D00400FF28"))  # or the module sends it again
    return (now_ns - devices.stamp_ns()) / 1e6

"""From the last byte that a reader sends to the card that its driver hands on: what parsing, judging and waking up cost.

The wire's own time is not in it: a pty brings bytes at once, and an answer counts from its last byte. The floor reads the
same bytes from the same port with nothing around them.
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
from pathlib import Path
from typing import IO

from benchmarks.bytes_to_event import results
from benchmarks.measure import Result
from drivers.base import CardReader, CardSeen
from drivers.kinds import Surroundings
from drivers.registry import make_reader

CARDS = 1000
BLOCK = 50
DEADLINE_S = 5.0
TOP = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Measured:
    """A reader: its emulator's name, its driver's kind, and the conversation that brings a card: what is sent, and how
    long the answer is."""

    name: str
    kind: str
    talk: tuple[tuple[bytes, int], ...]


MEASURED = (
    Measured("em4100", "em4100_serial", ((b"", 14),)),
    Measured("pn532", "pn532_serial", ((bytes.fromhex("0000FF04FCD44A0100E100"), 6 + 19),)),
    Measured(
        "m1_aabb",
        "m1_aabb_serial",
        (
            (bytes.fromhex("AABB0600FFFF01025251"), 12),
            (bytes.fromhex("AABB0600FFFF02020404"), 15),
            (bytes.fromhex("AABB0900FFFF03024CAA00008067"), 11),
        ),
    ),
)


class Devices:
    """The emulated readers, in their own process."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests = requests
        self._answers = answers
        self.ports: dict[str, str] = json.loads(answers.readline())

    def do(self, verb: str, reader: str) -> str:
        """One action, and what it was answered with."""
        self._requests.write(f"{verb} {reader}\n")
        self._requests.flush()
        return self._answers.readline().strip()

    def stamp_ns(self, reader: str) -> int:
        """When the reader's last byte was sent."""
        return int(self.do("stamp", reader))


@contextmanager
def emulated_readers(directory: Path) -> Iterator[Devices]:
    """The process, until the benchmark is over."""
    command = [sys.executable, "-m", "benchmarks.emulated_readers", str(directory)]
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
    with emulated_readers(directory) as devices:
        for measured in MEASURED:
            found += _measure(devices, measured)
    return found


def _measure(devices: Devices, measured: Measured) -> list[Result]:
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(CARDS // BLOCK):
        ours += by_driver_ms(devices, measured, BLOCK)
        floor += bare_ms(devices, measured, BLOCK)
    how = (
        f"{CARDS} cards in blocks of {BLOCK}, in turns with the floor. From the stamp of the emulated reader (another "
        "process) after its last byte to the driver's read coming back with the card. The reader stamps when its write has "
        "come back, which a waiting driver can be quicker than: values around zero mean that nothing was lost."
    )
    return results(measured.name, ours, floor, how)


def by_driver_ms(devices: Devices, measured: Measured, count: int) -> list[float]:
    """Lays a card down `count` times; milliseconds of each from its last byte to the reading."""
    return [_one_reading_ms(devices, measured) for _ in range(count)]


def _one_reading_ms(devices: Devices, measured: Measured) -> float:
    """A new driver each time: one that knew the last card would wait until it is sure that it has left."""
    driver = make_reader(
        measured.kind, {"port": devices.ports[measured.name]}, Surroundings(known=lambda card: True)
    )
    driver.open()
    try:
        devices.do("rest", measured.name)
        now_ns = _card_seen_ns(driver)
        latency_ns = now_ns - devices.stamp_ns(measured.name)
        devices.do("lift", measured.name)
    finally:
        driver.close()
    return latency_ns / 1e6


def _card_seen_ns(driver: CardReader) -> int:
    """When the read came back that brought the card. Raises TimeoutError when none does."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        if isinstance(driver.read(0.5), CardSeen):
            return time.monotonic_ns()
    raise TimeoutError(f"no card within {DEADLINE_S:g} s")


def bare_ms(devices: Devices, measured: Measured, count: int) -> list[float]:
    """The floor, for the same cards: the conversation as it is known to go."""
    port = os.open(devices.ports[measured.name], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return [_one_talk_ms(devices, measured, port) for _ in range(count)]
    finally:
        os.close(port)


def _one_talk_ms(devices: Devices, measured: Measured, port: int) -> float:
    poll = select.poll()
    poll.register(port, select.POLLIN)
    while poll.poll(0):
        os.read(port, 4096)
    devices.do("rest", measured.name)
    for sent, length in measured.talk:
        if sent:
            os.write(port, sent)
        while length > 0:
            if not poll.poll(DEADLINE_S * 1000):
                raise TimeoutError(f"{measured.name}: {length} bytes of an answer did not come")
            length -= len(os.read(port, 4096))
    now_ns = time.monotonic_ns()
    latency = now_ns - devices.stamp_ns(measured.name)
    devices.do("lift", measured.name)
    return latency / 1e6

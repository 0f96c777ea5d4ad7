"""One emulated printer a test, and the real driver over each of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.emulators.printer import EmulatedPrinter
from drivers.printers.escpos import EscPosPrinter
from drivers.printers.profiles import PROFILES, Profile
from drivers.transport import FileTransport, SerialTransport, TcpTransport, Transport

PATIENT = replace(PROFILES["generic"], answer_s=3.0)
"""An emulator answers within a millisecond, but the machine that runs the tests may be busy."""

IMPATIENT = replace(PROFILES["generic"], fence_s=0.6, answer_s=0.3)
"""For tests in which no answer is meant to come."""

MakeEmulator = Callable[..., EmulatedPrinter]
MakeDriver = Callable[..., EscPosPrinter]


@pytest.fixture
def make_emulator(tmp_path: Path) -> Iterator[MakeEmulator]:
    made: list[EmulatedPrinter] = []

    def make(**options: Any) -> EmulatedPrinter:
        made.append(EmulatedPrinter(tmp_path / str(len(made)), **options))
        return made[-1]

    yield make
    for emulator in made:
        emulator.close()


@pytest.fixture
def emulator(make_emulator: MakeEmulator) -> EmulatedPrinter:
    return make_emulator()


@pytest.fixture
def make_driver() -> Iterator[MakeDriver]:
    made: list[EscPosPrinter] = []

    def make(emulator: EmulatedPrinter, line: str = "tcp", profile: Profile = PATIENT) -> EscPosPrinter:
        transport: Transport = TcpTransport(*emulator.address)
        if line == "usb":
            transport = FileTransport(emulator.path)
        elif line == "pty":
            transport = SerialTransport(emulator.path, 115200)
        made.append(EscPosPrinter(transport, emulator.width_mm, profile, hold=line != "tcp"))
        return made[-1]

    yield make
    for driver in made:
        driver.close()

"""A whole terminal to measure: hall in a process of its own, reader and printer emulated in this one."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.scene import Town, enrolled_terminal, town
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader

RESIDENTS = 2_000


@dataclass(frozen=True, slots=True)
class Rig:
    """`command` runs the terminal with its face, as systemd would."""

    command: list[str]
    place: Town
    reader: EmulatedReader
    printer: EmulatedPrinter


@contextlib.contextmanager
def rig(directory: Path) -> Iterator[Rig]:
    with town(directory, RESIDENTS) as place, contextlib.ExitStack() as devices:
        reader = EmulatedReader(directory / "devices")
        devices.callback(reader.close)
        printer = EmulatedPrinter(directory / "devices")
        devices.callback(printer.close)
        config = enrolled_terminal(place, place.url, reader.path, printer.address)
        yield Rig([sys.executable, "-m", "kiosk", "run", "--config", str(config)], place, reader, printer)

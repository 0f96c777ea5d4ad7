"""The devices of one terminal on the stage: the shipped emulators, with a printer that remembers what its slips say."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.emulators.clock import EmulatedClock
from drivers.emulators.network import LOST_ROUTE, EmulatedNetwork
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.printer_interpreter import Interpreter
from drivers.emulators.reader import EmulatedReader

_NUMBER = re.compile(r"第\s*(\d+)\s*号")
_COPY = re.compile(r"(?:第\s*(?=\d+\s*联)|copy\s*)(\d+)")


@dataclass(frozen=True, slots=True)
class SlipText:
    """What one piece of paper says. `text` has no line breaks; `complete` means it was cut."""

    text: str
    complete: bool

    @property
    def seq(self) -> int | None:
        """The number of the transaction, where the slip got that far."""
        found = _NUMBER.search(self.text)
        return int(found[1]) if found else None

    @property
    def copy(self) -> bool:
        """Whether it says that it is not the first: the big words 补打 are drawn, but the number is text."""
        found = _COPY.search(self.text)
        return found is not None and int(found[1]) > 1


class _ReadingInterpreter(Interpreter):
    """Prints like any other, and remembers the characters of each job."""

    def __init__(self, width_mm: int) -> None:
        super().__init__(width_mm)
        self.slips: list[SlipText] = []
        self._text: list[str] = []

    def _decoded(self, code: bytes) -> str:
        char = super()._decoded(code)
        self._text.append(char)
        return char

    def _escape(self, command: bytes):  # type: ignore[no-untyped-def]
        if command[1:2] == b"@":
            self._end(complete=False)
        return super()._escape(command)

    def cut(self, feed: bool) -> Image.Image:
        self._end(complete=True)
        return super().cut(feed)

    def _end(self, complete: bool) -> None:
        if self._text:
            self.slips.append(SlipText("".join(self._text), complete))
        self._text.clear()

    @property
    def hanging_text(self) -> str:
        return "".join(self._text)


class StagePrinter(EmulatedPrinter):
    """The emulated printer, whose slips can also be read."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._machine: _ReadingInterpreter = _ReadingInterpreter(self.width_mm)

    @property
    def slips(self) -> list[SlipText]:
        """Every slip, oldest first; what hangs out now is the last one, and not complete."""
        with self._changed:
            hanging = self._machine.hanging_text
            return [*self._machine.slips, *([SlipText(hanging, complete=False)] if hanging else [])]


class StageNetwork(EmulatedNetwork):
    """The emulated network, which also counts the batches of rows that set out for the hall."""

    def __init__(self, target: str) -> None:
        self._passing = threading.Condition()
        self.pushes = 0
        super().__init__(target)

    def _take_loss(self, request: Any) -> bool:
        if (request.method, request.path) == LOST_ROUTE:
            with self._passing:
                self.pushes += 1
                self._passing.notify_all()
        return super()._take_loss(request)

    def wait_for_push(self, more_than: int, timeout_s: float) -> bool:
        """Until one more batch has set out; False when none does."""
        with self._passing:
            return self._passing.wait_for(lambda: self.pushes > more_than, timeout_s)


class Devices:
    """Reader, printer, clock and network of one terminal, in `directory`."""

    def __init__(self, directory: Path, hall_url: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.reader = EmulatedReader(directory)
        self.printer = StagePrinter(directory)
        self.clock = EmulatedClock(directory / "clock.json")
        self.network = StageNetwork(hall_url)

    def tap(self, uid: str, hold_s: float = 0.2) -> int:
        """Hold a card to the reader. Answers the monotonic ns after the last byte of its first frame."""
        return self.reader.tap(uid, hold_s)

    def close(self) -> None:
        self.reader.close()
        self.printer.close()
        self.network.close()

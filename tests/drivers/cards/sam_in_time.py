"""An identity card reader in a time of its own: seconds of polling pass in milliseconds, and each instant can be chosen."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from functools import partial
from itertools import count

from drivers.base import CardReading, CardSeen, DeviceGone
from drivers.cards.id_card import SamReader
from drivers.cards.sam_frames import Command
from drivers.emulators.sam_module import SamModule, commands_in
from drivers.wire_log import LoggedTransport, WireLog

Spoiling = Callable[[Command, bytes], bytes]


class SamInTime:
    """A transport to a module. Replies are there after the card's own time; `spoil` may change each on its way."""

    def __init__(self, module: SamModule) -> None:
        self.name = "in time"
        self.bytes_written = 0
        self.bytes_read = 0
        self.module = module
        self.spoil: Spoiling = lambda command, frame: frame
        self.asked: list[Command | None] = []
        self.plugged = True
        self._now_ns = 0
        self._arriving = b""
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._order = count()
        self._heard = bytearray()

    def monotonic_ns(self) -> int:
        """The clock."""
        return self._now_ns

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Has something happen at this second."""
        heapq.heappush(self._events, (round(seconds * 1e9), next(self._order), action))

    def open(self) -> None:
        """See `Transport.open`."""
        self._require_plugged()
        self._arriving = b""

    def close(self) -> None:
        """See `Transport.close`."""

    def write(self, data: bytes, timeout_s: float) -> None:
        """See `Transport.write`."""
        self._require_plugged()
        self.bytes_written += len(data)
        self._heard += data
        for command in commands_in(self._heard):
            self.asked.append(command)
            assert command is not None, "the driver computes each checksum"
            told = self.module.answer(command)
            frame = self.spoil(command, told.frame)
            self.at(self._now_ns / 1e9 + told.after_s, partial(self._arrive, frame))

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See `Transport.read`."""
        self._require_plugged()
        until_ns = self._now_ns + round(timeout_s * 1e9)
        while not self._arriving and self._events and self._events[0][0] <= until_ns:
            at_ns, _, action = heapq.heappop(self._events)
            self._now_ns = max(self._now_ns, at_ns)
            action()
            self._require_plugged()
        if not self._arriving:
            self._now_ns = until_ns
        data, self._arriving = self._arriving[:max_bytes], self._arriving[max_bytes:]
        return data

    def unplug(self) -> None:
        """Pulls the cable."""
        self.plugged = False

    def _arrive(self, frame: bytes) -> None:
        self._arriving += frame

    def _require_plugged(self) -> None:
        if not self.plugged:
            raise DeviceGone("in time: unplugged")


class Stage:
    """A module, its line and the driver on it."""

    def __init__(
        self,
        *,
        keeps_found: bool = True,
        card_s: float = 0.4,
        appended_address: bool = False,
        logged: bool = True,
    ) -> None:
        self.module = SamModule(keeps_found=keeps_found, card_s=card_s)
        self.line = SamInTime(self.module)
        self.log = WireLog(monotonic_ns=self.line.monotonic_ns)
        self.reader = SamReader(
            {115200: LoggedTransport(self.line, self.log) if logged else self.line},
            appended_address=appended_address,
            wire_log=self.log if logged else None,
            monotonic_ns=self.line.monotonic_ns,
        )
        self.numbers: list[str] = []

    def seconds(self) -> float:
        """The time."""
        return self.line.monotonic_ns() / 1e9

    def readings(self, for_s: float) -> list[CardReading]:
        """All that is said in so many seconds, as a terminal listens: half a second at a time. The documents' numbers
        are kept for the test, the documents are wiped."""
        until_ns = self.line.monotonic_ns() + round(for_s * 1e9)
        told = []
        while (left_ns := until_ns - self.line.monotonic_ns()) > 0:
            reading = self.reader.read(min(0.5, left_ns / 1e9))
            if isinstance(reading, CardSeen) and reading.document is not None:
                self.numbers.append(reading.document.number.reveal())
                reading.document.wipe()
            if reading is not None:
                told.append(reading)
        return told

"""A front desk's services on a real disk, without a hall: what the tests of tickets, alarms and the care list stand in.

Nothing is replaced but time, the network's flag, and what is plugged in: `printer`, `speaker` and the relay write down what they
were asked for. What the hall tells is put into the reference as a pull would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from drivers.base import DeviceStatus, Health, PulseOutcome
from kiosk import commands
from kiosk.commands_front_desk import SignStaff
from kiosk.config import Settings
from kiosk.services.front_desk.service import DeskService
from kiosk.services.front_desk.signed_in import SignedIn
from kiosk.services.role_services import Doors, Papers
from offline_cache.clock import FileClockStore, TrustedClock
from offline_cache.identity import Identity, TerminalKey
from offline_cache.outbox import Outbox
from offline_cache.own_rows import OwnRow
from offline_cache.reference import Reference
from offline_cache.sync import ReferenceChanged, RowsSettled
from offline_cache.wire import (
    Change,
    Changes,
    Enrolled,
    PushAnswer,
    ReferenceKind,
    Resident,
    RowKind,
    RowResult,
    Shape,
)
from tests.kiosk.canteen_world import KEY, SetClock, local_ms

DAY = "2026-11-20"
STAFF = "staff-1"
SITE = "H1"

Event = TypeVar("Event")
Service = TypeVar("Service", bound=DeskService)


@dataclass
class Printer:
    """The slip printer's thread, as far as services look at it."""

    status: DeviceStatus | None = field(default_factory=lambda: DeviceStatus(Health.OK))


@dataclass
class Loudspeaker:
    """What was to be heard, in order: names of sounds, and (number, window) of calls."""

    heard: list[object] = field(default_factory=list)

    def sound(self, name: str) -> None:
        self.heard.append(name)

    def call_ticket(self, number: str, window: str, locale: str = "") -> None:
        self.heard.append((number, window))


@dataclass
class Relay:
    """A device's thread that runs what it is asked at once; `pulses` are (channel, milliseconds)."""

    pulses: list[tuple[int, int]] = field(default_factory=list)

    def ask(self, work: Callable[[Any], Any], limit_s: float) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_result(work(self))
        return answer

    def pulse(self, channel: int, duration_ms: int) -> PulseOutcome:
        self.pulses.append((channel, duration_ms))
        return PulseOutcome.CONFIRMED


class DeskWorld:
    """See the module. `make` gives the services under test, of these papers and of who is signed in; they are made anew by
    `restart`. `said` is all that was published, oldest first."""

    def __init__(
        self,
        directory: Path,
        make: Callable[[Papers, SignedIn], Sequence[DeskService]],
        **front_desk: Any,
    ) -> None:
        self.directory = directory
        self.machine = SetClock(local_ms("10:02", DAY))
        self.clock = TrustedClock(self.machine, FileClockStore(directory))
        self.clock.synced(self.machine.wall, 0)
        self.said: list[object] = []
        self.online = True
        self.printer: Printer | None = Printer()
        self.slips: list[str] = []
        self.speaker = Loudspeaker()
        self.devices: dict[str, Any] = {}
        self.settings = Settings.model_validate(
            {
                "terminal": {
                    "id": "FD-01",
                    "role": "front_desk",
                    "data_dir": directory,
                    "hall_url": "http://127.0.0.1:1",
                    "window": "1",
                },
                "front_desk": front_desk,
            }
        )
        enrolled = Enrolled(
            terminal_id="FD-01",
            name="FD-01",
            site_id=SITE,
            role="front_desk",
            hall_id="hall",
            card_key="00" * 32,
        )
        self.identity = Identity.save(directory, TerminalKey.load_or_make(directory), enrolled)
        self._make = make
        self._cursor = 0
        self.open()

    # --- a terminal's life ------------------------------------------------------------------------------------------

    def open(self) -> None:
        self.outbox = Outbox.open(self.directory, KEY, "FD-01", self.clock.stamp())
        self.reference = Reference.open(self.directory, KEY)
        doors = Doors(
            publish=self.said.append,
            online=lambda: self.online,
            on_disk=lambda work: work(),
            later=lambda work: work(),
            slip_queued=self.slips.append,
            printer=self.printer,  # type: ignore[arg-type]  # as much of the thread as services look at
            device=self.devices.get,
            speaker=self.speaker,
        )
        papers = Papers(self.settings, self.identity, KEY, self.clock, self.outbox, self.reference, doors)
        self.signed_in = SignedIn(self.outbox, self.clock.stamp)
        self.services = self._make(papers, self.signed_in)
        for service in self.services:
            service.begin()

    def close(self) -> None:
        self.outbox.close()
        self.reference.close()

    def restart(self, *, minutes: float = 0.0, reboot: bool = False) -> None:
        """The terminal is off for some minutes; with `reboot` its monotonic clock begins anew."""
        self.close()
        self.machine.wall += round(minutes * 60_000)
        self.machine.monotonic += round(minutes * 60_000)
        if reboot:
            self.machine.boot += 1
            self.machine.monotonic = 5_000
        self.clock = TrustedClock(self.machine, FileClockStore(self.directory))
        self.said.clear()
        self.open()

    def second(self, count: int = 1) -> None:
        """Seconds pass, each with its look."""
        for _ in range(count):
            self.machine.wall += 1000
            self.machine.monotonic += 1000
            for service in self.services:
                service.refresh()

    # --- people and devices -----------------------------------------------------------------------------------------

    def sign_in(self, staff_id: str = STAFF) -> None:
        self.signed_in.sign(SignStaff(staff_id, "in"))

    def perform(self, command: commands.Command) -> None:
        assert any(service.perform(command) for service in self.services), "nobody's command"

    def hear(self, event: object) -> None:
        for service in self.services:
            if isinstance(event, service.hears):
                service.hear(event)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.said if isinstance(event, kind)]

    def last(self, kind: type[Event]) -> Event:
        found = self.of(kind)
        assert found, f"no {kind.__name__} among {[type(event).__name__ for event in self.said[-5:]]}"
        return found[-1]

    # --- the hall ---------------------------------------------------------------------------------------------------

    def told(self, kind: ReferenceKind, records: dict[str, Shape | None]) -> None:
        """A page of the feed: records by id, None for one that is gone."""
        self._cursor += 1
        changes = [
            Change(kind=kind, id=key, data=None if shape is None else shape.model_dump(mode="json"))
            for key, shape in records.items()
        ]
        page = Changes(
            cursor=self._cursor,
            more=False,
            changes=changes,
            applied={},
            refused={},
            hall_time_ms=self.machine.wall,
        )
        kinds = self.reference.apply(page)
        assert self.reference.skipped == 0, "a record of the test is not of its shape"
        self.hear(ReferenceChanged(kinds))

    def resident(self, person_id: str, name: str, born: str) -> None:
        record = Resident(person_id=person_id, name=name, birth_date=born, short_number="0001", home=["T-01"])
        self.told(ReferenceKind.RESIDENT, {person_id: record})

    def settle(self, refused: dict[RowKind, str] | None = None) -> None:
        """The hall answers all that was not answered: it refuses the rows of some kinds, by code."""
        codes = refused or {}
        while rows := self.outbox.rows_to_send():
            results = [
                RowResult(seq=row.seq, result="refused", code=codes[row.kind])
                if row.kind in codes
                else RowResult(seq=row.seq, result="new")
                for row in rows
            ]
            answer = PushAnswer(
                results=results, expected_seq=rows[-1].seq + 1, hall_time_ms=self.machine.wall
            )
            settled = self.outbox.settle(answer, rows[0].log_id, self.clock.stamp())
            self.hear(RowsSettled(rows[0].log_id, settled.accepted, settled.refused, 0))

    def rows(self, kind: RowKind) -> list[OwnRow]:
        return self.outbox.rows_since([kind], 0)

"""A resident's desk on a real disk, beside a real hall on a loopback port: what the tests of her services stand in.

Nothing is replaced but time and the devices that are not plugged in; the network is a proxy that can be cut. `said` is
all that was published, oldest first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

from drivers.emulators.network import EmulatedNetwork
from hall import seed_residents
from hall.auth import signing_key
from hall.catalogue.whole import shipped
from hall.clock import HallClock
from hall.sample_residents import RESIDENTS, SampleResident
from hall.sample_town import SERVICE_HALL
from hall.seed import card_ref
from hall.server import HallServer
from hall.services import catalogue, feed, identities
from hall.services.feed import Record
from hall.services.residents import phone_codes
from hall.settings import Settings as HallSettings
from hall.state import Hall
from kiosk import commands
from kiosk import commands_resident as wishes
from kiosk.config import Settings
from kiosk.events import CardHolder
from kiosk.events_resident import ResidentIdentified
from kiosk.services.residents.desk import ResidentDesk
from kiosk.services.role_services import Doors, Line, Papers, RoleServices
from offline_cache.clock import FileClockStore, TrustedClock
from offline_cache.db import load_key
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity, TerminalKey
from offline_cache.outbox import Outbox
from offline_cache.reference import Reference
from offline_cache.sync import RowsSettled
from offline_cache.wire import LogRow, Push, ReferenceKind, RowKind, Tariff
from tests.kiosk.canteen_world import SetClock, local_ms

DEADLINE_S = 15.0
LETTERS = {"query_print": "QP", "front_desk": "FD", "visitor": "VT"}
DAY = "2026-11-20"
ID_CARD = CardHolder("id_card", "id_card_reader", "109900 ******** 0024", "2040-01-01", True)

Event = TypeVar("Event")


def sample(name: str) -> SampleResident:
    """The resident of the seed whose label begins with this family name."""
    return next(person for person in RESIDENTS if name in person.label_en)


class MovedClock(HallClock):
    """The hall's time is that of the test."""

    def __init__(self, machine: SetClock) -> None:
        self._machine = machine

    def now_ms(self) -> int:
        return self._machine.wall


class ServedHall:
    """A hall with the shipped catalogue and the sample residents, serving on `url`; cards are known by `card_key`."""

    def __init__(self, directory: Path) -> None:
        self.machine = SetClock(local_ms("10:02", DAY))
        self.ready: Queue[str] = Queue()
        settings = HallSettings(
            database=f"sqlite:///{directory}/hall.sqlite3", clock=MovedClock(self.machine)
        )
        self._server = HallServer(settings, "127.0.0.1", 0, self.ready.put)
        self._thread = threading.Thread(target=self._server.run, name="hall server", daemon=True)
        self._terminals = 0

    def start(self) -> ServedHall:
        self._thread.start()
        self.url = self.ready.get(timeout=DEADLINE_S)
        self.hall: Hall = self._server.config.app.state.hall  # type: ignore[union-attr]
        with self.hall.database.writing() as session:
            self.card_key = bytes.fromhex(identities.identity(session).card_key)
            tariff = Tariff(tariff_id="plain", version=1, document={})
            place = seed_residents.site("plain")
            feed.publish(session, [Record(ReferenceKind.TARIFF, "plain", tariff)])
            feed.publish(session, [Record(ReferenceKind.SITE, place.site_id, place)])
            catalogue.publish(session, shipped(), self.machine.wall)
            seed_residents.sow_residents(session, date.fromisoformat(DAY), partial(card_ref, self.card_key))
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(DEADLINE_S)

    def invite(self, role: str = "query_print") -> tuple[str, str]:
        """A new terminal's name and its code: numbers of two tests must not meet."""
        self._terminals += 1
        name = f"{LETTERS[role]}-{self._terminals:02d}"
        with self.hall.database.writing() as session:
            code = identities.invite(session, name, SERVICE_HALL, role, self.machine.wall)
        return name, code

    def phone_code(self, person_id: str) -> str:
        """A one-time code as a phone shows it."""
        with self.hall.database.writing() as session:
            key = signing_key(identities.identity(session))
            return phone_codes.make(session, key, person_id, self.machine.wall).code

    def card_of(self, person: SampleResident) -> str:
        """The reference of the hall's own card of a person."""
        return card_ref(self.card_key, person.uid)


class ResidentWorld:
    """See the module. `network` is between the terminal and the hall."""

    def __init__(
        self,
        directory: Path,
        hall: ServedHall,
        role: str = "query_print",
        make: Callable[[Papers], RoleServices] = ResidentDesk,
    ) -> None:
        self._make = make
        self.directory = directory
        self.hall = hall
        self.machine = SetClock(local_ms("10:02", DAY))
        self.clock = TrustedClock(self.machine, FileClockStore(directory))
        self.clock.synced(self.machine.wall, 0)
        self.network = EmulatedNetwork(hall.url)
        self.said: list[object] = []
        self.online = True
        self.devices: dict[str, Any] = {}
        self._changed = threading.Condition()
        self._asked = 0
        self._lines: tuple[Line, ...] = ()
        self.terminal_id, code = hall.invite(role)
        self.settings = Settings.model_validate(
            {
                "terminal": {
                    "id": self.terminal_id,
                    "role": role,
                    "data_dir": directory,
                    "hall_url": self.network.url,
                }
            }
        )
        key = TerminalKey.load_or_make(directory)
        stranger = HallClient(self.network.url)
        self.identity = Identity.save(directory, key, stranger.enrol(code, key.public_text(), "test"))
        stranger.close()
        self.client = HallClient(self.network.url, self.identity, connect_s=1.0, answer_s=5.0)
        self.open()
        self.pull()

    # --- a terminal's life ------------------------------------------------------------------------------------------

    def open(self) -> None:
        self.disk = DiskThread().start()
        self.disk.call(self._open)
        self._lines = self.desk.open_lines(self.client, self.disk)

    def _open(self) -> None:
        key = load_key(self.directory)
        self.outbox = Outbox.open(self.directory, key, self.terminal_id, self.clock.stamp())
        self.reference = Reference.open(self.directory, key)
        doors = Doors(
            publish=self.publish,
            online=lambda: self.online,
            on_disk=self.disk.call,
            later=self.disk.submit,
            slip_queued=None,
            printer=None,
            device=self.devices.get,
        )
        self.desk = self._make(
            Papers(self.settings, self.identity, key, self.clock, self.outbox, self.reference, doors)
        )
        self.desk.begin()

    def close(self) -> None:
        for line in self._lines:
            line.stop()
        self.disk.call(self._close)
        self.disk.stop()

    def _close(self) -> None:
        self.desk.close()
        self.outbox.close()
        self.reference.close()

    def leave(self) -> None:
        """The end of the test."""
        self.close()
        self.client.close()
        self.network.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def wait(self, seconds: float) -> None:
        """Time passes, here and at the hall."""
        for machine in (self.machine, self.hall.machine):
            machine.wall += round(seconds * 1000)
            machine.monotonic += round(seconds * 1000)

    # --- the person -------------------------------------------------------------------------------------------------

    def publish(self, event: object) -> None:
        with self._changed:
            self.said.append(event)
            self._changed.notify_all()

    def ask_id(self) -> int:
        self._asked += 1
        return self._asked

    def perform(self, command: commands.Command) -> None:
        """As the flow does: on the disk thread."""
        self.disk.call(lambda: self.desk.perform(command))

    def ask(self, command: Any, *answers: type[Event]) -> Event:
        """Performs it; the answer to it, of one of these types."""
        self.perform(command)
        return self.heard(*answers, where=lambda event: event.ask_id == command.ask_id)

    def heard(self, *kinds: type[Event], where: Callable[[Any], bool] = lambda event: True) -> Event:
        found: list[Event] = []

        def come() -> bool:
            found[:] = [event for event in self.said if isinstance(event, kinds) and where(event)]
            return bool(found)

        with self._changed:
            assert self._changed.wait_for(come, DEADLINE_S), self._last_words(kinds)
        return found[0]

    def _last_words(self, kinds: tuple[type, ...]) -> str:
        said = [f"{type(event).__name__} {getattr(event, 'code', '')}" for event in self.said[-5:]]
        return f"no {[kind.__name__ for kind in kinds]} among {said}"

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.said if isinstance(event, kind)]

    def identify(self, name: str = "Zhao", holder: CardHolder = ID_CARD) -> ResidentIdentified:
        """Lays down the hall's card of a sample resident, read as `holder` says."""
        wish = wishes.IdentifyResident(self.ask_id(), self.hall.card_of(sample(name)), holder)
        return self.ask(wish, ResidentIdentified)

    def end_session(self) -> None:
        self.perform(wishes.EndSession(self.ask_id(), "left"))

    # --- the hall ---------------------------------------------------------------------------------------------------

    def pull(self) -> None:
        """Everything that the hall has to tell."""
        while True:
            changes = self.client.pull(self.disk.call(self.reference.cursor))
            self.disk.call(partial(self.reference.apply, changes))
            if not changes.more:
                return

    def push(self) -> list[str]:
        """Everything that the terminal has to tell; the codes of what the hall refused."""
        codes: list[str] = []
        while rows := self.disk.call(self.outbox.rows_to_send):
            answer = self.client.push(Push(log_id=rows[0].log_id, rows=rows))
            log_id = rows[0].log_id
            self.disk.call(partial(self.outbox.settle, answer, log_id, self.clock.stamp()))
            codes += [result.code for result in answer.results if result.code]
            self.disk.call(partial(self.desk.hear, RowsSettled(log_id, len(rows), (), 0)))
        return codes

    def rows(self, kind: RowKind) -> list[LogRow]:
        """The terminal's own rows of a kind, oldest first."""
        path = self.directory / "export.jsonl"
        self.disk.call(lambda: self.outbox.export(path))
        rows = [LogRow.model_validate_json(line) for line in path.read_text("utf-8").splitlines()]
        return [row for row in rows if row.kind is kind]

    def until(self, true: Callable[[], bool]) -> None:
        """Waits for what nobody announces, like a file that goes."""
        ends = time.monotonic() + DEADLINE_S
        looking = threading.Event()
        while not true():
            assert time.monotonic() < ends, "it did not come about in time"
            looking.wait(0.02)

"""A reader is unplugged and plugged in again in the middle of lunch: the terminal must notice, and recover by itself."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers import registry
from drivers.base import CardId, Health
from drivers.emulators.reader import EmulatedReader
from drivers.kinds import Surroundings
from kiosk.events import CardTapped, CardTorn
from kiosk.services.devices import WEDGED_S, DeviceHealthChanged, ReaderThread, card_reference

UID = "010012a3d8"
KEY = b"k" * 32


class Heard:
    """What the thread published, in order, each waited for with a deadline."""

    def __init__(self) -> None:
        self._events: queue.Queue[object] = queue.Queue()
        self.publish: Callable[[object], None] = self._events.put

    def next(self, timeout_s: float = 5.0) -> object:
        return self._events.get(timeout=timeout_s)

    def health(self) -> tuple[Health, str]:
        event = self.next()
        assert isinstance(event, DeviceHealthChanged)
        return event.status.health, event.status.code


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[EmulatedReader]:
    emulated = EmulatedReader(tmp_path / "reader")
    yield emulated
    emulated.close()


@pytest.fixture
def heard(reader: EmulatedReader) -> Iterator[Heard]:
    heard = Heard()
    driver = registry.make_reader(
        "em4100_serial", {"port": str(reader.path), "baud": 9600}, Surroundings(known=lambda card: True)
    )
    thread = ReaderThread("card_reader", driver, lambda card: card_reference(KEY, card), heard.publish)
    thread.start()
    assert heard.health() == (Health.OK, "")
    yield heard
    thread.stop()


def test_a_tap_is_one_event_that_holds_no_number(reader: EmulatedReader, heard: Heard) -> None:
    reader.tap(UID)
    event = heard.next()
    assert isinstance(event, CardTapped)
    assert event.card_ref == card_reference(KEY, CardId("em4100", bytes.fromhex(UID)))
    assert UID not in repr(event)
    with pytest.raises(queue.Empty):
        heard.next(timeout_s=0.5)


def test_unplugged_and_plugged_in_again(reader: EmulatedReader, heard: Heard) -> None:
    reader.unplug()
    assert heard.health() == (Health.DOWN, "device.gone")
    reader.plug()
    assert heard.health() == (Health.OK, "")
    reader.tap(UID)
    assert isinstance(heard.next(), CardTapped)


def test_a_torn_card_is_said_so(reader: EmulatedReader, heard: Heard) -> None:
    reader.half_frame(UID)
    event = heard.next()
    assert isinstance(event, CardTorn)
    assert event.code == "card.torn"


class StuckReader:
    """A driver whose read never returns: what a vendor's library does when its device hangs."""

    kind = "stuck"

    def __init__(self) -> None:
        self.reading = queue.Queue[None]()
        self.release = queue.Queue[None]()

    def open(self) -> None:
        return

    def close(self) -> None:
        return

    def probe(self) -> None:
        return

    def diagnostics(self) -> dict[str, str]:
        return {}

    def read(self, timeout_s: float) -> None:
        self.reading.put(None)
        self.release.get(timeout=30)


def test_a_call_that_never_returns_is_said_to_be_wedged(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("kiosk.services.devices.time.monotonic", lambda: now[0])
    heard, stuck = Heard(), StuckReader()
    thread = ReaderThread("card_reader", stuck, lambda card: "", heard.publish)  # type: ignore[arg-type]
    thread.start()
    assert heard.health() == (Health.OK, "")
    stuck.reading.get(timeout=5)
    thread.watch()
    now[0] += WEDGED_S + 1
    thread.watch()
    assert heard.health() == (Health.WEDGED, "device.wedged")
    thread.watch()
    with pytest.raises(queue.Empty):
        heard.next(timeout_s=0.05)
    stuck.release.put(None)
    assert heard.health() == (Health.OK, "")
    stuck.release.put(None)
    thread.stop()

"""Cameras and door relays on their threads: unplugged, seen, back by themselves, and no door left open at the end."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from drivers import registry
from drivers.base import DeviceError, Health, PulseOutcome
from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.relays import EmulatedLcusRelay, EmulatedModbusRelay
from kiosk.services.devices import DeviceThread, look_after
from kiosk.services.doors import open_door

DEADLINE_S = 8.0
SEEN_S = 2.0
BACK_S = 3.0
# Two cores, and other tests beside this one.
SLACK_S = 1.0


class Watched(DeviceThread[Any]):
    """A device's thread, and what it says of its device."""

    def __init__(self, kind: str, options: dict[str, object]) -> None:
        self._changes: queue.Queue[object] = queue.Queue()
        super().__init__("slot", lambda: registry.make(kind, options), look_after(), self._changes.put)
        self.start()

    def seconds_until(self, code: str) -> float:
        """How long it takes until it says this code, "" for being well."""
        started = time.monotonic()
        while self.status is None or (self.status.code, self.status.health is Health.OK) != (code, not code):
            left_s = started + DEADLINE_S - time.monotonic()
            self._changes.get(timeout=max(0.0, left_s))
        return time.monotonic() - started


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmulatedModbusRelay]:
    emulated = EmulatedModbusRelay(tmp_path / "device")
    yield emulated
    emulated.close()


@pytest.fixture
def switched(tmp_path: Path) -> Iterator[EmulatedLcusRelay]:
    emulated = EmulatedLcusRelay(tmp_path / "device")
    yield emulated
    emulated.close()


@pytest.fixture
def emulated_camera() -> Iterator[EmulatedCamera]:
    emulated = EmulatedCamera()
    yield emulated
    emulated.close()


def test_a_relay_is_missed_and_comes_back(board: EmulatedModbusRelay) -> None:
    thread = Watched("relay_modbus_serial", {"port": board.path})
    thread.seconds_until("")
    board.unplug()
    assert thread.seconds_until("device.gone") < SEEN_S + SLACK_S
    with pytest.raises(DeviceError):
        open_door(thread, 1, 300).result(DEADLINE_S)
    board.plug()
    assert thread.seconds_until("") < BACK_S + SLACK_S
    assert open_door(thread, 1, 300).result(DEADLINE_S) is PulseOutcome.CONFIRMED
    assert board.coils.on == {1}
    thread.stop()
    assert board.coils.wait(1, False, DEADLINE_S)


def test_a_camera_is_missed_and_comes_back(emulated_camera: EmulatedCamera) -> None:
    thread = Watched("camera_http", {"url": emulated_camera.url})
    thread.seconds_until("")
    emulated_camera.unplug()
    assert thread.seconds_until("device.gone") < SEEN_S + SLACK_S
    emulated_camera.plug()
    assert thread.seconds_until("") < BACK_S + SLACK_S
    taken: Future[Any] = thread.ask(lambda camera: camera.newest(2.0))
    picture = taken.result(DEADLINE_S)
    assert picture is not None
    assert picture.pixels.shape == (480, 640, 3)
    thread.stop()


def test_a_stopped_terminal_shuts_its_door(switched: EmulatedLcusRelay) -> None:
    """The relay's thread is in the middle of a long pulse: it is closed from outside."""
    thread = Watched("relay_lcus_serial", {"port": switched.path, "accept_software_pulse": True})
    opened = open_door(thread, 1, 20_000)
    assert switched.coils.wait(1, True, DEADLINE_S)
    thread.stop(timeout_s=0.2)
    assert switched.coils.wait(1, False, 2.0)
    with pytest.raises(DeviceError) as caught:
        opened.result(DEADLINE_S)
    assert caught.value.reason == "relay.interrupted"


def test_a_long_pulse_is_not_stuck(switched: EmulatedLcusRelay) -> None:
    thread = Watched("relay_lcus_serial", {"port": switched.path, "accept_software_pulse": True})
    thread.seconds_until(
        ""
    )  # it says how its device is after its first look only, and a pulse may come before that
    opened = open_door(thread, 1, 700)
    assert switched.coils.wait(1, True, DEADLINE_S)
    thread.watch()
    assert opened.result(DEADLINE_S) is PulseOutcome.SENT
    assert thread.status is not None
    assert thread.status.health is not Health.WEDGED
    thread.stop()

"""A vendor's library hangs at noon: its device is said to be stuck, comes back by itself, and is not tried for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from drivers.base import DeviceBusy, DeviceError, DeviceGone, DeviceStatus, Health
from kiosk.services.devices import LOOK_S, OPEN_S, DeviceThread, look_after
from kiosk.services.supervision import DeviceHealthChanged, Duty, RetryPolicy

DEADLINE_S = 5.0
SLOT = "door"


class Switchboard:
    """All drivers of one emulated device: says which calls hang, and how many drivers there were."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.drivers: list[Relay] = []
        self.hangs: set[str] = set()
        self.present = True
        self.events: list[tuple[Health, str]] = []
        self.closing_helps = False

    def make(self) -> Relay:
        relay = Relay(self)
        self.drivers.append(relay)
        return relay

    def publish(self, event: object) -> None:
        assert isinstance(event, DeviceHealthChanged)
        with self.changed:
            self.events.append((event.status.health, event.status.code))
            self.changed.notify_all()

    def wait(self, done: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(done, DEADLINE_S), (self.events, len(self.drivers))


class Relay:
    kind = "scripted_relay"

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._freed = False
        self.closed = 0
        self.hanging = 0

    def _call(self, name: str) -> None:
        with self._board.changed:
            if name in self._board.hangs and not self._freed:
                self.hanging += 1
                self._board.changed.notify_all()
                self._board.changed.wait_for(lambda: self._freed, 30)
                self.hanging -= 1
                self._board.changed.notify_all()
            if not self._board.present:
                raise DeviceGone()

    def free(self) -> None:
        with self._board.changed:
            self._freed = True
            self._board.changed.notify_all()

    def open(self) -> None:
        self._call("open")

    def close(self) -> None:
        with self._board.changed:
            self.closed += 1
            if self._board.closing_helps:
                self._freed = True
            self._board.changed.notify_all()

    def probe(self) -> DeviceStatus:
        try:
            self._call("probe")
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason)
        return DeviceStatus(Health.OK)

    def diagnostics(self) -> dict[str, str]:
        return {}

    def pulse(self) -> str:
        self._call("pulse")
        return "pulsed"


class Bench:
    def __init__(self) -> None:
        self.now = 1000.0
        self.board = Switchboard()
        self.thread: DeviceThread[Relay] = DeviceThread(
            SLOT, self.board.make, look_after(), self.board.publish, clock=lambda: self.now
        )

    def start(self) -> None:
        self.thread.start()
        self.board.wait(lambda: self.board.events == [(Health.OK, "")])

    def pulse(self) -> Future[str]:
        return self.thread.ask(Relay.pulse)

    def stuck(self) -> None:
        """The newest driver hangs in a call, and the watch has said so."""
        self.board.wait(lambda: self.board.drivers[-1].hanging)
        self.now += OPEN_S + 1
        self.thread.watch()

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.thread.watch()


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.board.hangs.clear()
    for driver in bench.board.drivers:
        driver.free()
    bench.thread.stop()


def test_what_is_asked_is_done_on_the_devices_own_thread(bench: Bench) -> None:
    bench.start()
    asked = bench.thread.ask(lambda relay: threading.current_thread().name)
    assert asked.result(DEADLINE_S) == f"device:{SLOT}"
    assert bench.pulse().result(DEADLINE_S) == "pulsed"


def test_an_idle_device_that_was_unplugged_is_seen_and_comes_back(bench: Bench) -> None:
    bench.start()
    bench.board.present = False
    bench.board.wait(lambda: bench.board.events[-1] == (Health.DOWN, "device.gone"))
    with pytest.raises(DeviceGone):
        bench.pulse().result(DEADLINE_S)
    bench.board.present = True
    bench.board.wait(lambda: bench.board.events[-1] == (Health.OK, ""))
    assert len(bench.board.events) == 3
    assert LOOK_S < 2.0


def test_a_door_is_not_opened_when_nobody_expects_it_any_more(bench: Bench) -> None:
    asked = bench.thread.ask(Relay.pulse, within_s=2.0)
    bench.now += 3.0
    bench.start()
    with pytest.raises(DeviceBusy):
        asked.result(DEADLINE_S)


def test_a_call_that_comes_back_late_is_well_again_without_a_fresh_driver(bench: Bench) -> None:
    bench.start()
    bench.board.hangs = {"pulse"}
    asked = bench.pulse()
    bench.stuck()
    assert bench.board.events[-1] == (Health.WEDGED, "device.wedged")
    bench.thread.watch()
    assert len(bench.board.events) == 2, "said once"
    bench.board.drivers[0].free()
    assert asked.result(DEADLINE_S) == "pulsed"
    bench.board.wait(lambda: bench.board.events[-1] == (Health.OK, ""))
    assert len(bench.board.drivers) == 1


def test_closing_the_driver_from_outside_is_tried_at_once(bench: Bench) -> None:
    bench.start()
    bench.board.closing_helps = True
    bench.board.hangs = {"pulse"}
    asked = bench.pulse()
    bench.stuck()
    assert asked.result(DEADLINE_S) == "pulsed"
    assert len(bench.board.drivers) == 1


def test_a_stuck_thread_is_given_up_after_ten_seconds_and_says_nothing_more(bench: Bench) -> None:
    bench.start()
    bench.board.hangs = {"pulse"}
    asked = bench.pulse()
    bench.stuck()
    bench.later(9)
    assert len(bench.board.drivers) == 1
    bench.later(1)
    assert len(bench.board.drivers) == 2
    with pytest.raises(DeviceError) as refused:
        asked.result(DEADLINE_S)
    assert refused.value.reason == "device.wedged"
    bench.board.wait(lambda: bench.board.events[-1] == (Health.OK, ""))
    said = list(bench.board.events)
    bench.board.present = False
    bench.board.drivers[0].free()  # it comes back to find its device gone: nobody hears that from this thread
    bench.board.wait(lambda: bench.board.drivers[0].closed >= 2)
    bench.board.wait(lambda: len(bench.board.events) == len(said) + 1)
    assert bench.board.events[-1] == (Health.DOWN, "device.gone")


def test_three_times_an_hour_and_then_only_when_staff_ask(bench: Bench) -> None:
    bench.board.hangs = {"open"}
    bench.thread.start()
    for drivers in (2, 3, 4):
        bench.stuck()
        bench.later(10)
        assert len(bench.board.drivers) == drivers
    bench.stuck()
    for seconds in (10, 3600, 3600):
        bench.later(seconds)
        assert len(bench.board.drivers) == 4, "stays wedged"
    assert bench.thread.status == DeviceStatus(Health.WEDGED, "device.wedged")
    bench.board.hangs.clear()
    bench.thread.restart()
    bench.board.wait(lambda: bench.board.events[-1] == (Health.OK, ""))
    assert len(bench.board.drivers) == 5


def test_a_try_an_hour_ago_is_not_held_against_a_device(bench: Bench) -> None:
    bench.board.hangs = {"open"}
    bench.thread.start()
    for drivers in range(2, 8):
        bench.stuck()
        bench.later(10)
        assert len(bench.board.drivers) == drivers
        bench.now += 2000


def test_stopping_is_not_held_up_by_a_stuck_driver(bench: Bench) -> None:
    bench.start()
    bench.board.hangs = {"probe"}
    bench.board.wait(lambda: bench.board.drivers[0].hanging)
    bench.thread.stop(timeout_s=0.1)
    bench.board.wait(lambda: bench.board.drivers[0].closed)
    bench.later(100)
    assert len(bench.board.drivers) == 1


def test_the_history_says_what_changed_and_when(bench: Bench) -> None:
    bench.start()
    bench.board.present = False
    bench.board.wait(lambda: len(bench.board.events) == 2)
    history = bench.thread.history
    assert [(record.health, record.code) for record in history] == [
        (Health.OK, ""),
        (Health.DOWN, "device.gone"),
    ]
    assert history[0].at_ms <= history[1].at_ms


def test_a_mistake_of_ours_ends_no_device(caplog: pytest.LogCaptureFixture) -> None:
    board = Switchboard()
    trips = [ValueError("110101190001010009")]

    def step(duty: Duty[Relay]) -> None:
        if trips:
            raise trips.pop()
        duty.say(DeviceStatus(Health.OK))
        duty.pause(1.0)

    thread: DeviceThread[Relay] = DeviceThread(SLOT, board.make, step, board.publish, retry=RetryPolicy())
    thread.start()
    board.wait(lambda: board.events == [(Health.DOWN, "device.fault"), (Health.OK, "")])
    thread.stop()
    assert "ValueError" in caplog.text
    assert "110101" not in caplog.text

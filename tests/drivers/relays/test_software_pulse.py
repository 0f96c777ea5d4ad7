"""A relay that is only switched must never be left on by anything this process can still do something about."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.base import DeviceError, DeviceGone, DeviceTimeout, PulseOutcome
from drivers.emulators.coils import Coils
from drivers.emulators.gpio import EmulatedGpio
from drivers.emulators.relays import EmulatedLcusRelay
from drivers.kinds import OptionError, WrongOption
from drivers.registry import make
from drivers.relays.gpio import GpioBoard
from drivers.relays.lcus import LcusBoard, switch_frame
from drivers.relays.software_pulse import OFF_TIMES, SoftwareTimedRelay
from drivers.transport import SerialTransport

PULSE_MS = 250
SLACK_MS = 150
PIN = 17


@dataclass
class Door:
    """A relay of either kind: its driver, the coil that it drives, and its cable."""

    relay: SoftwareTimedRelay
    coils: Coils
    coil: int
    unplug: Callable[[], None]
    plug: Callable[[], None]


@pytest.fixture(params=["lcus", "gpio"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    if request.param == "gpio":
        pin = EmulatedGpio(tmp_path)
        relay = SoftwareTimedRelay("relay_gpio", GpioBoard(pin.path, PIN, load=lambda: pin), 1)
        yield Door(relay, pin.coils, PIN, pin.unplug, pin.plug)
        relay.close()
    else:
        board = EmulatedLcusRelay(tmp_path / "device")
        relay = SoftwareTimedRelay("relay_lcus_serial", LcusBoard(SerialTransport(board.path)), 1)
        yield Door(relay, board.coils, 1, board.unplug, board.plug)
        relay.close()
        board.close()


def test_a_pulse_lasts_as_long_as_asked(door: Door) -> None:
    door.relay.open()
    assert door.relay.pulse(1, PULSE_MS) is PulseOutcome.SENT
    assert door.coils.wait(door.coil, False, 1.0)
    (length_ms,) = door.coils.openings_ms(door.coil)
    assert PULSE_MS - SLACK_MS < length_ms < PULSE_MS + SLACK_MS


def test_opening_shuts_what_a_killed_process_left_open(door: Door) -> None:
    door.coils.switch(door.coil, True)
    door.relay.open()
    assert door.coils.wait(door.coil, False, 1.0)


def test_closing_within_a_pulse_shuts_the_door_and_says_so(door: Door) -> None:
    door.relay.open()
    failed: list[str] = []

    def open_door() -> None:
        try:
            door.relay.pulse(1, 20_000)
        except DeviceError as error:
            failed.append(error.reason)

    pulsing = threading.Thread(target=open_door)
    pulsing.start()
    assert door.coils.wait(door.coil, True, 2.0)
    door.relay.close()
    assert door.coils.wait(door.coil, False, 1.0)
    pulsing.join(5)
    assert failed == ["relay.interrupted"]


def test_a_thread_that_dies_within_a_pulse_shuts_the_door(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.relay.open()

    def die(timeout_s: float) -> bool:
        assert door.coils.wait(door.coil, True, 2.0)
        raise MemoryError

    monkeypatch.setattr(door.relay._ending, "wait", die)
    with pytest.raises(MemoryError):
        door.relay.pulse(1, 20_000)
    assert door.coils.wait(door.coil, False, 1.0)


def test_unplugged_within_a_pulse(door: Door) -> None:
    door.relay.open()
    reasons: list[str] = []

    def open_door() -> None:
        try:
            door.relay.pulse(1, PULSE_MS)
        except DeviceError as error:
            reasons.append(error.reason)

    pulsing = threading.Thread(target=open_door)
    pulsing.start()
    assert door.coils.wait(door.coil, True, 2.0)
    door.unplug()
    pulsing.join(5)
    assert reasons == ["device.gone"]
    door.plug()
    door.relay.open()
    assert door.relay.pulse(1, 100) is PulseOutcome.SENT


@pytest.mark.parametrize(("channel", "duration_ms"), [(2, 100), (0, 100), (1, 0), (1, 30_001)])
def test_what_no_door_should_be_asked(door: Door, channel: int, duration_ms: int) -> None:
    door.relay.open()
    with pytest.raises(DeviceError):
        door.relay.pulse(channel, duration_ms)
    assert door.coils.changes == ()


def test_a_closed_relay_opens_nothing(door: Door) -> None:
    with pytest.raises(DeviceGone):
        door.relay.pulse(1, PULSE_MS)
    assert door.coils.changes == ()


class Listening:
    """A board that writes down what it is told, and may fail."""

    name = "listening"

    def __init__(self, fails_on: bool | None = None) -> None:
        self.told: list[tuple[int, bool]] = []
        self._fails_on = fails_on

    def open(self) -> None:
        """Nothing to take."""

    def close(self) -> None:
        """Nothing to let go."""

    def switch(self, channel: int, on: bool) -> None:
        self.told.append((channel, on))
        if on is self._fails_on:
            raise DeviceTimeout

    def check(self) -> None:
        """Always there."""


def test_off_is_said_again_and_again() -> None:
    board = Listening()
    relay = SoftwareTimedRelay("relay_lcus_serial", board, 2)
    off_all = [(1, False)] * OFF_TIMES + [(2, False)] * OFF_TIMES
    relay.open()
    assert board.told == off_all
    relay.pulse(2, 1)
    assert board.told[len(off_all) :] == [(2, True)] + [(2, False)] * OFF_TIMES
    relay.close()
    assert board.told[-len(off_all) :] == off_all
    relay.close()
    assert board.told.count((1, False)) == 2 * OFF_TIMES


def test_an_on_that_failed_may_have_arrived() -> None:
    board = Listening(fails_on=True)
    relay = SoftwareTimedRelay("relay_lcus_serial", board, 1)
    relay.open()
    with pytest.raises(DeviceTimeout):
        relay.pulse(1, 20_000)
    assert board.told[-1] == (1, False)
    relay.close()


def test_a_relay_that_cannot_be_switched_off_is_not_opened() -> None:
    board = Listening(fails_on=False)
    relay = SoftwareTimedRelay("relay_lcus_serial", board, 1)
    with pytest.raises(DeviceTimeout):
        relay.open()
    with pytest.raises(DeviceGone):
        relay.pulse(1, 100)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("relay_lcus_serial", {"port": "/dev/null"}), ("relay_gpio", {"chip": "/dev/gpiochip0", "line": PIN})],
)
def test_a_configuration_must_accept_it(kind: str, options: dict[str, object]) -> None:
    for consent in ({}, {"accept_software_pulse": False}):
        with pytest.raises(WrongOption) as caught:
            make(kind, options | consent)
        assert caught.value.code == "relay.software_pulse"
        assert caught.value.option == "accept_software_pulse"
        assert "accept_software_pulse = true" in str(caught.value)
    with pytest.raises(OptionError):
        make(kind, options | {"accept_software_pulse": "yes"})
    make(kind, options | {"accept_software_pulse": True})


def test_the_emulated_board_takes_only_whole_frames(tmp_path: Path) -> None:
    board = EmulatedLcusRelay(tmp_path / "device")
    line = SerialTransport(board.path)
    line.open()
    on = switch_frame(1, True)
    line.write(on[:3] + b"\x00" + b"\xa0\x01\x07\xa8" + on[:2], 1.0)
    line.write(switch_frame(2, True), 1.0)
    assert board.coils.wait(2, True, 2.0)
    assert board.coils.on == {2}
    started = time.monotonic()
    board.unplug()
    assert board.coils.on == frozenset()
    assert time.monotonic() - started < 1.0
    line.close()
    board.close()

"""A relay on a pin: both generations of gpiod, chips by path or label, and a line that somebody else has."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.base import DeviceBusy, DeviceError, DeviceGone, PulseOutcome
from drivers.emulators.gpio import EmulatedGpio
from drivers.relays.gpio import GpioBoard, load_gpiod
from drivers.relays.software_pulse import SoftwareTimedRelay

PIN = 17
SIMULATED = Path("/sys/kernel/config/gpio-sim")


@pytest.fixture
def gpio(tmp_path: Path) -> EmulatedGpio:
    return EmulatedGpio(tmp_path, label="pinctrl-bcm2835")


def board_on(gpio: Any, chip: str, directory: Path, line: int = PIN) -> GpioBoard:
    return GpioBoard(chip, line, load=lambda: gpio, devices=directory)


def test_the_emulated_interface_is_that_of_gpiod() -> None:
    """What the driver uses of the real module is there, under the same names."""
    real = load_gpiod()
    assert {"request_lines", "LineSettings", "Chip", "is_gpiochip_device"} <= set(dir(real))
    assert {"OUTPUT"} <= set(dir(real.line.Direction))
    assert {"ACTIVE", "INACTIVE"} <= set(dir(real.line.Value))
    assert {"set_value", "get_value", "release"} <= set(dir(real.LineRequest))
    real.LineSettings(
        direction=real.line.Direction.OUTPUT, output_value=real.line.Value.INACTIVE, active_low=True
    )
    with pytest.raises(FileNotFoundError):
        real.request_lines("/nowhere/gpiochip9", consumer="test", config={1: None})


@pytest.mark.parametrize("name", ["pinctrl-bcm2835", "gpiochip0"])
def test_a_chip_is_found_by_label_and_name(gpio: EmulatedGpio, tmp_path: Path, name: str) -> None:
    (tmp_path / "gpiochip-not").touch()
    board = board_on(gpio, name, tmp_path)
    board.open()
    board.switch(1, True)
    assert gpio.coils.on == {PIN}
    board.close()
    assert gpio.taken == {}


def test_a_line_that_somebody_has_is_busy(gpio: EmulatedGpio, tmp_path: Path) -> None:
    first, second = board_on(gpio, gpio.path, tmp_path), board_on(gpio, gpio.path, tmp_path)
    first.open()
    with pytest.raises(DeviceBusy):
        second.open()
    first.close()
    second.open()


@pytest.mark.parametrize("chip", ["no-such-label", "/dev/service-hall-no-such-chip"])
def test_a_chip_that_is_not_there_is_gone(gpio: EmulatedGpio, tmp_path: Path, chip: str) -> None:
    with pytest.raises(DeviceGone):
        board_on(gpio, chip, tmp_path).open()


def test_a_line_that_is_not_there_is_an_error_of_ours(gpio: EmulatedGpio, tmp_path: Path) -> None:
    with pytest.raises(DeviceError):
        board_on(gpio, gpio.path, tmp_path, line=99).open()


def test_a_real_chip_that_is_not_there_is_gone() -> None:
    """With the real gpiod."""
    relay = SoftwareTimedRelay("relay_gpio", GpioBoard("/dev/service-hall-no-such-chip", PIN), 1)
    assert relay.probe().code == "device.gone"


def test_no_gpiod_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    with pytest.raises(DeviceError) as caught:
        GpioBoard("/dev/gpiochip0", PIN).open()
    assert caught.value.reason == "relay.library"


class FirstGeneration:
    """The part of gpiod 1.6 that a relay needs, as Debian 12 has it."""

    LINE_REQ_DIR_OUT = 3
    LINE_REQ_FLAG_ACTIVE_LOW = 4

    def __init__(self, label: str) -> None:
        self.label = label
        self.values: list[int] = []
        self.requested: list[dict[str, Any]] = []
        self.busy = False
        self.closed = 0

    def Chip(self, path: str) -> SimpleNamespace:  # noqa: N802 - gpiod's own name
        def close() -> None:
            self.closed += 1

        return SimpleNamespace(
            name=lambda: Path(path).name, label=lambda: self.label, get_line=self._line, close=close
        )

    def _line(self, offset: int) -> SimpleNamespace:
        def request(**asked: Any) -> None:
            if self.busy:
                raise OSError(errno.EBUSY, "Device or resource busy")
            self.requested.append(asked | {"offset": offset})
            self.values.append(asked["default_vals"][0])

        return SimpleNamespace(
            request=request,
            set_value=self.values.append,
            get_value=lambda: self.values[-1],
            release=lambda: self.values.append(-1),
        )


def test_the_first_generation_is_spoken_too(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").touch()
    old = FirstGeneration("pinctrl-bcm2835")
    board = GpioBoard("pinctrl-bcm2835", PIN, active_low=True, load=lambda: old, devices=tmp_path)
    board.open()
    board.switch(1, True)
    board.check()
    board.switch(1, False)
    board.close()
    assert old.values == [0, 1, 0, -1]
    assert old.requested == [
        {"consumer": "service-hall", "type": 3, "flags": 4, "default_vals": [0], "offset": PIN}
    ]
    old.busy = True
    with pytest.raises(DeviceBusy):
        board.open()
    assert old.closed == 4  # two looks at its label, one line let go, one that was not to be had


@pytest.fixture
def simulated_chip() -> Iterator[tuple[str, Path]]:
    """A chip of the kernel's gpio-sim, and the file that shows its first line."""
    if not SIMULATED.is_dir():
        pytest.skip("this kernel has no gpio-sim")
    bank = SIMULATED / "service-hall-test"
    (bank / "bank0").mkdir(parents=True)
    (bank / "bank0" / "num_lines").write_text("4")
    (bank / "live").write_text("1")
    try:
        chip = (bank / "bank0" / "chip_name").read_text().strip()
        device = (bank / "dev_name").read_text().strip()
        yield f"/dev/{chip}", Path(f"/sys/devices/platform/{device}/{chip}/sim_gpio0/value")
    finally:
        (bank / "live").write_text("0")
        (bank / "bank0").rmdir()
        bank.rmdir()


def test_a_line_of_the_kernel(simulated_chip: tuple[str, Path]) -> None:
    path, value = simulated_chip
    board = GpioBoard(path, 0)
    relay = SoftwareTimedRelay("relay_gpio", board, 1)
    relay.open()
    board.switch(1, True)
    assert value.read_text().strip() == "1"
    assert relay.pulse(1, 50) is PulseOutcome.SENT
    assert value.read_text().strip() == "0"
    relay.close()

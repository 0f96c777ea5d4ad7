"""A relay on a pin of this machine, by libgpiod.

| what                | how                                                                                     |
|---------------------|-----------------------------------------------------------------------------------------|
| Models              | single-board computers with a relay on a header pin, USB adapters with a gpiochip       |
| Interface           | the kernel's GPIO character device; Python's gpiod 2 (PyPI) or 1.6 (Debian 12)          |
| Chip                | a path (`/dev/gpiochip0`) or a label (`pinctrl-bcm2835`), which survives renumbering    |
| Supported           | a pulse timed by this process, see `software_pulse`; the configuration must accept it   |
| Not supported       | confirmation: the pin can be read back, the relay behind it cannot                      |
| Killed in a pulse   | the kernel lets the line go, and it may fall back to its default: wire it fail-safe     |
| Tried on            | an emulated gpiod 2 (`drivers/emulators/gpio.py`); the kernel's gpio-sim where it is    |

Source: libgpiod's documentation, and the kernel's of GPIO_V2_GET_LINE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from drivers.base import DeviceError, DeviceGone
from drivers.transport import device_error

KIND = "relay_gpio"
CONSUMER = "service-hall"
DEVICES = Path("/dev")


class Line(Protocol):
    """One output line that is ours until it is released."""

    def set(self, on: bool) -> None: ...

    def get(self) -> bool: ...

    def release(self) -> None: ...


def load_gpiod() -> Any:
    """The gpiod of this machine, of either generation. Raises DeviceError where there is none."""
    try:
        import gpiod
    except ImportError as error:
        raise DeviceError(f"gpiod cannot be loaded: {error}", code="relay.library") from error
    return gpiod


class GpioBoard:
    """One line as `software_pulse.Board`; its only channel is 1. `chip` is a path, name or label; `line` its offset.
    `active_low`: the relay is on while the pin is low. `load` and `devices` are where gpiod and its chips come from."""

    def __init__(
        self,
        chip: str,
        line: int,
        *,
        active_low: bool = False,
        load: Callable[[], Any] = load_gpiod,
        devices: Path = DEVICES,
    ) -> None:
        self._chip = chip
        self._offset = line
        self._active_low = active_low
        self._load = load
        self._devices = devices
        self._line: Line | None = None

    @property
    def name(self) -> str:
        """Chip and line."""
        return f"{self._chip} line {self._offset}"

    def open(self) -> None:
        """Takes the line, off. Raises DeviceGone, DeviceBusy (another program has it) or DeviceDenied."""
        gpiod = self._load()
        take = _LineOfSecondApi if hasattr(gpiod, "request_lines") else _LineOfFirstApi
        try:
            self._line = take(gpiod, self._path(gpiod), self._offset, self._active_low)
        except OSError as error:
            raise device_error(error, self.name) from error

    def close(self) -> None:
        """Lets the line go. Never raises."""
        line, self._line = self._line, None
        if line is not None:
            line.release()

    def switch(self, channel: int, on: bool) -> None:
        """Drives the line. Raises DeviceGone."""
        try:
            self._taken().set(on)
        except OSError as error:
            raise DeviceGone(f"{self.name}: {error.strerror}") from error

    def check(self) -> None:
        """Reads the line back. Raises DeviceGone."""
        try:
            self._taken().get()
        except OSError as error:
            raise DeviceGone(f"{self.name}: {error.strerror}") from error

    def _taken(self) -> Line:
        if self._line is None:
            raise DeviceGone(f"{self.name}: not open")
        return self._line

    def _path(self, gpiod: Any) -> str:
        if self._chip.startswith("/"):
            return self._chip
        for path in _chips(gpiod, self._devices):
            if self._chip in _names(gpiod, path):
                return path
        raise DeviceGone(f"{self.name}: no such chip")


def _chips(gpiod: Any, devices: Path) -> Iterator[str]:
    is_chip = getattr(gpiod, "is_gpiochip_device", None)
    for path in sorted(devices.glob("gpiochip*")):
        if is_chip is None or is_chip(str(path)):
            yield str(path)


def _names(gpiod: Any, path: str) -> tuple[str, str]:
    """A chip's name and label."""
    chip = gpiod.Chip(path)
    try:
        if hasattr(chip, "get_info"):
            info = chip.get_info()
            return str(info.name), str(info.label)
        return str(chip.name()), str(chip.label())
    finally:
        chip.close()


class _LineOfSecondApi:
    """gpiod 2."""

    def __init__(self, gpiod: Any, path: str, offset: int, active_low: bool) -> None:
        self._offset = offset
        self._value = gpiod.line.Value
        settings = gpiod.LineSettings(
            direction=gpiod.line.Direction.OUTPUT, output_value=self._value.INACTIVE, active_low=active_low
        )
        self._request = gpiod.request_lines(path, consumer=CONSUMER, config={offset: settings})

    def set(self, on: bool) -> None:
        self._request.set_value(self._offset, self._value.ACTIVE if on else self._value.INACTIVE)

    def get(self) -> bool:
        return bool(self._request.get_value(self._offset) == self._value.ACTIVE)

    def release(self) -> None:
        self._request.release()


class _LineOfFirstApi:
    """gpiod 1.6."""

    def __init__(self, gpiod: Any, path: str, offset: int, active_low: bool) -> None:
        self._chip = gpiod.Chip(path)
        flags = gpiod.LINE_REQ_FLAG_ACTIVE_LOW if active_low else 0
        try:
            self._line = self._chip.get_line(offset)
            self._line.request(consumer=CONSUMER, type=gpiod.LINE_REQ_DIR_OUT, flags=flags, default_vals=[0])
        except OSError:
            self._chip.close()
            raise

    def set(self, on: bool) -> None:
        self._line.set_value(int(on))

    def get(self) -> bool:
        return bool(self._line.get_value())

    def release(self) -> None:
        self._line.release()
        self._chip.close()

"""Output lines of this machine that are not there: the part of gpiod 2's interface that a relay needs.

`EmulatedGpio` stands in for the module `gpiod`, since a machine without pins has nothing lower to emulate on; the
kernel's own gpio-sim is used by a test where there is one. `coils` holds when each line was active, by its offset.
"""

from __future__ import annotations

import enum
import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from drivers.emulators.coils import Coils


class Direction(enum.Enum):
    AS_IS = 1
    INPUT = 2
    OUTPUT = 3


class Value(enum.Enum):
    INACTIVE = 0
    ACTIVE = 1


@dataclass
class Settings:
    """As gpiod.LineSettings."""

    direction: Direction = Direction.AS_IS
    output_value: Value = Value.INACTIVE
    active_low: bool = False


class EmulatedGpio:
    """One chip at `directory`/gpiochip0, an empty file."""

    LineSettings = Settings
    line = SimpleNamespace(Direction=Direction, Value=Value)

    def __init__(self, directory: Path, label: str = "emulated", lines: int = 32) -> None:
        self.path = str(directory / "gpiochip0")
        self.label = label
        self.coils = Coils()
        self.taken: dict[int, LineRequest] = {}
        self._lines = lines
        directory.mkdir(parents=True, exist_ok=True)
        self.plug()

    def plug(self) -> None:
        """The chip is there."""
        Path(self.path).touch()

    def unplug(self) -> None:
        """The chip, an adapter on USB, is pulled: its lines lose their power."""
        Path(self.path).unlink(missing_ok=True)
        self.coils.all_off()
        self.taken.clear()

    def is_gpiochip_device(self, path: str) -> bool:
        """As gpiod.is_gpiochip_device."""
        return path == self.path and Path(path).exists()

    def Chip(self, path: str) -> SimpleNamespace:  # noqa: N802 - gpiod's own name
        """As gpiod.Chip, as far as asking for its names."""
        self.require(path)
        info = SimpleNamespace(name=Path(path).name, label=self.label)
        return SimpleNamespace(get_info=lambda: info, close=lambda: None)

    def request_lines(self, path: str, config: Mapping[int, Settings], consumer: str = "") -> LineRequest:
        """As gpiod.request_lines: OSError with EBUSY for a line that somebody has, EINVAL for one that is not there."""
        self.require(path)
        for offset in config:
            if offset in self.taken:
                raise OSError(errno.EBUSY, "Device or resource busy")
            if not 0 <= offset < self._lines:
                raise OSError(errno.EINVAL, "Invalid argument")
        request = LineRequest(self, config)
        self.taken |= dict.fromkeys(config, request)
        return request

    def require(self, path: str) -> None:
        """Raises FileNotFoundError for a chip that is not plugged in."""
        if not self.is_gpiochip_device(path):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")


class LineRequest:
    """As gpiod.LineRequest. When it is released the line keeps its level, as most chips do."""

    def __init__(self, gpio: EmulatedGpio, config: Mapping[int, Settings]) -> None:
        self._gpio = gpio
        self._config = config
        for offset, settings in config.items():
            if settings.direction is Direction.OUTPUT:
                self._drive(offset, settings.output_value)

    def set_value(self, offset: int, value: Value) -> None:
        """Drives a line. OSError with ENODEV once the chip is gone."""
        self._require_ours(offset)
        self._drive(offset, value)

    def get_value(self, offset: int) -> Value:
        """A line's value."""
        self._require_ours(offset)
        return Value.ACTIVE if offset in self._gpio.coils.on else Value.INACTIVE

    def release(self) -> None:
        """Lets the lines go."""
        for offset in self._config:
            if self._gpio.taken.get(offset) is self:
                del self._gpio.taken[offset]

    def _drive(self, offset: int, value: Value) -> None:
        self._gpio.coils.switch(offset, value is Value.ACTIVE)

    def _require_ours(self, offset: int) -> None:
        if self._gpio.taken.get(offset) is not self:
            raise OSError(errno.ENODEV, "No such device")

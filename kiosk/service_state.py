"""Whether a terminal is in service: not without its disk, nor without a device that its role needs."""

from __future__ import annotations

from collections.abc import Collection

from drivers.base import DeviceStatus, Health


class ServiceState:
    """Lives on the main thread. `needs`: groups of slots, of each of which one must work; `configured`: the slots that
    this terminal has. A group of which nothing is configured is not asked for."""

    def __init__(self, needs: Collection[tuple[str, ...]], configured: Collection[str]) -> None:
        self._needs = [tuple(slot for slot in group if slot in configured) for group in needs]
        self._statuses: dict[str, DeviceStatus] = {}
        self.disk_trouble = ""

    def device_is(self, slot: str, status: DeviceStatus) -> None:
        self._statuses[slot] = status

    def is_alone(self, slot: str) -> bool:
        """Whether the role cannot do without this very device."""
        return (slot,) in self._needs

    def code(self) -> str:
        """The first reason to be out of service, "" in service."""
        return self.disk_trouble or next(filter(None, map(self._missing_of, self._needs)), "")

    def _missing_of(self, group: tuple[str, ...]) -> str:
        """The code of what is wrong when no configured device of `group` works."""
        codes = [self._statuses[slot].code if self._is_down(slot) else "" for slot in group]
        return codes[0] if codes and all(codes) else ""

    def _is_down(self, slot: str) -> bool:
        return slot in self._statuses and self._statuses[slot].health in (Health.DOWN, Health.WEDGED)

"""Readers and scanners that type: nothing tells them from a keyboard but a card, so they are only listed."""

from __future__ import annotations

from pathlib import Path

from drivers.base import DeviceError
from drivers.finding.found import Finding
from drivers.keyboard.input_device import InputDeviceTransport

BY_NAME = Path("/dev/input/by-id")


def search() -> list[Finding]:
    """Every device that types, and whether somebody has it already."""
    return [_looked_at(path) for path in sorted(BY_NAME.glob("*-event-kbd"))]


def _looked_at(path: Path) -> Finding:
    device = InputDeviceTransport(path)
    try:
        device.open()
    except DeviceError as error:
        return Finding(str(path), None, {"path": str(path)}, error.reason)
    finally:
        device.close()
    return Finding(str(path), None, {"path": str(path)}, "finding.types", may_be=("wedge", "wedge_scanner"))

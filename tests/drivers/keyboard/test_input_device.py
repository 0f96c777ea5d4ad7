"""An input device's file: grabbed where the kernel can, refused where it is something else."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import CardSeen, DeviceBusy, DeviceGone, ProtocolError
from drivers.cards.numbers import TypedForm, em4100_card
from drivers.cards.wedge import WedgeReader
from drivers.keyboard.input_device import InputDeviceTransport
from drivers.keyboard.typed import KEYS
from tests.drivers.conftest import RawPty


def test_a_pseudo_terminal_is_read_without_a_grab(raw_pty: RawPty) -> None:
    device = InputDeviceTransport(raw_pty.path)
    device.open()
    assert not device.grabbed
    with pytest.raises(DeviceBusy):
        InputDeviceTransport(raw_pty.path).open()
    device.close()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_another_file_is_refused(path: str) -> None:
    with pytest.raises(ProtocolError):
        InputDeviceTransport(path).open()


def test_a_file_that_is_not_there_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DeviceGone):
        InputDeviceTransport(tmp_path / "event-kbd").open()


@contextlib.contextmanager
def kernel_keyboard() -> Iterator[object]:
    """A keyboard that the kernel itself makes: only where it may be asked to."""
    evdev = pytest.importorskip("evdev")
    if not Path("/dev/uinput").exists():
        pytest.skip("no /dev/uinput on this machine: the driver is tried on a pty only")
    with evdev.UInput(name="service-hall-test") as made:
        yield made


def test_a_keyboard_of_the_kernel_is_grabbed_and_read() -> None:
    with kernel_keyboard() as keyboard:
        path = keyboard.device.path  # type: ignore[attr-defined]
        transport = InputDeviceTransport(path)
        reader = WedgeReader(transport, TypedForm.TEN_DECIMAL, 1)
        reader.open()
        assert transport.grabbed
        for code in [*(KEYS[char][0] for char in "0001217496"), 28]:
            for value in (1, 0):
                keyboard.write(1, code, value)  # type: ignore[attr-defined]
            keyboard.syn()  # type: ignore[attr-defined]
        reading = reader.read(2)
        reader.close()
    assert isinstance(reading, CardSeen)
    assert reading.card == em4100_card("01001293D8")
    assert time.monotonic_ns() - reading.stamp_ns < 5_000_000_000

"""Whoever tries the demo meets every device at once: each must be in the terminal's configuration, and answer there."""

from __future__ import annotations

from pathlib import Path

from deploy.demo import MORE_DEVICES
from deploy.scene import Town, enrolled_terminal
from drivers import registry
from drivers.base import Health
from drivers.emulators.box_devices import make_devices
from drivers.emulators.clock import EmulatedClock
from kiosk.config import Settings


def test_the_demos_terminal_is_configured_for_every_device_of_its_box(tmp_path: Path) -> None:
    place = Town(
        directory=tmp_path,
        url="http://127.0.0.1:9",
        database="",
        cards=tmp_path / "cards.json",
        all_cards=tmp_path / "all-cards.json",
        clock=EmulatedClock(tmp_path / "clock.json"),
    )
    (tmp_path / "enrolled").touch()
    devices = make_devices(MORE_DEVICES, tmp_path / "devices")
    try:
        more = {name: device.section for name, device in devices.items()}
        config = enrolled_terminal(place, place.url, "/dev/null", ("127.0.0.1", 9), more)
        filled = Settings.load(config).devices.filled()
        assert {"card_reader", "receipt_printer", *MORE_DEVICES} == set(filled)
        for slot in MORE_DEVICES:
            driver = registry.make(filled[slot].kind, filled[slot].options)
            try:
                driver.open()
                assert driver.probe().health is Health.OK, slot
            finally:
                driver.close()
    finally:
        for device in devices.values():
            device.close()

"""Whoever tries the demo meets every device at once: each must be in the terminal's configuration, and answer there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.demo import MORE_DEVICES, with_cards_of_the_hall
from deploy.scene import SEATS, Town, enrolled_terminal
from drivers import registry
from drivers.base import Health
from drivers.emulators.box import read_cards
from drivers.emulators.box_devices import make_devices
from drivers.emulators.clock import EmulatedClock
from kiosk.config import Settings


@pytest.fixture
def place(tmp_path: Path) -> Town:
    return Town(
        directory=tmp_path,
        url="http://127.0.0.1:9",
        database="",
        cards=tmp_path / "cards.json",
        all_cards=tmp_path / "all-cards.json",
        clock=EmulatedClock(tmp_path / "clock.json"),
    )


@pytest.mark.parametrize("role", MORE_DEVICES)
def test_the_demos_terminal_is_configured_for_every_device_of_its_box(place: Town, role: str) -> None:
    (place.directory / f"enrolled{SEATS[role].suffix}").touch()
    slots = MORE_DEVICES[role]
    devices = make_devices(tuple(slots.values()), place.directory / "devices")
    try:
        more = {slot: devices[name].section for slot, name in slots.items()}
        config = enrolled_terminal(place, place.url, "/dev/null", ("127.0.0.1", 9), more, role=role)
        settings = Settings.load(config)
        filled = settings.devices.filled()
        assert settings.terminal.role == role
        assert {"card_reader", "receipt_printer", *slots} == set(filled)
        for slot in slots:
            driver = registry.make(filled[slot].kind, filled[slot].options)
            try:
                driver.open()
                assert driver.probe().health is Health.OK, slot
            finally:
                driver.close()
    finally:
        for device in devices.values():
            device.close()


def test_no_two_terminals_of_the_hall_give_out_the_same_number() -> None:
    letters = [seat.ticket_letter for seat in SEATS.values() if seat.ticket_letter]
    assert len(letters) == len(set(letters)) == 2


def test_the_panel_of_the_front_desk_offers_the_hall_s_people_and_staff(place: Town) -> None:
    cards = [
        {
            "uid": "0000000001",
            "label_zh": "大厅 1 号窗口",
            "label_en": "window 1",
            "kind": "ordinary",
            "person_id": "S-H1-1",
        },
        {
            "uid": "0000000002",
            "label_zh": "技术员",
            "label_en": "technician",
            "kind": "technician",
            "person_id": "S-TECH",
        },
        {"uid": "0000000003", "label_zh": "某人", "label_en": "somebody", "kind": "age_75", "person_id": "p"},
    ]
    place.all_cards.write_text(json.dumps(cards), encoding="utf-8")
    offered = json.loads(with_cards_of_the_hall(place).cards.read_text(encoding="utf-8"))
    assert len(read_cards(with_cards_of_the_hall(place).cards)) == len(offered)
    assert [card["person_id"] for card in offered if card["kind"] != "resident"] == ["S-H1-1", "S-TECH"]
    assert len([card for card in offered if card["kind"] == "resident"]) > 5

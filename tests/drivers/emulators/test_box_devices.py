"""What else a box holds must be the device that its section names, and do what its buttons say: journeys and the panel
work all the hall's devices through it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from drivers import registry
from drivers.base import ButtonPressed, CardLifted, CardSeen, CodeScanned, DeviceGone, Driver, Health
from drivers.emulators.box import Box, BoxServer
from drivers.emulators.box_devices import ENTRIES
from drivers.emulators.client import BoxClient, BoxRefused

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path, NOWHERE, more=tuple(ENTRIES))
    yield box
    box.close()


@pytest.fixture
def server(box: Box) -> Iterator[BoxServer]:
    server = BoxServer(box)
    yield server
    server.close()


@pytest.fixture
def client(server: BoxServer) -> Iterator[BoxClient]:
    with BoxClient(server.url) as client:
        yield client


def driver_of(box: Box, name: str, **more: object) -> Driver:
    """The driver that a terminal with the device's section gets."""
    section = {**box.more[name].section, **more}
    return registry.make(str(section.pop("kind")), section)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_section_leads_to_the_device(box: Box, client: BoxClient, name: str) -> None:
    driver = driver_of(box, name)
    driver.open()
    try:
        assert driver.probe().health is Health.OK
        client.do(f"/devices/{name}/unplug")
        with pytest.raises(DeviceGone):
            driver.open()
        assert client.state()["devices"][name]["plugged"] is False
        client.do(f"/devices/{name}/plug")
        driver.open()
        assert driver.probe().health is Health.OK
        assert client.state()["devices"][name]["plugged"] is True
    finally:
        driver.close()


@pytest.mark.parametrize(
    ("name", "action", "body", "reading"),
    [
        ("pn532", "rest", {"uid": "901F2AA4"}, CardSeen),
        ("m1_reader", "rest", {"uid": "901F2AA4"}, CardSeen),
        ("id_card_reader", "rest", {"person": 7}, CardSeen),
        ("code_scanner", "scan", {"content": "SAMPLE-0001"}, CodeScanned),
    ],
)
def test_what_is_done_to_a_device_is_read_from_it(
    box: Box, client: BoxClient, name: str, action: str, body: dict[str, object], reading: type
) -> None:
    driver = driver_of(box, name)
    driver.open()
    try:
        client.do(f"/devices/{name}/{action}", **body)
        read = getattr(driver, "read")(5.0)  # noqa: B009 what reads is known by its kind only
        assert isinstance(read, reading)
        if reading is CardSeen:
            assert client.state()["devices"][name]["note"] == "card"
            client.do(f"/devices/{name}/lift")
            assert isinstance(getattr(driver, "read")(5.0), CardLifted)  # noqa: B009
    finally:
        driver.close()


def test_a_button_that_was_learned_is_heard(box: Box, client: BoxClient) -> None:
    driver = driver_of(box, "call_buttons", buttons=("D0035:8",))
    driver.open()
    try:
        client.do("/devices/call_buttons/press", code="D00358")
        assert isinstance(getattr(driver, "read")(5.0), ButtonPressed)  # noqa: B009
    finally:
        driver.close()


@pytest.mark.parametrize(("name", "again"), [("id_card_reader", "answer"), ("door", "recover")])
def test_a_device_that_was_mute_answers_again(box: Box, client: BoxClient, name: str, again: str) -> None:
    driver = driver_of(box, name)
    client.do(f"/devices/{name}/mute")
    assert driver.probe().health is not Health.OK
    client.do(f"/devices/{name}/{again}")
    assert driver.probe().health is Health.OK


def test_every_listed_action_is_obeyed(server: BoxServer, client: BoxClient) -> None:
    listed = requests.get(server.url + "devices", timeout=5).json()
    assert [device["name"] for device in listed] == list(ENTRIES)
    for device in listed:
        for action in device["actions"]:
            body = {action["asks"]: action["offered"]} if action["asks"] else {}
            client.do(f"/devices/{device['name']}/{action['name']}", **body)
            assert action["zh"] and action["en"]


@pytest.mark.parametrize(
    ("route", "body", "expected"),
    [
        ("/devices/pn532/rest", {"uid": "90"}, "8 or 14 hex digits"),
        ("/devices/pn532/rest", {}, "uid"),
        ("/devices/pn532/pull_before", {"step": "lunch"}, "one of find, authenticate, read"),
        ("/devices/id_card_reader/rest", {"person": "Sun"}, "person"),
        ("/devices/call_buttons/press", {"code": "D003"}, "six hex digits"),
        ("/devices/camera/eat", {}, "box.unknown_route"),
        ("/devices/dishwasher/plug", {}, "box.unknown_route"),
    ],
)
def test_a_wrong_request_is_refused_with_a_reason(
    client: BoxClient, route: str, body: dict[str, object], expected: str
) -> None:
    with pytest.raises(BoxRefused, match=expected):
        client.do(route, **body)


def test_a_box_has_no_more_than_it_was_started_with(tmp_path: Path) -> None:
    box = Box(tmp_path, NOWHERE, more=("door",))
    try:
        assert list(box.state()["devices"]) == ["door"]  # type: ignore[call-overload]
    finally:
        box.close()
    with pytest.raises(ValueError, match="dishwasher"):
        Box(tmp_path / "other", NOWHERE, more=("dishwasher",))


def test_the_program_says_the_sections(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "drivers.emulators", "--state", str(tmp_path), "--hall", NOWHERE]
    more = ["--more", "door", "pn532"]
    with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        said = json.loads(program.stdout.readline())
        assert said["devices"]["door"]["kind"] == "relay_modbus_serial"
        assert Path(said["devices"]["pn532"]["port"]).exists()
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0


def test_a_bracelet_of_the_sample_hall_is_heard_by_the_receiver(box: Box, client: BoxClient) -> None:
    driver = driver_of(box, "call_buttons")
    driver.open()
    try:
        client.do("/devices/call_buttons/press_bracelet", code="B7C214")
        pressed = getattr(driver, "read")(5.0)  # noqa: B009
        assert isinstance(pressed, ButtonPressed)
        assert (pressed.address, pressed.key) == ("B7C21", 4)
    finally:
        driver.close()


def test_somebody_who_is_not_among_the_drawn_people_does_not_come(client: BoxClient) -> None:
    with pytest.raises(BoxRefused, match="a number from 1 to 20"):
        client.do("/devices/entrance_camera/stand", person=21)

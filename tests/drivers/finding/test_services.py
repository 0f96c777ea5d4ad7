"""Smart card readers, A4 queues and devices that type are found by asking real services, also when these do not run."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.emulators.keyboard import EmulatedKeyboard
from drivers.finding import cameras, cups, gpio, keyboards, smart_cards
from tests.stage import smart_card_service
from tests.stage.page_service import PageService, page_service
from tests.stage.smart_card_service import SmartCardService


@pytest.fixture(scope="module")
def card_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmartCardService]:
    smart_card_service.require()
    with smart_card_service.running(tmp_path_factory.mktemp("pcscd")) as service:
        yield service


@pytest.fixture(scope="module")
def shared_printing() -> Iterator[PageService]:
    with page_service() as service:
        yield service


@pytest.fixture
def printing(shared_printing: PageService, monkeypatch: pytest.MonkeyPatch) -> PageService:
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{shared_printing.port}")
    return shared_printing


def test_every_smart_card_reader_is_named(card_service: SmartCardService) -> None:
    found = smart_cards.search()
    assert found
    assert {finding.kind for finding in found} == {"pcsc"}
    assert all("Virtual PCD" in str(finding.options["reader"]) for finding in found)


def test_a_service_for_cards_that_does_not_run_is_said(card_service: SmartCardService) -> None:
    card_service.stop()
    try:
        assert [finding.code for finding in smart_cards.search()] == ["pcsc.service_down"]
    finally:
        card_service.start()


def test_every_queue_is_named(printing: PageService) -> None:
    found = cups.search()
    assert [(finding.kind, finding.options) for finding in found] == [("cups", {"queue": "hall-a4"})]
    assert found[0].toml() == '[devices.page_printer]\nkind = "cups"\nqueue = "hall-a4"\n'


def test_a_print_service_that_does_not_run_is_said(printing: PageService) -> None:
    printing.stop_cups()
    try:
        assert [finding.code for finding in cups.search()] == ["cups.service_down"]
    finally:
        printing.start_cups()


def test_what_types_is_listed_and_what_is_taken_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = EmulatedKeyboard(tmp_path / "keyboard")
    by_name = tmp_path / "by-id"
    by_name.mkdir()
    (by_name / "usb-Test_Reader-event-kbd").symlink_to(keyboard.path)
    (by_name / "usb-Gone-event-kbd").symlink_to(tmp_path / "none")
    (by_name / "usb-Test_Mouse-event-mouse").symlink_to(keyboard.path)
    monkeypatch.setattr(keyboards, "BY_NAME", by_name)
    gone, there = keyboards.search()
    assert (gone.code, there.code) == ("device.gone", "finding.types")
    assert there.may_be == ("wedge", "wedge_scanner")
    assert there.toml() == ""
    keyboard.close()


def capabilities(can: int, device_can: int = 0) -> bytes:
    return struct.pack("16s32s32sIII12x", b"uvcvideo", b"Test Camera", b"usb-1", 0x60100, can, device_can)


def test_a_camera_is_asked_for_its_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("usb-Cam-index0", "usb-Cam-index1"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr(cameras, "BY_NAME", tmp_path)
    answers = [capabilities(0x84A00001, 0x04200001), capabilities(0x84A00001, 0x04A00000)]
    (found,) = cameras.search(lambda descriptor: answers.pop(0))
    assert (found.kind, found.details["name"]) == ("camera_v4l2", "Test Camera")
    assert found.options == {"path": str(tmp_path / "usb-Cam-index0")}


def test_what_is_no_camera_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usb-Cam-index0").write_bytes(b"")
    monkeypatch.setattr(cameras, "BY_NAME", tmp_path)
    (found,) = cameras.search()
    assert found.kind is None
    assert found.code.startswith("device.")


def test_what_is_no_gpio_chip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gpiochip0").write_bytes(b"")
    monkeypatch.setattr(gpio, "DEVICES", tmp_path)
    (found,) = gpio.search()
    assert (found.kind, found.code) == (None, "device.denied")

"""A person with a cable in hand asks what is at its end: the answer must be right, bounded in time, and free of cards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.finding import ask
from drivers.finding.serial_ports import questions
from drivers.probe import main

UID = "01001293D8"


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[EmulatedPrinter]:
    with EmulatedPrinter(tmp_path / "printer") as emulated:
        yield emulated


def test_a_usb_printer_that_is_not_there() -> None:
    finding = ask("/dev/usb/lp99")
    assert (finding.kind, finding.options, finding.code) == (None, {"path": "/dev/usb/lp99"}, "printer.gone")


def test_a_printer_is_asked_at_each_usual_speed() -> None:
    port = "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0"
    asked = [options for kind, options in questions(port) if kind.name == "escpos_serial"]
    assert asked == [{"port": port, "baud": baud} for baud in (9600, 19200, 38400, 115200)]


def test_a_network_printer(printer: EmulatedPrinter) -> None:
    host, port = printer.address
    finding = ask(f"{host}:{port}")
    assert (finding.kind, finding.code) == ("escpos_tcp", "")
    printer.paper_out()
    assert (ask(f"{host}:{port}").kind, ask(f"{host}:{port}").code) == ("escpos_tcp", "printer.paper_out")


def test_a_serial_printer(printer: EmulatedPrinter) -> None:
    finding = ask(printer.path)
    assert (finding.kind, finding.options) == ("escpos_serial", {"port": printer.path, "baud": 9600})


def test_a_card_reader_is_found_by_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader = EmulatedReader(tmp_path)
    reader.rest(UID)
    assert main([reader.path, "--listen", "20"]) == 0
    said = capsys.readouterr().out
    assert json.loads(said)["kind"] == "em4100_serial"
    assert "1293" not in said
    reader.close()


def test_nothing_there_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none")]) == 1
    finding = json.loads(capsys.readouterr().out)
    assert finding["kind"] is None
    assert finding["code"].endswith(".gone")

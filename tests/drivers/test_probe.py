"""A person with a cable in hand asks what is at its end: the answer must be right, bounded in time, and free of cards."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.probe import candidates, main, probe
from tests.drivers.conftest import RawPty

UID = "01001293D8"


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[EmulatedPrinter]:
    with EmulatedPrinter(tmp_path / "printer") as emulated:
        yield emulated


def test_where_something_may_be() -> None:
    assert list(candidates("192.0.2.1:9100")) == [("escpos_tcp", {"host": "192.0.2.1", "port": 9100})]
    assert list(candidates("/dev/usb/lp0")) == [("escpos_usb", {"path": "/dev/usb/lp0"})]
    assert {kind for kind, _ in candidates("/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0")} == {
        "escpos_serial"
    }


def test_a_network_printer(printer: EmulatedPrinter) -> None:
    host, port = printer.address
    finding = probe(f"{host}:{port}")
    assert (finding.kind, finding.code) == ("escpos_tcp", "")
    printer.paper_out()
    assert (probe(f"{host}:{port}").kind, probe(f"{host}:{port}").code) == ("escpos_tcp", "printer.paper_out")


def test_a_serial_printer(printer: EmulatedPrinter) -> None:
    finding = probe(printer.path)
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


def test_a_silent_line_ends_in_time(raw_pty: RawPty) -> None:
    stop = threading.Event()

    def swallow() -> None:
        os.set_blocking(raw_pty.master, False)
        while not stop.wait(0.01):
            try:
                os.read(raw_pty.master, 1024)
            except BlockingIOError:
                continue

    swallowing = threading.Thread(target=swallow)
    swallowing.start()
    before = time.monotonic()
    finding = probe(raw_pty.path, listen_s=0.2)
    stop.set()
    swallowing.join()
    assert finding.kind is None
    assert time.monotonic() - before < 15

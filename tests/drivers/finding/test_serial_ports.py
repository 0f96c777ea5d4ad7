"""A box of mixed devices on serial ports: each is named rightly, none is switched, printed on or taken from a terminal."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers import registry
from drivers.emulators.m1_reader import EmulatedM1Reader
from drivers.emulators.pn532 import EmulatedPn532
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.radio import EmulatedRadio
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.relays import EmulatedLcusRelay, EmulatedModbusRelay
from drivers.emulators.sam import EmulatedSam
from drivers.emulators.scanner import EmulatedLineScanner, EmulatedSsiScanner
from drivers.finding import Finding, scan
from drivers.finding.serial_ports import in_directories, listen, questions
from drivers.relays.lcus import switch_frame
from drivers.transport import SerialTransport

EMULATORS = {
    "escpos_serial": EmulatedPrinter,
    "sam_serial": EmulatedSam,
    "pn532_serial": EmulatedPn532,
    "m1_aabb_serial": EmulatedM1Reader,
    "ssi_serial": EmulatedSsiScanner,
    "relay_modbus_serial": EmulatedModbusRelay,
    "em4100_serial": EmulatedReader,
    "line_serial": EmulatedLineScanner,
    "lcus": EmulatedLcusRelay,
    "radio": EmulatedRadio,
}
"""By the kind that must be found; the last two cannot be found by asking or by what is done here."""
UID = "01001293D8"


class Box:
    """All the emulated devices, each in its own directory, and one port that a terminal holds."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.devices = {}
        for name, make in EMULATORS.items():
            (directory / name).mkdir()
            self.devices[name] = make(directory / name)
            stack.callback(self.devices[name].close)
        self.heard_by_relay: list[bytes] = []
        self.devices["lcus"]._take = self.heard_by_relay.append
        self.held = EmulatedReader(directory / "held")
        stack.callback(self.held.close)
        self.terminal = SerialTransport(self.held.path)
        self.terminal.open()
        stack.callback(self.terminal.close)
        self.directories = sorted(path for path in directory.iterdir() if path.is_dir())

    def path(self, name: str) -> str:
        return str(self.devices[name].path)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with ExitStack() as stack:
        yield Box(tmp_path_factory.mktemp("box"), stack)


@pytest.fixture(scope="module")
def found(box: Box) -> dict[str, Finding]:
    box.devices["em4100_serial"].rest(UID)
    box.held.rest(UID)
    began = time.monotonic()
    findings = scan(directories=box.directories, listen_s=1.0)
    assert time.monotonic() - began < 40
    return {finding.where: finding for finding in findings}


@pytest.mark.parametrize("kind", list(EMULATORS)[:7])
def test_each_is_named(kind: str, box: Box, found: dict[str, Finding]) -> None:
    finding = found[box.path(kind)]
    assert (finding.kind, finding.code) == (kind, "")


@pytest.mark.parametrize("kind", list(EMULATORS)[:7])
def test_what_is_pasted_makes_a_driver(kind: str, box: Box, found: dict[str, Finding]) -> None:
    finding = found[box.path(kind)]
    registry.make(kind, finding.options)  # raises for options that are not whole
    assert f'kind = "{kind}"' in finding.toml()
    assert f'port = "{box.path(kind)}"' in finding.toml()


@pytest.mark.parametrize("name", ["lcus", "radio", "line_serial"])
def test_what_cannot_be_asked_is_not_guessed(name: str, box: Box, found: dict[str, Finding]) -> None:
    finding = found[box.path(name)]
    assert finding.kind is None
    assert {"relay_lcus_serial", "rf_generic_serial", "line_serial"} <= set(finding.may_be)
    assert finding.toml() == ""


def test_no_relay_was_switched_and_nothing_printed(box: Box, found: dict[str, Finding]) -> None:
    assert box.devices["relay_modbus_serial"].coils.changes == ()
    assert box.devices["escpos_serial"].pages == []


def test_a_port_that_a_terminal_holds_is_taken_and_left_alone(box: Box, found: dict[str, Finding]) -> None:
    finding = found[box.held.path]
    assert (finding.kind, finding.code) == (None, "device.busy")
    assert box.terminal.read(256, 1.0), "its reader is still heard"


def test_no_question_holds_what_switches_a_relay(box: Box, found: dict[str, Finding]) -> None:
    """Byte for byte: everything that the scan writes to a port where nothing answers."""
    asked = [kind.name for kind, _ in questions("x")]
    assert asked[0] == "escpos_serial"
    assert "relay_lcus_serial" not in asked
    switching = [switch_frame(channel, on) for channel in range(1, 9) for on in (True, False)]
    written = b"".join(box.heard_by_relay)
    assert len(written) > len(asked)
    assert not any(command in written for command in switching)


def test_a_scanner_is_found_by_a_code(tmp_path: Path) -> None:
    scanner = EmulatedLineScanner(tmp_path)
    later = threading.Timer(0.3, scanner.scan, ["SHQR1:TEST"])
    later.start()
    finding = listen(scanner.path, 1.5)
    later.join()
    scanner.close()
    assert finding is not None
    assert finding.kind == "line_serial"
    assert "TEST" not in repr(finding)


def test_a_link_to_what_is_unplugged_is_no_port(tmp_path: Path) -> None:
    reader = EmulatedReader(tmp_path)
    assert in_directories([tmp_path]) == [reader.path]
    reader.unplug()
    (tmp_path / "reader").symlink_to("/dev/pts/none")
    (tmp_path / "notes.txt").write_text("no port")
    assert in_directories([tmp_path]) == []
    reader.close()

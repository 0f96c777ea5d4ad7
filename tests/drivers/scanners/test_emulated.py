"""The scanners' drivers over the real bytes of emulated ones: acknowledged, woken, made to look, and gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.base import CodeScanned, DeviceGone, Health
from drivers.emulators.keyboard import EmulatedKeyboard
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.scanner import EmulatedLineScanner, EmulatedSsiScanner
from drivers.kinds import Surroundings
from drivers.registry import make
from drivers.wire_log import WireLog, parse


@pytest.fixture
def make_ssi(tmp_path: Path) -> Iterator[Callable[..., EmulatedSsiScanner]]:
    made: list[EmulatedSsiScanner] = []

    def emulated(**options: Any) -> EmulatedSsiScanner:
        made.append(EmulatedSsiScanner(tmp_path / str(len(made)), **options))
        return made[-1]

    yield emulated
    for each in made:
        each.close()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[EmulatedLineScanner]:
    emulated = EmulatedLineScanner(tmp_path)
    yield emulated
    emulated.close()


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def driver(kind: str, **options: object) -> Any:
        made.append(make(kind, options))
        made[-1].open()
        return made[-1]

    yield driver
    for each in made:
        each.close()


def content(scan: CodeScanned | None) -> str:
    assert scan is not None
    return scan.content.reveal()


def test_a_code_is_acknowledged_and_read_once(make_ssi: Any, opened: Any) -> None:
    emulated = make_ssi()
    driver = opened("ssi_serial", port=emulated.path)
    sent_ns = emulated.scan("取餐码 0613")
    scan = driver.read(2)
    assert content(scan) == "取餐码 0613"
    assert scan.stamp_ns > sent_ns - 1_000_000
    assert emulated.wait_for(lambda scanner: scanner.acknowledged == 1)
    assert emulated.sent == 1


def test_what_is_sent_again_is_one_scan(make_ssi: Any, opened: Any) -> None:
    emulated = make_ssi(ack_s=0.05)
    driver = opened("ssi_serial", port=emulated.path)
    emulated.lose_acknowledgements()
    emulated.scan("once")
    assert content(driver.read(2)) == "once"
    assert driver.read(0.2) is None
    assert emulated.sent == 3
    assert driver.diagnostics()["repeated"] == "2"


@pytest.mark.parametrize("sleeps", [False, True])
def test_the_terminal_makes_it_look_only_while_it_reads(make_ssi: Any, opened: Any, sleeps: bool) -> None:
    emulated = make_ssi(host_triggers=True, sleeps=sleeps)
    driver = opened("ssi_serial", port=emulated.path, trigger="host", wake=sleeps)
    assert emulated.scan("nobody looks") is None
    assert driver.read(0.1) is None
    assert emulated.wait_for(lambda scanner: scanner.looking)
    emulated.scan("seen")
    assert content(driver.read(2)) == "seen"
    assert not emulated.looking
    driver.read(0.1)
    assert emulated.wait_for(lambda scanner: scanner.looking)
    driver.close()
    assert emulated.wait_for(lambda scanner: not scanner.looking)


def test_a_sleeping_module_that_is_not_woken_is_silent(make_ssi: Any, opened: Any) -> None:
    emulated = make_ssi(sleeps=True)
    assert make("ssi_serial", {"port": emulated.path}).probe().code == "device.timeout"
    assert make("ssi_serial", {"port": emulated.path, "wake": True}).probe().health is Health.OK


def test_a_module_that_wakes_slowly_is_asked_again(make_ssi: Any, opened: Any) -> None:
    """Nor may a light stay on because the command that ends its look was lost."""
    emulated = make_ssi(host_triggers=True, sleeps=True, waking_s=0.15)
    driver = opened("ssi_serial", port=emulated.path, trigger="host", wake=True)
    driver.read(0.0)
    assert emulated.looking
    emulated.sleep()
    driver.close()
    assert not emulated.looking


def test_damage_is_no_code_and_does_not_eat_the_next(make_ssi: Any, opened: Any) -> None:
    emulated = make_ssi()
    driver = opened("ssi_serial", port=emulated.path)
    emulated.bad_checksum("damaged")
    emulated.half_packet("torn")
    emulated.noise(b"\xfe\x00\x00")
    emulated.scan("whole")
    assert content(driver.read(2)) == "whole"
    assert driver.read(0.15) is None


def test_a_mute_module_and_another_device_are_told_apart(make_ssi: Any, opened: Any, tmp_path: Path) -> None:
    emulated = make_ssi()
    emulated.mute()
    driver = opened("ssi_serial", port=emulated.path)
    assert driver.probe().code == "device.timeout"
    babble = threading.Event()

    def talk() -> None:
        while not babble.wait(0.05):
            emulated.noise(b"+READY\r\n")

    talking = threading.Thread(target=talk)
    talking.start()
    assert driver.probe().code == "device.protocol"
    babble.set()
    talking.join()


@pytest.mark.parametrize("kind", ["ssi_serial", "line_serial"])
def test_a_printer_on_the_port_is_no_scanner(kind: str, tmp_path: Path) -> None:
    with EmulatedPrinter(tmp_path) as printer:
        driver = make(kind, {"port": printer.path})
        assert driver.probe().code == ("device.timeout" if kind == "ssi_serial" else "")


def test_a_line_ends_by_its_suffix_or_by_silence(tmp_path: Path, opened: Any) -> None:
    for suffix in (b"\r", b"\n", b"\r\n", b""):
        emulated = EmulatedLineScanner(tmp_path / suffix.hex(), suffix=suffix)
        driver = opened("line_serial", port=emulated.path)
        emulated.scan("取餐码 0613")
        assert content(driver.read(2)) == "取餐码 0613"
        emulated.close()


@pytest.mark.parametrize("kind", ["ssi_serial", "line_serial"])
def test_the_encoding_may_be_said(kind: str, make_ssi: Any, line: EmulatedLineScanner, opened: Any) -> None:
    emulated = make_ssi() if kind == "ssi_serial" else line
    driver = opened(kind, port=emulated.path, encoding="gb18030")
    emulated.scan("一楼".encode("gb18030"))
    assert content(driver.read(2)) == "一楼"


@pytest.mark.parametrize("kind", ["ssi_serial", "line_serial"])
def test_half_a_code_is_forgotten_when_the_plug_is_pulled(
    kind: str, make_ssi: Any, line: EmulatedLineScanner, opened: Any
) -> None:
    emulated = make_ssi() if kind == "ssi_serial" else line
    driver = opened(kind, port=emulated.path)
    getattr(emulated, "half_packet", getattr(emulated, "half_scan", None))("half of it")
    emulated.unplug()
    with pytest.raises(DeviceGone):
        driver.read(2)
    emulated.plug()
    driver.open()
    emulated.scan("after")
    assert content(driver.read(2)) == "after"


@pytest.mark.parametrize("kind", ["ssi_serial", "line_serial", "wedge_scanner"])
def test_the_wire_log_forgets_a_code_with_the_code(
    kind: str, make_ssi: Any, line: EmulatedLineScanner, tmp_path: Path
) -> None:
    keyboard, log = EmulatedKeyboard(tmp_path / "keyboard"), WireLog()
    device = {"ssi_serial": make_ssi(), "line_serial": line, "wedge_scanner": keyboard}[kind]
    place = "path" if kind == "wedge_scanner" else "port"
    driver: Any = make(kind, {place: device.path}, Surroundings(wire_log=log))
    driver.open()
    for code in ("110105194912310020", "another-code"):
        device.type_line(code) if device is keyboard else device.scan(code)
        assert content(driver.read(2)) == code
    driver.close()
    keyboard.close()
    kept = b"".join(line.data for line in parse(log.export(lambda direction, stream: stream)))
    assert kept
    assert b"110105194912310020" not in kept
    assert b"another" not in kept
    if kind == "wedge_scanner":
        keys = b"".join(bytes([code]) for code in (2, 2, 11, 2, 11, 6, 2, 10))  # 11010519
        pressed = bytes(
            kept[at + 18] for at in range(0, len(kept), 24) if kept[at + 16] == 1 and kept[at + 20] == 1
        )
        assert keys not in pressed

"""Printers that lie, speak something else or stand in another encoding: what is said of a slip must still be true, and
what is thrown away must be a person's wish."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.base import DeviceBusy, DeviceError, Health, PrintOutcome, PrintState, ProtocolError
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.emulators.scanner import EmulatedLineScanner
from drivers.printers.escpos import CLEAR_BUFFER, EscPosPrinter
from drivers.printers.profiles import PROFILES, Confirm
from drivers.transport import SerialTransport
from tests.drivers.conftest import RawPty
from tests.drivers.printers.conftest import IMPATIENT, MakeDriver, MakeEmulator
from tests.drivers.printers.samples import meal, plain_lines

LINES = ("tcp", "pty", "usb")


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("fault", ["paper_out", "cover_open"])
def test_one_that_lies_about_stopping_gets_no_printed_slip(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str, fault: str
) -> None:
    emulator.lie()
    driver = make_driver(emulator, line, IMPATIENT)
    if fault == "paper_out":
        emulator.paper_out(at_line=5)
        outcome = driver.print(plain_lines(20), "job")
        assert outcome == PrintOutcome(PrintState.UNKNOWN, "printer.stalled", 4)
        assert driver.probe().health is Health.OK  # it says so
    else:
        emulator.cover_open()
        outcome = driver.print(plain_lines(20), "job")
        assert (outcome.state, outcome.code) != (PrintState.PRINTED, "")
    assert emulator.page_count == 0


def test_one_that_confirms_nothing_and_lies_is_probably_at_best(
    make_emulator: MakeEmulator, make_driver: MakeDriver
) -> None:
    emulator = make_emulator(confirms=False, fences=False)
    emulator.lie()
    emulator.paper_out(at_line=2)
    outcome = make_driver(emulator, profile=IMPATIENT).print(plain_lines(5), "job")
    assert outcome == PrintOutcome(PrintState.PROBABLY, "", None)
    assert emulator.page_count == 0


def test_one_that_says_paper_is_out_while_it_prints_is_believed(raw_pty: RawPty) -> None:
    with answering(raw_pty, lambda query: bytes([0x72 if query == 4 else 0x12])):
        driver = EscPosPrinter(SerialTransport(raw_pty.path))
        with pytest.raises(DeviceError) as caught:
            driver.print(meal(), "job")
        driver.close()
    assert caught.value.reason == "printer.paper_out"


@contextmanager
def answering(raw_pty: RawPty, answer: Callable[[int], bytes]) -> Iterator[None]:
    """A device that answers each DLE EOT n with `answer(n)`."""

    def serve() -> None:
        held = b""
        while True:
            try:
                held += os.read(raw_pty.master, 64)
            except OSError:
                return
            while (at := held.find(b"\x10\x04")) >= 0 and len(held) > at + 2:
                os.write(raw_pty.master, answer(held[at + 2]))
                held = held[at + 3 :]

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    yield
    raw_pty.hang_up()
    serving.join(5)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"\xfe\xf8", "device.protocol"),  # another speed
        (b"\x05\xe5\x04\x00\xff\x12", "device.protocol"),  # another device's frame
        (b"\x12\xff\x12", ""),  # a crackle
        (b"", "printer.silent"),
    ],
)
def test_what_is_no_printers_answer_is_told_from_silence(raw_pty: RawPty, answer: bytes, code: str) -> None:
    profile = replace(IMPATIENT, answer_s=0.2 if code else 2.0)
    with answering(raw_pty, lambda query: answer if query == 1 or code else b"\x12"):
        driver = EscPosPrinter(SerialTransport(raw_pty.path), profile=profile)
        status = driver.probe()
        driver.close()
    assert status.code == code


@pytest.mark.parametrize("device", ["card reader", "scanner"])
def test_another_device_on_the_port_is_no_printer(tmp_path: Path, device: str) -> None:
    stop = threading.Event()
    reader, scanner = EmulatedReader(tmp_path / "reader"), EmulatedLineScanner(tmp_path / "scanner")
    path = reader.path if device == "card reader" else scanner.path

    def speak() -> None:
        while not stop.wait(0.02):
            scanner.scan("https://example.org/menu")

    speaking = threading.Thread(target=speak)
    speaking.start()
    reader.rest("01001293D8")
    driver = EscPosPrinter(SerialTransport(path), profile=IMPATIENT)
    try:
        assert driver.probe().code == "device.protocol"
        with pytest.raises(ProtocolError):
            driver.print(meal(), "job")
    finally:
        stop.set()
        speaking.join()
        driver.close()
        reader.close()
        scanner.close()


@pytest.mark.parametrize(
    ("profile", "garbled"), [("generic", True), ("csn", False), ("epson_unicode", False)]
)
def test_a_unit_that_was_set_to_utf_8(
    make_emulator: MakeEmulator, make_driver: MakeDriver, profile: str, garbled: bool
) -> None:
    emulator = make_emulator(set_to_utf8=True)
    driver = make_driver(emulator, profile=replace(PROFILES[profile], answer_s=3.0))
    assert driver.print(meal(), "job").state is PrintState.PRINTED
    assert (emulator.question_marks > 0) is garbled


@pytest.mark.parametrize("name", [name for name in PROFILES if name != "one_way"])
def test_every_profile_prints_the_same_slip(
    make_emulator: MakeEmulator, make_driver: MakeDriver, name: str
) -> None:
    emulator = make_emulator()
    outcome = make_driver(emulator, profile=replace(PROFILES[name], answer_s=3.0)).print(meal(), "job")
    confirmed = PROFILES[name].confirm is not Confirm.NO
    assert outcome.state is (PrintState.PRINTED if confirmed else PrintState.PROBABLY)
    assert emulator.wait_for_pages(1) if name != "no_cutter" else emulator.lines >= 15
    assert emulator.question_marks == 0


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_profile_says_where_it_is_from(profile: object) -> None:
    assert getattr(profile, "models", "")
    assert getattr(profile, "source", "")


# --- thrown away, because a person asked ------------------------------------------------------------------------------


@pytest.mark.parametrize("line", LINES)
def test_what_was_thrown_away_does_not_come_out_and_the_next_slip_is_whole(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str
) -> None:
    driver = make_driver(emulator, line, IMPATIENT)
    emulator.paper_out(at_line=2)
    driver.print(plain_lines(30), "job")
    assert CLEAR_BUFFER not in emulator.received
    driver.clear_buffer()
    assert emulator.wait_for(lambda printer: CLEAR_BUFFER in printer.received)
    emulator.refill()
    assert driver.print(plain_lines(3), "next").state is PrintState.PRINTED
    assert emulator.wait_for_pages(2)
    torn, whole = emulator.pages
    assert emulator.lines == 2 + 3
    assert torn.height != whole.height
    assert emulator.received.count(CLEAR_BUFFER) == 1


def test_it_can_be_asked_for_when_nothing_is_held_or_nobody_is_there(
    emulator: EmulatedPrinter, make_driver: MakeDriver
) -> None:
    driver = make_driver(emulator, "tcp", IMPATIENT)
    driver.clear_buffer()
    assert driver.print(plain_lines(1), "job").state is PrintState.PRINTED
    emulator.unplug()
    with pytest.raises(DeviceError) as caught:
        driver.clear_buffer()
    assert caught.value.reason == "printer.gone"


def test_the_line_is_let_go_after_it(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    first, second = make_driver(emulator, "tcp", IMPATIENT), make_driver(emulator, "tcp")
    first.clear_buffer()
    assert second.probe().health is Health.OK
    held = make_driver(emulator, "pty", IMPATIENT)
    held.clear_buffer()
    with pytest.raises(DeviceBusy):
        make_driver(emulator, "pty").open()


@pytest.mark.parametrize("fault", ["paper_out", "cover_open", "cutter_jam"])
def test_no_fault_makes_the_driver_throw_anything_away(
    emulator: EmulatedPrinter, make_driver: MakeDriver, fault: str
) -> None:
    driver = make_driver(emulator, profile=IMPATIENT)
    emulator.paper_out(at_line=3) if fault == "paper_out" else getattr(emulator, fault)()
    for _ in range(2):
        try:
            driver.print(plain_lines(6), "job")
        except DeviceError:
            assert fault != "cutter_jam" or emulator.page_count == 0
    driver.probe()
    assert b"\x10\x05" not in emulator.received

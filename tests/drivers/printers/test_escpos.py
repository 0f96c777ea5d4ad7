"""The driver over the real bytes of the emulated printer: what it says of a slip must be what happened to the paper."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.base import DeviceError, Health, PrintOutcome, PrintState
from drivers.emulators.printer import EmulatedPrinter
from drivers.printers.encoding import INITIALISE, encode
from drivers.printers.escpos import EscPosPrinter
from drivers.printers.layout import layout
from drivers.printers.profiles import PROFILES, Confirm
from drivers.printers.slip import Slip, SlipDamaged
from drivers.transport import TcpTransport
from tests.drivers.printers.conftest import IMPATIENT, PATIENT, MakeDriver, MakeEmulator
from tests.drivers.printers.samples import meal, plain_lines

LINES = ("tcp", "pty", "usb")
UNCONFIRMED = replace(PATIENT, confirm=Confirm.NO)


def printing(driver: EscPosPrinter, slip: Slip) -> tuple[threading.Thread, list[PrintOutcome]]:
    """Prints on another thread, so that the test can interfere."""
    outcomes: list[PrintOutcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(driver.print(slip, "job")))
    thread.start()
    return thread, outcomes


@pytest.mark.parametrize(("line", "width_mm"), [("tcp", 80), ("pty", 58), ("usb", 80)])
@pytest.mark.parametrize(
    ("confirms", "fences", "state", "lines"),
    [
        (True, True, PrintState.PRINTED, 15),
        (True, False, PrintState.PRINTED, 15),
        (False, True, PrintState.PROBABLY, 15),
        (False, False, PrintState.PROBABLY, None),
    ],
)
def test_good_printer(
    make_emulator: MakeEmulator,
    make_driver: MakeDriver,
    line: str,
    width_mm: int,
    confirms: bool,
    fences: bool,
    state: PrintState,
    lines: int | None,
) -> None:
    emulator = make_emulator(width_mm=width_mm, confirms=confirms, fences=fences)
    driver = make_driver(emulator, line)
    assert driver.print(meal(), "job") == PrintOutcome(state, "", lines)
    assert emulator.wait_for_pages(1)
    assert emulator.question_marks == 0
    assert driver.probe().health is Health.OK


def test_confirmation_is_probed_once_and_its_identity_is_fresh(
    emulator: EmulatedPrinter, make_driver: MakeDriver
) -> None:
    driver = make_driver(emulator, "pty")
    for _ in range(3):
        assert driver.print(plain_lines(2), "job").state is PrintState.PRINTED
    identities = re.findall(rb"\x1d\(H\x06\x0000(.{4})", emulator.received, re.DOTALL)
    assert len(identities) == 1 + 3
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("paper_out", "printer.paper_out"),
        ("cover_open", "printer.cover_open"),
        ("mute", "printer.silent"),
        ("unplug", "printer.gone"),
    ],
)
def test_what_is_wrong_before_the_first_byte_is_raised(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str, fault: str, code: str
) -> None:
    driver = make_driver(emulator, line, IMPATIENT if fault == "mute" else PATIENT)
    getattr(emulator, fault)()
    with pytest.raises(DeviceError) as caught:
        driver.print(meal(), "job")
    assert caught.value.reason == code
    assert driver.probe().code == code
    assert driver.probe().health is Health.DOWN
    assert b"\x1b@" not in emulator.received


@pytest.mark.parametrize("line", LINES)
def test_paper_out_at_a_line(emulator: EmulatedPrinter, make_driver: MakeDriver, line: str) -> None:
    driver = make_driver(emulator, line)
    emulator.paper_out(at_line=22)
    outcome = driver.print(plain_lines(40), "job")
    # The answer for the last line before the end waits with the rest in the buffer: 21 are known for certain.
    assert outcome == PrintOutcome(PrintState.FAILED, "printer.paper_out", 21)
    assert emulator.lines_since_cut == 22
    assert emulator.page_count == 0


@pytest.mark.parametrize("line", LINES)
def test_after_a_refill_the_rest_is_cut_off_from_the_next_slip(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str
) -> None:
    driver = make_driver(emulator, line)
    emulator.paper_out(at_line=22)
    driver.print(plain_lines(80), "job")
    held = emulator.lines_since_cut
    emulator.refill()
    assert emulator.wait_for(lambda printer: printer.lines_since_cut > held)
    assert driver.print(plain_lines(5), "job").state is PrintState.PRINTED
    assert emulator.wait_for_pages(2)
    remainder, whole = emulator.pages
    assert whole.height < remainder.height
    assert emulator.lines_since_cut == 0
    assert b"\x10\x05" not in emulator.received


def test_paper_out_on_a_unit_without_fences_knows_no_lines(
    make_emulator: MakeEmulator, make_driver: MakeDriver
) -> None:
    emulator = make_emulator(fences=False)
    emulator.paper_out(at_line=3)
    outcome = make_driver(emulator, profile=IMPATIENT).print(plain_lines(8), "job")
    assert outcome == PrintOutcome(PrintState.FAILED, "printer.paper_out", None)


def test_cover_opened_while_printing(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    emulator.slow(2000)
    thread, outcomes = printing(make_driver(emulator), plain_lines(60))
    assert emulator.wait_for(lambda printer: printer.lines_since_cut >= 3)
    emulator.cover_open()
    thread.join(10)
    assert outcomes[0].state is PrintState.FAILED
    assert outcomes[0].code == "printer.cover_open"
    assert outcomes[0].lines is not None
    # Its answers lag a little behind its paper: never more than what is on it.
    assert 1 <= outcomes[0].lines <= emulator.lines_since_cut


@pytest.mark.parametrize("line", LINES)
def test_cutter_jam_leaves_the_slip_hanging(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str
) -> None:
    driver = make_driver(emulator, line)
    driver.print(plain_lines(1), "first")
    emulator.cutter_jam()
    assert driver.print(plain_lines(4), "job") == PrintOutcome(PrintState.FAILED, "printer.cutter", 4)
    with pytest.raises(DeviceError) as caught:
        driver.print(plain_lines(4), "next")
    assert caught.value.reason == "printer.cutter"
    emulator.free_cutter()
    assert emulator.wait_for_pages(2)


def test_slow_printer_is_waited_for(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    emulator.slow(6000)
    outcome = make_driver(emulator).print(plain_lines(30), "job")
    assert outcome == PrintOutcome(PrintState.PRINTED, "", 30)


def test_printer_that_stops_taking_bytes_is_given_up_in_time(
    emulator: EmulatedPrinter, make_driver: MakeDriver
) -> None:
    driver = make_driver(emulator, profile=IMPATIENT)
    assert driver.probe().health is Health.OK
    driver.print(plain_lines(1), "first")
    emulator.slow(20)
    started = time.monotonic()
    outcome = driver.print(plain_lines(40), "job")
    assert time.monotonic() - started < 5
    assert (outcome.state, outcome.code) == (PrintState.UNKNOWN, "printer.stalled")


@pytest.mark.parametrize("line", LINES)
def test_printer_that_falls_silent_halfway(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str
) -> None:
    driver = make_driver(emulator, line, IMPATIENT)
    driver.print(plain_lines(1), "first")
    emulator.slow(3000)
    thread, outcomes = printing(driver, plain_lines(60))
    assert emulator.wait_for(lambda printer: printer.lines_since_cut >= 3)
    emulator.mute()
    thread.join(10)
    assert (outcomes[0].state, outcomes[0].code) == (PrintState.UNKNOWN, "printer.silent")
    assert outcomes[0].lines is not None
    assert outcomes[0].lines < 60


def test_dropped_connection(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    driver = make_driver(emulator)
    driver.print(plain_lines(1), "first")
    emulator.drop_connection(after_bytes=900)
    outcome = driver.print(plain_lines(60), "job")
    assert (outcome.state, outcome.code) == (PrintState.UNKNOWN, "printer.gone")
    assert outcome.lines is not None
    assert outcome.lines < 60
    assert driver.print(plain_lines(2), "next").state is PrintState.PRINTED


@pytest.mark.parametrize("line", LINES)
def test_unplugged_halfway_and_plugged_in_again(
    emulator: EmulatedPrinter, make_driver: MakeDriver, line: str
) -> None:
    driver = make_driver(emulator, line)
    driver.print(plain_lines(1), "first")
    emulator.slow(2000)
    thread, outcomes = printing(driver, plain_lines(60))
    assert emulator.wait_for(lambda printer: printer.lines_since_cut >= 3)
    emulator.unplug()
    thread.join(10)
    assert (outcomes[0].state, outcomes[0].code) == (PrintState.UNKNOWN, "printer.gone")
    emulator.slow(None)
    emulator.plug()
    assert driver.print(plain_lines(2), "next").state is PrintState.PRINTED


def test_near_end_is_a_warning_only(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    driver = make_driver(emulator)
    emulator.paper_near_end()
    assert driver.print(meal(), "job").state is PrintState.PRINTED
    status = driver.probe()
    assert (status.health, status.code) == (Health.DEGRADED, "printer.paper_near_end")


def test_paper_that_ends_with_the_last_line_of_an_unconfirmed_slip(
    make_emulator: MakeEmulator, make_driver: MakeDriver
) -> None:
    emulator = make_emulator(confirms=False)
    emulator.paper_out(at_line=5)
    outcome = make_driver(emulator).print(plain_lines(5), "job")
    assert outcome == PrintOutcome(PrintState.FAILED, "printer.paper_out", 4)


def test_one_way_printer_is_printed_to_blindly(make_emulator: MakeEmulator, make_driver: MakeDriver) -> None:
    emulator = make_emulator()
    emulator.mute()
    driver = make_driver(emulator, profile=PROFILES["one_way"])
    assert driver.print(meal(), "job") == PrintOutcome(PrintState.UNKNOWN, "printer.silent", None)
    assert emulator.wait_for_pages(1)
    assert b"\x10\x04" not in emulator.received


def test_unconfirmed_profile_never_asks(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    assert make_driver(emulator, profile=UNCONFIRMED).print(meal(), "job").state is PrintState.PROBABLY
    assert b"\x1d(H" not in emulator.received


def test_missing_glyph_is_reported(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    driver = make_driver(emulator)
    outcome = driver.print(meal(name="\ue123＊"), "job")
    assert (outcome.state, outcome.code) == (PrintState.PRINTED, "printer.glyph_missing")
    assert driver.diagnostics()["glyphs_missing"] == "1"


def test_profile_and_paper_are_checked_when_the_driver_is_made() -> None:
    with pytest.raises(DeviceError, match="slow_line"):
        EscPosPrinter(TcpTransport("127.0.0.1", 9), profile="nobody")
    with pytest.raises(DeviceError, match="58 and 80"):
        EscPosPrinter(TcpTransport("127.0.0.1", 9), width_mm=76)


def test_only_a_slip_is_printed(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    with pytest.raises(SlipDamaged):
        make_driver(emulator).print("饭", "job")


def test_held_line_that_died_between_slips_is_opened_anew(
    emulator: EmulatedPrinter, make_driver: MakeDriver
) -> None:
    driver = make_driver(emulator, "pty")
    driver.print(plain_lines(1), "first")
    emulator.unplug()
    emulator.plug()
    assert driver.print(plain_lines(1), "second").state is PrintState.PRINTED


def test_staff_can_throw_away_what_is_held(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    driver = make_driver(emulator, "pty", IMPATIENT)
    emulator.paper_out(at_line=2)
    driver.print(plain_lines(30), "job")
    driver.clear_buffer()
    assert emulator.wait_for(lambda printer: printer.received.endswith(b"\x10\x05\x02"))
    emulator.refill()
    assert driver.print(plain_lines(1), "next").state is PrintState.PRINTED


def test_first_byte_of_each_job_is_stamped(emulator: EmulatedPrinter, make_driver: MakeDriver) -> None:
    driver = make_driver(emulator)
    before = time.monotonic_ns()
    driver.print(plain_lines(1), "a")
    between = time.monotonic_ns()
    driver.print(plain_lines(1), "b")
    first, second = emulator.first_byte_ns
    assert before < first < between < second < time.monotonic_ns()


@pytest.mark.parametrize("kept", [1, 40, 900])
def test_slip_that_a_killed_process_left_half_sent_spoils_no_other(
    emulator: EmulatedPrinter, make_driver: MakeDriver, kept: int
) -> None:
    whole = b"".join(chunk for chunks in encode(layout(meal(), 80), PATIENT) for chunk in chunks)
    with socket.create_connection(emulator.address, timeout=5) as killed:
        killed.sendall(INITIALISE + "半".encode("gbk") + b"\n" + whole[whole.index(b"\x1dv0") :][: 8 + kept])
        assert emulator.wait_for(lambda printer: printer.lines_since_cut >= 1)
    assert make_driver(emulator).print(meal(), "job").state is PrintState.PRINTED
    assert emulator.wait_for_pages(2)
    assert emulator.question_marks == 0
    assert make_driver(emulator).print(meal(), "job").state is PrintState.PRINTED
    assert emulator.wait_for_pages(3)
    assert emulator.pages[1].tobytes() == emulator.pages[2].tobytes()


class RefilledBetweenAnswers(EmulatedPrinter):
    """Stands there without paper, and gets a new roll just after it has said that it is offline."""

    def _real_time_status(self, query: int) -> int:
        answer = super()._real_time_status(query)
        if query == 1 and self._condition.paper_out:
            self._condition.paper_out = self._condition.near_end = False
        return answer


def test_paper_that_comes_between_two_answers_leaves_no_printer_offline(
    tmp_path: Path, make_driver: MakeDriver
) -> None:
    with closing(RefilledBetweenAnswers(tmp_path)) as emulator:
        emulator.paper_out()
        driver = make_driver(emulator)
        assert driver.probe().health is Health.OK

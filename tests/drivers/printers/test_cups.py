"""What became of an A4 job is said as far as it is known, and nothing is printed twice: the driver for CUPS over the
emulated service, which can lose what a real one loses once a year."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from drivers.base import (
    DeviceDenied,
    DeviceGone,
    DeviceStatus,
    DeviceTimeout,
    Health,
    PageJob,
    PrintOutcome,
    PrintState,
    ProtocolError,
)
from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.kinds import OptionError
from drivers.printers.cups import RESUMES, CupsPrinter, Pace
from drivers.printers.cups_service import CupsService, QueueMissing, Refused
from drivers.printers.ipp import Operation
from drivers.printers.ipp_link import IppLink, ServiceDown
from drivers.registry import make
from drivers.transport import TcpTransport
from tests.drivers.printers.page_samples import pdf

QUICK = Pace(start_s=2.0, page_s=0.0, news_s=0.1, poll_s=0.02)
HASTY = Pace(start_s=0.3, page_s=0.0, news_s=0.1, poll_s=0.02)
PROBABLY = PrintOutcome(PrintState.PROBABLY)
WAIT_S = 5.0
PRINTING = 4  # printer-state


@pytest.fixture
def emulated() -> Iterator[EmulatedPagePrinter]:
    with EmulatedPagePrinter() as printer:
        yield printer


def service(emulated: EmulatedPagePrinter, user: str = "service-hall@a", queue: str = "a4") -> CupsService:
    return CupsService(
        IppLink(TcpTransport(*emulated.address), f"/printers/{queue}"), queue, user, answer_s=0.5
    )


def driver(emulated: EmulatedPagePrinter, pace: Pace = QUICK) -> CupsPrinter:
    return CupsPrinter(service(emulated), pace=pace)


def job(job_id: str = "DIAG-1", pages: int = 1, copies: int = 1) -> PageJob:
    return PageJob(job_id, pdf(pages), pages=pages, copies=copies)


class Statuses:
    """What was heard while it printed; `act` is done once when a code is heard first."""

    def __init__(self, code: str, act: Callable[[], object]) -> None:
        self.heard: list[str] = []
        self._code = code
        self._act: Callable[[], object] | None = act

    def __call__(self, status: DeviceStatus) -> None:
        if not self.heard or self.heard[-1] != status.code:
            self.heard.append(status.code)
            if status.code == self._code and self._act is not None:
                act, self._act = self._act, None
                act()


# --- what an end is worth -----------------------------------------------------------------------------------------


def test_a_job_that_went_well_is_probably_on_paper(emulated: EmulatedPagePrinter) -> None:
    assert driver(emulated).print(job(pages=2, copies=2)) == PROBABLY
    assert emulated.page_count == 4
    assert emulated.pages[0].getextrema() == (0, 255)


def test_a_printer_that_lies_is_never_believed_to_have_printed(emulated: EmulatedPagePrinter) -> None:
    emulated.lies()
    assert driver(emulated).print(job()).state is not PrintState.PRINTED
    assert emulated.page_count == 0


@pytest.mark.parametrize(
    ("stop", "go_on", "code"),
    [
        (EmulatedPagePrinter.paper_out, EmulatedPagePrinter.refill, "printer.paper_out"),
        (EmulatedPagePrinter.jam, EmulatedPagePrinter.clear_jam, "printer.paper_jam"),
        (EmulatedPagePrinter.cover_open, EmulatedPagePrinter.cover_close, "printer.cover_open"),
    ],
)
def test_what_a_person_can_mend_is_told_and_the_job_goes_on(
    emulated: EmulatedPagePrinter,
    stop: Callable[[EmulatedPagePrinter], None],
    go_on: Callable[[EmulatedPagePrinter], None],
    code: str,
) -> None:
    stop(emulated)
    statuses = Statuses(code, lambda: go_on(emulated))
    assert driver(emulated).print(job(), statuses) == PROBABLY
    assert code in statuses.heard
    assert statuses.heard[-1] == ""
    assert emulated.page_count == 1


def test_paper_that_nobody_puts_in_ends_the_job_for_good(emulated: EmulatedPagePrinter) -> None:
    emulated.paper_out(at_page=2)
    outcome = driver(emulated, HASTY).print(job(pages=3))
    assert outcome == PrintOutcome(PrintState.FAILED, "printer.paper_out")
    emulated.refill()
    assert driver(emulated).print(job("DIAG-2")) == PROBABLY
    assert emulated.page_count == 3  # two of the first, one of the second: the third page never comes


def test_a_printer_that_died_has_its_time_and_then_nobody_knows(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    assert driver(emulated, HASTY).print(job()) == PrintOutcome(PrintState.UNKNOWN, "printer.stalled")
    emulated.power_on()
    assert not emulated.jobs


def test_a_job_thrown_away_by_the_printer_has_failed(emulated: EmulatedPagePrinter) -> None:
    def throw_away() -> None:
        assert emulated.wait_for(lambda printer: printer.state == PRINTING)
        emulated.abort_job()

    emulated.power_off()
    statuses = Statuses("", throw_away)
    assert driver(emulated).print(job(), statuses) == PrintOutcome(PrintState.FAILED, "cups.job_aborted")


def test_what_is_no_pdf_fails(emulated: EmulatedPagePrinter) -> None:
    outcome = driver(emulated).print(PageJob("DIAG-1", b"<html>"))
    assert outcome == PrintOutcome(PrintState.FAILED, "cups.job_aborted")


def test_a_job_that_somebody_else_deleted_is_unknown(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    printer = driver(emulated)
    statuses = Statuses("", printer.purge)
    assert printer.print(job(), statuses) == PrintOutcome(PrintState.UNKNOWN, "cups.job_vanished")


# --- a queue that stands still ------------------------------------------------------------------------------------


def test_a_paused_queue_is_set_going_again(emulated: EmulatedPagePrinter) -> None:
    emulated.pause()
    printer = driver(emulated)
    assert printer.probe().code == "cups.paused"
    assert printer.print(job()) == PROBABLY
    assert printer.diagnostics()["resumes"] == "1"


def test_a_queue_that_pauses_again_and_again_is_left_alone(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    printer = driver(emulated, HASTY)

    def pause_again(status: DeviceStatus) -> None:
        emulated.pause()

    assert printer.print(job(), pause_again) == PrintOutcome(PrintState.FAILED, "cups.paused")
    assert printer.diagnostics()["resumes"] == str(RESUMES)


def test_a_queue_that_takes_no_jobs_says_so_before_anything_is_sent(emulated: EmulatedPagePrinter) -> None:
    emulated.reject()
    assert driver(emulated).probe().code == "cups.rejecting"
    with pytest.raises(Refused) as caught:
        driver(emulated).print(job())
    assert caught.value.reason == "cups.rejecting"
    assert not emulated.jobs


def test_a_stop_at_rest_may_be_old_and_only_warns(emulated: EmulatedPagePrinter) -> None:
    """CUPS asks the printer again when the next job comes: refusing that job would leave it so for ever."""
    emulated.paper_out()
    status = driver(emulated).probe()
    assert (status.health, status.code) == (Health.DEGRADED, "printer.paper_out")
    emulated.refill()
    emulated.toner_low()
    assert driver(emulated).probe().code == "printer.toner_low"


# --- never twice --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [Operation.CREATE_JOB, Operation.SEND_DOCUMENT, Operation.CANCEL_JOB])
@pytest.mark.parametrize("obeyed", [True, False])
def test_a_lost_request_or_answer_prints_once(
    emulated: EmulatedPagePrinter, operation: Operation, obeyed: bool
) -> None:
    (emulated.lose_next_reply if obeyed else emulated.lose_next_request)(operation)
    printer = driver(emulated)
    assert printer.print(job()) == PROBABLY
    printer.purge()
    assert emulated.page_count == 1
    assert not emulated.jobs


def test_a_document_that_is_late_finds_its_job_ended(emulated: EmulatedPagePrinter) -> None:
    """The document of the first try arrives after the second has printed."""
    asked = service(emulated)
    number = asked.create(job(), "iso_a4_210x297mm")
    printer = driver(emulated)
    assert printer.print(job()) == PROBABLY
    with pytest.raises(QueueMissing):
        asked.send(number, pdf())
    assert emulated.page_count == 1


def test_the_same_job_again_is_followed_not_printed_again(emulated: EmulatedPagePrinter) -> None:
    emulated.slow(0.2)
    asked = service(emulated)
    asked.send(asked.create(job(), "iso_a4_210x297mm"), pdf())
    assert driver(emulated).print(job()) == PROBABLY
    assert emulated.page_count == 1


def test_a_service_that_stops_in_the_middle_is_waited_for(emulated: EmulatedPagePrinter) -> None:
    emulated.slow(0.5)
    back = threading.Timer(0.3, emulated.plug)

    def stop_for_a_while() -> None:
        emulated.unplug()
        back.start()

    statuses = Statuses("", stop_for_a_while)
    assert driver(emulated).print(job(), statuses) == PROBABLY
    back.join()
    assert "cups.service_down" in statuses.heard
    assert emulated.page_count == 1


def test_a_service_that_does_not_come_back_leaves_the_job_unknown(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    statuses = Statuses("", emulated.unplug)
    outcome = driver(emulated, HASTY).print(job(), statuses)
    assert outcome == PrintOutcome(PrintState.UNKNOWN, "cups.service_down")


def test_a_job_can_be_cancelled_from_another_thread(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    printer = driver(emulated, Pace(start_s=60.0, poll_s=0.02))
    canceller = threading.Timer(0.1, printer.cancel)
    canceller.start()
    assert printer.print(job()) == PrintOutcome(PrintState.FAILED, "printer.cancelled")
    canceller.join()
    assert not emulated.jobs
    emulated.power_on()
    assert printer.print(job("DIAG-2")) == PROBABLY


# --- purging ------------------------------------------------------------------------------------------------------


def test_purge_takes_this_terminals_jobs_and_no_others(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    for user in ("service-hall@a", "service-hall@a", "service-hall@b"):
        asked = service(emulated, user)
        asked.send(asked.create(job(), "iso_a4_210x297mm"), pdf())
    driver(emulated).purge()
    assert [left.user for left in emulated.jobs.values()] == ["service-hall@b"]


def test_a_job_of_another_terminal_cannot_be_ended(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    theirs = service(emulated, "service-hall@b")
    number = theirs.create(job(), "iso_a4_210x297mm")
    with pytest.raises(DeviceDenied):
        service(emulated).end(number)


def test_a_job_carries_its_id_and_nothing_else(emulated: EmulatedPagePrinter) -> None:
    emulated.power_off()
    seen: list[str] = []
    driver(emulated, HASTY).print(
        job("DIAG-7"), lambda status: seen.extend(j.name for j in emulated.jobs.values())
    )
    assert set(seen) == {"DIAG-7"}


# --- nobody there -------------------------------------------------------------------------------------------------


def test_without_a_service(emulated: EmulatedPagePrinter) -> None:
    emulated.unplug()
    with pytest.raises(ServiceDown) as caught:
        driver(emulated).print(job())
    assert caught.value.reason == "cups.service_down"
    assert isinstance(caught.value, DeviceGone)


def test_without_the_queue(emulated: EmulatedPagePrinter) -> None:
    printer = CupsPrinter(service(emulated, queue="a3"))
    with pytest.raises(QueueMissing, match="no queue a3"):
        printer.open()
    assert printer.probe().code == "cups.queue_missing"


def test_with_a_service_that_answers_nothing(emulated: EmulatedPagePrinter) -> None:
    emulated.mute()
    with pytest.raises(DeviceTimeout):
        driver(emulated).print(job())


def test_with_another_service_on_the_port(listener: object) -> None:
    import socket

    assert isinstance(listener, socket.socket)
    answers = [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
        b"\x12",
    ]
    address = listener.getsockname()

    def answer() -> None:
        for said in answers:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)

    thread = threading.Thread(target=answer)
    thread.start()
    printer = CupsPrinter(CupsService(IppLink(TcpTransport(*address), "/printers/a4"), "a4", "u"))
    for _ in answers:
        with pytest.raises(ProtocolError) as caught:
            printer.open()
        assert caught.value.reason == "device.protocol"
    thread.join(WAIT_S)


def test_the_kind_is_made_without_touching_anything() -> None:
    assert make("cups", {"queue": "a4"}).kind == "cups"
    assert make("cups", {"queue": "a4", "host": "/run/cups/cups.sock", "page_s": 30}).kind == "cups"
    for options in ({}, {"queue": "a4/../admin"}, {"queue": "a4", "media": "A4 x"}):
        with pytest.raises(OptionError):
            make("cups", options)

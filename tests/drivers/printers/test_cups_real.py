"""The emulated service is ours and may share our mistakes: the same driver over a real CUPS with its virtual IPP printer."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceStatus, DeviceTimeout, Health, PageJob, PrintOutcome, PrintState
from drivers.printers.cups import CupsPrinter, Pace
from drivers.printers.cups_service import CupsService, QueueMissing, Refused
from drivers.printers.ipp import Operation
from drivers.printers.ipp_link import IppLink, peer_credentials
from drivers.transport import TcpTransport, UnixTransport
from tests.drivers.printers.page_samples import pdf
from tests.stage.page_service import QUEUE, PageService, missing_programs, page_service
from tests.stage.traces import spellings, traces

pytestmark = pytest.mark.skipif(bool(missing_programs()), reason=missing_programs() or "all there")

USER = "service-hall@test"
PROBABLY = PrintOutcome(PrintState.PROBABLY)
PLANTED = "440524188001010014"
WAIT_S = 10.0


@pytest.fixture(scope="module")
def running() -> Iterator[PageService]:
    with page_service() as service:
        yield service


@pytest.fixture
def pages(running: PageService) -> Iterator[PageService]:
    """The service, well, with an empty tray."""
    for sheet in running.sheets:
        sheet.unlink()
    running.refill()
    yield running
    running.refill()
    running.wait_until_idle()
    driver(running).purge()


class LosingTransport(TcpTransport):
    """Loses the answer to the first request of one kind, once CUPS has given it."""

    def __init__(self, port: int, operation: Operation) -> None:
        super().__init__("127.0.0.1", port)
        self._operation: int | None = operation
        self._asked = b""

    def open(self) -> None:
        super().open()
        self._asked = b""

    def write(self, data: bytes, timeout_s: float) -> None:
        self._asked = self._asked or data.partition(b"\r\n\r\n")[2][2:4]
        super().write(data, timeout_s)

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        answer = super().read(max_bytes, timeout_s)
        if self._operation is not None and int.from_bytes(self._asked) == self._operation:
            self._operation = None
            raise DeviceTimeout("the answer is lost")
        return answer


def driver(pages: PageService, *, start_s: float = 20.0, by_file: bool = False) -> CupsPrinter:
    transport = UnixTransport(pages.socket) if by_file else TcpTransport("127.0.0.1", pages.port)
    link = IppLink(transport, f"/printers/{QUEUE}", peer_credentials() if by_file else "")
    return CupsPrinter(CupsService(link, QUEUE, USER), pace=Pace(start_s, page_s=0.0, poll_s=0.05))


def job(job_id: str, document: bytes | None = None) -> PageJob:
    return PageJob(job_id, document or pdf())


class UntilTold:
    """Hears how the printer is from the driver's thread; another thread waits for a code."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.told = threading.Event()

    def __call__(self, status: DeviceStatus) -> None:
        if status.code == self.code:
            self.told.set()


def test_a_page_comes_out_as_it_was_sent(pages: PageService) -> None:
    printer = driver(pages)
    assert printer.probe().health is Health.OK
    assert printer.print(job("DIAG-1")) == PROBABLY
    assert len(pages.sheets) == 1
    assert pages.sheets[0].read_bytes().startswith(b"%PDF")
    assert printer.diagnostics()["model"]


def test_paper_out_is_told_and_the_job_goes_on_after_a_refill(pages: PageService) -> None:
    pages.paper_out()
    status = UntilTold("printer.paper_out")
    outcomes: list[PrintOutcome] = []
    printing = threading.Thread(target=lambda: outcomes.append(driver(pages).print(job("DIAG-2"), status)))
    printing.start()
    assert status.told.wait(WAIT_S)
    assert not pages.sheets
    pages.refill()
    printing.join(WAIT_S)
    assert outcomes == [PROBABLY]
    assert len(pages.sheets) == 1


def test_after_its_time_a_job_is_ended_for_good(pages: PageService) -> None:
    pages.paper_out()
    printer = driver(pages, start_s=1.5)
    assert printer.print(job("DIAG-3")) == PrintOutcome(PrintState.FAILED, "printer.paper_out")
    pages.refill()
    pages.wait_until_idle()
    assert driver(pages).print(job("DIAG-4")) == PROBABLY
    assert (
        len(pages.sheets) <= 2
    )  # what the printer itself had taken may still come out; CUPS sends it no more
    assert not pages.admin("lpstat", "-W", "all", "-o", QUEUE)


def test_a_printer_that_throws_a_job_away(pages: PageService) -> None:
    """CUPS 2.4 completes about one in twelve of the jobs that its printer says it has aborted: one reason more why
    `printed` is never said."""
    pages.fault("abort")
    outcome = driver(pages).print(job("DIAG-6"))
    assert outcome in (PROBABLY, PrintOutcome(PrintState.FAILED, "cups.job_canceled"))
    assert not pages.sheets


def test_a_paused_queue_goes_on_for_a_user_who_may(pages: PageService) -> None:
    pages.admin("cupsdisable", QUEUE)
    with pytest.raises(Refused) as caught:
        driver(pages).print(job("DIAG-7"))
    assert caught.value.reason == "cups.paused"
    assert driver(pages, by_file=True).print(job("DIAG-7")) == PROBABLY
    assert len(pages.sheets) == 1


@pytest.mark.parametrize("operation", [Operation.CREATE_JOB, Operation.SEND_DOCUMENT])
def test_a_lost_answer_prints_once(pages: PageService, operation: Operation) -> None:
    link = IppLink(LosingTransport(pages.port, operation), f"/printers/{QUEUE}")
    printer = CupsPrinter(CupsService(link, QUEUE, USER), pace=Pace(20.0, page_s=0.0, poll_s=0.05))
    assert printer.print(job(f"DIAG-8-{operation.name}")) == PROBABLY
    assert len(pages.sheets) == 1


def test_cups_restarted_while_it_prints(pages: PageService) -> None:
    pages.paper_out()
    status = UntilTold("cups.service_down")
    waiting = UntilTold("printer.paper_out")
    outcomes: list[PrintOutcome] = []

    def hear(said: DeviceStatus) -> None:
        status(said)
        waiting(said)

    printing = threading.Thread(target=lambda: outcomes.append(driver(pages).print(job("DIAG-9"), hear)))
    printing.start()
    assert waiting.told.wait(WAIT_S)
    pages.stop_cups()
    assert status.told.wait(WAIT_S)
    pages.start_cups()
    pages.refill()
    printing.join(WAIT_S)
    # It keeps no files, so the job that was printing has none any more: what the printer had taken already comes out.
    assert outcomes == [PrintOutcome(PrintState.UNKNOWN, "cups.job_vanished")]
    pages.wait_until_idle()
    assert len(pages.sheets) == 1
    assert driver(pages).print(job("DIAG-9-2")) == PROBABLY
    assert len(pages.sheets) == 2


def test_a_queue_that_is_not_there(pages: PageService) -> None:
    link = IppLink(TcpTransport("127.0.0.1", pages.port), "/printers/other")
    with pytest.raises(QueueMissing):
        CupsPrinter(CupsService(link, "other", USER)).open()


def test_after_a_session_no_number_is_in_the_spool(pages: PageService) -> None:
    document = pdf(2, PLANTED)
    cups, printer_memory = pages.spools
    pages.paper_out()
    status = UntilTold("printer.paper_out")
    printer = driver(pages)
    printing = threading.Thread(target=printer.print, args=(job("DIAG-10", document), status))
    printing.start()
    assert status.told.wait(WAIT_S)
    # The control: while it waits for paper this search does find the number, in its plain and its compressed page.
    found = " ".join(traces([cups], PLANTED, document))
    assert "utf-8" in found
    assert "(compressed)" in found
    assert "the document" in found
    pages.refill()
    printing.join(WAIT_S)
    printer.purge()
    assert traces([pages.paper], PLANTED)
    assert traces([cups], PLANTED, document) == []
    digest = hashlib.sha256(document).digest()
    assert all(
        hashlib.sha256(path.read_bytes()).digest() != digest for path in cups.rglob("*") if path.is_file()
    )
    # What no terminal can purge: the printer's own memory. docs/printing-a4.md says so.
    assert traces([printer_memory], PLANTED)


def test_the_search_finds_every_spelling(tmp_path: Path) -> None:
    for name, spelled in spellings(PLANTED).items():
        plain, packed = tmp_path / name, tmp_path / f"{name}.z"
        plain.write_bytes(b"\x00..." + spelled + b"...")
        packed.write_bytes(b"..." + zlib.compress(spelled * 3, 1) + b"...")
        assert any(
            trace.startswith(f"{plain}: ") and name in trace for trace in traces([tmp_path], PLANTED)
        ), name
        assert any(
            trace.startswith(f"{packed}: ") and name in trace for trace in traces([tmp_path], PLANTED)
        ), name
    (tmp_path / PLANTED).touch()
    assert any(trace.startswith(f"{tmp_path / PLANTED}: ") for trace in traces([tmp_path], PLANTED))

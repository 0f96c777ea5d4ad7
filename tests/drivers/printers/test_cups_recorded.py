"""What a real CUPS said, word for word, under the real driver: its habits must not be forgotten when only the emulated
service is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.base import DeviceStatus, PageJob, PrintOutcome, PrintState
from drivers.printers import ipp
from drivers.printers.cups import CupsPrinter, Pace
from drivers.printers.cups_service import CupsService
from drivers.printers.ipp_link import IppLink, redact
from drivers.replay import replay
from drivers.wire_log import RECEIVED, SENT, RecordedTransport, WireLog, parse
from tests.drivers.printers.page_samples import pdf

RECORDINGS = Path(__file__).parent.parent / "recordings"
DOCUMENT_BYTES = 536
FAILED = PrintOutcome(PrintState.FAILED, "printer.paper_out")


@pytest.mark.parametrize(
    ("name", "job_id", "start_s", "outcome", "codes"),
    [
        ("cups_printed", "DIAG-1", 20.0, PrintOutcome(PrintState.PROBABLY), [""]),
        ("cups_paper_out", "DIAG-2", 20.0, PrintOutcome(PrintState.PROBABLY), ["", "printer.paper_out", ""]),
        ("cups_overdue", "DIAG-3", 2.0, FAILED, ["", "printer.paper_out"]),
    ],
)
def test_exchange(name: str, job_id: str, start_s: float, outcome: PrintOutcome, codes: list[str]) -> None:
    transport = RecordedTransport.from_file(RECORDINGS / f"{name}.txt")
    heard: list[str] = []

    def hear(status: DeviceStatus) -> None:
        if heard[-1:] != [status.code]:
            heard.append(status.code)

    def monotonic() -> float:
        return transport.monotonic_ns() / 1e9

    def wait(seconds: float) -> None:
        transport.open()
        assert transport.read(1, seconds) == b""
        transport.close()

    link = IppLink(transport, "/printers/hall-a4", monotonic=monotonic)
    driver = CupsPrinter(
        CupsService(link, "hall-a4", "service-hall@hall"),
        pace=Pace(start_s, page_s=0.0, poll_s=0.5),
        monotonic=monotonic,
        wait=wait,
    )
    assert driver.print(PageJob(job_id, bytes(DOCUMENT_BYTES)), hear) == outcome
    assert heard == codes
    assert transport.finished


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("cups_*.txt")), ids=lambda path: path.stem)
def test_recordings_hold_no_document_and_name_no_one(path: Path) -> None:
    lines = parse(path.read_text("utf-8").splitlines())
    sent = b"".join(line.data for line in lines if line.direction == SENT)
    assert redact(SENT, sent) == sent
    assert b"%PDF" not in sent
    documents = [line.data for line in lines if line.direction == SENT and not line.data.startswith(b"POST")]
    assert all(document == bytes(len(document)) for document in documents)


class Noted(RecordedTransport):
    """Answers everything alike; what is sent is not compared."""

    def write(self, data: bytes, timeout_s: float) -> None:
        self.bytes_written += len(data)


def answer() -> str:
    body = ipp.encode(ipp.Message(0, 1, ((1, (ipp.attribute("a", ipp.Tag.INTEGER, 1),)),)))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"< {(head.encode() + body).hex()}"


@pytest.mark.parametrize("pages", [1, 900])
def test_a_document_never_enters_the_wire_log(pages: int) -> None:
    log = WireLog()
    document = pdf(pages, "440524188001010014")
    transport = Noted([answer()] * 3)
    service = CupsService(IppLink(transport, "/printers/a4", wire_log=log), "a4", "u")
    service.end(1)
    service.send(2, document)
    service.end(3)
    exported = log.export(lambda direction, stream: stream)
    clear = b"".join(line.data for line in parse(exported) if line.direction == SENT)
    assert b"440524188001010014" not in clear
    assert b"%PDF" not in clear
    # A log that was cut short by the length of a document goes on to be readable behind it.
    assert log.export(redact) == exported
    assert clear.count(b"POST ") == 3


def test_redaction_takes_a_document_that_was_logged_in_the_clear() -> None:
    body = ipp.encode(ipp.Message(6, 1, ((1, (ipp.attribute("a", ipp.Tag.NAME, "DIAG-1"),)),)))
    document = b"%PDF POST /printers/a4 HTTP/1.1\r\nContent-Length: 4\r\n\r\n440524188001010014"
    head = f"POST /printers/a4 HTTP/1.1\r\nContent-Length: {len(body) + len(document)}\r\n\r\n".encode()
    after = b"POST /printers/a4 HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    stream = b"4188001010014" + head + body + document + after
    clean = redact(SENT, stream)
    assert clean == bytes(13) + head + body + bytes(len(document)) + after
    assert redact(RECEIVED, stream) == stream
    assert redact(SENT, head + b"\x02\x00damaged 440524188001010014") == head + bytes(28)


def test_a_case_from_the_field_plays_again() -> None:
    lines = (RECORDINGS / "cups_paper_out.txt").read_text("utf-8").splitlines()
    played = replay("cups", {"queue": "hall-a4", "user": "service-hall@hall"}, lines)
    told = [(each.what, each.code) for each in played]
    assert told[:3] == [("ok", ""), ("degraded", "printer.paper_out"), ("ok", "")]

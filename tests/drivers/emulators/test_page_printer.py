"""The emulated A4 printer must speak IPP as others read it, or the driver is only tried on its own mistakes: CUPS's own
`ipptool` and `lp` work with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.emulators.page_printer import EmulatedPagePrinter, draw
from drivers.printers import ipp
from drivers.printers.ipp import Group, Operation, Tag
from drivers.printers.ipp_link import IppLink, ServiceDown
from drivers.transport import TcpTransport
from tests.drivers.printers.page_samples import pdf

PRINTING = """
{
  NAME "Create a job" OPERATION Create-Job
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR naturalLanguage attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR name requesting-user-name technician
  ATTR name job-name DIAG-1
  GROUP job-attributes-tag
  ATTR integer copies 2
  STATUS successful-ok
  EXPECT job-id OF-TYPE integer COUNT 1 WITH-VALUE >0
  EXPECT job-state OF-TYPE enum
}
{
  NAME "Send its document" OPERATION Send-Document
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR naturalLanguage attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR integer job-id $job-id
  ATTR name requesting-user-name technician
  ATTR mimeMediaType document-format application/pdf
  ATTR boolean last-document true
  FILE $document
  STATUS successful-ok
}
"""
AFTERWARDS = """
{
  NAME "It is completed" OPERATION Get-Job-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR naturalLanguage attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR integer job-id 1
  ATTR name requesting-user-name technician
  STATUS successful-ok
  EXPECT job-state OF-TYPE enum WITH-VALUE 9
  EXPECT job-state-reasons OF-TYPE keyword WITH-VALUE job-completed-successfully
}
{
  NAME "How the queue is" OPERATION Get-Printer-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR naturalLanguage attributes-natural-language en
  ATTR uri printer-uri $uri
  STATUS successful-ok
  EXPECT printer-state OF-TYPE enum WITH-VALUE 3
  EXPECT printer-state-reasons OF-TYPE keyword WITH-VALUE none
}
"""


@pytest.fixture
def printer() -> Iterator[EmulatedPagePrinter]:
    with EmulatedPagePrinter() as emulated:
        yield emulated


def ipptool(printer: EmulatedPagePrinter, directory: Path, exchange: str, *options: str) -> int:
    """How many of its questions were answered as expected; all of them must be."""
    script = directory / "exchange.test"
    script.write_text(exchange)
    host, port = printer.address
    done = subprocess.run(
        ["ipptool", "-t", *options, f"ipp://{host}:{port}/printers/a4", str(script)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.count("[PASS]")


@pytest.mark.skipif(shutil.which("ipptool") is None, reason="install cups-ipp-utils")
@pytest.mark.parametrize("framing", ["-C", "-L"], ids=["chunked", "by length"])
def test_ipptool_prints_and_agrees(printer: EmulatedPagePrinter, tmp_path: Path, framing: str) -> None:
    document = tmp_path / "a.pdf"
    document.write_bytes(pdf())
    assert ipptool(printer, tmp_path, PRINTING, framing, "-d", f"document={document}") == 2
    assert printer.wait_for_pages(2)
    assert printer.wait_for(lambda emulated: emulated.state == 3)
    assert ipptool(printer, tmp_path, AFTERWARDS, framing) == 2


@pytest.mark.skipif(shutil.which("lp") is None, reason="install cups-client")
def test_lp_prints(printer: EmulatedPagePrinter, tmp_path: Path) -> None:
    document = tmp_path / "a.pdf"
    document.write_bytes(pdf(2))
    host, port = printer.address
    done = subprocess.run(
        ["lp", "-h", f"{host}:{port}/version=2.0", "-d", "a4", str(document)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert "request id is a4-1" in done.stdout, done.stderr
    assert printer.wait_for_pages(2)


def test_pages_are_pictures_that_can_be_saved(printer: EmulatedPagePrinter, tmp_path: Path) -> None:
    with printer.changed:
        printer.take_document(printer.new_job("J", "u", 1), pdf(2), last=True)
    assert printer.wait_for_pages(2)
    assert [page.size for page in printer.pages] == [page.size for page in draw(pdf(2))]
    saved = printer.save(tmp_path)
    assert [path.name for path in saved] == ["page-0001.png", "page-0002.png"]
    assert printer.save(tmp_path) == []


def ask(printer: EmulatedPagePrinter, user: str, job_id: int) -> ipp.Message:
    link = IppLink(TcpTransport(*printer.address), "/printers/a4")
    attributes = (
        ipp.attribute("printer-uri", Tag.URI, "ipp://localhost/printers/a4"),
        ipp.attribute("job-id", Tag.INTEGER, job_id),
        ipp.attribute("requesting-user-name", Tag.NAME, user),
    )
    return link.exchange(Operation.GET_JOB_ATTRIBUTES, ((Group.OPERATION, attributes),), 2.0)


def test_a_jobs_name_is_told_to_its_owner_only(printer: EmulatedPagePrinter) -> None:
    with printer.changed:
        number = printer.new_job("DIAG-1", "me", 1).number
    assert ask(printer, "me", number).first(Group.JOB)["job-name"] == ("DIAG-1",)
    assert "job-name" not in ask(printer, "you", number).first(Group.JOB)


def test_unplugged_it_is_gone_and_back_on_the_same_port_with_its_spool(printer: EmulatedPagePrinter) -> None:
    with printer.changed:
        number = printer.new_job("DIAG-1", "me", 1).number
    address = printer.address
    printer.unplug()
    with pytest.raises(ServiceDown):
        ask(printer, "me", number)
    printer.plug()
    assert printer.address == address
    assert ask(printer, "me", number).code == ipp.Status.OK


def test_a_fault_stops_it_between_two_pages(printer: EmulatedPagePrinter) -> None:
    printer.paper_out(at_page=2)
    with printer.changed:
        printer.take_document(printer.new_job("J", "u", 1), pdf(3), last=True)
    assert printer.wait_for(lambda p: "media-empty-warning" in p.reasons)
    assert printer.page_count == 2
    printer.refill()
    assert printer.wait_for_pages(3)
    assert printer.wait_for(lambda p: p.reasons == ("none",))


def test_what_is_no_request_is_refused(printer: EmulatedPagePrinter) -> None:
    import urllib.error
    import urllib.request

    host, port = printer.address
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://{host}:{port}/printers/a4", data=b"\x02\x00", timeout=2)
    assert caught.value.code == 400
    caught.value.close()

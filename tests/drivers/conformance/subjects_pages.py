"""A4 printers behind CUPS: the emulated service on a real port, and recordings of a real CUPS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.printers.cups import CupsPrinter
from drivers.printers.cups_service import CupsService
from drivers.printers.ipp_link import IppLink, ServiceDown
from drivers.transport import TcpTransport
from drivers.wire_log import RecordedTransport
from tests.drivers.conformance.subject import Subject

RECORDINGS = Path(__file__).parent.parent / "recordings"
QUEUE = "hall-a4"
USER = "service-hall@hall"


@contextmanager
def _cups(directory: Path) -> Iterator[Subject]:
    with EmulatedPagePrinter() as emulated:

        def made() -> CupsPrinter:
            link = IppLink(TcpTransport(*emulated.address), f"/printers/{emulated.queue}")
            return CupsPrinter(CupsService(link, emulated.queue, USER, answer_s=0.5))

        yield Subject(
            make=made,
            unplug=emulated.unplug,
            plug=emulated.plug,
            mute=emulated.mute,
            gone=ServiceDown.code,
        )


@contextmanager
def _cups_recorded(directory: Path) -> Iterator[Subject]:
    transport = RecordedTransport.from_file(RECORDINGS / "cups_ready.txt")
    service = CupsService(IppLink(transport, f"/printers/{QUEUE}"), QUEUE, USER)
    yield Subject(make=lambda: CupsPrinter(service))


LIVE = {"page_printer": _cups}
RECORDED = {"page_printer_recorded": _cups_recorded}

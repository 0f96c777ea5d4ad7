"""Every driver over every kind of line: emulated devices on real ptys and sockets, and recordings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.cards.em4100 import Em4100Reader
from drivers.emulators.printer import EmulatedPrinter
from drivers.emulators.reader import EmulatedReader
from drivers.kinds import Surroundings
from drivers.printers.escpos import EscPosPrinter
from drivers.registry import make_printer, make_reader
from drivers.wire_log import RecordedTransport
from tests.drivers.conformance import (
    subjects_cameras,
    subjects_id_cards,
    subjects_pages,
    subjects_polled,
    subjects_relays,
    subjects_scanners,
    subjects_smart_cards,
)
from tests.drivers.conformance.subject import UID, Subject

__all__ = ["ALL", "LIVE", "READERS", "UID", "Subject"]

RECORDINGS = Path(__file__).parent.parent / "recordings"


@contextmanager
def _reader_on_pty(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedReader(directory)
    try:
        yield Subject(
            make=lambda: make_reader(
                "em4100_serial", {"port": emulated.path}, Surroundings(known=lambda card: True)
            ),
            unplug=emulated.unplug,
            plug=emulated.plug,
            use=lambda: _ignore(emulated.tap(UID)),
            exclusive=True,
        )
    finally:
        emulated.close()


@contextmanager
def _reader_recorded(directory: Path) -> Iterator[Subject]:
    transport = RecordedTransport.from_file(RECORDINGS / "em4100_resting_card.txt")
    yield Subject(
        make=lambda: Em4100Reader(transport, lambda card: True, monotonic_ns=transport.monotonic_ns)
    )


def _printer_by(kind: str) -> Callable[[Path], object]:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        with EmulatedPrinter(directory) as emulated:
            host, port = emulated.address
            options: dict[str, dict[str, object]] = {
                "escpos_tcp": {"host": host, "port": port},
                "escpos_serial": {"port": emulated.path},
                "escpos_usb": {"path": emulated.path},
            }
            yield Subject(
                make=lambda: make_printer(kind, options[kind]),
                unplug=emulated.unplug,
                plug=emulated.plug,
                mute=emulated.mute,
                exclusive=kind != "escpos_tcp",
            )

    return made


@contextmanager
def _printer_recorded(directory: Path) -> Iterator[Subject]:
    transport = RecordedTransport.from_file(RECORDINGS / "escpos_ready.txt")
    yield Subject(make=lambda: EscPosPrinter(transport))


def _ignore(value: object) -> None:
    """Some devices answer a call whose answer a subject does not need."""


READERS = {
    "reader_on_pty": _reader_on_pty,
    "reader_recorded": _reader_recorded,
    **subjects_id_cards.READERS,
    **subjects_polled.READERS,
    **subjects_scanners.LIVE,
    **subjects_scanners.RECORDED,
    **subjects_smart_cards.LIVE,
    **subjects_smart_cards.RECORDED,
}
LIVE = {
    "reader_on_pty": _reader_on_pty,
    "printer_on_tcp": _printer_by("escpos_tcp"),
    "printer_on_serial": _printer_by("escpos_serial"),
    "printer_on_usb": _printer_by("escpos_usb"),
    **subjects_id_cards.READERS,
    **subjects_polled.READERS,
    **subjects_scanners.LIVE,
    **subjects_cameras.LIVE,
    **subjects_relays.LIVE,
    **subjects_pages.LIVE,
    **subjects_smart_cards.LIVE,
}
ALL = {
    **LIVE,
    "reader_recorded": _reader_recorded,
    "printer_recorded": _printer_recorded,
    **subjects_scanners.RECORDED,
    **subjects_relays.RECORDED,
    **subjects_pages.RECORDED,
    **subjects_smart_cards.RECORDED,
}

"""Scanners, keyboard readers and receivers of call buttons, emulated on real ptys and recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from drivers.base import ButtonPressed, CodeScanned, Driver
from drivers.buttons.codes import Button
from drivers.buttons.rf_frames import Family
from drivers.emulators.keyboard import EmulatedKeyboard
from drivers.emulators.radio import EmulatedRadio
from drivers.emulators.scanner import EmulatedLineScanner, EmulatedSsiScanner
from drivers.registry import make
from drivers.scanners.line import LineScanner
from drivers.scanners.wedge import WedgeScanner
from drivers.wire_log import RecordedTransport
from tests.drivers.conformance.subject import Subject

RECORDINGS = Path(__file__).parent.parent / "recordings"
CONTENT = "取餐码 2026-0613"
TYPED = "0001217496"
CODE = bytes.fromhex("D00358")
BUTTON = Button("D0035", 8)

MakeSubject = Callable[[Path], AbstractContextManager[Subject]]


@contextmanager
def _ssi(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedSsiScanner(directory)
    try:
        yield Subject(
            make=lambda: make("ssi_serial", {"port": emulated.path}),
            unplug=emulated.unplug,
            plug=emulated.plug,
            mute=emulated.mute,
            use=lambda: _ignore(emulated.scan(CONTENT)),
            exclusive=True,
            reading=CodeScanned,
            secrets=(CONTENT, CONTENT[-4:]),
        )
    finally:
        emulated.close()


@contextmanager
def _line(directory: Path) -> Iterator[Subject]:
    emulated = EmulatedLineScanner(directory)
    try:
        yield Subject(
            make=lambda: make("line_serial", {"port": emulated.path}),
            unplug=emulated.unplug,
            plug=emulated.plug,
            use=lambda: _ignore(emulated.scan(CONTENT)),
            exclusive=True,
            reading=CodeScanned,
            secrets=(CONTENT, CONTENT[-4:]),
        )
    finally:
        emulated.close()


def _keyboard(kind: str, **options: object) -> MakeSubject:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        emulated = EmulatedKeyboard(directory)
        subject = Subject(
            make=lambda: make(kind, {"path": emulated.path, **options}),
            unplug=emulated.unplug,
            plug=emulated.plug,
            use=lambda: _ignore(emulated.type_line(TYPED)),
            exclusive=True,
            secrets=(TYPED, TYPED[-7:], "1293D8"),
        )
        if kind == "wedge_scanner":
            subject.reading = CodeScanned
        try:
            yield subject
        finally:
            emulated.close()

    return made


def _radio(family: Family) -> MakeSubject:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        emulated = EmulatedRadio(directory, family)
        options = {"port": emulated.path, "buttons": [str(BUTTON)]}
        try:
            yield Subject(
                make=lambda: make(f"rf_{family.value}_serial", options),
                unplug=emulated.unplug,
                plug=emulated.plug,
                use=lambda: _ignore(emulated.press(CODE)),
                exclusive=True,
                reading=ButtonPressed,
                secrets=(),
            )
        finally:
            emulated.close()

    return made


def _recorded(name: str, make_driver: Callable[[RecordedTransport], Driver], reading: type) -> MakeSubject:
    @contextmanager
    def made(directory: Path) -> Iterator[Subject]:
        transport = RecordedTransport.from_file(RECORDINGS / f"{name}.txt")
        yield Subject(make=lambda: make_driver(transport), reading=reading, secrets=())

    return made


def _ignore(value: object) -> None:
    """Emulators answer with stamps that are not needed here."""


LIVE: dict[str, MakeSubject] = {
    "ssi_scanner": _ssi,
    "line_scanner": _line,
    "wedge_reader": _keyboard("wedge", number_format="10D", first_byte="01"),
    "wedge_scanner": _keyboard("wedge_scanner"),
    "rf_generic": _radio(Family.GENERIC),
    "rf_bridge": _radio(Family.BRIDGE),
}
RECORDED: dict[str, MakeSubject] = {
    "line_recorded": _recorded(
        "line_three_codes",
        lambda transport: LineScanner(transport, monotonic_ns=transport.monotonic_ns),
        CodeScanned,
    ),
    "wedge_scanner_recorded": _recorded(
        "wedge_scanner_code",
        lambda transport: WedgeScanner(transport, monotonic_ns=transport.monotonic_ns),
        CodeScanned,
    ),
}

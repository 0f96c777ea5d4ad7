"""A disk, both printers as emulated machines behind their real drivers and threads, and the documents over them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from drivers.base import PagePrinter
from drivers.emulators.page_printer import EmulatedPagePrinter
from drivers.emulators.printer import EmulatedPrinter
from drivers.printers.escpos import EscPosPrinter
from drivers.printers.profiles import PROFILES
from drivers.registry import make
from drivers.transport import TcpTransport
from kiosk.commands_resident import BindDocument, IssueDocument, PrintAgain
from kiosk.events_resident import (
    DocumentBound,
    DocumentIssued,
    DocumentPrinted,
    DocumentRefused,
    PrinterReady,
)
from kiosk.services.page_printing import PagePrinterThread, PagePrintFinished
from kiosk.services.printing import PrintAdvanced, PrinterThread, PrintFinished
from kiosk.services.residents.documents import Documents
from kiosk.services.residents.printable import Source
from kiosk.services.slips import Place
from kiosk.services.supervision import DeviceHealthChanged
from offline_cache.clock import Stamp
from offline_cache.disk import DiskThread
from offline_cache.identity import TerminalKey
from offline_cache.issued_documents import IssuedDocument
from offline_cache.numbers import Numbers
from offline_cache.outbox import Outbox
from offline_cache.wire import LogRow, RowKind

KEY = bytes(range(32))
NOON_MS = 1_795_147_320_000  # 2026-11-20 10:02 in Shanghai
WAIT_S = 10.0
HALL = "https://hall.example.org"
HEARD_BY_DOCUMENTS = (PrintFinished, PrintAdvanced, PagePrintFinished, DeviceHealthChanged)

Event = TypeVar("Event")


class PrintBench:
    """`slip` and `pages` are the machines. Events for the person are in `events`, oldest first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.slip = EmulatedPrinter(directory / "printer")
        self.pages = EmulatedPagePrinter()
        self.disk = DiskThread().start()
        self.now_ms = NOON_MS
        self.trusted = True
        self.events: list[object] = []
        self._changed = threading.Condition()
        self._ask_id = 0
        self._open()

    def _open(self) -> None:
        self.outbox = self.disk.call(lambda: Outbox.open(self.directory, KEY, "QP-01", self.stamp()))
        self.slip_thread = PrinterThread(
            "receipt_printer",
            self._slip_driver,
            lambda: self.outbox.prints(),
            self.disk.submit,
            self.publish,
            look_s=0.05,
        )
        host, port = self.pages.address
        options = {"queue": "a4", "host": host, "port": port, "user": "service-hall@test"}
        self.page_thread = PagePrinterThread(
            "page_printer", lambda: cast(PagePrinter, make("cups", options)), self.publish
        )
        self.documents = Documents(
            outbox=self.outbox,
            numbers=Numbers(self.directory, "QP-01"),
            key=TerminalKey.load_or_make(self.directory),
            slip_printer=self.slip_thread,
            page_printer=self.page_thread,
            publish=self.publish,
            now=self.stamp,
            place=lambda: Place("和顺社区服务大厅", "Heshun Hall", "", "QP-01"),
            zone=ZoneInfo("Asia/Shanghai"),
            public_url=lambda: HALL,
        )

    def _slip_driver(self) -> EscPosPrinter:
        profile = replace(PROFILES["generic"], answer_s=3.0)
        return EscPosPrinter(TcpTransport(*self.slip.address), self.slip.width_mm, profile, hold=False)

    def stamp(self) -> Stamp:
        return Stamp(wall_ms=self.now_ms, monotonic_ms=1, boot_id="boot", trusted=self.trusted)

    def publish(self, event: object) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        if isinstance(event, HEARD_BY_DOCUMENTS):
            self.disk.submit(lambda: self.documents.heard(event))

    # --- the person -------------------------------------------------------------------------------------------------

    def start(self, *media: str) -> None:
        """Begins, and waits until these media can be printed on."""
        self.disk.call(self.documents.begin)
        wanted = media or ("slip", "pages")
        if "slip" in wanted:
            self.slip_thread.start()
        if "pages" in wanted:
            self.page_thread.start()
        self.wait_until_ready(*wanted)

    def wait_until_ready(self, *media: str) -> None:
        """Until these media, and no others, are what the flow was last told of."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._media() == media, WAIT_S), self.events

    def _media(self) -> tuple[str, ...] | None:
        told = self.of_kind(PrinterReady)
        return told[-1].media if told else None

    def issue(self, source: Source, medium: str = "slip", copies: int = 1, **changes: Any) -> int:
        self._ask_id += 1
        values = {"person_id": "person-1", "sort": "record", "key": "1", "locale": "zh_CN"} | changes
        command = IssueDocument(ask_id=self._ask_id, medium=medium, copies=copies, **values)
        self.disk.call(lambda: self.documents.issue(command, source))
        return self._ask_id

    def issued(self, source: Source, medium: str = "slip", copies: int = 1, **changes: Any) -> str:
        """Issues it and gives its number."""
        ask_id = self.issue(source, medium, copies, **changes)
        return self.wait_for(DocumentIssued, lambda event: event.ask_id == ask_id).number

    def again(self, number: str, person_id: str = "person-1") -> DocumentIssued | DocumentRefused:
        self._ask_id += 1
        command = PrintAgain(self._ask_id, person_id, number)
        self.disk.call(lambda: self.documents.again(command))
        with self._changed:
            answers = (DocumentIssued, DocumentRefused)
            return next(
                event
                for event in reversed(self.events)
                if isinstance(event, answers) and event.ask_id == self._ask_id
            )

    def bind(self, number: str) -> DocumentBound:
        self._ask_id += 1
        command = BindDocument(self._ask_id, number)
        self.disk.call(lambda: self.documents.bind(command))
        return self.wait_for(DocumentBound, lambda event: event.ask_id == command.ask_id)

    def ended(self, number: str, count: int = 1) -> DocumentPrinted:
        """The `count`-th final word on this document."""

        def ends() -> list[DocumentPrinted]:
            told = (event for event in self.events if isinstance(event, DocumentPrinted))
            return [event for event in told if event.number == number and not event.waits]

        with self._changed:
            assert self._changed.wait_for(lambda: len(ends()) >= count, WAIT_S), self.events
        return ends()[count - 1]

    def wait_for(self, kind: type[Event], fits: Callable[[Event], bool] = lambda event: True) -> Event:
        """The first event of this kind that fits, waited for."""

        def found() -> list[Event]:
            return [event for event in self.events if isinstance(event, kind) and fits(event)]

        with self._changed:
            assert self._changed.wait_for(lambda: bool(found()), WAIT_S), self.events
        return found()[0]

    def of_kind(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    # --- the disk ---------------------------------------------------------------------------------------------------

    def rows(self, kind: RowKind) -> list[LogRow]:
        return [row for row in self.disk.call(lambda: self.outbox.rows_to_send()) if row.kind is kind]

    def stored(self, number: str) -> IssuedDocument:
        document = self.disk.call(lambda: self.outbox.documents().numbered(number))
        assert document is not None
        return document

    def waiting(self, person_id: str = "person-1") -> tuple[tuple[str, str, str], ...]:
        return self.disk.call(lambda: self.documents.waiting(person_id))

    def end_session(self) -> None:
        self.disk.call(self.documents.end_session)

    def restart(self) -> None:
        """As after a power cut: everything closed, the log opened again. Threads are not started yet."""
        self.slip_thread.stop()
        self.page_thread.stop()
        self.disk.call(self.outbox.close)
        self.events.clear()
        self._open()

    def close(self) -> None:
        with ExitStack() as stack:
            stack.callback(self.slip.close)
            stack.callback(self.pages.close)
            stack.callback(self.disk.stop)
            stack.callback(lambda: self.disk.call(self.outbox.close))
            stack.callback(self.page_thread.stop)
            stack.callback(self.slip_thread.stop)

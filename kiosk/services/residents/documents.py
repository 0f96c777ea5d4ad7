"""Documents that residents take along: issued once under one number, printed, and waited with until their person comes.

The row, what the document says and its print go to the disk in one commit, before anybody is told a number. A slip is
then taken by the printer's thread from its queue; A4 pages are handed to the page printer's thread, one job a copy. What
became of each copy is a row of its own. Nothing prints by itself after the session: what is still in a queue then is
withdrawn, and only its person can have it printed again, under the same number and marked 补打. What it said is
overwritten when it is delivered, not wanted any more, or the day's work is over.

Everything here is to be used on the disk thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol, cast

from drivers.base import DeviceError, DeviceStatus, Health, PageJob, PrintOutcome, PrintState
from kiosk.commands_resident import BindDocument, DismissDocument, IssueDocument, PrintAgain
from kiosk.events_resident import (
    DocumentBound,
    DocumentIssued,
    DocumentPrinted,
    DocumentRefused,
    PrinterReady,
    PrintStepped,
)
from kiosk.services.page_printing import PagePrintFinished
from kiosk.services.printing import POWER_CUT, PrintAdvanced, PrintFinished
from kiosk.services.residents import document_pages
from kiosk.services.residents.document_rows import DELIVERED, KIND, DocumentRows, Medium, measured
from kiosk.services.residents.document_slips import SlipTooLong
from kiosk.services.residents.printable import Source
from kiosk.services.slips import Place
from kiosk.services.supervision import WEDGED, DeviceHealthChanged
from offline_cache.clock import Stamp
from offline_cache.db import StorageError
from offline_cache.identity import TerminalKey
from offline_cache.issued_documents import IssuedDocument
from offline_cache.numbers import Numbers
from offline_cache.outbox import Outbox

log = logging.getLogger(__name__)

NO_PRINTER, NOT_READY, TOO_LONG, GONE = "printer.none", "printer.unready", "printer.too_long", "document.gone"
SLOTS = {"receipt_printer": "slip", "page_printer": "pages"}
NEAR_END = "printer.paper_near_end"
WANTS_SOMETHING = frozenset({"printer.paper_out", "printer.cover_open"})
_UNKNOWN = -1

PrinterEvent = PrintFinished | PrintAdvanced | PagePrintFinished | DeviceHealthChanged


class SlipQueue(Protocol):
    """The slip printer's thread."""

    def queued(self, txn_id: str) -> None: ...

    def withdraw(self, txn_id: str) -> None: ...

    def discard(self) -> None: ...


class PageQueue(Protocol):
    """The A4 printer's thread."""

    def print_pages(self, job: PageJob) -> None: ...

    def end_session(self) -> Future[None]: ...


@dataclass(slots=True)
class _Printing:
    """A document that somebody stands there for. `left` counts the copies after this one; `told_to_wait`: the printer
    wants something and the person knows."""

    txn_id: str
    number: str
    medium: Medium
    copy: int
    left: int
    told_to_wait: bool = False


class Documents:
    """See the module. `slip_printer` and `page_printer` are None where there is none; `place` names the hall; `public_url`
    is the hall's as phones reach it; `now` stamps the moment. Answers and what happens later go through `publish`."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        numbers: Numbers,
        key: TerminalKey,
        slip_printer: SlipQueue | None,
        page_printer: PageQueue | None,
        publish: Callable[[object], None],
        now: Callable[[], Stamp],
        place: Callable[[], Place],
        zone: tzinfo,
        public_url: Callable[[], str],
    ) -> None:
        self._rows = DocumentRows(
            outbox=outbox,
            numbers=numbers,
            key=key,
            now=now,
            place=place,
            zone=zone,
            public_url=public_url,
        )
        self._outbox = outbox
        self._slip_printer = slip_printer
        self._page_printer = page_printer
        self._publish = publish
        self._now = now
        self._printing: dict[str, _Printing] = {}
        self._health: dict[str, DeviceStatus] = {}
        self._told: PrinterReady | None = None

    def begin(self) -> None:
        """Once, before the printers' threads start: what an earlier run left behind."""
        for document in self._outbox.documents().open():
            if document.state == PrintState.SENDING.value:
                cut_short = PrintOutcome(PrintState.UNKNOWN, POWER_CUT)
                self._outbox.prints().finished(document.txn_id, cut_short)
                self._rows.printed(document, cut_short, 0)
                self._discard_rest()
            elif document.state in DELIVERED:  # the row was about to be written
                self._rows.printed(document, PrintOutcome(PrintState(document.state), document.code), 0)
        self.drop_expired()

    # --- wishes -----------------------------------------------------------------------------------------------------

    def issue(self, command: IssueDocument, source: Source) -> None:
        """Publishes DocumentIssued or DocumentRefused. Raises the StorageError family, having said so."""
        medium = cast("Medium", command.medium)
        refusal = self._refusal(medium)
        if refusal:
            self._publish(DocumentRefused(command.ask_id, refusal))
            return
        try:
            issued = self._rows.issue(command, source)
        except SlipTooLong:
            self._publish(DocumentRefused(command.ask_id, TOO_LONG))
        except DeviceError as error:
            self._publish(DocumentRefused(command.ask_id, error.reason))
        except StorageError as error:
            self._publish(DocumentRefused(command.ask_id, error.code))
            raise
        else:
            self._publish(DocumentIssued(command.ask_id, issued.number, issued.pages, issued.seconds))
            self._start(issued.txn_id, issued.number, medium, 1, command.copies - 1)

    def again(self, command: PrintAgain) -> None:
        """The same document for the same person, marked 补打. Publishes as `issue`."""
        document = self._outbox.documents().numbered(command.number)
        if document is None or document.person_id != command.person_id or not self._is_here(document):
            self._publish(DocumentRefused(command.ask_id, GONE))
            return
        refusal = self._refusal(cast("Medium", document.medium))
        if refusal:
            self._publish(DocumentRefused(command.ask_id, refusal))
            return
        pages, seconds = measured(document.medium, document.content)
        self._publish(DocumentIssued(command.ask_id, document.number, pages, seconds))
        printing = self._printing.get(document.txn_id)
        if printing is not None and printing.told_to_wait:
            self._tell_to_wait(printing, self._health[printing.medium].code)
        if printing is not None or document.state == PrintState.SENDING.value:
            return  # it is still in its queue, or coming out this moment
        self._outbox.prints().retry(document.txn_id)
        self._start(document.txn_id, document.number, cast("Medium", document.medium), document.copy + 1, 0)

    def bind(self, command: BindDocument) -> None:
        """Publishes DocumentBound: the document waits for its person, and prints for nobody else."""
        document = self._outbox.documents().numbered(command.number)
        if document is None or document.over:
            self._publish(DocumentRefused(command.ask_id, GONE))
            return
        bound = self._rows.bind(document)
        self._withdraw(document.txn_id)
        self._publish(DocumentBound(command.ask_id, document.number, bound.pick_up, bound.until))

    def dismiss(self, command: DismissDocument) -> None:
        """Nobody wants the paper any more: what it said goes."""
        document = self._outbox.documents().numbered(command.number)
        if document is not None and not document.over:
            self._withdraw(document.txn_id)
            self._outbox.documents().forget(document.txn_id)

    def waiting(self, person_id: str) -> tuple[tuple[str, str, str], ...]:
        """(number, title_zh, title_en) of what this person can still have printed here, oldest first."""
        waiting = self._outbox.documents().waiting(person_id, self._now().wall_ms)
        return tuple(
            (document.number, document.title_zh, document.title_en)
            for document in waiting
            if document.txn_id not in self._printing
        )

    def kind_of(self, number: str) -> str:
        """What a document that can still be printed is of, a kind of records or the code of a guide; "" for any other."""
        document = self._outbox.documents().numbered(number)
        return document.content.get(KIND, "") if document is not None else ""

    def pdf(self, source: Source, locale: str) -> bytes:
        """What pages of this source say, for a phone. From any thread. Raises DeviceError."""
        return self._rows.pdf(source, locale)

    def end_session(self) -> None:
        """The person is gone: nothing of hers prints any more by itself, nor does the rest of a slip that the printer
        holds, and the spool is purged."""
        for txn_id in tuple(self._printing):
            self._withdraw(txn_id)
        self._discard_rest()
        if self._page_printer is not None:
            self._page_printer.end_session()
        self.drop_expired()

    def drop_expired(self) -> None:
        """Overwrites what waited for somebody who did not come in time. Who stands there has come: neither closing time
        nor a clock that steps takes her paper away."""
        now_ms = self._now().wall_ms
        for document in self._outbox.documents().open():
            if document.until_ms <= now_ms and document.txn_id not in self._printing:
                self._outbox.documents().forget(document.txn_id)

    # --- what the printers say --------------------------------------------------------------------------------------

    def heard(self, event: PrinterEvent) -> None:
        """Takes in what the threads of the printers publish."""
        match event:
            case PrintFinished(txn_id, _, outcome):
                self._finished(txn_id, outcome)
            case PagePrintFinished(job_id, outcome):
                self._pages_finished(job_id, outcome)
            case PrintAdvanced():
                self._advanced(event)
            case DeviceHealthChanged(slot, status) if slot in SLOTS:
                self._health[SLOTS[slot]] = status
                self._tell_readiness()
                self._health_changed(SLOTS[slot], status)

    def _advanced(self, event: PrintAdvanced) -> None:
        printing = self._printing.get(event.txn_id)
        if printing is not None:
            percent = 100 * event.lines // max(1, event.of_lines)
            self._publish(PrintStepped(printing.number, event.copy, percent))

    def _pages_finished(self, job_id: str, outcome: PrintOutcome) -> None:
        number, _, copy = job_id.rpartition("-")
        document = self._outbox.documents().numbered(number)
        if document is not None and (document.state, str(document.copy)) == (PrintState.SENDING.value, copy):
            self._outbox.prints().finished(document.txn_id, outcome)
            self._finished(document.txn_id, outcome)

    def _finished(self, txn_id: str, outcome: PrintOutcome) -> None:
        """One copy has ended, and the disk knows."""
        document = self._outbox.documents().of_print(txn_id)
        if document is None:
            return  # a slip that was issued to nobody
        printing = self._printing.pop(txn_id, None)
        left = printing.left if printing is not None and outcome.state.value in DELIVERED else 0
        self._rows.printed(document, outcome, left)
        if left:
            medium = cast("Medium", document.medium)
            self._start(txn_id, document.number, medium, document.copy + 1, left - 1)
        elif not document.over:
            told = DocumentPrinted(document.number, outcome.state.value, outcome.code, outcome.lines)
            self._publish(told)

    def _health_changed(self, medium: str, status: DeviceStatus) -> None:
        for printing in tuple(self._printing.values()):
            if printing.medium == medium:
                self._judge(printing, status)

    def _judge(self, printing: _Printing, status: DeviceStatus) -> None:
        """What a printer's new health means for a document that somebody stands there for."""
        job = self._outbox.prints().job(printing.txn_id)
        assert job is not None
        if (job.state, job.code) == (PrintState.UNKNOWN.value, WEDGED):
            # Its thread was given up in the middle of it, and the next one has only noted that.
            self._finished(printing.txn_id, PrintOutcome(PrintState.UNKNOWN, WEDGED, job.lines))
            return
        down = status.health in (Health.DOWN, Health.WEDGED)
        if not down:
            if printing.told_to_wait:
                printing.told_to_wait = False
                self._publish(PrintStepped(printing.number, printing.copy, _UNKNOWN))
        elif printing.medium == "pages" or status.code in WANTS_SOMETHING:
            self._tell_to_wait(printing, status.code)
        elif job.state == PrintState.QUEUED.value:
            assert self._slip_printer is not None
            self._slip_printer.withdraw(printing.txn_id)
            never_began = PrintOutcome(PrintState.FAILED, status.code, lines=0)
            self._outbox.prints().finished(printing.txn_id, never_began)
            self._finished(printing.txn_id, never_began)

    def _tell_to_wait(self, printing: _Printing, code: str) -> None:
        printing.told_to_wait = True
        self._publish(DocumentPrinted(printing.number, PrintState.FAILED.value, code, waits=True))

    def _tell_readiness(self) -> None:
        media = tuple(medium for medium in ("slip", "pages") if self._is_ready(medium))
        slip = self._health.get("slip")
        ready = PrinterReady(media, near_end=slip is not None and slip.code == NEAR_END)
        if ready != self._told:
            self._told = ready
            self._publish(ready)

    def _is_ready(self, medium: str) -> bool:
        status = self._health.get(medium)
        return status is not None and status.health in (Health.OK, Health.DEGRADED)

    # --- printing ---------------------------------------------------------------------------------------------------

    def _refusal(self, medium: Medium) -> str:
        """Why nothing can be printed on this medium now, "" when it can, or could with more paper."""
        if {"slip": self._slip_printer, "pages": self._page_printer}.get(medium) is None:
            return NO_PRINTER
        status = self._health.get(medium)
        if status is None or self._is_ready(medium) or status.code in WANTS_SOMETHING:
            return ""
        return NOT_READY

    def _start(self, txn_id: str, number: str, medium: Medium, copy: int, left: int) -> None:
        printing = self._printing[txn_id] = _Printing(txn_id, number, medium, copy, left)
        self._publish(PrintStepped(number, copy, _UNKNOWN))
        if medium == "slip":
            assert self._slip_printer is not None
            self._slip_printer.queued(txn_id)
        else:
            self._send_pages(printing)
        status = self._health.get(medium)
        if status is not None and status.code in WANTS_SOMETHING and not self._is_ready(medium):
            self._tell_to_wait(printing, status.code)

    def _send_pages(self, printing: _Printing) -> None:
        document = self._outbox.documents().of_print(printing.txn_id)
        assert document is not None and self._page_printer is not None
        pdf = document_pages.document_pdf(document.content, printing.copy)
        self._outbox.prints().sending(printing.txn_id)
        job_id = f"{printing.number}-{printing.copy}"
        self._page_printer.print_pages(PageJob(job_id, pdf, document_pages.page_count(pdf)))

    def _withdraw(self, txn_id: str) -> None:
        """Nothing of it that has not begun prints any more by itself, and nobody stands there for it."""
        printing = self._printing.pop(txn_id, None)
        if printing is None:
            return
        if printing.medium == "slip" and self._slip_printer is not None:
            self._slip_printer.withdraw(txn_id)
        elif printing.medium == "pages" and self._page_printer is not None:
            self._page_printer.end_session()

    def _discard_rest(self) -> None:
        if self._slip_printer is not None:
            self._slip_printer.discard()

    # --- looking ----------------------------------------------------------------------------------------------------

    def _is_here(self, document: IssuedDocument) -> bool:
        return not document.over and document.until_ms > self._now().wall_ms

"""The A4 printer's own thread: one document after the other, each for the person who stands there.

Nothing here survives the session: a document is somebody's, so its pages are never on our disk, and when the session ends
what waits is dropped, what prints is ended, and the spool is purged. (What an undelivered document says waits for its
person in the encrypted log: kiosk/services/residents/documents.py.) A purge that fails, as while CUPS restarts, is due until
it succeeds; and it is due once at the start, for what an earlier run may have left behind.

Each document ends in exactly one PagePrintFinished. A printer that lacks paper says so in its health while the document
waits; whoever gave it paper sees it go on. What could not begin is FAILED and is never printed later by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from drivers.base import DeviceError, DeviceStatus, PageJob, PagePrinter, PrintOutcome, PrintState
from kiosk.services.devices import DeviceThread, Publish
from kiosk.services.supervision import WEDGED, Duty, RetryPolicy

log = logging.getLogger(__name__)

LOOK_S = 1.0
PROBE_S = 15.0
PURGE_S = 45.0
WAIT_S = 900.0  # for documents before this one; the session ends long before
OVERRUN_S = 10.0
CANCELLED = "printer.cancelled"


@dataclass(frozen=True, slots=True)
class PagePrintFinished:
    """How a document ended. `outcome.lines` is None: nobody counts pages on paper."""

    job_id: str
    outcome: PrintOutcome


class PagePrinterThread(DeviceThread[PagePrinter]):
    """Owns one A4 printer. `publish` hears DeviceHealthChanged and PagePrintFinished."""

    def __init__(
        self,
        slot: str,
        make: Callable[[], PagePrinter],
        publish: Publish,
        *,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(slot, make, self._look, publish, retry=retry, clock=clock)
        self._tell = publish
        self._visit = 0
        self._purge_due = threading.Event()
        self._purge_due.set()

    # --- from any thread ----------------------------------------------------------------------------------------------

    def print_pages(self, job: PageJob) -> None:
        """Puts a document behind those that wait. Returns at once; PagePrintFinished follows."""
        driver, visit = self.driver, self._visit
        limit_s = WAIT_S if driver is None else driver.allowed_s(job) + OVERRUN_S
        asked = self.ask(lambda printer: self._print(printer, job, visit), limit_s, within_s=WAIT_S)
        asked.add_done_callback(lambda done: self._tell(PagePrintFinished(job.job_id, _outcome(done))))

    def end_session(self) -> Future[None]:
        """The person is gone: nothing of theirs may print any more, or lie in the spool. The Future is done when it is
        purged; it raises DeviceError where that has to be tried again, which happens by itself."""
        self._visit += 1
        self._purge_due.set()
        self._cancel()
        return self.ask(self._purge, PURGE_S, within_s=PURGE_S)

    def end(self) -> None:
        """Ends the document under way, the thread, and closes the printer. Returns at once."""
        self._visit += 1
        super().end()
        self._cancel()

    def _cancel(self) -> None:
        driver = self.driver
        if driver is not None:
            driver.cancel()

    # --- the thread ---------------------------------------------------------------------------------------------------

    def _look(self, duty: Duty[PagePrinter]) -> None:
        """One step. Nothing is held open, so a service that is down is no reason to begin anew."""
        if self._purge_due.is_set():
            try:
                duty.call(lambda: self._purge(duty.driver), PURGE_S)
            except DeviceError as error:
                log.warning("%s: the spool is not purged yet: %s", self.slot, error.reason)
        duty.say(duty.call(duty.driver.probe, PROBE_S))
        duty.pause(LOOK_S)

    def _purge(self, driver: PagePrinter) -> None:
        driver.purge()
        self._purge_due.clear()

    def _print(self, driver: PagePrinter, job: PageJob, visit: int) -> PrintOutcome:
        duty = self._duty

        def hear(status: DeviceStatus) -> None:
            if duty is not None:
                duty.say(status)
            if visit != self._visit:  # it ended just before this document began
                driver.cancel()

        if visit != self._visit:
            return PrintOutcome(PrintState.FAILED, CANCELLED)
        return driver.print(job, hear)


def _outcome(done: Future[PrintOutcome]) -> PrintOutcome:
    """A driver raises only before the printer has anything; only one that is stuck may have sent it."""
    try:
        return done.result(timeout=0)
    except CancelledError:
        return PrintOutcome(PrintState.FAILED, CANCELLED)
    except DeviceError as error:
        state = PrintState.UNKNOWN if error.reason == WEDGED else PrintState.FAILED
        return PrintOutcome(state, error.reason)
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not leave a person waiting for an answer
        log.error("a document ended by %s", type(error).__name__)
        return PrintOutcome(PrintState.UNKNOWN, DeviceError.code)

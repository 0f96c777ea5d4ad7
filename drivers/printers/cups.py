"""Driver for A4 printers behind CUPS: one queue, one job at a time, followed to its end.

| what           | how                                                                                              |
|----------------|--------------------------------------------------------------------------------------------------|
| Models         | what CUPS 2.4 prints to: driverless IPP printers best (ipp, ipps, dnssd), USB with a driver        |
| Line           | IPP 2.0 to CUPS, by TCP or its socket file (`host = "/run/cups/cups.sock"`), see `ipp_link`       |
| Documents      | PDF, sent whole; paper by its PWG name (`iso_a4_210x297mm`)                                       |
| Not supported  | setting queues up, printers without CUPS, IPP over TLS to another machine, counting pages          |
| No way back    | socket, lpd, file: completed means handed over, so every job there ends as unknown                |
| Tried on       | CUPS 2.4.2 with its virtual IPP printer, the emulator (`drivers/emulators/page_printer.py`)       |

What a job's end is worth:

    probably   CUPS completed the job, the printer is well and can report that it is not. The best there is: nobody
               counts sheets in the output tray, so `printed` is never said
    failed     it was aborted or cancelled, or its time was over while the printer had a reason to stand still
    unknown    its time was over and nobody says why, CUPS went away, the job vanished, the printer stands still after
               the last page, or it cannot report at all

A job is made first and given its document then. Who got no answer asks for the job by its name, which is the caller's
`job_id` and nothing else. A job that may or may not have got its document is ended before another is made, because
CUPS would print a second document of the same job as well. What ended is deleted with its files at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from drivers.base import (
    DeviceDenied,
    DeviceError,
    DeviceGone,
    DeviceStatus,
    DeviceTimeout,
    Health,
    PageJob,
    PrintOutcome,
    PrintState,
    unheard,
)
from drivers.printers import ipp_link
from drivers.printers.cups_service import CupsService, Refused, sending_s
from drivers.printers.cups_states import (
    CANCELLED,
    PAUSED,
    REJECTING,
    VANISHED,
    JobState,
    QueueState,
    judge_ended,
    judge_overdue,
)

KIND = "cups"
RESUMES = 3
SENDS = 2
PURGE_S = 10.0
END_S = 3.0
ASKING_S = 20.0
_UNANSWERED = (DeviceTimeout, DeviceGone)


class NotPurged(DeviceError):
    """Jobs of this terminal are still in the spool. The message says how many."""

    code = "cups.not_purged"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds: a job `start_s` and `page_s` for each page, and `poll_s` between two looks.
    CUPS itself asks the printer about once a second: what it says is news after `news_s`."""

    start_s: float = 60.0
    page_s: float = 15.0
    news_s: float = 2.5
    poll_s: float = 0.3


@dataclass(slots=True)
class _Run:
    """One print under way. `old_reasons` are those of the job before, until `news_at`; `resumes` is how often the queue
    was set going again."""

    job: PageJob
    on_status: Callable[[DeviceStatus], None]
    deadline: float
    news_at: float
    old_reasons: frozenset[str] = frozenset()
    resumes: int = 0

    def say(self, queue: QueueState, now: float) -> None:
        """Tells how the printer is; not that it still lacks the paper that was missing in an earlier job."""
        if now < self.news_at:
            queue = replace(queue, reasons=queue.reasons - self.old_reasons)
        self.on_status(queue.at_work())


class CupsPrinter:
    """One queue. `wait` and `monotonic` are the driver's clock."""

    kind = KIND

    def __init__(
        self,
        service: CupsService,
        media: str = "iso_a4_210x297mm",
        pace: Pace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._service = service
        self._media = media
        self._pace = pace or Pace()
        self._monotonic = monotonic
        self._wait = wait or threading.Event().wait
        self._cancelled = threading.Event()
        self._counts = {"jobs": 0, "resumes": 0, "overdue": 0}
        self._model = ""

    # --- what every driver can do -----------------------------------------------------------------------------------

    def open(self) -> None:
        """Finds CUPS and the queue. Raises ServiceDown, QueueMissing, DeviceDenied, DeviceTimeout, ProtocolError."""
        self._ask_queue()

    def close(self) -> None:
        """Nothing is held between two requests. Never raises."""

    def probe(self) -> DeviceStatus:
        """How the queue is, asked anew. Never raises DeviceError."""
        try:
            queue = self._ask_queue()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason, self.diagnostics())
        status = queue.at_rest()
        return DeviceStatus(status.health, status.code, self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """The queue, the printer's model, and counters since the start; nothing of what was printed."""
        counts = {name: str(count) for name, count in self._counts.items()}
        return {"kind": self.kind, "queue": self._service.name, "model": self._model, **counts}

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: documents as zeros."""
        return ipp_link.redact(direction, stream)

    def _ask_queue(self) -> QueueState:
        queue = self._service.queue()
        self._model = queue.model
        return queue

    # --- a job ------------------------------------------------------------------------------------------------------

    def print(self, job: PageJob, on_status: Callable[[DeviceStatus], None] = unheard) -> PrintOutcome:
        """Prints one document and says what is known of it. A job of this `job_id` that CUPS still has is followed
        instead of printed a second time. Returns within `allowed_s`; raises DeviceError only before CUPS had a byte of
        the document."""
        self._cancelled.clear()
        now = self._monotonic()
        waiting_s = self._pace.start_s + self._pace.page_s * job.pages * job.copies
        run = _Run(job, on_status, now + waiting_s, now + self._pace.news_s)
        self._make_ready(run)
        self._counts["jobs"] += 1
        known = self._known(job.job_id)
        if known is not None and known.has_document:
            return self._follow(run, known.number)
        if known is not None:
            self._service.end(known.number)
        number = self._create(job)
        return self._send(run, number, sends_left=SENDS)

    def allowed_s(self, job: PageJob) -> float:
        """`start_s + page_s * pages * copies`, and room for the requests of a service that answers slowly."""
        waiting_s = self._pace.start_s + self._pace.page_s * job.pages * job.copies
        return waiting_s + ASKING_S + SENDS * sending_s(job.document)

    def cancel(self) -> None:
        """From any thread: ends the job under way and deletes it. Nothing happens where none is."""
        self._cancelled.set()

    def purge(self) -> None:
        """Ends and deletes every job of this terminal, with its files in CUPS's spool. Raises NotPurged when some are
        left after ten seconds, and DeviceError. What the printer itself remembers is out of reach."""
        deadline = self._monotonic() + PURGE_S
        while jobs := self._service.jobs():
            if self._monotonic() > deadline:
                raise NotPurged(f"{len(jobs)} jobs are still there")
            for job in jobs:
                self._service.end(job.number)
            self._wait(self._pace.poll_s / 10)

    def _make_ready(self, run: _Run) -> None:
        queue = self._ask_queue()
        run.old_reasons = queue.reasons
        if queue.paused and not self._resumed(run):
            raise Refused("the queue is paused", code=PAUSED)
        if not queue.accepting:
            raise Refused("the queue takes no jobs", code=REJECTING)

    def _known(self, job_id: str) -> JobState | None:
        """The job of that name which may still print, or has."""
        named = [job for job in self._service.jobs() if job.name == job_id]
        alive = [job for job in named if not job.ended or job.has_document]
        return alive[0] if alive else None

    def _create(self, job: PageJob) -> int:
        try:
            return self._service.create(job, self._media)
        except _UNANSWERED:
            # It may have been made all the same. An empty job prints nothing, but two would never be told apart.
            made = self._known(job.job_id)
            return made.number if made is not None else self._service.create(job, self._media)

    def _send(self, run: _Run, number: int, sends_left: int) -> PrintOutcome:
        try:
            self._service.send(number, run.job.document)
        except _UNANSWERED:
            return self._resolve_doubt(run, number, sends_left - 1)
        except DeviceError as error:
            self._end(number)
            return PrintOutcome(PrintState.FAILED, error.reason)
        return self._follow(run, number)

    def _resolve_doubt(self, run: _Run, number: int, sends_left: int) -> PrintOutcome:
        """The document was sent and nobody said that it came. It goes again only when it did not come, and into a new
        job: the first one is ended before, so that nothing which is still on its way to it can print."""
        job = self._look_until_answered(run, number)
        if job is None:
            return PrintOutcome(PrintState.UNKNOWN, VANISHED)
        if job.has_document:
            return self._follow(run, number)
        if not self._end(number) or not sends_left:
            return PrintOutcome(PrintState.UNKNOWN, DeviceTimeout.code)
        try:
            fresh = self._create(run.job)
        except DeviceError as error:
            return PrintOutcome(PrintState.FAILED, error.reason)
        return self._send(run, fresh, sends_left)

    def _look_until_answered(self, run: _Run, number: int) -> JobState | None:
        """The job, once CUPS answers again; None when it has none of that number, or does not answer in time."""
        while not self._over(run):
            try:
                return self._service.job(number)
            except _UNANSWERED as error:
                run.on_status(DeviceStatus(Health.DOWN, error.reason))
            self._wait(self._pace.poll_s)
        return None

    # --- following --------------------------------------------------------------------------------------------------

    def _follow(self, run: _Run, number: int) -> PrintOutcome:
        """Watches the job until it ends or its time does, then deletes it."""
        job: JobState | None = None
        queue: QueueState | None = None
        while not self._over(run):
            try:
                job, queue = self._service.job(number), self._ask_queue()
            except DeviceError as error:
                # CUPS may be restarting; it takes its jobs up again from its files.
                run.on_status(DeviceStatus(Health.DOWN, error.reason))
                job = queue = None
            else:
                if job is None:
                    return PrintOutcome(PrintState.UNKNOWN, VANISHED)
                run.say(queue, self._monotonic())
                if job.emptied:
                    self._end(number)
                    return PrintOutcome(PrintState.UNKNOWN, VANISHED)
                if job.ended:
                    return self._ended(run, job, queue)
                if queue.paused:
                    self._resumed(run)
            self._wait(self._pace.poll_s)
        self._end(number)
        if self._cancelled.is_set():
            return PrintOutcome(PrintState.FAILED, CANCELLED)
        self._counts["overdue"] += 1
        return judge_overdue(job, queue)

    def _ended(self, run: _Run, job: JobState, queue: QueueState) -> PrintOutcome:
        """What a printer is said to lack at the end counts once it is no remainder of an earlier job."""
        while queue.stop_code and self._monotonic() < run.news_at:
            self._wait(self._pace.poll_s)
            try:
                queue = self._ask_queue()
            except DeviceError as error:
                run.on_status(DeviceStatus(Health.DOWN, error.reason))
                return PrintOutcome(PrintState.UNKNOWN, error.reason)
        run.say(queue, self._monotonic())
        self._end(job.number)
        return judge_ended(job, queue)

    def _resumed(self, run: _Run) -> bool:
        """Sets a paused queue going again, a few times a job and no more: what pauses it again and again is broken."""
        if run.resumes >= RESUMES:
            return False
        run.resumes += 1
        try:
            self._service.resume()
        except DeviceDenied:
            run.resumes = RESUMES  # this user may not, so asking again is of no use
            return False
        except DeviceError:
            return False
        self._counts["resumes"] += 1
        return True

    def _end(self, number: int) -> bool:
        """Whether the job is gone. CUPS deletes one that is printing only when it is asked again after its backend has
        stopped. What cannot be ended now is left to `purge`."""
        deadline = self._monotonic() + END_S
        try:
            self._service.end(number)
            while self._service.job(number) is not None:
                if self._monotonic() > deadline:
                    return False
                self._wait(self._pace.poll_s / 10)
                self._service.end(number)
        except DeviceError:
            return False
        return True

    def _over(self, run: _Run) -> bool:
        return self._cancelled.is_set() or self._monotonic() >= run.deadline

"""What CUPS says of a queue and of a job, and what that is worth. Pure.

Numbers and keywords are those of RFC 8011, sections 5.3.7 (job-state), 5.3.8 (job-state-reasons), 5.4.11 (printer-state)
and 5.4.12 (printer-state-reasons). A reason's end, -report, -warning or -error, is not looked at: the same empty tray
arrives as a warning from one printer and as an error from another.

job-state alone tells an end: CUPS 2.4 says `processing-to-stop-point` of jobs that were completed long ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.base import DeviceStatus, Health, PrintOutcome, PrintState

STALLED = "printer.stalled"
CANCELLED = "printer.cancelled"
PAUSED = "cups.paused"
REJECTING = "cups.rejecting"
VANISHED = "cups.job_vanished"

STOPPING = {
    "media-jam": "printer.paper_jam",
    "media-empty": "printer.paper_out",
    "media-needed": "printer.paper_out",
    "input-tray-missing": "printer.tray_missing",
    "cover-open": "printer.cover_open",
    "door-open": "printer.cover_open",
    "interlock-open": "printer.cover_open",
    "toner-empty": "printer.toner_out",
    "marker-supply-empty": "printer.toner_out",
    "output-area-full": "printer.output_full",
    "spool-area-full": "cups.spool_full",
    "cups-missing-filter": "cups.filter_missing",
    "cups-insecure-filter": "cups.filter_missing",
    "offline": "printer.offline",
    "shutdown": "printer.offline",
    "timed-out": "printer.offline",
}
"""Why a printer stands still, worst first: a jam leaves an empty tray behind it, never the other way round."""

WARNING = {
    "toner-low": "printer.toner_low",
    "marker-supply-low": "printer.toner_low",
    "media-low": "printer.paper_near_end",
}

_SEVERITIES = ("-report", "-warning", "-error")

# Backends that hand the bytes over and hear nothing: for these "completed" says nothing of paper.
_BLIND = ("socket:", "lpd:", "file:", "serial:", "parallel:", "smb:")


class Job(IntEnum):
    """job-state."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


PRINTER_STOPPED = 5


def stem(reason: str) -> str:
    """A reason without its severity."""
    for severity in _SEVERITIES:
        if reason.endswith(severity):
            return reason[: -len(severity)]
    return reason


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue as CUPS tells it. `reasons` are stems."""

    state: int
    reasons: frozenset[str] = frozenset()
    accepting: bool = True
    device_uri: str = ""
    model: str = ""

    @property
    def paused(self) -> bool:
        """Whether it takes no job up until somebody resumes it."""
        return self.state == PRINTER_STOPPED or "paused" in self.reasons

    @property
    def stop_code(self) -> str:
        """Why the printer stands still, "" for no reason that is known."""
        return next((code for name, code in STOPPING.items() if name in self.reasons), "")

    @property
    def warning_code(self) -> str:
        """What will soon be a reason to stop."""
        return next((code for name, code in WARNING.items() if name in self.reasons), "")

    @property
    def blind(self) -> bool:
        """Whether nothing comes back from this printer."""
        return self.device_uri.startswith(_BLIND)

    def at_rest(self) -> DeviceStatus:
        """Its health while no job of ours is under way. A stop is then only a warning: CUPS asks the printer again when
        the next job comes, and until then goes on saying what was true after the last one."""
        if self.paused:
            return DeviceStatus(Health.DOWN, PAUSED)
        if not self.accepting:
            return DeviceStatus(Health.DOWN, REJECTING)
        code = self.stop_code or self.warning_code
        return DeviceStatus(Health.DEGRADED if code else Health.OK, code)

    def at_work(self) -> DeviceStatus:
        """Its health while a job of ours is under way."""
        code = PAUSED if self.paused else self.stop_code
        return DeviceStatus(Health.DOWN, code) if code else self.at_rest()


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as CUPS tells it. `documents` is how many it holds whole: none before the first came, nor, where CUPS keeps
    no files, after the end."""

    number: int
    state: int
    reasons: frozenset[str] = frozenset()
    documents: int = 0
    name: str = ""

    @property
    def ended(self) -> bool:
        return self.state >= Job.CANCELED

    @property
    def has_document(self) -> bool:
        """Whether its document came whole."""
        return self.documents > 0 or self.state in (Job.PROCESSING, Job.STOPPED, Job.COMPLETED)

    @property
    def emptied(self) -> bool:
        """Whether it waits for its turn and has nothing to print. A CUPS that keeps no files takes them from a job that
        is printing when it stops; started again it lists the job as pending, for ever."""
        return self.state == Job.PENDING and not self.documents


def judge_ended(job: JobState, queue: QueueState) -> PrintOutcome:
    """What an ended job is worth. Never PRINTED: CUPS completes a job when its backend is done with it, and a printer
    that drops what it was given completes it too. No count of impressions proves paper either."""
    if job.state == Job.CANCELED:
        return PrintOutcome(PrintState.FAILED, "cups.job_canceled")
    if job.state == Job.ABORTED:
        return PrintOutcome(PrintState.FAILED, queue.stop_code or "cups.job_aborted")
    if queue.stop_code:
        return PrintOutcome(PrintState.UNKNOWN, queue.stop_code)
    if "job-completed-with-errors" in job.reasons:
        return PrintOutcome(PrintState.UNKNOWN, "cups.job_aborted")
    if queue.blind:
        return PrintOutcome(PrintState.UNKNOWN, "cups.no_back_channel")
    return PrintOutcome(PrintState.PROBABLY)


def judge_overdue(job: JobState | None, queue: QueueState | None) -> PrintOutcome:
    """What a job is worth that was ended because its time was over. None: CUPS did not answer."""
    if job is None or queue is None:
        return PrintOutcome(PrintState.UNKNOWN, "cups.service_down")
    if queue.stop_code:
        return PrintOutcome(PrintState.FAILED, queue.stop_code)
    if queue.paused:
        return PrintOutcome(PrintState.FAILED, PAUSED)
    if job.state in (Job.PENDING, Job.HELD):
        return PrintOutcome(PrintState.FAILED, "cups.queue_busy")
    return PrintOutcome(PrintState.UNKNOWN, STALLED)

"""The printer's own thread: takes slips from the disk's queue one by one, and records what became of each.

The disk knows `sending` before the first byte leaves, and the outcome before anybody is told. So after a power cut a
slip that is still `queued` never reached the paper, and one that was `sending` becomes `unknown`. Both are offered to
somebody; nothing of an earlier run prints by itself, and a slip that failed or is unknown is never printed again unless
a person asks: then it is the same job, its next copy, and says 补打.

While the printer is out of paper or gone the queue waits; it is looked for every second. When it is back, slips
go on that were queued within the last ten minutes, because their diners still sit there. Older ones are not spat out
to nobody: they become `failed` with `printer.too_late` and no line on paper, which staff see in their list.

What a stopped printer still holds of a slip comes out when its paper is back. Whoever that would tell something about
somebody asks with `discard` that it be thrown away first (decision 0054).

One slip can hold the next one up for as long as the driver's own deadline. A driver call that overruns even that is
wedged: a fresh thread begins like after a power cut (kiosk/services/supervision.py), and its slip becomes `unknown`.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from drivers.base import DeviceError, DeviceStatus, Health, PrintOutcome, PrintState, SlipPrinter
from drivers.printers.slip import Slip, SlipDamaged
from kiosk.services.slips import copy_of
from kiosk.services.supervision import WEDGED, Duty, RetryPolicy, Supervision
from offline_cache.db import StorageError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LOOK_S = 1.0  # an unplugged printer is seen within 2 s
FRESH_S = 600.0
DISK_S = 30.0
WEDGED_S = 75.0  # a print gives up by itself after 60 s and a fence
TOO_LATE = "printer.too_late"
POWER_CUT = "printer.power_cut"


class PrintJob(Protocol):
    """A slip on the disk. `copy` 1 is the first."""

    @property
    def txn_id(self) -> str: ...

    @property
    def slip(self) -> Mapping[str, Any]: ...

    @property
    def state(self) -> str: ...

    @property
    def copy(self) -> int: ...


class PrintQueue(Protocol):
    """The prints of the outbox: to be used on the disk thread only."""

    def next_print(self) -> PrintJob | None: ...

    def claim(self, txn_id: str) -> bool: ...

    def finished(self, txn_id: str, outcome: PrintOutcome) -> None: ...

    def interrupted(self) -> list[Any]: ...

    def withdraw(self, txn_id: str) -> None: ...

    def retry(self, txn_id: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class PrintFinished:
    """On the disk: how a slip's print ended."""

    txn_id: str
    copy: int
    outcome: PrintOutcome


@dataclass(frozen=True, slots=True)
class PrintAdvanced:
    """So many of a slip's lines are known to be on paper."""

    txn_id: str
    copy: int
    lines: int
    of_lines: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody wants of the printer beside its queue."""

    work: Callable[[SlipPrinter], Any]
    limit_s: float
    future: Future[Any] = field(default_factory=Future)


class PrinterThread(Supervision[SlipPrinter]):
    """Owns one slip printer. `make` gives a fresh driver; `prints()` gives the queue and is called on the disk thread
    through `submit`; `publish` hears DeviceHealthChanged, PrintAdvanced and PrintFinished. `queued` must be called for each slip that
    was committed. `stop` leaves a slip under way `sending`."""

    def __init__(
        self,
        slot: str,
        make: Callable[[], SlipPrinter],
        prints: Callable[[], PrintQueue],
        submit: Callable[[Callable[[], Any]], Future[Any]],
        publish: Callable[[object], None],
        *,
        fresh_s: float = FRESH_S,
        look_s: float = LOOK_S,
        wedged_s: float = WEDGED_S,
        retry: RetryPolicy | None = None,
    ) -> None:
        super().__init__(slot, make, self._print_all, publish, retry=retry)
        self._prints = prints
        self._submit = submit
        self._fresh_s = fresh_s
        self._look_s = look_s
        self._wedged_s = wedged_s
        self._asked: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._interrupted_by = POWER_CUT
        # An earlier run may have been killed in the middle of a slip.
        self._holds_a_rest = True
        self._to_discard = threading.Event()
        self._live_lock = threading.Lock()
        self._live: dict[str, float] = {}

    def relieved(self) -> None:
        """What the stuck thread was printing is known by nobody now."""
        self._interrupted_by = WEDGED

    # --- from any thread ------------------------------------------------------------------------------------------

    def queued(self, txn_id: str) -> None:
        """A slip was committed: it may print now."""
        with self._live_lock:
            self._live.setdefault(txn_id, time.monotonic())
        self.wake()

    def reprint(self, txn_id: str) -> None:
        """Print again. A slip that is waiting or under way is not queued a second time: the wish joins it."""
        with self._live_lock:
            if txn_id in self._live:
                return
            self._live[txn_id] = time.monotonic()
        self._submit(lambda: self._prints().retry(txn_id)).add_done_callback(
            lambda done: self._retried(txn_id, done)
        )

    def withdraw(self, txn_id: str) -> None:
        """On the disk thread: a slip that is not under way yet waits until somebody asks anew, by `reprint`."""
        self._prints().withdraw(txn_id)
        self._no_longer_live(txn_id)

    def discard(self) -> None:
        """What the printer still holds of a slip that did not end is thrown away, as soon as it can be reached and before
        anything else is printed. A slip under way is left to end first."""
        self._to_discard.set()
        self.wake()

    def ask(self, work: Callable[[SlipPrinter], Result], limit_s: float | None = None) -> Future[Result]:
        """Runs `work(driver)` on the printer's thread, between two slips; nothing of it goes through the disk, so a power
        cut leaves no trace of it. The Future raises DeviceError. Wait for it with a time-out: while the printer is stuck
        it is not answered. `limit_s` is when the watch calls the work wedged."""
        asked = _Asked(work, limit_s or self._wedged_s)
        self._asked.put(asked)
        self.wake()
        return asked.future

    def _retried(self, txn_id: str, done: Future[Any]) -> None:
        error = done.exception()
        if error is not None:
            log.error("%s: could not queue a copy: %s", self.slot, type(error).__name__)
            self._no_longer_live(txn_id)
        self.wake()

    # --- the thread -----------------------------------------------------------------------------------------------

    def _print_all(self, duty: Duty[SlipPrinter]) -> None:
        self._record_interrupted()
        while not duty.over:
            if not self._turn(duty):
                duty.pause(self._look_s)

    def _turn(self, duty: Duty[SlipPrinter]) -> bool:
        """One look at the printer and the queue; False when there is nothing more to do for now."""
        try:
            self._answer_all(duty)
            ready = self._look(duty)
            return self._nothing_to_discard(duty) and ready and self._print_next(duty)
        except Exception as error:  # noqa: BLE001 - one slip that trips over a mistake of ours must not end all printing
            # Without its message, which might quote what is on the slip.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s: %s\n%s", self.slot, type(error).__name__, where)
            duty.say(DeviceStatus(Health.DOWN, DeviceError.code))
            return False

    def _record_interrupted(self) -> None:
        def settle() -> None:
            queue = self._prints()
            for job in queue.interrupted():
                queue.finished(job.txn_id, PrintOutcome(PrintState.UNKNOWN, self._interrupted_by))

        self._on_disk(settle)

    def _answer_all(self, duty: Duty[SlipPrinter]) -> None:
        while not duty.over and not self._asked.empty():
            asked = self._asked.get()
            if asked.future.set_running_or_notify_cancel():
                self._answer(duty, asked)

    def _answer(self, duty: Duty[SlipPrinter], asked: _Asked) -> None:
        try:
            result = duty.call(lambda: asked.work(duty.driver), asked.limit_s)
        except DeviceError as error:
            asked.future.set_exception(error)
        else:
            asked.future.set_result(result)

    def _look(self, duty: Duty[SlipPrinter]) -> bool:
        """Whether the printer can print now. Its health is said when it has changed."""
        status = duty.call(duty.driver.probe, self._wedged_s)
        duty.say(status)
        return status.health in (Health.OK, Health.DEGRADED)

    def _nothing_to_discard(self, duty: Duty[SlipPrinter]) -> bool:
        """False while a rest that must go could not be thrown away: it is tried again at the next look."""
        if self._to_discard.is_set():
            if self._holds_a_rest:
                try:
                    duty.call(duty.driver.clear_buffer, self._wedged_s)
                except DeviceError as error:
                    log.info("%s: a rest is still held: %s", self.slot, error.reason)
                    return False
                self._holds_a_rest = False
            self._to_discard.clear()
        return True

    def _print_next(self, duty: Duty[SlipPrinter]) -> bool:
        """Prints the oldest slip there is; False when there is none, or the disk or printer cannot go on."""
        job = self._on_disk(lambda: self._prints().next_print())
        if job is None:
            return False
        if self._too_late(job.txn_id):
            return self._finish(duty, job, PrintOutcome(PrintState.FAILED, TOO_LATE, lines=0))
        try:
            slip = copy_of(job.slip, job.copy)
        except SlipDamaged as error:
            log.error("%s: a stored slip cannot be read: %s", self.slot, error)
            return self._finish(duty, job, PrintOutcome(PrintState.FAILED, error.reason, lines=0))
        return self._print(duty, job, slip)

    def _print(self, duty: Duty[SlipPrinter], job: PrintJob, slip: Slip) -> bool:
        if not self._on_disk(lambda: self._prints().claim(job.txn_id)):
            return False

        def advanced(lines: int, of_lines: int) -> None:
            duty.publish(PrintAdvanced(job.txn_id, job.copy, lines, of_lines))

        try:
            self._holds_a_rest = True
            outcome = duty.call(lambda: duty.driver.print(slip, job.txn_id, advanced), self._wedged_s)
        except DeviceError as error:
            # Not a byte has left: the slip keeps its place in the queue.
            duty.say(DeviceStatus(Health.DOWN, error.reason))
            self._done_on_disk(lambda: self._prints().finished(job.txn_id, PrintOutcome(PrintState.QUEUED)))
            return False
        self._holds_a_rest = outcome.state not in (PrintState.PRINTED, PrintState.PROBABLY)
        return self._finish(duty, job, outcome)

    def _finish(self, duty: Duty[SlipPrinter], job: PrintJob, outcome: PrintOutcome) -> bool:
        if duty.given_up:
            return False  # its slip is `unknown` by now, or is being printed again
        recorded = self._done_on_disk(lambda: self._prints().finished(job.txn_id, outcome))
        self._no_longer_live(job.txn_id)
        if recorded:
            duty.publish(PrintFinished(job.txn_id, job.copy, outcome))
        return recorded

    def _too_late(self, txn_id: str) -> bool:
        with self._live_lock:
            waiting_since = self._live.setdefault(txn_id, time.monotonic())
        return time.monotonic() - waiting_since > self._fresh_s

    def _no_longer_live(self, txn_id: str) -> None:
        with self._live_lock:
            self._live.pop(txn_id, None)

    # --- waiting --------------------------------------------------------------------------------------------------

    def _on_disk(self, work: Callable[[], Result]) -> Result | None:
        """What `work` gives on the disk thread; None when the disk does not do it in time."""
        try:
            result: Result = self._submit(work).result(timeout=DISK_S)
        except (StorageError, TimeoutError) as error:
            log.warning("%s: the disk: %s", self.slot, getattr(error, "code", "disk.slow"))
            return None
        return result

    def _done_on_disk(self, work: Callable[[], None]) -> bool:
        def done() -> bool:
            work()
            return True

        return self._on_disk(done) is True

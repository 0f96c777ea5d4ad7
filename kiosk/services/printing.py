"""The printer's own thread: takes slips from the disk's queue one by one, and records what became of each.

The disk knows `sending` before the first byte leaves, and the outcome before anybody is told. So after a power cut a
slip that is still `queued` never reached the paper, and one that was `sending` becomes `unknown`. Both are offered to
somebody; nothing of an earlier run prints by itself, and a slip that failed or is unknown is never printed again unless
a person asks: then it is the same job, its next copy, and says 补打.

While the printer is out of paper or gone the queue waits; it is looked for every two seconds. When it is back, slips
go on that were queued within the last ten minutes, because their diners still sit there. Older ones are not spat out
to nobody: they become `failed` with `printer.too_late` and no line on paper, which staff see in their list.

One slip can hold the next one up for as long as the driver's own deadline. A driver call that overruns even that is
reported as wedged by `watch`, from another thread.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from drivers.base import DeviceError, DeviceStatus, Health, PrintOutcome, PrintState, SlipPrinter
from drivers.printers.slip import Slip, SlipDamaged
from kiosk.services.devices import DeviceHealthChanged
from kiosk.services.slips import copy_of
from offline_cache.db import StorageError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

LOOK_S = 2.0
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

    def sending(self, txn_id: str) -> None: ...

    def finished(self, txn_id: str, outcome: PrintOutcome) -> None: ...

    def unfinished(self) -> list[Any]: ...

    def retry(self, txn_id: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class PrintFinished:
    """On the disk: how a slip's print ended."""

    txn_id: str
    copy: int
    outcome: PrintOutcome


class PrinterThread:
    """Owns one slip printer. `prints()` gives the queue and is called on the disk thread through `submit`; `publish`
    hears DeviceHealthChanged and PrintFinished. `queued` must be called for each slip that was committed."""

    def __init__(
        self,
        slot: str,
        printer: SlipPrinter,
        prints: Callable[[], PrintQueue],
        submit: Callable[[Callable[[], Any]], Future[Any]],
        publish: Callable[[object], None],
        *,
        fresh_s: float = FRESH_S,
        look_s: float = LOOK_S,
        wedged_s: float = WEDGED_S,
    ) -> None:
        self._slot = slot
        self._printer = printer
        self._prints = prints
        self._submit = submit
        self._publish = publish
        self._fresh_s = fresh_s
        self._look_s = look_s
        self._wedged_s = wedged_s
        self._stopping = threading.Event()
        self._work = threading.Event()
        self._lock = threading.Lock()
        self._live: dict[str, float] = {}
        self._called_at: float | None = None
        self._status: DeviceStatus | None = None
        self._thread = threading.Thread(target=self._run, name=f"device:{slot}", daemon=True)

    # --- from any thread ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the thread. What an earlier run left in `sending` is recorded as unknown first."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Ends the thread and closes the printer, within `timeout_s`; a slip under way then stays `sending`."""
        self._stopping.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def queued(self, txn_id: str) -> None:
        """A slip was committed: it may print now."""
        with self._lock:
            self._live.setdefault(txn_id, time.monotonic())
        self._work.set()

    def reprint(self, txn_id: str) -> None:
        """Print again. A slip that is waiting or under way is not queued a second time: the wish joins it."""
        with self._lock:
            if txn_id in self._live:
                return
            self._live[txn_id] = time.monotonic()
        self._submit(lambda: self._prints().retry(txn_id)).add_done_callback(
            lambda done: self._retried(txn_id, done)
        )

    def watch(self) -> None:
        """Called each second from another thread: a driver call that overran its deadline is said to be wedged."""
        called_at = self._called_at
        if called_at is not None and time.monotonic() - called_at > self._wedged_s:
            self._say(DeviceStatus(Health.WEDGED, "device.wedged"))

    def _retried(self, txn_id: str, done: Future[Any]) -> None:
        error = done.exception()
        if error is not None:
            log.error("%s: could not queue a copy: %s", self._slot, type(error).__name__)
            self._no_longer_live(txn_id)
        self._work.set()

    # --- the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._record_interrupted()
            while not self._stopping.is_set():
                self._work.clear()
                if not self._turn():
                    self._work.wait(self._look_s)
        finally:
            self._printer.close()

    def _turn(self) -> bool:
        """One look at the printer and the queue; False when there is nothing more to do for now."""
        try:
            return self._look() and self._print_next()
        except Exception as error:  # noqa: BLE001 - one slip that trips over a mistake of ours must not end all printing
            # Without its message, which might quote what is on the slip.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s: %s\n%s", self._slot, type(error).__name__, where)
            self._say(DeviceStatus(Health.DOWN, DeviceError.code))
            return False

    def _record_interrupted(self) -> None:
        def settle() -> None:
            queue = self._prints()
            for job in queue.unfinished():
                if job.state == PrintState.SENDING:
                    queue.finished(job.txn_id, PrintOutcome(PrintState.UNKNOWN, POWER_CUT))

        self._on_disk(settle)

    def _look(self) -> bool:
        """Whether the printer can print now. Its health is said when it has changed."""
        status = self._timed(self._printer.probe)
        self._say(status)
        return status.health in (Health.OK, Health.DEGRADED)

    def _print_next(self) -> bool:
        """Prints the oldest slip there is; False when there is none, or the disk or printer cannot go on."""
        job = self._on_disk(lambda: self._prints().next_print())
        if job is None:
            return False
        if self._too_late(job.txn_id):
            return self._finish(job, PrintOutcome(PrintState.FAILED, TOO_LATE, lines=0))
        try:
            slip = copy_of(job.slip, job.copy)
        except SlipDamaged as error:
            log.error("%s: a stored slip cannot be read: %s", self._slot, error)
            return self._finish(job, PrintOutcome(PrintState.FAILED, error.reason, lines=0))
        return self._print(job, slip)

    def _print(self, job: PrintJob, slip: Slip) -> bool:
        if not self._done_on_disk(lambda: self._prints().sending(job.txn_id)):
            return False
        try:
            outcome = self._timed(lambda: self._printer.print(slip, job.txn_id))
        except DeviceError as error:
            # Not a byte has left: the slip keeps its place in the queue.
            self._say(DeviceStatus(Health.DOWN, error.reason))
            self._done_on_disk(lambda: self._prints().finished(job.txn_id, PrintOutcome(PrintState.QUEUED)))
            return False
        return self._finish(job, outcome)

    def _finish(self, job: PrintJob, outcome: PrintOutcome) -> bool:
        recorded = self._done_on_disk(lambda: self._prints().finished(job.txn_id, outcome))
        self._no_longer_live(job.txn_id)
        if recorded:
            self._publish(PrintFinished(job.txn_id, job.copy, outcome))
        return recorded

    def _too_late(self, txn_id: str) -> bool:
        with self._lock:
            waiting_since = self._live.setdefault(txn_id, time.monotonic())
        return time.monotonic() - waiting_since > self._fresh_s

    def _no_longer_live(self, txn_id: str) -> None:
        with self._lock:
            self._live.pop(txn_id, None)

    # --- waiting --------------------------------------------------------------------------------------------------

    def _timed(self, call: Callable[[], Result]) -> Result:
        self._called_at = time.monotonic()
        try:
            return call()
        finally:
            self._called_at = None

    def _on_disk(self, work: Callable[[], Result]) -> Result | None:
        """What `work` gives on the disk thread; None when the disk does not do it in time."""
        try:
            result: Result = self._submit(work).result(timeout=DISK_S)
        except (StorageError, TimeoutError) as error:
            log.warning("%s: the disk: %s", self._slot, getattr(error, "code", "disk.slow"))
            return None
        return result

    def _done_on_disk(self, work: Callable[[], None]) -> bool:
        def done() -> bool:
            work()
            return True

        return self._on_disk(done) is True

    def _say(self, status: DeviceStatus) -> None:
        """Only a change is news."""
        known = self._status
        if known is None or (known.health, known.code) != (status.health, status.code):
            self._status = status
            self._publish(DeviceHealthChanged(self._slot, status))

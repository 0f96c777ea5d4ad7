"""Bringing rows to the hall and its changes here, for as long as it takes: push first, then pull.

The thread `hall` uses the network and hands every result to the disk thread; `hall:events` listens for the hall's
wake-up call on a connection of its own. Neither ever holds up a meal: the disk is asked through Futures with deadlines,
and the network is never used on the disk thread. At least once from here, exactly once at the hall: a row is sent until
it is answered, always as it was written.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from offline_cache.backoff import BASE_S, CAP_S, Backoff, Chance
from offline_cache.clock import ClockStep, TrustedClock
from offline_cache.db import StorageError
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient, HallError
from offline_cache.hall_events import EventListener
from offline_cache.outbox import Outbox, Settled
from offline_cache.reference import Reference
from offline_cache.wire import BATCH_ROWS, ClockSteppedBody, LogRow, Push, PushAnswer, ReferenceKind, RowKind

BULK_RETURN_JITTER_S = 120.0
POLL_S = 30.0
DISK_DEADLINE_S = 30.0
GATHER_S = 0.25
TIME_EVERY_S = 900.0

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HallReached:
    """The hall answered a whole round, or stopped answering. `code` says why not, "" while online: a HallError's code,
    or for hall.refused what the hall itself named (identity.expired)."""

    online: bool
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceChanged:
    kinds: frozenset[ReferenceKind]


@dataclass(frozen=True, slots=True)
class RowsSettled:
    """The hall answered a batch. `unsent` rows are left; `refused` are (seq, code) of this batch."""

    log_id: str
    accepted: int
    refused: tuple[tuple[int, str], ...]
    unsent: int


@dataclass(frozen=True, slots=True)
class LogMarked:
    """The hall has marked a log: fork, gap or rollback. `forked`: this terminal goes on in a new one."""

    log_id: str
    mark: str
    forked: bool


@dataclass(frozen=True, slots=True)
class DiskTroubled:
    """Sync could not use the disk: a StorageError code."""

    code: str


Event = HallReached | ReferenceChanged | RowsSettled | LogMarked | DiskTroubled


class Sync:
    """`start` runs it on its threads; `round` is one pass, for whoever drives it by hand.

    `publish` is called from these threads. `bulk_return_jitter_s`: after an outage, terminals with more than one batch
    come back spread over this time. `poll_s`: how long nothing is asked when nothing happens.
    """

    def __init__(
        self,
        hall_client: HallClient,
        disk: DiskThread,
        outbox: Outbox,
        reference: Reference,
        clock: TrustedClock,
        publish: Callable[[Event], None],
        *,
        bulk_return_jitter_s: float = BULK_RETURN_JITTER_S,
        poll_s: float = POLL_S,
        backoff_base_s: float = BASE_S,
        backoff_cap_s: float = CAP_S,
        chance: Chance | None = None,
    ) -> None:
        self._hall = hall_client
        self._disk = disk
        self._outbox = outbox
        self._reference = reference
        self._clock = clock
        self._publish = publish
        self._bulk_return_jitter_s = bulk_return_jitter_s
        self._poll_s = poll_s
        self._chance: Chance = chance or random.Random()
        self._backoff = Backoff(backoff_base_s, backoff_cap_s, self._chance)
        self._bell = threading.Condition()
        self._wanted = self._hall_is_back = self._stopping = False
        self._said: HallReached | None = None
        self._time_read: float | None = None
        self._marks: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="hall", daemon=True)
        listener_backoff = Backoff(backoff_base_s, backoff_cap_s, self._chance)
        self._listener = EventListener(
            hall_client.twin(), self._on_reached, self.wake, listener_backoff, self._chance
        )
        outbox.on_written = self.wake

    @property
    def online(self) -> bool:
        return self._said is not None and self._said.online

    def start(self) -> Sync:
        self._thread.start()
        self._listener.start()
        return self

    def wake(self) -> None:
        """There is something to send or to fetch. From any thread; returns at once."""
        with self._bell:
            self._wanted = True
            self._bell.notify_all()

    def stop(self, deadline_s: float = 5.0) -> bool:
        """False when a thread is still in a call after the deadline; it ends with that call."""
        ends = time.monotonic() + deadline_s
        with self._bell:
            self._stopping = True
            self._bell.notify_all()
        self._hall.hang_up()
        listening_ended = self._listener.stop(deadline_s)
        if self._thread.is_alive():
            self._thread.join(max(0.1, ends - time.monotonic()))
        return listening_ended and not self._thread.is_alive()

    # --- the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping:
            if self._attempt():
                self._rest(self._poll_s, until_wanted=True)
                # A row that was just written is being shown: sending it now would take the interpreter from that.
                self._rest(GATHER_S, until_wanted=False)
        self._hall.close()

    def _attempt(self) -> bool:
        """One round; after a failure, the wait as well. False: try again at once."""
        with self._bell:
            self._wanted = False
        try:
            self.round()
        except HallError as error:
            self._failed(error)
            return False
        except StorageError as error:
            self._publish(DiskTroubled(error.code))
        except Exception:  # noqa: BLE001 - the end of this thread would end all sending without a word
            _log.exception("sync failed")
            self._rest(self._backoff.failed(), until_wanted=False)
            return False
        return True

    def _failed(self, error: HallError) -> None:
        _log.info("the hall: %s", error)
        self._reached(False, error.reason or error.code)
        if error.code == "hall.refused":
            # It answered, and said no to all of it. Asking faster changes nothing; the rows stay.
            self._rest(max(self._backoff.cap_s, error.retry_after_s or 0.0), until_wanted=False)
        else:
            self._rest(self._backoff.failed(error.retry_after_s), until_wanted=False)

    def _rest(self, seconds: float, *, until_wanted: bool) -> None:
        """Waits. A meal or the hall's call ends the wait between rounds; during an outage only the sign that the
        hall is back does."""
        with self._bell:
            self._bell.wait_for(
                lambda: self._stopping or self._hall_is_back or (until_wanted and self._wanted), seconds
            )
            self._hall_is_back = False

    def _on_reached(self) -> None:
        with self._bell:
            self._hall_is_back = True
            self._bell.notify_all()

    # --- one round ----------------------------------------------------------------------------------------------

    def round(self) -> None:
        """Time, push, pull: once through. Raises HallError and StorageError."""
        self._read_time()
        self._push_all()
        self._pull_all()
        self._backoff.succeeded()
        self._reached(True)

    def _read_time(self) -> None:
        fresh = self._time_read is not None and time.monotonic() - self._time_read < TIME_EVERY_S
        if self.online and fresh:
            return
        answer = self._hall.time()
        step = self._clock.synced(answer.hall_time_ms, answer.round_trip_ms)
        self._time_read = time.monotonic()
        if step is not None:
            self._on_disk(lambda: self._record_step(step))
        if self._is_cut_off() and self._on_disk(self._outbox.status).unsent > BATCH_ROWS:
            self._rest(self._chance.uniform(0.0, self._bulk_return_jitter_s), until_wanted=False)

    def _record_step(self, step: ClockStep) -> None:
        body = ClockSteppedBody(
            boot_id=step.boot_id,
            monotonic_ms=step.monotonic_ms,
            stamped_ms=step.stamped_ms,
            hall_time_ms=step.hall_time_ms,
            offset_ms=step.offset_ms,
        )
        self._outbox.append(RowKind.CLOCK_STEPPED, body, self._clock.stamp())

    def _push_all(self) -> None:
        while not self._stopping:
            rows = self._on_disk(self._outbox.rows_to_send)
            if not rows:
                return
            self._push(rows)

    def _push(self, rows: list[LogRow]) -> None:
        log_id = rows[0].log_id
        answer = self._hall.push(Push(log_id=log_id, rows=rows))
        settled, unsent = self._on_disk(lambda: self._settle(answer, log_id))
        self._publish(RowsSettled(log_id, settled.accepted, settled.refused, unsent))
        if settled.forked or self._marks.get(log_id, "") != settled.log_marked:
            self._publish(LogMarked(log_id, settled.log_marked, settled.forked))
        self._marks[log_id] = settled.log_marked

    def _settle(self, answer: PushAnswer, log_id: str) -> tuple[Settled, int]:
        settled = self._outbox.settle(answer, log_id, self._clock.stamp())
        return settled, self._outbox.status().unsent

    def _pull_all(self) -> None:
        while not self._stopping and self._on_disk(self._has_room):
            changes = self._hall.pull(self._on_disk(self._reference.cursor))
            kinds = self._on_disk(lambda changes=changes: self._reference.apply(changes))  # type: ignore[misc]
            if kinds:
                self._publish(ReferenceChanged(kinds))
            if not changes.more:
                return

    def _has_room(self) -> bool:
        """On a full disk the last room is for meals, not for news."""
        return "disk.full" not in self._outbox.notices or self._outbox.restore_ballast()

    def _is_cut_off(self) -> bool:
        return self._said is not None and not self._said.online

    def _reached(self, online: bool, code: str = "") -> None:
        said = HallReached(online, code)
        if said != self._said:
            self._said = said
            self._publish(said)

    def _on_disk(self, work: Callable[[], Result]) -> Result:
        return self._disk.call(work, deadline_s=DISK_DEADLINE_S)

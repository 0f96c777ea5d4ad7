"""The thread that alone touches the terminal's database: meals first, sync work in small pieces behind them.

It never uses the network. Whoever needs the disk hands it a function and gets a Future; whoever waits for that
Future waits with a deadline.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from offline_cache.db import StorageError

Result = TypeVar("Result")

_URGENT, _LATER, _LAST = 0, 1, 2


class DiskThread:
    """Runs functions one after another on the thread `disk`: urgent ones first, each kind in the order it came."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._run, name="disk", daemon=True)
        self._lock = threading.Lock()
        self._closed = False
        self._busy_since: float | None = None

    def start(self) -> DiskThread:
        self._thread.start()
        return self

    def submit(self, work: Callable[[], Result], *, urgent: bool = False) -> Future[Result]:
        """Runs `work` on the disk thread. `urgent` is for what somebody stands and waits for.

        An error of `work` comes out of the Future. Raises StorageError disk.closed after `stop`.
        """
        future: Future[Result] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the Future
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._lock:
            if self._closed:
                raise StorageError("the disk thread has stopped", "disk.closed")
            self._jobs.put((_URGENT if urgent else _LATER, next(self._order), job))
        return future

    def call(self, work: Callable[[], Result], *, urgent: bool = False, deadline_s: float = 30.0) -> Result:
        """`submit` and wait. Raises StorageError disk.slow after `deadline_s`, and whatever `work` raises."""
        if self.is_current():
            return work()
        future = self.submit(work, urgent=urgent)
        try:
            return future.result(timeout=deadline_s)
        except TimeoutError as error:
            if future.done():
                raise  # the work itself raised it
            future.cancel()
            raise StorageError(f"the disk did not answer within {deadline_s} s", "disk.slow") from error

    def is_current(self) -> bool:
        return threading.current_thread() is self._thread

    def busy_for_s(self) -> float:
        """How long the running function has been running: for the terminal's health; 0.0 when idle."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def stop(self, deadline_s: float = 10.0) -> bool:
        """Finishes what was handed in, then ends the thread. False when the deadline passed first."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._jobs.put((_LAST, next(self._order), None))
        if self._thread.is_alive():
            self._thread.join(deadline_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            self._busy_since = time.monotonic()
            job()
            self._busy_since = None

    def _next(self) -> Callable[[], Any] | None:
        return self._jobs.get()[2]

"""The resident's line to the hall: what she waits for is asked on a thread and a connection of its own.

Nobody waits behind a call that was given up: while one is under way, the next wish gets a fresh thread, and the old one
ends by its own deadline, told to nobody.
"""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from collections.abc import Callable

from offline_cache.hall_client import HallClient
from offline_cache.resident_calls import ResidentCalls

log = logging.getLogger(__name__)

Wish = Callable[[ResidentCalls], None]

THREAD = "hall:residents"
STOP_S = 1.0


class ResidentLine:
    """`ask` and `stop` from any thread. A wish handles HallError itself, and publishes its own answer."""

    def __init__(self, client: HallClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._caller: _Caller | None = None
        self._stopped = False

    def ask(self, wish: Wish) -> None:
        """Returns at once."""
        with self._lock:
            if self._stopped:
                return
            if self._caller is None or self._caller.is_busy:
                self._retire()
                self._caller = _Caller(self._client.twin())
            self._caller.put(wish)

    def hang_up(self) -> None:
        """The session is over: nobody waits for what is under way."""
        with self._lock:
            if self._caller is not None and self._caller.is_busy:
                self._retire()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            caller = self._caller
            self._retire()
        if caller is not None:
            caller.join(STOP_S)

    def _retire(self) -> None:
        if self._caller is not None:
            self._caller.retire()
        self._caller = None


class _Caller:
    """One thread with one connection."""

    def __init__(self, client: HallClient) -> None:
        self._client = client
        self._wishes: queue.SimpleQueue[Wish | None] = queue.SimpleQueue()
        self._waiting = 0
        self._count = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        return self._waiting > 0

    def put(self, wish: Wish) -> None:
        with self._count:
            self._waiting += 1
        self._wishes.put(wish)

    def retire(self) -> None:
        """Ends after the call under way, which is cut short where its answer is being read already."""
        self._wishes.put(None)
        self._client.hang_up()

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    def _run(self) -> None:
        calls = ResidentCalls(self._client)
        while (wish := self._wishes.get()) is not None:
            try:
                wish(calls)
            except Exception as error:  # noqa: BLE001 - a mistake of ours is logged, without what it may quote of a person
                log.critical(
                    "%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
                )
            finally:
                del wish  # it holds on to a session, and the next one may be long in coming
                with self._count:
                    self._waiting -= 1
        self._client.close()

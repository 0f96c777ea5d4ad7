"""Listening for the hall's wake-up call, on a thread and a connection of its own."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

from offline_cache.backoff import Backoff, Chance
from offline_cache.hall_client import HallClient, HallError

RECONNECT_S = 1.0

_log = logging.getLogger(__name__)


class EventListener:
    """The thread `hall:events`. `reached` is called when the hall has answered, `changed` when it has news."""

    def __init__(
        self,
        hall_client: HallClient,
        reached: Callable[[], None],
        changed: Callable[[], None],
        backoff: Backoff,
        chance: Chance | None = None,
    ) -> None:
        self._hall = hall_client
        self._reached = reached
        self._changed = changed
        self._backoff = backoff
        self._chance: Chance = chance or random.Random()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hall:events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, deadline_s: float) -> bool:
        self._stopping.set()
        self._hall.hang_up()
        if self._thread.is_alive():
            self._thread.join(deadline_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait_s = self._listen()
            self._stopping.wait(wait_s)

    def _listen(self) -> float:
        """One connection, to its end. Returns how long to wait before the next."""
        try:
            for name in self._hall.events():
                if self._backoff.failures:
                    self._backoff.succeeded()
                    self._reached()
                if name:
                    self._changed()
                if self._stopping.is_set():
                    break
        except HallError as error:
            return self._backoff.failed(error.retry_after_s)
        except Exception:  # noqa: BLE001 - the end of this thread would end listening without a word
            _log.exception("listening for the hall's events failed")
            return self._backoff.failed()
        # The hall ends a stream with its token: come back soon, yet not all terminals at once.
        return self._chance.uniform(0.0, RECONNECT_S)

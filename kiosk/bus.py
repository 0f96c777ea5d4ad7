"""The only way across threads: publish from any, drain on the main one."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

log = logging.getLogger(__name__)
E = TypeVar("E")


class Bus:
    """A queue of events with one wake.

    `publish` may be called from any thread. `drain` runs the handlers on the thread that calls it (the main one), in
    the order of publishing. `wake` is called after each publish: a face sets it to its own loop's trigger; without a
    face, `wait` blocks until something was published.
    """

    def __init__(self) -> None:
        self._queue: deque[object] = deque()
        self._arrived = threading.Event()
        self._handlers: list[tuple[type, Callable[[Any], None]]] = []
        self.wake: Callable[[], object] = lambda: None

    def publish(self, event: object) -> None:
        """Hand an event over. Never blocks."""
        self._queue.append(event)
        self._arrived.set()
        self.wake()

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> Callable[[], None]:
        """Call `handler` for each event of `kind` (or a subclass). Returns what ends the subscription."""
        entry = (kind, handler)
        self._handlers.append(entry)
        return lambda: self._handlers.remove(entry)

    def drain(self, *_: object) -> int:
        """Handle what has been published so far; what handlers publish meanwhile waits for the next drain, so that
        drawing gets its turn. Returns how many events were handled."""
        self._arrived.clear()
        waiting = len(self._queue)
        for _turn in range(waiting):
            self._deliver(self._queue.popleft())
        return waiting

    def give_up(self) -> list[object]:
        """At the end: what nobody will handle any more, oldest first, for what must not be left lying about."""
        left = []
        while self._queue:
            left.append(self._queue.popleft())
        return left

    def wait(self, timeout_s: float) -> bool:
        """Block until something is published or `timeout_s` has passed; True if something was."""
        return bool(self._queue) or self._arrived.wait(timeout_s)

    def _deliver(self, event: object) -> None:
        for kind, handler in tuple(self._handlers):
            if isinstance(event, kind):
                handler(event)

"""Waking listeners when something was published, from any thread."""

from __future__ import annotations

import asyncio
import threading


class Wake:
    """`ring` from any thread; `Listener.wait` on its own event loop. `close` ends every wait for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self.closed = False

    def ring(self) -> None:
        with self._lock:
            for listener in self._listeners:
                listener.ring()

    def close(self) -> None:
        self.closed = True
        self.ring()

    def listen(self) -> Listener:
        """Call on the event loop that will wait."""
        listener = Listener(self, asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)


class Listener:
    def __init__(self, wake: Wake, loop: asyncio.AbstractEventLoop) -> None:
        self._wake = wake
        self._loop = loop
        self._rung = asyncio.Event()

    def ring(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, timeout_s: float) -> bool:
        """True when rung, False at the time-out. Rings between two waits are kept."""
        try:
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    def close(self) -> None:
        self._wake.forget(self)

"""人工帮助 beyond this box: tells the hall that somebody waits here. The page and the voice do not wait for it."""

from __future__ import annotations

import logging
import queue
import threading

from offline_cache.hall_client import HallClient, HallError

log = logging.getLogger(__name__)


class HelpLine:
    """Calls on a thread and a connection of its own. Only the newest wish counts; a hall that cannot be reached is
    not rung again later, when nobody waits any more."""

    def __init__(self, client: HallClient) -> None:
        self._client = client
        self._wishes: queue.SimpleQueue[bool | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hall:help", daemon=True)
        self._thread.start()

    def call(self, on: bool) -> None:
        """Ring, or end the ringing. Returns at once."""
        self._wishes.put(on)

    def stop(self, timeout_s: float = 1.0) -> None:
        self._wishes.put(None)
        self._thread.join(timeout_s)
        self._client.close()

    def _run(self) -> None:
        while (wish := self._newest()) is not None:
            try:
                self._client.help_call(wish)
            except HallError as error:
                log.warning("the hall did not hear the call for help: %s", error.code)

    def _newest(self) -> bool | None:
        wish = self._wishes.get()
        while not self._wishes.empty():
            wish = self._wishes.get()
        return wish

"""One thread a device: it opens its driver, listens, and opens it again when it has gone.

What a device says goes to the bus as an event; a card's number ends here, everything behind knows its reference only.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.base import CardId, CardReader, CardSeen, CardUnreadable, DeviceError, DeviceStatus, Health
from kiosk.events import CardTapped, CardTorn

log = logging.getLogger(__name__)

REOPEN_S = 1.0  # seen again within 3 s of re-plug, with room for a slow open
READ_S = 0.5
WEDGED_S = 5.0  # a read that should take 0.5 s and has not come back


@dataclass(frozen=True, slots=True)
class DeviceHealthChanged:
    """A device's health as its own thread, or the watch over it, sees it."""

    slot: str
    status: DeviceStatus


def card_reference(card_key: bytes, card: CardId) -> str:
    """The keyed digest by which a card is known on disk and at the hall: hex HMAC-SHA256 of "family:uid hex"."""
    return hmac.new(card_key, f"{card.family}:{card.reveal().hex()}".encode(), hashlib.sha256).hexdigest()


class ReaderThread:
    """Owns one card reader. `is_known` vouches for a card after one frame; it must not block."""

    def __init__(
        self,
        slot: str,
        reader: CardReader,
        reference_of: Callable[[CardId], str],
        publish: Callable[[object], None],
    ) -> None:
        self._slot = slot
        self._reader = reader
        self._reference_of = reference_of
        self._publish = publish
        self._stopping = threading.Event()
        self._status: DeviceStatus | None = None
        self._last_alive = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=f"device:{slot}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Close the device and end the thread, within `timeout_s`."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def watch(self) -> None:
        """Called each second from another thread: a call that overran its time is said to be wedged."""
        silent_s = time.monotonic() - self._last_alive
        if silent_s > WEDGED_S and self._thread.is_alive():
            self._say(DeviceStatus(Health.WEDGED, "device.wedged", {"silent_s": str(int(silent_s))}))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve()
            except DeviceError as error:
                self._say(DeviceStatus(Health.DOWN, error.reason))
            finally:
                self._reader.close()
            self._last_alive = time.monotonic()
            self._stopping.wait(REOPEN_S)

    def _serve(self) -> None:
        self._reader.open()
        self._say(DeviceStatus(Health.OK))
        while not self._stopping.is_set():
            reading = self._reader.read(READ_S)
            self._last_alive = time.monotonic()
            self._say(DeviceStatus(Health.OK))
            if isinstance(reading, CardSeen):
                self._publish(CardTapped(self._reference_of(reading.card), reading.stamp_ns))
            elif isinstance(reading, CardUnreadable):
                self._publish(CardTorn(reading.code))

    def _say(self, status: DeviceStatus) -> None:
        """Only a change is news."""
        if status.health != getattr(self._status, "health", None) or status.code != getattr(
            self._status, "code", ""
        ):
            self._status = status
            log.info("%s: %s %s", self._slot, status.health.value, status.code)
            self._publish(DeviceHealthChanged(self._slot, status))

"""Opening a door from another thread than its relay's."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from drivers.base import PulseOutcome
from kiosk.services.devices import DeviceThread

# Beside the pulse itself: three tries, a look at the relay after each, and off at the end.
ANSWER_S = 6.0


def open_door(relay: DeviceThread[Any], channel: int, duration_ms: int) -> Future[PulseOutcome]:
    """Holds a door open for `duration_ms`. The Future raises DeviceError; wait for it with a time-out. A relay that this
    terminal has to time answers when the door is shut again, one with its own timer at once."""
    return relay.ask(lambda driver: driver.pulse(channel, duration_ms), duration_ms / 1000 + ANSWER_S)

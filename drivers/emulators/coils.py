"""When the relays of an emulated board were on: what proves that a door was never open longer than asked."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A relay was switched. `at_ns` is time.monotonic_ns()."""

    channel: int
    on: bool
    at_ns: int


class Coils:
    """The relays of one board, all off at first, and every change of them. Safe for threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._on: set[int] = set()
        self._changes: list[Change] = []

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change so far; switching off what is off is none."""
        with self._changed:
            return tuple(self._changes)

    @property
    def on(self) -> frozenset[int]:
        """The channels that are on."""
        with self._changed:
            return frozenset(self._on)

    def switch(self, channel: int, on: bool) -> None:
        """Switches a channel."""
        with self._changed:
            if on != (channel in self._on):
                (self._on.add if on else self._on.discard)(channel)
                self._changes.append(Change(channel, on, time.monotonic_ns()))
                self._changed.notify_all()

    def all_off(self) -> None:
        """The board has lost its power."""
        for channel in self.on:
            self.switch(channel, False)

    def wait(self, channel: int, on: bool, timeout_s: float) -> bool:
        """Waits until a channel is on or off; False when it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: (channel in self._on) is on, timeout_s)

    def openings_ms(self, channel: int) -> list[float]:
        """How long it was on each time, in milliseconds; a time that has not ended counts up to now."""
        lengths, since_ns = [], None
        for change in (*self.changes, Change(channel, False, time.monotonic_ns())):
            if change.channel == channel and change.on:
                since_ns = change.at_ns
            elif change.channel == channel and since_ns is not None:
                lengths.append((change.at_ns - since_ns) / 1e6)
                since_ns = None
        return lengths

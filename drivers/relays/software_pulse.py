"""A pulse timed by this process, for relays that can only be switched on and off.

Off is sent when the relay is opened (the process before may have been killed in a pulse), after each pulse whatever
happens in it, when it is closed, and when the interpreter exits with it open. What nothing here can help: a process that
is killed in a pulse leaves the door open until the next one starts, which is why a configuration has to say
`accept_software_pulse = true`.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Mapping
from typing import Protocol

from drivers.base import DeviceError, DeviceGone, DeviceStatus, Health, PulseOutcome
from drivers.kinds import Option
from drivers.relays.limits import check_pulse

INTERRUPTED = "relay.interrupted"
# Nothing confirms that off was understood, so it is said three times.
OFF_TIMES = 3

CONSENT = Option(
    bool,
    False,
    choices=(True,),
    code="relay.software_pulse",
    reason="accept_software_pulse = true, which says that this door may stay open when the terminal dies in a pulse; "
    "a board that times the pulse itself (relay_modbus_serial) needs no such consent",
)


class Board(Protocol):
    """Relays that can be switched. Every call raises DeviceError, but for `close`, which never raises."""

    @property
    def name(self) -> str:
        """Where it is, for people."""
        ...

    def open(self) -> None: ...

    def close(self) -> None: ...

    def switch(self, channel: int, on: bool) -> None:
        """Switches a channel (from 1)."""
        ...

    def check(self) -> None:
        """Whether it is still there, as far as that can be known."""
        ...


class SoftwareTimedRelay:
    """The driver of any such board. `close` may be called from any thread, and ends a running pulse."""

    def __init__(self, kind: str, board: Board, channels: int) -> None:
        self.kind = kind
        self._board = board
        self._channels = channels
        self._lock = threading.Lock()  # around every word to the board
        self._ending = threading.Event()
        self._is_open = False
        self._counts = {"opened": 0, "pulses": 0}

    def open(self) -> None:
        """Takes the board and switches every relay off. Raises DeviceError."""
        self.close()
        self._ending.clear()
        self._board.open()
        self._is_open = True
        atexit.register(self.close)
        try:
            with self._lock:
                self._all_off()
        except DeviceError:
            self.close()
            raise
        self._counts["opened"] += 1

    def close(self) -> None:
        """Switches every relay off and lets the board go. Never raises."""
        self._ending.set()
        atexit.unregister(self.close)
        with self._lock:
            if self._is_open:
                with contextlib.suppress(DeviceError):
                    self._all_off()
            self._is_open = False
            self._board.close()

    def pulse(self, channel: int, duration_ms: int) -> PulseOutcome:
        """Switches a relay (from 1) on, and off again after `duration_ms`; returns then. Raises DeviceError;
        relay.interrupted when it was closed meanwhile."""
        check_pulse(channel, self._channels, duration_ms)
        deadline = time.monotonic() + duration_ms / 1000
        try:
            self._switch(channel, True)
            interrupted = self._ending.wait(max(0.0, deadline - time.monotonic()))
        finally:
            self._switch_off(channel)
        if interrupted:
            raise DeviceError(f"{self._board.name}: closed in a pulse", code=INTERRUPTED)
        self._counts["pulses"] += 1
        return PulseOutcome.SENT

    def probe(self) -> DeviceStatus:
        """Whether the board is there and ours: it cannot be asked for more. Opening it switches the relays off."""
        was_open = self._is_open
        try:
            if not was_open:
                self.open()
            with self._lock:
                self._board.check()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason, self.diagnostics())
        finally:
            if not was_open:
                self.close()
        return DeviceStatus(Health.OK, details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Where it is, who times a pulse, and counters since the start."""
        said = {"kind": self.kind, "port": self._board.name, "pulse": "timed by this terminal"}
        return said | {name: str(count) for name, count in self._counts.items()}

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: nothing on this line is private."""
        return stream

    def _switch(self, channel: int, on: bool) -> None:
        with self._lock:
            if not self._is_open:
                raise DeviceGone(f"{self._board.name}: not open")
            self._board.switch(channel, on)

    def _switch_off(self, channel: int) -> None:
        with self._lock:
            if self._is_open:  # else `close` has done it
                self._off(channel)

    def _all_off(self) -> None:
        for channel in range(1, self._channels + 1):
            self._off(channel)

    def _off(self, channel: int) -> None:
        for _ in range(OFF_TIMES):
            self._board.switch(channel, False)

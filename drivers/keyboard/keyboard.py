"""A device that types: opened, listened to and asked how it is. What the lines mean is for the driver that owns it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from drivers.base import DeviceError, DeviceStatus, Health, ProtocolError
from drivers.keyboard.input_events import EVENT, EventParser, NotInputEvents
from drivers.keyboard.typed import GAP_NS, Torn, TypedLine, Typist
from drivers.transport import Transport

READ_BYTES = EVENT.size * 64
STALE_NS = 5_000_000_000


class Keyboard:
    """One device. `monotonic_ns` must be the clock of the events' stamps, or lag behind it."""

    def __init__(self, transport: Transport, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._transport = transport
        self._monotonic_ns = monotonic_ns
        self._events = EventParser()
        self._typist = Typist()
        self._is_open = False
        self._last_byte_ns: int | None = None
        self._found: deque[TypedLine | Torn] = deque()
        self._counts = {"lines": 0, "torn": 0, "stale": 0}

    def open(self) -> None:
        """Takes the device. Raises DeviceError."""
        self.close()
        self._transport.open()
        self._events = EventParser()
        self._typist = Typist()
        self._found.clear()
        self._is_open = True

    def close(self) -> None:
        """Lets it go. Never raises."""
        self._is_open = False
        self._transport.close()

    def next_line(self, deadline_ns: int) -> TypedLine | Torn | None:
        """The next line, or the piece of one, with the stamp of when it was read; None at the deadline. Raises
        DeviceError: DeviceGone when unplugged, ProtocolError when it is no input device."""
        while not self._found:
            if self._listen(deadline_ns) >= deadline_ns:
                break
        return self._found.popleft() if self._found else None

    def probe(self) -> DeviceStatus:
        """Whether it is there and ours. It cannot be asked, so this is all that can be known at once."""
        was_open = self._is_open
        try:
            if was_open:
                self._listen(self._monotonic_ns())
            else:
                self._transport.open()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason)
        finally:
            if not was_open:
                self._transport.close()
        return DeviceStatus(Health.OK)

    def diagnostics(self) -> Mapping[str, str]:
        """Path, counters since the start, and ms since an event came last. Nothing of what was typed."""
        heard = "never"
        if self._last_byte_ns is not None:
            heard = str((self._monotonic_ns() - self._last_byte_ns) // 1_000_000)
        counts = {name: str(count) for name, count in self._counts.items()}
        return {"path": self._transport.name, "heard_ms_ago": heard} | counts

    def _listen(self, deadline_ns: int) -> int:
        """Waits for events until the deadline, or until silence tears a line. Returns when that was."""
        due_ns = deadline_ns
        if self._typist.pending and self._last_byte_ns is not None:
            due_ns = min(due_ns, self._last_byte_ns + GAP_NS)
        data = self._transport.read(READ_BYTES, max(0, due_ns - self._monotonic_ns()) / 1e9)
        now_ns = self._monotonic_ns()
        if data:
            self._last_byte_ns = now_ns
            self._take(data, now_ns)
        elif self._last_byte_ns is not None and now_ns - self._last_byte_ns >= GAP_NS:
            self._keep(self._typist.abandon(), now_ns)
        return now_ns

    def _take(self, data: bytes, now_ns: int) -> None:
        try:
            self._keep(self._typist.feed(self._events.feed(data)), now_ns)
        except NotInputEvents as error:
            self._typist = Typist()
            raise ProtocolError(f"{self._transport.name}: {error}") from error

    def _keep(self, found: Iterable[TypedLine | Torn], now_ns: int) -> None:
        for item in found:
            if isinstance(item, Torn):
                self._counts["torn"] += 1
                self._found.append(item)
            elif now_ns - item.stamp_ns > STALE_NS:
                self._counts["stale"] += 1
            else:
                self._counts["lines"] += 1
                self._found.append(TypedLine(item.octets, now_ns))

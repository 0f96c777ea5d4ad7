"""QR and bar code scanners that type like a USB keyboard and end each code with Enter.

| what            | how                                                                                             |
|-----------------|-------------------------------------------------------------------------------------------------|
| Models          | nearly every USB scanner as it is delivered                                                     |
| Line            | `/dev/input/by-id/…-event-kbd`, grabbed; see `drivers.keyboard.input_device`                    |
| Supported       | ASCII content of up to 4 KiB in the US layout, Enter of either block as its end                 |
| Not supported   | characters beyond ASCII (Alt codes), other layouts, Caps Lock, scanners without a suffix        |
| Tried on        | the emulator (`drivers/emulators/keyboard.py`) and recordings                                   |

Where the scanner can also be set to serial output, `line_serial` is better: it carries Chinese, and needs no grab.
What was typed more than 5 s before it is read is dropped: the person has gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from drivers.base import CodeScanned, DeviceStatus
from drivers.keyboard import redaction
from drivers.keyboard.keyboard import Keyboard
from drivers.keyboard.typed import TypedLine
from drivers.scanners.scans import Scans
from drivers.transport import Transport
from drivers.wire_log import WireLog

KIND = "wedge_scanner"


class WedgeScanner:
    """The driver. What a code says leaves the `wire_log` with the code."""

    kind = KIND

    def __init__(
        self,
        transport: Transport,
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        wire_log: WireLog | None = None,
    ) -> None:
        self._wire_log = wire_log
        self._keyboard = Keyboard(transport, monotonic_ns)
        self._scans = Scans()
        self._monotonic_ns = monotonic_ns

    def open(self) -> None:
        """Takes and grabs the device. Raises DeviceError."""
        self._keyboard.open()

    def close(self) -> None:
        """Lets it go. Never raises."""
        self._keyboard.close()
        self._redact_log()

    def read(self, timeout_s: float) -> CodeScanned | None:
        """The next code, or None after `timeout_s`. Raises DeviceError, DeviceGone when the scanner was unplugged."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        while (line := self._keyboard.next_line(deadline_ns)) is not None:
            if isinstance(line, TypedLine):
                self._scans.take(line.octets, line.stamp_ns)
                self._redact_log()
            scan = self._scans.next_scan()
            if scan is not None:
                return scan
        return None

    def probe(self) -> DeviceStatus:
        """Whether the device is there and ours. The scanner cannot be asked."""
        return replace(self._keyboard.probe(), details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Path and counters since the start. Nothing of what was scanned."""
        counts = {name: str(count) for name, count in self._scans.counts.items()}
        return {"kind": self.kind} | dict(self._keyboard.diagnostics()) | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `drivers.keyboard.redaction`."""
        return redaction.redact(direction, stream)

    def _redact_log(self) -> None:
        if self._wire_log is not None:
            self._wire_log.redact_now(self.redact)

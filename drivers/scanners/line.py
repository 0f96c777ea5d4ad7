"""QR and bar code scanners that send each code as a line of text, over a serial line or a USB adapter of one.

| what            | how                                                                                             |
|-----------------|-------------------------------------------------------------------------------------------------|
| Models          | GROW GM65 and GM72, Newland, Honeywell, Mindeo, Zebra and most others, set to serial output      |
| Line            | 8N1, usually 9600 or 115200 (option `baud`)                                                     |
| Frame           | the code and CR, LF or CRLF; without a suffix the code ends after `gap_ms` of silence            |
| Supported       | UTF-8 and GB 18030 content of up to 4 KiB, any kind of code                                     |
| Not supported   | trigger and settings by the makers' own commands, image transfer                                |
| Set it to       | a suffix (CR), presentation or continuous mode, serial or virtual serial output                 |
| Tried on        | the emulator (`drivers/emulators/scanner.py`) and recordings                                    |

The scanner says nothing when it is well; `diagnostics` shows when it was last heard. There is no checksum: damage that
still decodes cannot be told, so whoever uses a code must know what a right one looks like.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from drivers.base import CodeScanned, DeviceError, DeviceStatus, Health
from drivers.scanners import line_frames
from drivers.scanners.line_frames import LineParser
from drivers.scanners.scans import Scans
from drivers.transport import Transport
from drivers.wire_log import WireLog

KIND = "line_serial"
READ_BYTES = 1024
GAP_MS = 80


class LineScanner:
    """The driver. `gap_ms` of silence end a code that has no suffix; `encoding` as in `scans`;
    `monotonic_ns` stamps scans and measures silence. What a code says leaves the `wire_log` with the code."""

    kind = KIND

    def __init__(
        self,
        transport: Transport,
        gap_ms: int = GAP_MS,
        encoding: str = "auto",
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        wire_log: WireLog | None = None,
    ) -> None:
        self._wire_log = wire_log
        self._transport = transport
        self._gap_ns = gap_ms * 1_000_000
        self._monotonic_ns = monotonic_ns
        self._parser = LineParser()
        self._scans = Scans(encoding)
        self._is_open = False
        self._last_byte_ns: int | None = None

    def open(self) -> None:
        """Takes the port. Raises DeviceError."""
        self.close()
        self._transport.open()
        self._is_open = True

    def close(self) -> None:
        """Lets the port go; half a code is dropped. Never raises."""
        self._is_open = False
        self._transport.close()
        for _ in self._parser.abandon():
            pass
        self._redact_log()

    def read(self, timeout_s: float) -> CodeScanned | None:
        """The next code, or None after `timeout_s`. Raises DeviceError, DeviceGone when the scanner was unplugged."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        while True:
            scan = self._scans.next_scan()
            if scan is not None:
                return scan
            if self._listen(deadline_ns) >= deadline_ns:
                return self._scans.next_scan()

    def probe(self) -> DeviceStatus:
        """Whether the port is there and ours. The scanner cannot be asked, so this is all that can be known at once."""
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
        return DeviceStatus(Health.OK, details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Port, counters since the start, and ms since a byte came last. Nothing of what was scanned."""
        heard = "never"
        if self._last_byte_ns is not None:
            heard = str((self._monotonic_ns() - self._last_byte_ns) // 1_000_000)
        counts = {name: str(count) for name, count in self._scans.counts.items()}
        counts["too_long"] = str(self._parser.too_long)
        return {"kind": self.kind, "port": self._transport.name, "heard_ms_ago": heard} | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `line_frames.redact`."""
        return line_frames.redact(direction, stream)

    def _redact_log(self) -> None:
        if self._wire_log is not None:
            self._wire_log.redact_now(self.redact)

    def _listen(self, deadline_ns: int) -> int:
        """Waits for bytes until the deadline, or until silence ends a code. Returns when that was."""
        due_ns = deadline_ns
        if self._parser.pending and self._last_byte_ns is not None:
            due_ns = min(due_ns, self._last_byte_ns + self._gap_ns)
        data = self._transport.read(READ_BYTES, max(0, due_ns - self._monotonic_ns()) / 1e9)
        now_ns = self._monotonic_ns()
        if data:
            self._last_byte_ns = now_ns
            self._take(self._parser.feed(data), now_ns)
        elif self._last_byte_ns is not None and now_ns - self._last_byte_ns >= self._gap_ns:
            self._take(self._parser.abandon(), self._last_byte_ns)
        return now_ns

    def _take(self, codes: Iterable[bytes], now_ns: int) -> None:
        for code in codes:
            self._scans.take(code, now_ns)
            self._redact_log()

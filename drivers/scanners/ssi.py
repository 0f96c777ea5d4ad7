"""QR and bar code scanners that speak the Simple Serial Interface, over a serial line or a USB adapter of one.

| what            | how                                                                                             |
|-----------------|-------------------------------------------------------------------------------------------------|
| Models          | Zebra and Symbol engines (SE-923 and later), GROW GM65 and GM72, set to packeted decode data     |
| Line            | 8N1, 9600 at first (option `baud`)                                                              |
| Frame           | see `ssi_frames`; every DECODE_DATA is acknowledged, what is sent again is one scan              |
| Supported       | codes of one packet (250 bytes), start and stop of decoding, modules that sleep (`wake`)         |
| Not supported   | codes of several packets (dropped and counted), parameters, images, RTS/CTS handshake            |
| Wake            | a sleeping module loses what it is sent; it takes a byte 00 and 50 ms to wake. A command that is |
|                 | not acknowledged within 200 ms was lost all the same: it is woken again, three times at most     |
| Tried on        | the emulator (`drivers/emulators/scanner.py`) and recordings; vectors from a maker's manual      |

With `trigger = "self"` the module decides when it looks (presentation mode, a button); with "host" it looks while the
terminal reads. `probe` asks for the end of decoding, which every module acknowledges and none minds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from drivers.base import CodeScanned, DeviceError, DeviceStatus, DeviceTimeout, Health, ProtocolError
from drivers.scanners import ssi_frames
from drivers.scanners.scans import SAME_SCAN_NS, Scans
from drivers.scanners.ssi_frames import (
    ACK,
    DECODE_DATA,
    START_DECODE,
    STOP_DECODE,
    Fault,
    Packet,
    PacketParser,
    packet,
)
from drivers.transport import Transport
from drivers.wire_log import WireLog

KIND = "ssi_serial"
TRIGGER_SELF = "self"
TRIGGER_HOST = "host"

READ_BYTES = 512
GAP_NS = 100_000_000
WRITE_S = 0.5
ANSWER_S = 1.0
WAKE = b"\0"
WAKE_S = 0.05
WAKE_ATTEMPTS = 3
ACKNOWLEDGED_S = 0.2
# Modules end a look by themselves after three to ten seconds.
LOOK_AGAIN_NS = 2_500_000_000
# The longest that a module waits for an acknowledgement before it sends again.
SENT_AGAIN_NS = 10_000_000_000
TOO_LONG = "too_long"


class SsiScanner:
    """The driver. `wake`: the module sleeps between commands; `encoding` as in `scans`; `monotonic_ns` stamps scans and
    measures silence. What a code says leaves the `wire_log` with the code."""

    kind = KIND

    def __init__(
        self,
        transport: Transport,
        trigger: str = TRIGGER_SELF,
        wake: bool = False,
        encoding: str = "auto",
        *,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        wire_log: WireLog | None = None,
    ) -> None:
        self._wire_log = wire_log
        self._transport = transport
        self._host_triggers = trigger == TRIGGER_HOST
        self._wakes = wake
        self._monotonic_ns = monotonic_ns
        self._parser = PacketParser()
        self._scans = Scans(encoding)
        self._is_open = False
        self._looking_since_ns: int | None = None
        self._answers: list[int] = []
        self._in_long_message = False
        self._last_byte_ns: int | None = None
        self._counts = dict.fromkeys((ssi_frames.NOISE, ssi_frames.TORN, TOO_LONG), 0)

    def open(self) -> None:
        """Takes the port. Raises DeviceError."""
        self.close()
        self._transport.open()
        self._parser = PacketParser()
        self._is_open = True

    def close(self) -> None:
        """Ends a look that was begun here, and lets the port go. Never raises."""
        if self._is_open and self._looking_since_ns is not None:
            try:
                self.stop_decode()
            except DeviceError:
                self._looking_since_ns = None  # it is gone, and so is its light
        self._is_open = False
        self._looking_since_ns = None
        self._transport.close()
        self._redact_log()

    def read(self, timeout_s: float) -> CodeScanned | None:
        """The next code, or None after `timeout_s`. Raises DeviceError, DeviceGone when the scanner was unplugged."""
        deadline_ns = self._monotonic_ns() + round(timeout_s * 1e9)
        while True:
            scan = self._scans.next_scan()
            if scan is not None:
                return scan
            if self._host_triggers:
                self._keep_looking()
            if self._listen(deadline_ns) >= deadline_ns:
                return self._scans.next_scan()

    def start_decode(self) -> None:
        """Makes the module look for a code. Raises DeviceError."""
        self._send(START_DECODE)
        self._looking_since_ns = self._monotonic_ns()

    def stop_decode(self) -> None:
        """Ends its look. Raises DeviceError."""
        self._looking_since_ns = None
        self._send(STOP_DECODE)

    def probe(self) -> DeviceStatus:
        """Whether an SSI module answers. device.timeout: nothing does; device.protocol: something else does."""
        was_open = self._is_open
        try:
            if not was_open:
                self.open()
            self._ask()
        except DeviceError as error:
            return DeviceStatus(Health.DOWN, error.reason, self.diagnostics())
        finally:
            if not was_open:
                self.close()
        return DeviceStatus(Health.OK, details=self.diagnostics())

    def diagnostics(self) -> Mapping[str, str]:
        """Port, counters since the start, and ms since a byte came last. Nothing of what was scanned."""
        heard = "never"
        if self._last_byte_ns is not None:
            heard = str((self._monotonic_ns() - self._last_byte_ns) // 1_000_000)
        counts = {
            name.removeprefix("scan."): str(n) for name, n in (self._scans.counts | self._counts).items()
        }
        return {"kind": self.kind, "port": self._transport.name, "heard_ms_ago": heard} | counts

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `ssi_frames.redact`."""
        return ssi_frames.redact(direction, stream)

    def _redact_log(self) -> None:
        if self._wire_log is not None:
            self._wire_log.redact_now(self.redact)

    def _ask(self) -> None:
        """Raises DeviceTimeout when nothing answers, ProtocolError when what answers is no packet."""
        self._answers.clear()
        before = self._transport.bytes_read
        deadline_ns = self._monotonic_ns() + round(ANSWER_S * 1e9)
        self.stop_decode()
        while not self._answers:
            if self._listen(deadline_ns) < deadline_ns:
                continue
            if self._transport.bytes_read > before:
                raise ProtocolError(f"{self._transport.name}: what answers is no SSI packet")
            raise DeviceTimeout(f"{self._transport.name}: no answer")

    def _keep_looking(self) -> None:
        since_ns = self._looking_since_ns
        if since_ns is None or self._monotonic_ns() - since_ns >= LOOK_AGAIN_NS:
            self.start_decode()

    def _send(self, opcode: int) -> None:
        if not self._wakes:
            self._transport.write(packet(opcode), WRITE_S)
            return
        self._answers.clear()
        for _ in range(WAKE_ATTEMPTS):
            self._transport.write(WAKE, WRITE_S)
            awake_ns = self._monotonic_ns() + round(WAKE_S * 1e9)
            while self._listen(awake_ns) < awake_ns:
                pass
            self._transport.write(packet(opcode), WRITE_S)
            if self._is_answered(within_s=ACKNOWLEDGED_S):
                return

    def _is_answered(self, within_s: float) -> bool:
        deadline_ns = self._monotonic_ns() + round(within_s * 1e9)
        while not self._answers and self._listen(deadline_ns) < deadline_ns:
            pass
        return bool(self._answers)

    def _listen(self, deadline_ns: int) -> int:
        """Waits for bytes until the deadline, or until silence means something. Returns when that was."""
        due_ns = deadline_ns
        if self._parser.pending and self._last_byte_ns is not None:
            due_ns = min(due_ns, self._last_byte_ns + GAP_NS)
        data = self._transport.read(READ_BYTES, max(0, due_ns - self._monotonic_ns()) / 1e9)
        now_ns = self._monotonic_ns()
        if data:
            self._last_byte_ns = now_ns
            self._take(self._parser.feed(data), now_ns)
        elif self._last_byte_ns is not None and now_ns - self._last_byte_ns >= GAP_NS:
            self._take(self._parser.abandon(), now_ns)
        return now_ns

    def _take(self, found: Iterable[Packet | Fault], now_ns: int) -> None:
        for item in found:
            if isinstance(item, Fault):
                self._counts[item.code] += 1
            elif item.opcode == DECODE_DATA:
                self._decoded(item, now_ns)
            else:
                self._answers.append(item.opcode)

    def _decoded(self, decoded: Packet, now_ns: int) -> None:
        """A scan, unless it is one that we have: our acknowledgement was lost, or it is part of a longer message."""
        self._transport.write(packet(ACK), WRITE_S)
        self._looking_since_ns = None  # a module ends its look with the code it found
        self._answers.append(DECODE_DATA)
        self._redact_log()
        if decoded.continued or self._in_long_message:
            self._in_long_message = decoded.continued
            self._counts[TOO_LONG] += not decoded.continued
            return
        within_ns = SENT_AGAIN_NS if decoded.again else SAME_SCAN_NS
        self._scans.take(decoded.data[1:], now_ns, within_ns)

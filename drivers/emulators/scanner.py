"""Scanners of codes on ptys: one that sends plain lines, one that speaks the Simple Serial Interface."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from drivers.emulators.pty_line import PtyLine
from drivers.scanners.ssi_frames import (
    ACK,
    AGAIN,
    DECODE_DATA,
    HOST,
    NAK,
    REPLY_REVISION,
    REQUEST_REVISION,
    SCANNER,
    START_DECODE,
    STOP_DECODE,
    Packet,
    PacketParser,
    checksum_of,
    packet,
)

LINK_NAME = "scanner"
QR_TYPE = b"\xf1"
WAKING_S = 0.045
ACK_S = 0.3
SENT_AT_MOST = 3


class EmulatedLineScanner:
    """Sends each code with `suffix`. Every method may be called from any thread."""

    def __init__(self, directory: Path, *, suffix: bytes = b"\r\n", baud: int | None = None) -> None:
        self._line = PtyLine(directory / LINK_NAME, baud=baud)
        self._suffix = suffix
        self.path = self._line.path
        self.unplug, self.plug = self._line.unplug, self._line.plug
        self.close = self._line.close

    def scan(self, content: str | bytes) -> int:
        """Reads a code; text is sent as UTF-8. Returns the monotonic ns right after its last byte."""
        return self._line.send(_octets(content) + self._suffix)

    def half_scan(self, content: str | bytes) -> None:
        """The first half of a code; the plug is loose."""
        octets = _octets(content)
        self._line.send(octets[: len(octets) // 2])

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        self._line.send(data)


class EmulatedSsiScanner:
    """An SSI module. `host_triggers`: it looks only between START_DECODE and the first code or STOP_DECODE. `sleeps`: it
    loses what it is sent until `waking_s` after a byte 00, and sleeps again when `sleep` is called. What is not acknowledged
    within `ack_s` is sent again, three times at most. Every method may be called from any thread."""

    def __init__(
        self,
        directory: Path,
        *,
        host_triggers: bool = False,
        sleeps: bool = False,
        waking_s: float = WAKING_S,
        ack_s: float = ACK_S,
        baud: int | None = None,
    ) -> None:
        self._host_triggers = host_triggers
        self._sleeps = sleeps
        self._waking_s = waking_s
        self._ack_s = ack_s
        self._changed = threading.Condition()
        self._parser = PacketParser(HOST)
        self._looking = False
        self._mute = False
        self._deaf = False
        self._awake_at: float | None = None if sleeps else 0.0
        self._unacknowledged: Packet | None = None
        self._acknowledged = 0
        self._sent = 0
        self._closing = False
        self._line = PtyLine(directory / LINK_NAME, self._hear, baud=baud)
        self.path = self._line.path
        self.unplug, self.plug = self._line.unplug, self._line.plug
        self._thread = threading.Thread(target=self._send_again, name="emulated-scanner", daemon=True)
        self._thread.start()

    @property
    def looking(self) -> bool:
        """Whether its light is on."""
        return self._looking or not self._host_triggers

    @property
    def acknowledged(self) -> int:
        """How many codes the terminal acknowledged."""
        return self._acknowledged

    @property
    def sent(self) -> int:
        """How many packets with a code went out, repetitions included."""
        return self._sent

    def wait_for(self, done: Callable[[EmulatedSsiScanner], bool], timeout_s: float = 5.0) -> bool:
        """Waits until `done(self)`; False when it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: done(self), timeout_s)

    def scan(self, content: str | bytes) -> int | None:
        """Holds a code in front of it; text is sent as UTF-8. Returns the monotonic ns right after the packet's last byte,
        None when it does not look."""
        with self._changed:
            if not self.looking:
                return None
            self._looking = False
            decoded = Packet(DECODE_DATA, SCANNER, 0, QR_TYPE + _octets(content))
            self._unacknowledged = decoded
            stamp_ns = self._transmit(decoded)
            self._sent += 1
            self._changed.notify_all()
            return stamp_ns

    def half_packet(self, content: str | bytes) -> None:
        """A packet whose second half is lost."""
        whole = packet(DECODE_DATA, QR_TYPE + _octets(content), source=SCANNER)
        self._line.send(whole[: len(whole) // 2])

    def bad_checksum(self, content: str | bytes) -> None:
        """A packet damaged on its way."""
        data = QR_TYPE + _octets(content)
        right = checksum_of(packet(DECODE_DATA, data, source=SCANNER)[:-2])
        self._line.send(packet(DECODE_DATA, data, source=SCANNER, checksum=right ^ 1))

    def noise(self, data: bytes) -> None:
        """Any bytes on the line."""
        self._line.send(data)

    def mute(self, on: bool = True) -> None:
        """It hears everything and answers nothing."""
        with self._changed:
            self._mute = on

    def lose_acknowledgements(self, on: bool = True) -> None:
        """What the terminal sends does not arrive."""
        with self._changed:
            self._deaf = on

    def sleep(self) -> None:
        """It falls asleep, if it is one that sleeps."""
        with self._changed:
            self._awake_at = None if self._sleeps else 0.0

    def close(self) -> None:
        """Ends the emulator. Never raises; twice is harmless."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout=5)
        self._line.close()

    def _transmit(self, told: Packet) -> int:
        if self._mute:
            return time.monotonic_ns()
        return self._line.send(packet(told.opcode, told.data, source=SCANNER, status=told.status))

    def _hear(self, data: bytes) -> None:
        with self._changed:
            if self._deaf or not self._is_awake(data):
                return
            for found in self._parser.feed(data):
                if isinstance(found, Packet):
                    self._obey(found)
            self._changed.notify_all()

    def _is_awake(self, data: bytes) -> bool:
        if self._awake_at is None:
            if data.startswith(b"\0"):
                self._awake_at = time.monotonic() + self._waking_s
            return False
        return time.monotonic() >= self._awake_at

    def _obey(self, command: Packet) -> None:
        if command.opcode == ACK:
            self._acknowledged += self._unacknowledged is not None
            self._unacknowledged = None
        elif command.opcode in (START_DECODE, STOP_DECODE):
            self._looking = command.opcode == START_DECODE
            self._transmit(Packet(ACK))
        elif command.opcode == REQUEST_REVISION:
            self._transmit(Packet(REPLY_REVISION, data=b"EMULATED"))
        else:
            self._transmit(Packet(NAK, data=b"\x02"))

    def _send_again(self) -> None:
        """The thread: repeats a code that was not acknowledged."""
        with self._changed:
            while not self._closing:
                self._changed.wait_for(lambda: self._closing or self._unacknowledged is not None)
                for _ in range(SENT_AT_MOST - 1):
                    waiting = self._unacknowledged
                    self._changed.wait_for(lambda: self._closing or self._unacknowledged is None, self._ack_s)
                    if self._closing or self._unacknowledged is None or waiting is not self._unacknowledged:
                        break
                    self._sent += 1
                    self._transmit(Packet(DECODE_DATA, SCANNER, AGAIN, self._unacknowledged.data))
                else:
                    self._unacknowledged = None


def _octets(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content

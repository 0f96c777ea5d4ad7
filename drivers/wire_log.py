"""What went over the wire, as text: logs from the field and recordings for tests, in one form.

A line is `> hex` (we sent) or `< hex` (the device sent), with the monotonic second in front where it was logged, and
`#` before a remark. A recording may also say `! gone`: the device is unplugged there.

    12.204511 > 10 04 01
    12.206120 < 12          # status of the printer
    ! gone

A log keeps clear bytes in memory only. The one way out is `WireLog.export`, which asks for the driver's way of
redacting: only the driver knows which bytes of its protocol are somebody's card number. A driver that reads what not even
memory may keep calls `WireLog.redact_now` after each exchange.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.base import DeviceGone, ProtocolError

if TYPE_CHECKING:
    from drivers.transport import Transport

SENT = ">"
RECEIVED = "<"
GONE = "!"
INTRODUCTION = 40

Redaction = Callable[[str, bytes], bytes]
"""(direction, everything that went that way) -> the same number of bytes, without what is private."""

_LINE = re.compile(r"^(?:(?P<at>\d+(?:\.\d+)?)\s+)?(?P<direction>[<>!])\s*(?P<rest>.*)$")


@dataclass(frozen=True, slots=True)
class WireLine:
    """One line: `at_ns` is monotonic, None where the recording does not say; `direction` is `>`, `<` or `!`."""

    direction: str
    data: bytes
    at_ns: int | None = None

    def __str__(self) -> str:
        stamp = "" if self.at_ns is None else f"{self.at_ns / 1e9:.6f} "
        said = "gone" if self.direction == GONE else self.data.hex(" ").upper()
        return f"{stamp}{self.direction} {said}"

    def __repr__(self) -> str:
        return f"WireLine({self.direction} {len(self.data)} bytes)"


def parse(lines: Iterable[str]) -> list[WireLine]:
    """Reads a log or recording. Raises ValueError with the line's number."""
    found = []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text:
            found.append(_parse_line(text, number))
    return found


def _parse_line(text: str, number: int) -> WireLine:
    match = _LINE.match(text)
    if match is None:
        raise ValueError(f"line {number}: expected `> hex`, `< hex` or `! gone`, got {text!r}")
    direction, rest = match["direction"], match["rest"].strip()
    at_ns = round(float(match["at"]) * 1e9) if match["at"] else None
    if direction == GONE:
        if rest != "gone":
            raise ValueError(f"line {number}: only `! gone` is known, got {text!r}")
        return WireLine(GONE, b"", at_ns)
    try:
        return WireLine(direction, bytes.fromhex(rest), at_ns)
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from error


class WireLog:
    """The last `capacity` reads and writes of one device. Its driver notes, any thread may export.

    The first lines after `opened` are kept when others go: they say what the device is, and a replay begins with them.
    """

    def __init__(self, capacity: int = 2000, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._lines: list[WireLine] = []
        self._capacity = capacity
        self._opened_at = 0  # index of the first line since the last open
        self._left_out = 0  # lines that went between the kept ones and the rest
        self._clear = 0  # how many of the newest lines were not redacted yet
        self._lock = threading.Lock()
        self._monotonic_ns = monotonic_ns

    def opened(self) -> None:
        """The device was opened: what comes now is how it introduces itself."""
        with self._lock:
            self._opened_at = len(self._lines)
            self._left_out = 0

    def note(self, direction: str, data: bytes) -> None:
        """Keeps one read or write."""
        with self._lock:
            self._lines.append(WireLine(direction, bytes(data), self._monotonic_ns()))
            self._make_room()
            self._clear = min(self._clear + 1, len(self._lines))

    def _make_room(self) -> None:
        if len(self._lines) <= self._capacity:
            return
        if self._opened_at > 0:
            del self._lines[0]
            self._opened_at -= 1
        else:
            del self._lines[self._introduction]
            self._left_out += 1

    @property
    def _introduction(self) -> int:
        """How many lines after the opening stay."""
        return min(INTRODUCTION, self._capacity // 2)

    def redact_now(self, redact: Redaction) -> None:
        """Redacts, in the log itself, what was noted since the last call; the clear bytes are let go. For a driver to call
        between two exchanges: a frame that is cut by the call is redacted as two pieces."""
        with self._lock:
            fresh = [self._lines.pop() for _ in range(self._clear)][::-1]
            self._clear = 0
            self._lines.extend(_redacted(fresh, redact))

    def export(self, redact: Redaction) -> list[str]:
        """The log as text. Each direction is redacted as one stream, since a number may be split over many reads."""
        with self._lock:
            lines, left_out = list(self._lines), self._left_out
        if not left_out:
            return [str(line) for line in _redacted(lines, redact)]
        first, rest = lines[: self._introduction], lines[self._introduction :]
        gap = f"# {left_out} lines left out"
        return [*map(str, _redacted(first, redact)), gap, *map(str, _redacted(rest, redact))]

    def __repr__(self) -> str:
        return f"WireLog({len(self._lines)} lines)"


def _redacted(lines: list[WireLine], redact: Redaction) -> list[WireLine]:
    clean = {direction: _redacted_stream(lines, direction, redact) for direction in (SENT, RECEIVED)}
    redacted = []
    for line in lines:
        data, clean[line.direction] = _split(clean[line.direction], len(line.data))
        redacted.append(WireLine(line.direction, data, line.at_ns))
    return redacted


def _redacted_stream(lines: list[WireLine], direction: str, redact: Redaction) -> bytes:
    stream = b"".join(line.data for line in lines if line.direction == direction)
    clean = redact(direction, stream)
    if len(clean) != len(stream):
        raise ValueError(f"redaction changed {len(stream)} bytes into {len(clean)}")
    return clean


def _split(data: bytes, length: int) -> tuple[bytes, bytes]:
    return data[:length], data[length:]


class LoggedTransport:
    """Any transport, with a wire log beside it."""

    def __init__(self, transport: Transport, log: WireLog) -> None:
        self._transport = transport
        self.log = log
        self.name = transport.name

    @property
    def bytes_written(self) -> int:
        """Since the last open."""
        return self._transport.bytes_written

    @property
    def bytes_read(self) -> int:
        """Since the last open."""
        return self._transport.bytes_read

    def open(self) -> None:
        """See `Transport.open`."""
        self._transport.open()
        self.log.opened()

    def close(self) -> None:
        """See `Transport.close`."""
        self._transport.close()

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See `Transport.read`."""
        data = self._transport.read(max_bytes, timeout_s)
        if data:
            self.log.note(RECEIVED, data)
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """See `Transport.write`. Only what the device took is logged."""
        before = self._transport.bytes_written
        try:
            self._transport.write(data, timeout_s)
        finally:
            taken = self._transport.bytes_written - before
            if taken:
                self.log.note(SENT, data[:taken])


class RecordedTransport:
    """Plays a recording back under a real driver. Its time is its own and moves only with the reads, so a test over
    ten minutes of log takes milliseconds: give `monotonic_ns` to the driver as its clock."""

    def __init__(self, lines: Iterable[str], name: str = "recorded") -> None:
        self.name = name
        self.bytes_written = 0
        self.bytes_read = 0
        self._lines = deque(_from_zero(parse(lines)))
        self._now_ns = 0
        self._is_open = False

    @classmethod
    def from_file(cls, path: Path) -> RecordedTransport:
        """A recording in a file, UTF-8."""
        return cls(path.read_text(encoding="utf-8").splitlines(), name=path.name)

    @property
    def finished(self) -> bool:
        """Whether every line was played."""
        return not self._lines

    def monotonic_ns(self) -> int:
        """The recording's time, from 0."""
        return self._now_ns

    def open(self) -> None:
        """Goes on with the recording where it is; a `! gone` that was met is over."""
        self._is_open = True
        self.bytes_written = 0
        self.bytes_read = 0

    def close(self) -> None:
        """See `Transport.close`."""
        self._is_open = False

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """The next recorded bytes. Silence until they are due, while a write is due first, and after the end."""
        self._require_open()
        until_ns = self._now_ns + round(timeout_s * 1e9)
        line = self._lines[0] if self._lines else None
        if line is None or line.direction == SENT or (line.at_ns or 0) > until_ns:
            self._now_ns = until_ns
            return b""
        self._now_ns = max(self._now_ns, line.at_ns or 0)
        self._lines.popleft()
        if line.direction == GONE:
            self._go()
        data, rest = _split(line.data, max_bytes)
        if rest:
            self._lines.appendleft(WireLine(RECEIVED, rest, line.at_ns))
        self.bytes_read += len(data)
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """Takes what the recording says was sent. Raises ProtocolError when the driver says something else."""
        self._require_open()
        rest = bytes(data)
        while rest:
            line = self._lines.popleft() if self._lines else WireLine(GONE, b"")
            if line.direction == GONE:
                self._go()
            same = line.direction == SENT and (rest.startswith(line.data) or line.data.startswith(rest))
            if not same:
                raise ProtocolError(f"{self.name}: the driver sent {rest.hex(' ')}, the recording has {line}")
            # A device that is asked now and then: the pause before the question is no part of the wait for its answer.
            self._now_ns = max(self._now_ns, line.at_ns or 0)
            if len(line.data) > len(rest):
                self._lines.appendleft(WireLine(SENT, line.data[len(rest) :], line.at_ns))
            taken = min(len(rest), len(line.data))
            self.bytes_written += taken
            rest = rest[taken:]

    def _go(self) -> None:
        self._is_open = False
        raise DeviceGone(f"{self.name}: unplugged")

    def _require_open(self) -> None:
        if not self._is_open:
            raise DeviceGone(f"{self.name}: not open")


def _from_zero(lines: list[WireLine]) -> list[WireLine]:
    """A field log starts at the machine's uptime; a replay starts at 0."""
    start_ns = next((line.at_ns for line in lines if line.at_ns is not None), 0)
    return [
        line if line.at_ns is None else WireLine(line.direction, line.data, line.at_ns - start_ns)
        for line in lines
    ]

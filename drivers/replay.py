"""Plays a log from the field under its driver again, and tells what the driver makes of it.

A log has gaps: it is a ring, it begins anywhere, and a terminal did things that nobody does now (it printed). So this
player is more patient than a recording in a test (`drivers.wire_log.RecordedTransport`): a write of the driver goes on
where the log has the same bytes next; one that the log does not have is taken and never answered; what the terminal sent
and the driver does not is passed over; and hours in which nothing happened take seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from drivers import registry
from drivers.base import CodeScanned, DeviceError, Driver, Health
from drivers.cards.apdu_log import RecordedApduTransport
from drivers.kinds import DeviceType, Link, Options, Surroundings
from drivers.wire_log import RECEIVED, SENT, RecordedTransport, WireLine, parse

LONGEST_PAUSE_NS = 3_000_000_000
PATIENCE_NS = 1_000_000_000
READ_S = 0.5
STEPS_AFTER_THE_END = 8  # time for what silence means: a card that was lifted, half a frame
MOST_ERRORS = 20  # in a row
MOST_S = 60.0
COMMAND_HEADER = 4
LISTENED_TO = frozenset({DeviceType.CARD_READER, DeviceType.CODE_SCANNER, DeviceType.BUTTON_RECEIVER})
WITHOUT_WIRE = frozenset({Link.CAMERA, Link.GPIO})


class NotReplayable(Exception):
    """This kind of device has no bytes on a wire that could be played."""


@dataclass(frozen=True, slots=True)
class Played:
    """One thing the driver made of the log. `at_ms` is ms since the log began; `code` is "" where nothing is wrong."""

    at_ms: int
    what: str
    code: str = ""


class PatientTransport(RecordedTransport):
    """See the module. `unanswered` counts writes that the log does not have."""

    def __init__(self, lines: Iterable[str], name: str = "case") -> None:
        super().__init__(map(str, _without_long_pauses(parse(lines))), name)
        self.unanswered = 0
        self._blocked_ns = 0

    def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See `Transport.read`. What the terminal once sent holds the log up for a second at most."""
        before_ns = self._now_ns
        data = super().read(max_bytes, timeout_s)
        if data:
            self._blocked_ns = 0
            return data
        self._blocked_ns += self._now_ns - before_ns
        if self._blocked_ns >= PATIENCE_NS:
            self._blocked_ns = 0
            while self._lines and self._lines[0].direction == SENT:
                self._lines.popleft()
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """See `Transport.write`. Raises nothing but DeviceGone."""
        self._require_open()
        self.bytes_written += len(data)
        for skipped, line in enumerate(self._lines):
            if line.direction == SENT and line.data == data:
                for _ in range(skipped + 1):
                    self._lines.popleft()
                self._now_ns = max(self._now_ns, line.at_ns or 0)
                self._blocked_ns = 0
                return
        self.unanswered += 1


class PatientApduTransport(RecordedApduTransport):
    """The same for smart cards: begins with the first card that was put down, and takes a command for the one in the log
    when its header is the same, because what followed may have been private."""

    def __init__(self, lines: Iterable[str], name: str = "case") -> None:
        super().__init__(map(str, _from_first_card(_without_long_pauses(parse(lines)))), name)

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """See `ApduTransport.transmit`."""
        line = self._lines[0] if self._lines else None
        if line is not None and line.direction == SENT and _same_header(line.data, command):
            self._lines[0] = WireLine(SENT, command, line.at_ns)
        return super().transmit(command, timeout_s)


def _same_header(one: bytes, other: bytes) -> bool:
    return len(one) == len(other) and one[:COMMAND_HEADER] == other[:COMMAND_HEADER]


def _from_first_card(lines: Iterable[WireLine]) -> Iterator[WireLine]:
    """From the first answer to reset: a received line that answers no command."""
    asked, begun = False, False
    for line in lines:
        begun = begun or (line.direction == RECEIVED and bool(line.data) and not asked)
        asked = line.direction == SENT
        if begun:
            yield line


def _without_long_pauses(lines: Iterable[WireLine]) -> Iterator[WireLine]:
    cut_ns, last_ns = 0, None
    for line in lines:
        if line.at_ns is None:
            yield line
            continue
        if last_ns is not None:
            cut_ns += max(0, line.at_ns - last_ns - LONGEST_PAUSE_NS)
        last_ns = line.at_ns
        yield WireLine(line.direction, line.data, line.at_ns - cut_ns)


def replay(kind: str, options: Options, lines: Sequence[str]) -> list[Played]:
    """What the driver of `kind` makes of `lines`. Raises NotReplayable, OptionError, and ValueError for lines that are
    no log."""
    link = registry.kind_named(kind).link
    if link in WITHOUT_WIRE:
        raise NotReplayable(f"{kind} has no bytes on a wire")
    if link is Link.PCSC:
        apdus = PatientApduTransport(lines)
        surroundings = Surroundings(recorded_apdus=apdus, monotonic_ns=apdus.monotonic_ns)
        return _play(registry.make(kind, options, surroundings), kind, apdus)
    transport = PatientTransport(lines)
    surroundings = Surroundings(recorded=transport, monotonic_ns=transport.monotonic_ns)
    return _play(registry.make(kind, options, surroundings), kind, transport)


def _play(driver: Driver, kind: str, log: PatientTransport | PatientApduTransport) -> list[Played]:
    step, steps_after = _looked, 0
    if registry.kind_named(kind).device in LISTENED_TO:
        step, steps_after = _heard, STEPS_AFTER_THE_END
    played: list[Played] = []
    ends = time.monotonic() + MOST_S
    began_ns = log.monotonic_ns()
    errors = after_the_end = 0
    while errors < MOST_ERRORS and time.monotonic() < ends:
        is_over = log.finished
        after_the_end += is_over
        if after_the_end > steps_after:
            break
        try:
            if errors or not played:
                driver.open()
            found = step(driver)
            errors = 0
        except DeviceError as error:
            if is_over:
                break  # nobody is there to answer any more: that is no finding
            driver.close()
            errors, found = errors + 1, ("error", error.reason)
        played.append(Played((log.monotonic_ns() - began_ns) // 1_000_000, *found))
    driver.close()
    return _news(played)


def _news(played: list[Played]) -> list[Played]:
    """Without the silence, and what goes on unchanged once."""
    news: list[Played] = []
    for each in played:
        again = news and (each.what, each.code) == (news[-1].what, news[-1].code)
        if each.what and not (again and not each.what.startswith("CardSeen")):
            news.append(each)
    return news


def _heard(driver: Any) -> tuple[str, str]:
    reading = driver.read(READ_S)
    if reading is None:
        return "", ""
    said = repr(reading), str(getattr(reading, "code", ""))
    _wipe(reading)
    return said


def _wipe(reading: object) -> None:
    document = getattr(reading, "document", None)
    if document is not None:
        document.wipe()
    if isinstance(reading, CodeScanned):
        reading.content.wipe()


def _looked(driver: Driver) -> tuple[str, str]:
    status = driver.probe()
    return status.health.value, status.code if status.health is not Health.OK else ""

"""What the bytes that come back from an ESC/POS printer mean (pure).

With automatic status on, four kinds of answer share one line and nothing says which query a byte answers; the fixed
bits of each kind tell them apart (Epson's ESC/POS reference: DLE EOT, GS a, GS r, GS ( H, GS I):

    11 / 13                 flow control XON / XOFF
    x & 93 == 12            one byte answering DLE EOT n; it does not carry n, so one query may be under way
    x & 93 == 10            first of four bytes of automatic status
    37 22 d1 d2 d3 d4 00    echo of GS ( H: what came before it is on paper
    5F … 00                 answer to GS I
    x & 90 == 00            one byte answering GS r, in print order
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from drivers.printers.profiles import NearEnd

XON, XOFF = 0x11, 0x13
LONGEST_INFO = 80
ECHO_BYTES = 7


class Query(IntEnum):
    """The n of DLE EOT n."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    ERROR_CAUSE = 3
    PAPER = 4


@dataclass(frozen=True, slots=True)
class RealTime:
    """An answer to DLE EOT n; which n, only the asker knows."""

    value: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Four bytes that the printer sent by itself, because something changed (GS a)."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Fence:
    """An answer to GS r 1: everything sent before it has been processed."""

    value: int


@dataclass(frozen=True, slots=True)
class Echo:
    """An answer to GS ( H: everything sent before it has been physically printed."""

    job: bytes


@dataclass(frozen=True, slots=True)
class Info:
    """An answer to GS I. Clones give another maker's name, so nothing may depend on it."""

    text: str


@dataclass(frozen=True, slots=True)
class FlowControl:
    """The printer's buffer has room (XON), or not."""

    room: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are none of these, or the head of an answer that was torn."""

    data: bytes


Answer = RealTime | AutoStatus | Fence | Echo | Info | FlowControl | Noise


class StatusStream:
    """Takes bytes in any pieces, gives whole answers. Never raises, never keeps more than one unfinished answer."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that `data` completes, in order."""
        self._held += data
        answers: list[Answer] = []
        while self._held:
            answer, length = _first(self._held)
            if answer is None:
                break
            answers.append(answer)
            self._held = self._held[length:]
        return answers


def _first(held: bytes) -> tuple[Answer | None, int]:
    """The answer at the start of `held` and its length; None while it is unfinished."""
    head = held[0]
    if head in (XON, XOFF):
        return FlowControl(head == XON), 1
    if head & 0x93 == 0x12:
        return RealTime(head), 1
    if head & 0x93 == 0x10:
        return _automatic(held)
    if head == 0x37:
        return _echo(held)
    if head == 0x5F:
        return _info(held)
    if head & 0x90 == 0:
        return Fence(head), 1
    return Noise(held[:1]), 1


def _automatic(held: bytes) -> tuple[Answer | None, int]:
    for index, value in enumerate(held[1:4], start=1):
        if value & 0x90:
            return Noise(held[:index]), index
    return (AutoStatus(held[:4]), 4) if len(held) >= 4 else (None, 0)


def _echo(held: bytes) -> tuple[Answer | None, int]:
    for index, value in enumerate(held[1:ECHO_BYTES], start=1):
        expected = value == 0x22 if index == 1 else value == 0 if index == 6 else 0x20 <= value <= 0x7E
        if not expected:
            return Noise(held[:1]), 1
    return (Echo(held[2:6]), ECHO_BYTES) if len(held) >= ECHO_BYTES else (None, 0)


def _info(held: bytes) -> tuple[Answer | None, int]:
    end = held.find(0)
    text = held[1:] if end < 0 else held[1:end]
    if len(text) > LONGEST_INFO or any(not 0x20 <= value <= 0x7E for value in text):
        return Noise(held[:1]), 1
    return (Info(text.decode("ascii")), end + 1) if end >= 0 else (None, 0)


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What is known of a printer. `code` is the worst of it, "" when it can print; `warning` does not stop it."""

    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    near_end: bool = False
    cutter: bool = False
    fault: bool = False
    unrecoverable: bool = False
    answered: frozenset[Query] = field(default_factory=frozenset)

    @property
    def code(self) -> str:
        """What keeps it from printing, in the order in which a person must deal with it."""
        for wrong, code in (
            (self.cover_open, "printer.cover_open"),
            (self.paper_out, "printer.paper_out"),
            (self.cutter, "printer.cutter"),
            (self.unrecoverable or self.fault, "printer.fault"),
            (self.offline, "printer.offline"),
        ):
            if wrong:
                return code
        return ""

    @property
    def stopped(self) -> bool:
        """Something a person must mend. Offline without a cause is none: a pressed feed button does that."""
        return self.code not in ("", "printer.offline")

    @property
    def warning(self) -> str:
        """What will soon keep it from printing."""
        return "printer.paper_near_end" if self.near_end and not self.paper_out else ""

    def after(self, query: Query, value: int, near_end: NearEnd = NearEnd.BOTH) -> PrinterState:
        """This state with the answer `value` to DLE EOT `query` taken in."""
        known = replace(self, answered=self.answered | {query})
        match query:
            case Query.PRINTER:
                return replace(known, offline=bool(value & 0x08))
            case Query.OFFLINE_CAUSE:
                # Bit 5 says that printing stopped for paper: a unit that runs out mid-slip may say it here first.
                return replace(known, cover_open=bool(value & 0x04), paper_out=bool(value & 0x20))
            case Query.ERROR_CAUSE:
                return replace(
                    known,
                    cutter=bool(value & 0x08),
                    unrecoverable=bool(value & 0x20),
                    fault=bool(value & 0x44),
                )
            case Query.PAPER:
                return replace(
                    known,
                    paper_out=known.paper_out or bool(value & 0x60),
                    near_end=_near_end(value >> 2, near_end),
                )

    def after_auto(self, status: AutoStatus, near_end: NearEnd = NearEnd.BOTH) -> PrinterState:
        """This state with four bytes of automatic status taken in."""
        first, second, third, _ = status.data
        return replace(
            self,
            offline=bool(first & 0x08),
            cover_open=bool(first & 0x20),
            cutter=bool(second & 0x08),
            unrecoverable=bool(second & 0x20),
            fault=bool(second & 0x44),
            paper_out=bool(third & 0x0C),
            near_end=_near_end(third, near_end),
        )

    def after_fence(self, fence: Fence, near_end: NearEnd = NearEnd.BOTH) -> PrinterState:
        """This state with an answer to GS r 1 taken in."""
        return replace(self, paper_out=bool(fence.value & 0x0C), near_end=_near_end(fence.value, near_end))


def _near_end(two_bits: int, meaning: NearEnd) -> bool:
    bits = two_bits & 0x03
    if meaning is NearEnd.BOTH:
        return bits == 0x03
    return meaning is NearEnd.ANY and bits != 0

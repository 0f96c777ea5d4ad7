"""One command at a time to a SAM module, and the wait for its reply, which may be taken up again later.

A read of a card takes seconds, and whoever asks the driver waits less: `wait` gives None at the caller's deadline and goes
on at the next call. After each exchange nothing of it is left here: the parser's block is zeroed and the wire log redacted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.cards.sam_frames import CHECKSUM, HOST_TIMEOUT, Command, Reply, ReplyParser
from drivers.cards.sam_redaction import redact
from drivers.transport import Transport
from drivers.wire_log import WireLog

READ_BYTES = 2048
WRITE_S = 0.5
GAP_S = 0.3  # between two bytes of one reply
TORN = "card.torn"
NOISE = "card.noise"
MAX_STALE_READS = 16


@dataclass(frozen=True, slots=True)
class Ask:
    """A command, and how long its reply may take: to its first byte, and to its last."""

    command: Command
    first_byte_s: float
    last_byte_s: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is to be said for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Silence:
    """No reply came in its time. `code` tells what came instead: card.noise, card.checksum, card.torn, or "" for
    nothing."""

    code: str = ""


Answer = Reply | Silence


class SamLine:
    """The line to one module. `wire_log` is the one that the transport notes its bytes in, if it does."""

    def __init__(
        self, transport: Transport, wire_log: WireLog | None, monotonic_ns: Callable[[], int]
    ) -> None:
        self.transport = transport
        self._wire_log = wire_log
        self._monotonic_ns = monotonic_ns
        self._parser = ReplyParser()
        self._wish: Ask | Pause | None = None
        self._begun = False
        self._due_ns = 0
        self._last_due_ns = 0
        self._came = 0
        self._fault = ""
        self.begun_ns = 0  # when the command was written
        self.last_byte_ns = 0

    @property
    def asking(self) -> bool:
        """Whether a command is out and its reply is not."""
        return self._begun and isinstance(self._wish, Ask)

    def open(self) -> None:
        """Takes the port. Raises DeviceError."""
        self.transport.open()
        self.forget()

    def close(self) -> None:
        """Lets the port go, and everything that was heard. Never raises."""
        self.transport.close()
        self.forget()

    def forget(self) -> None:
        """Ends what is under way, and keeps nothing of it."""
        self._wish, self._begun = None, False
        self._parser.clear()
        if self._wire_log is not None:
            self._wire_log.redact_now(redact)

    def exchange(self, ask: Ask) -> Answer:
        """Asks and waits to the end. Raises DeviceError."""
        self.wish(ask)
        answer = None
        while answer is None:
            answer = self.wait(self._monotonic_ns() + round(ask.last_byte_s * 1e9))
        return answer

    def wish(self, wish: Ask | Pause) -> None:
        """Says what is next; it begins with the next `wait`."""
        self._wish, self._begun = wish, False

    def wait(self, until_ns: int) -> Answer | None:
        """Waits for the end of what was wished: a reply, or silence, which is also the end of a pause. None when
        `until_ns` comes first. Raises DeviceError."""
        if self._wish is None:
            raise RuntimeError("nothing is wished")
        if not self._begun:
            self._begin(self._wish)
        while True:
            now_ns = self._monotonic_ns()
            due_ns = min(self._due_ns, until_ns)
            data = self.transport.read(READ_BYTES, max(0, due_ns - now_ns) / 1e9)
            answer = self._heard(data) if data else self._silent()
            if answer is not None:
                self.forget()
                return answer
            if self._monotonic_ns() >= until_ns:
                return None

    def _begin(self, wish: Ask | Pause) -> None:
        if isinstance(wish, Ask):
            self._drop_stale_bytes()
            self.transport.write(wish.command.frame, WRITE_S)
            first_s, last_s = wish.first_byte_s, wish.last_byte_s
        else:
            first_s = last_s = wish.seconds
        self.begun_ns = self._monotonic_ns()
        self._due_ns = self.begun_ns + round(first_s * 1e9)
        self._last_due_ns = self.begun_ns + round(last_s * 1e9)
        self._came, self._fault, self._begun = 0, "", True

    def _drop_stale_bytes(self) -> None:
        """What came late of the exchange before must not be taken for this reply."""
        for _ in range(MAX_STALE_READS):
            if not self.transport.read(READ_BYTES, 0):
                break

    def _heard(self, data: bytes) -> Answer | None:
        now_ns = self._monotonic_ns()
        self.last_byte_ns = now_ns
        if not isinstance(self._wish, Ask):
            return None if now_ns < self._due_ns else Silence(NOISE)
        self._came += len(data)
        self._due_ns = min(now_ns + round(GAP_S * 1e9), self._last_due_ns)
        return self._first_answer(data)

    def _first_answer(self, data: bytes) -> Answer | None:
        for item in self._parser.feed(data):
            if isinstance(item, Reply):
                return item
            if item.code == HOST_TIMEOUT:
                return Silence()
            self._fault = item.code
        return None

    def _silent(self) -> Answer | None:
        """What follows from there being nothing until now."""
        if self._monotonic_ns() < self._due_ns:
            return None
        torn = self._parser.pending
        for item in self._parser.abandon():
            if isinstance(item, Reply):
                return item
            if item.code == CHECKSUM:
                self._fault = CHECKSUM
        return Silence(self._fault or (TORN if torn else NOISE if self._came else ""))

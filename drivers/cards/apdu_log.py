"""The wire log of a smart card, and a smart card played from one. One line a message:

    < 3B 8F 80 01 ...      with no command before it: a card was put down, and this is its answer to reset
    > 00 A4 04 00 ...      a command
    < 6F 31 ... 90 00      its answer: data and status word
    <                      the card has left, also instead of an answer
    ! gone                 in a recording: the reader is unplugged

What is private is taken out before a line is kept (`drivers.cards.apdu_masking`): an ID number must not outlive its
session in a log, not even in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path

from drivers.base import DeviceGone, ProtocolError
from drivers.cards.apdu import CardGone
from drivers.cards.apdu_masking import Masking
from drivers.cards.apdu_transport import ApduTransport
from drivers.wire_log import GONE, RECEIVED, SENT, WireLine, WireLog, parse


class LoggedApduTransport:
    """Any transport, with a wire log beside it."""

    def __init__(self, transport: ApduTransport, log: WireLog) -> None:
        self._transport = transport
        self._masking = Masking()
        self._card_noted = False
        self.log = log

    @property
    def name(self) -> str:
        """See `ApduTransport.name`."""
        return self._transport.name

    def open(self) -> None:
        """See `ApduTransport.open`."""
        self._transport.open()

    def close(self) -> None:
        """See `ApduTransport.close`."""
        self._transport.close()

    def check(self) -> None:
        """See `ApduTransport.check`."""
        self._transport.check()

    def wait_card(self, timeout_s: float) -> bytes | None:
        """See `ApduTransport.wait_card`. A card is noted once, when it comes."""
        atr = self._transport.wait_card(timeout_s)
        if atr is not None and not self._card_noted:
            self._card_noted = True
            self.log.note(RECEIVED, atr)
        return atr

    def wait_lifted(self, timeout_s: float) -> bool:
        """See `ApduTransport.wait_lifted`."""
        lifted = self._transport.wait_lifted(timeout_s)
        if lifted:
            self._note_left()
        return lifted

    def connect(self) -> None:
        """See `ApduTransport.connect`."""
        self._transport.connect()

    def disconnect(self) -> None:
        """See `ApduTransport.disconnect`."""
        self._transport.disconnect()

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """See `ApduTransport.transmit`."""
        self.log.note(SENT, self._masking.command(command))
        try:
            answer = self._transport.transmit(command, timeout_s)
        except CardGone:
            self._note_left()
            raise
        self.log.note(RECEIVED, self._masking.answer(answer))
        return answer

    def _note_left(self) -> None:
        if self._card_noted:
            self._card_noted = False
            self.log.note(RECEIVED, b"")


class RecordedApduTransport:
    """Plays a recording back under a real driver. Its time is its own and moves only with the waits: give
    `monotonic_ns` to the driver as its clock."""

    def __init__(self, lines: Iterable[str], name: str = "recorded") -> None:
        self.name = name
        self._lines = deque(parse(lines))
        self._now_ns = next((line.at_ns for line in self._lines if line.at_ns is not None), 0)
        self._is_open = False
        self._atr: bytes | None = None

    @classmethod
    def from_file(cls, path: Path) -> RecordedApduTransport:
        """A recording in a file, UTF-8."""
        return cls(path.read_text(encoding="utf-8").splitlines(), name=path.name)

    @property
    def finished(self) -> bool:
        """Whether every line was played."""
        return not self._lines

    def monotonic_ns(self) -> int:
        """The recording's time."""
        return self._now_ns

    def open(self) -> None:
        """Goes on with the recording where it is."""
        self._is_open = True

    def close(self) -> None:
        """See `ApduTransport.close`."""
        self._is_open = False

    def check(self) -> None:
        """See `ApduTransport.check`."""
        if not self._is_open:
            raise DeviceGone(f"{self.name}: not open")

    def wait_card(self, timeout_s: float) -> bytes | None:
        """See `ApduTransport.wait_card`."""
        self.check()
        if self._atr is None:
            self._atr = self._unasked(timeout_s, card_comes=True)
        return self._atr

    def wait_lifted(self, timeout_s: float) -> bool:
        """See `ApduTransport.wait_lifted`."""
        self.check()
        if self._atr is not None and self._unasked(timeout_s, card_comes=False) is not None:
            self._atr = None
        return self._atr is None

    def connect(self) -> None:
        """See `ApduTransport.connect`."""
        self.check()
        if self._atr is None:
            raise CardGone(f"{self.name}: no card")

    def disconnect(self) -> None:
        """See `ApduTransport.disconnect`."""

    def transmit(self, command: bytes, timeout_s: float) -> bytearray:
        """Plays the answer to `command`. Raises ProtocolError when the driver asks something else than it did."""
        self.check()
        asked = self._next(SENT)
        if asked is None or asked.data != command:
            raise ProtocolError(f"{self.name}: the driver asked something that is not in the recording")
        answer = self._next(RECEIVED)
        if answer is None or not answer.data:
            self._atr = None
            raise CardGone(f"{self.name}: the card left")
        return bytearray(answer.data)

    def _next(self, direction: str) -> WireLine | None:
        if not self._lines or self._lines[0].direction != direction:
            return None
        line = self._lines.popleft()
        self._now_ns = max(self._now_ns, line.at_ns or 0)
        return line

    def _unasked(self, timeout_s: float, *, card_comes: bool) -> bytes | None:
        """The next line when it is what is waited for, and due. Time passes either way."""
        until_ns = self._now_ns + round(timeout_s * 1e9)
        line = self._lines[0] if self._lines else None
        if line is None or line.direction == SENT or (line.at_ns or 0) > until_ns:
            self._now_ns = until_ns
            return None
        if line.direction == GONE:
            self._lines.popleft()
            self._is_open, self._atr = False, None
            raise DeviceGone(f"{self.name}: unplugged")
        if bool(line.data) != card_comes:
            self._now_ns = until_ns
            return None
        self._now_ns = max(self._now_ns, line.at_ns or 0)
        return self._lines.popleft().data

"""Commands to a PN532 and their answers: acknowledged, repeated when damaged, ended when they take too long.

The chip sleeps after power-up and after long silence; it then takes a preamble of 55 and zeros, sent in one piece with
SAMConfiguration, before it hears anything else. Source: NXP UM0701-02, sections 6.2.1 and 7.2.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.base import DeviceError, DeviceTimeout, ProtocolError
from drivers.cards.exchange import Line
from drivers.cards.pn532_frames import (
    ACK,
    CHECKSUM,
    ERROR,
    NACK,
    TO_CHIP,
    TO_HOST,
    TORN,
    Ack,
    Fault,
    Frame,
    Item,
    frame,
)

WAKE_UP = bytes.fromhex("5555") + bytes(14)
SAM_CONFIGURATION = 0x14
SAM_NORMAL_MODE = bytes.fromhex("011401")  # no SAM chip, 1 s for a virtual card, interrupt line on
RF_CONFIGURATION = 0x32
RETRY_LIMITS = bytes.fromhex("05FF0110")  # item 5: ATR without limit, PSL once, passive activation 16 times
ACK_S = 0.1
# The first answer after a start: USB adapters on small machines have been seen to take a second and more.
FIRST_ACK_S = 1.2
REPLY_S = 0.3
REPEATS = 2


class Pn532Link:
    """One command at a time. `counts` gets commands, repeats, wakes and faults."""

    def __init__(self, line: Line[Item], counts: dict[str, int]) -> None:
        self._line = line
        self._counts = counts

    def wake(self) -> None:
        """Wakes the chip, and tells it to give up a search in time: it forgets that with its power. Raises DeviceTimeout
        when it says nothing, ProtocolError when it is no such chip."""
        self._counts["wakes"] += 1
        self._exchange(SAM_CONFIGURATION, SAM_NORMAL_MODE, REPLY_S, FIRST_ACK_S, WAKE_UP)
        self._exchange(RF_CONFIGURATION, RETRY_LIMITS, REPLY_S)

    def ask(self, command: int, parameters: bytes, reply_s: float = REPLY_S) -> bytes:
        """What the chip answers to a command, without the command's own byte. A chip that has fallen asleep is woken,
        once. Raises DeviceError."""
        try:
            return self._exchange(command, parameters, reply_s)
        except (DeviceTimeout, ProtocolError):
            self.wake()
        return self._exchange(command, parameters, reply_s)

    def abort(self) -> None:
        """Ends a running command: a chip that is left in one would not answer the next opener. Never raises."""
        try:
            self._line.send(ACK)
        except DeviceError:
            self._counts["unended"] += 1

    def _exchange(
        self, command: int, parameters: bytes, reply_s: float, ack_s: float = ACK_S, preamble: bytes = b""
    ) -> bytes:
        self._counts["commands"] += 1
        self._line.send(preamble + frame(TO_CHIP, bytes([command]) + parameters))
        if not any(isinstance(item, Ack) for item in self._items(ack_s)):
            raise self._no_answer(command)
        for _ in range(REPEATS + 1):
            reply = self._reply(command, reply_s)
            if reply is not None:
                return reply
            self._counts["repeats"] += 1
            self._line.send(NACK)
        self.abort()
        raise self._no_answer(command)

    def _reply(self, command: int, within_s: float) -> bytes | None:
        """The answer; None when it came damaged, so that it has to be sent again. Raises DeviceTimeout for silence."""
        damaged = False
        for item in self._items(within_s):
            match item:
                case Frame(tfi=tfi, body=body) if tfi == TO_HOST and body[:1] == bytes([command + 1]):
                    return body[1:]
                case Frame(tfi=tfi) if tfi == ERROR:
                    raise ProtocolError(f"the chip refuses command {command:02X}")
                case Fault(code=code) if code == CHECKSUM:
                    return None
                case Fault(code=code) if code == TORN:
                    damaged = True
        if damaged:
            return None
        self.abort()
        raise DeviceTimeout(f"no answer to command {command:02X}")

    def _items(self, within_s: float) -> Iterator[Item]:
        for item in self._line.items(within_s):
            if isinstance(item, Fault):
                self._counts[item.code.removeprefix("card.")] += 1
            yield item

    def _no_answer(self, command: int) -> DeviceError:
        """Silence, or bytes that are no frame: another device, or another speed."""
        if self._line.heard_bytes:
            return ProtocolError(f"no frame came back for command {command:02X}")
        return DeviceTimeout(f"no answer to command {command:02X}")

"""Commands to smart cards and what they answer (ISO/IEC 7816-4), pure: bytes in, bytes out.

`exchange` hides how an answer comes over: `61xx` means that xx bytes wait for GET RESPONSE, `6Cxx` that the command
should be sent again with Le = xx. What is left is data and a status word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

SUCCESS = 0x9000
FAILED = 0x6300  # a reader's own answer: wrong key, or no card
SECURITY_STATUS = 0x6982
CONDITIONS = 0x6985
NOT_SUPPORTED = 0x6A81
FILE_NOT_FOUND = 0x6A82
RECORD_NOT_FOUND = 0x6A83
WRONG_PARAMETERS = 0x6A86
WRONG_OFFSET = 0x6B00

SELECT = 0xA4
READ_BINARY = 0xB0
READ_RECORD = 0xB2
GET_RESPONSE = 0xC0
GET_DATA = 0xCA

ALL = 256
MORE_WAITS = 0x61
WRONG_LENGTH = 0x6C
STATUS_BYTES = 2
HEADER_BYTES = 4
GREATEST_DATA = 255
_STATUS_CLASSES = (0x6, 0x9)  # ISO/IEC 7816-4 5.1.3; anything else is an answer that was cut off
ROUNDS = 8  # a card that always has more to say is no card of ours

Transmit = Callable[[bytes], bytearray]
"""Carries one command to the card and its answer back. Raises CardGone, DeviceError."""


class CardGone(Exception):
    """The card has left, or cannot be told from one that has: PC/SC gives one error for both."""


class NotReadable(Exception):
    """There is a card, but it is none that can be read here. `code` as in drivers.base.CardUnreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Command:
    """One command of at most 255 data bytes. `expected` is Le from 1 to 256, None where no data is wanted. Prints
    without its data, which may be a key."""

    cla: int
    ins: int
    p1: int = 0
    p2: int = 0
    data: bytes = field(default=b"", repr=False)
    expected: int | None = None

    def __bytes__(self) -> bytes:
        """The command on its way: header, Lc and data where there are any, Le where data is wanted."""
        length = bytes([len(self.data)]) if self.data else b""
        wanted = b"" if self.expected is None else bytes([self.expected % ALL])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + length + self.data + wanted

    def wanting(self, length: int) -> Command:
        """The same command with another Le."""
        return Command(self.cla, self.ins, self.p1, self.p2, self.data, length or ALL)


@dataclass(slots=True)
class Answer:
    """What a card said. `data` is one block that can be zeroed; `status` is SW1 SW2."""

    status: int
    data: bytearray = field(default_factory=bytearray, repr=False)

    @property
    def succeeded(self) -> bool:
        """Whether all went well."""
        return self.status == SUCCESS

    def wipe(self) -> None:
        """Zeroes the data. Twice is harmless."""
        wipe(self.data)


def wipe(block: bytearray) -> None:
    """Zeroes a block and lets its bytes go."""
    block[:] = bytes(len(block))
    block.clear()


def select_application(name: bytes) -> Command:
    """SELECT by DF name. Some cards want a Le and some refuse one; `61xx` and `6Cxx` serve both."""
    return Command(0x00, SELECT, 0x04, 0x00, name)


def select_file(identifier: int) -> Command:
    """SELECT an EF under the current application."""
    return Command(0x00, SELECT, 0x02, 0x00, identifier.to_bytes(2, "big"))


def exchange(transmit: Transmit, command: Command) -> Answer:
    """The whole answer to `command`. Raises CardGone, NotReadable (a card that never finishes), DeviceError."""
    data = bytearray()
    for _ in range(ROUNDS):
        raw = transmit(bytes(command))
        status = _taken_apart(raw, data)
        if status >> 8 == MORE_WAITS:
            command = Command(0x00, GET_RESPONSE, expected=status & 0xFF or ALL)
        elif status >> 8 == WRONG_LENGTH and command.expected != (status & 0xFF or ALL):
            command = command.wanting(status & 0xFF)
        else:
            return Answer(status, data)
    wipe(data)
    raise NotReadable("card.noise")


def _taken_apart(raw: bytearray, data: bytearray) -> int:
    """Moves the data of one raw answer behind `data`, zeroes the raw one, and says the status word."""
    status = int.from_bytes(raw[-STATUS_BYTES:], "big")
    if len(raw) < STATUS_BYTES or status >> 12 not in _STATUS_CLASSES:
        wipe(data)
        wipe(raw)
        raise CardGone("an answer without a status word")
    data += memoryview(raw)[:-STATUS_BYTES]
    wipe(raw)
    return status

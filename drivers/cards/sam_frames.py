"""Frames of the security module (SAM) in a reader of second-generation identity cards, pure: bytes in, replies out.

    command: AA AA AA 96 69 | LEN | CMD PARA | data | CHK
    reply:   AA AA AA 96 69 | LEN | SW1 SW2 SW3 | data | CHK

LEN is two bytes, big-endian, and counts all that follows it; CHK is the exclusive or of all that follows the preamble.
The preamble may stand inside a photograph, so a frame is read by its LEN once it is found. Sources: the module's serial
protocol as integrators publish it (softs.im, eastcoms.com 508 and 533) and a public driver (hevz/hev-idcard-reader).
Two published samples carry a wrong CHK: it is always computed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import reduce
from operator import xor

from drivers.documents import zero

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
LENGTH_AT = len(PREAMBLE)
BODY_AT = LENGTH_AT + 2
STATUS_BYTES = 3
SHORTEST = STATUS_BYTES + 1
LONGEST = 2400
FRAME_BYTES_AT_MOST = BODY_AT + LONGEST

# What wrappers of USB serial lines put in for a reply that did not come. Its LEN promises more than follows.
HOST_TIMEOUT_FRAME = PREAMBLE + b"\x00\x05\x05\x05\x05"

CHECKSUM = "card.checksum"
HOST_TIMEOUT = "sam.host_timeout"


class Command(IntEnum):
    """CMD and PARA as one number."""

    RESET = 0x10FF
    STATUS = 0x11FF
    MODULE_ID = 0x12FF
    FIND = 0x2001
    SELECT = 0x2002
    READ = 0x3001
    READ_ADDRESS = 0x3003

    @property
    def frame(self) -> bytes:
        """The whole frame that says it."""
        body = (SHORTEST - 1).to_bytes(2, "big") + self.to_bytes(2, "big")
        return PREAMBLE + body + bytes([xor_of(body)])


class State(IntEnum):
    """SW3, the module's state, which alone decides what a reply means."""

    OK = 0x90
    FOUND = 0x9F
    NO_CARD = 0x80
    NOT_SELECTED = 0x81
    NOT_READ = 0x41
    UNKNOWN_CARD = 0x40
    NO_SUCH_ITEM = 0x91
    HOST_CHECKSUM = 0x10
    HOST_LENGTH = 0x11
    HOST_COMMAND = 0x21
    NOT_PERMITTED = 0x23
    UNKNOWN_ERROR = 0x24
    CARD_REJECTED_MODULE = 0x31
    MODULE_REJECTED_CARD = 0x32
    WRONG_INFORMATION = 0x33
    WRONG_FINGERPRINT = 0x37
    WRONG_LENGTH = 0x3F
    NO_RANDOM_NUMBER = 0x47
    SELF_TEST_FAILED = 0x60
    UNAUTHORISED = 0x66


@dataclass(slots=True)
class Reply:
    """A whole reply whose CHK is right. `data` is somebody's: who takes a reply wipes it."""

    status: bytes
    data: bytearray = field(repr=False, default_factory=bytearray)

    @property
    def state(self) -> int:
        """SW3; a `State` where it is a known one."""
        return self.status[2]

    def wipe(self) -> None:
        """Zeroes the data. Twice is harmless."""
        zero(self.data)


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no reply: `code` is card.checksum, or sam.host_timeout for a wrapper's own frame."""

    code: str


class ReplyParser:
    """Finds replies in a stream fed in pieces of any size. It works in one block, of which everything that was handed
    on or given up is zeroed at once."""

    def __init__(self) -> None:
        self._block = bytearray(FRAME_BYTES_AT_MOST)
        self._view = memoryview(self._block)
        self._filled = 0

    @property
    def pending(self) -> bool:
        """Whether bytes wait that may be the beginning of a reply."""
        return self._filled > 0

    def feed(self, data: bytes | memoryview) -> Iterator[Reply | Fault]:
        """What these bytes complete."""
        rest = memoryview(data)
        while rest:
            taken = min(len(rest), FRAME_BYTES_AT_MOST - self._filled)
            self._view[self._filled : self._filled + taken] = rest[:taken]
            self._filled += taken
            rest = rest[taken:]
            yield from self._whole_frames()

    def abandon(self) -> Iterator[Reply | Fault]:
        """Nothing more comes: gives up the frame that waits for its rest, and looks for others behind its start."""
        while self._filled:
            self._drop(1)
            yield from self._whole_frames()

    def clear(self) -> None:
        """Forgets what waits."""
        self._drop(self._filled)

    def _whole_frames(self) -> Iterator[Reply | Fault]:
        while self._at_preamble() and self._filled >= BODY_AT:
            length = int.from_bytes(self._view[LENGTH_AT:BODY_AT], "big")
            if self._block.startswith(HOST_TIMEOUT_FRAME):
                self._drop(len(HOST_TIMEOUT_FRAME))
                yield Fault(HOST_TIMEOUT)
            elif not SHORTEST <= length <= LONGEST:
                self._drop(1)
            elif self._filled < BODY_AT + length:
                return
            elif xor_of(self._view[LENGTH_AT : BODY_AT + length]):
                self._drop(1)
                yield Fault(CHECKSUM)
            else:
                yield self._reply(BODY_AT + length)

    def _at_preamble(self) -> bool:
        """Drops what is before the next preamble; what may be the beginning of one is kept."""
        start = self._block.find(PREAMBLE, 0, self._filled)
        if start < 0:
            self._drop(max(0, self._filled - len(PREAMBLE) + 1))
            return False
        self._drop(start)
        return True

    def _reply(self, end: int) -> Reply:
        data_at = BODY_AT + STATUS_BYTES
        reply = Reply(bytes(self._view[BODY_AT:data_at]), bytearray(self._view[data_at : end - 1]))
        self._drop(end)
        return reply

    def _drop(self, count: int) -> None:
        if not count:
            return
        rest = self._filled - count
        self._view[:rest] = self._view[count : self._filled]
        self._view[rest : self._filled] = bytes(count)
        self._filled = rest


def reply_frame(status: bytes, data: bytes | bytearray = b"") -> bytes:
    """The frame by which a module says `status` (SW1 SW2 SW3) and `data`. Raises ValueError when that is too long."""
    length = STATUS_BYTES + len(data) + 1
    if len(status) != STATUS_BYTES or length > LONGEST:
        raise ValueError("a reply has three bytes of status and at most 2,396 of data")
    body = length.to_bytes(2, "big") + status + data
    return PREAMBLE + body + bytes([xor_of(body)])


def xor_of(data: bytes | memoryview) -> int:
    """The checksum of some bytes."""
    return reduce(xor, data, 0)

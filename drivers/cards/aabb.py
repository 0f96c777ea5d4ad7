"""13.56 MHz cards by the AA BB family of serial readers, which shops sell as "M1 readers".

| what            | how                                                                                            |
|-----------------|------------------------------------------------------------------------------------------------|
| Models          | YHY523U, YHY632 and clones that speak their frames, see `aabb_frames`                           |
| Line            | 115200 or 19200 8N1, asked and answered; `node` FFFF speaks to any                              |
| Type A          | UID of 4 or 7 bytes (family `iso14443a`)                                                        |
| MIFARE Classic  | one data block under key A or B, 1K and the first 2K of 4K (family `mifare`); never written     |
| Beep            | 100 ms after a card that was read, where `beep = true`; never before its reading was handed on  |
| Lifted          | 250 ms in which no poll finds the card; polled about every 30 ms                                |
| Refused         | UIDs that are drawn anew at each tap (telephones): `card.unsupported`                            |
| Not supported   | two cards at once (one of them counts), writing and purses, changing speed or node, LEDs, JMY6xx, STX/ETX |
|                 | and 7E families, readers with a vendor library only (D3, D8, RF-35)                              |
| Tried on        | the emulator (`drivers/emulators/m1_reader.py`) and recordings; frames published with real ones |

A poll is request, anticollision, select; then the card is halted, which makes the next poll's request-all find it at once.
Status codes: 0 done, 13 no card, 20 request, 22 key, 23 read. Source: the readers' published command set.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from drivers.base import DeviceError, DeviceTimeout, ProtocolError
from drivers.cards import aabb_redaction
from drivers.cards.aabb_frames import ANY_NODE, TORN, Damaged, Fault, Frame, FrameParser, Item, frame
from drivers.cards.exchange import Line
from drivers.cards.mifare import BLOCK_BYTES, DataBlock
from drivers.cards.polled import DENIED, BlockUnread, PolledReader, Target
from drivers.transport import Transport

KIND = "m1_aabb_serial"

VERSION = 0x0104
BEEP = 0x0106
REQUEST = 0x0201
ANTICOLLISION = 0x0202
SELECT = 0x0203
HALT = 0x0204
AUTHENTICATE = 0x0207
READ_BLOCK = 0x0208
LONG_SELECT = 0x0212  # both cascade levels at once, for UIDs of 7 bytes

REQUEST_ALL = bytes([0x52])
FIRST_CASCADE = bytes([0x04])
BEEP_10MS = bytes([10])
DONE, KEY_REFUSED, UNREADABLE = 0, 22, 23
DOUBLE_UID = 0x40  # in the first byte of what a request answers
REPLY_S = 0.4  # the slowest, a beep, is answered when it has ended on some
ATTEMPTS = 3


class AabbModule:
    """The module's meaning of the commands. See `polled.Chip`."""

    def __init__(
        self,
        transport: Transport,
        *,
        node: int = ANY_NODE,
        beep: bool = False,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._transport = transport
        self._node = node
        self._beep = beep
        self._line: Line[Item] = Line(transport, FrameParser, monotonic_ns)
        self._counts = dict.fromkeys(
            ("opened", "commands", "repeats", "noise", "checksum", "torn", "strange"), 0
        )

    @property
    def heard_ns(self) -> int:
        """When its last byte was read."""
        return self._line.heard_ns

    def open(self) -> None:
        """Takes the line and hears whether such a reader is there. Raises DeviceError."""
        self._transport.open()
        self._counts["opened"] += 1
        try:
            self.ask_version()
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Lets the line go. Never raises."""
        self._transport.close()

    def ask_version(self) -> str:
        """The text that it calls itself by; `unnamed` where it does not say."""
        status, told = self._ask(VERSION)
        said = told.rstrip(b"\x00").decode("ascii", errors="replace").strip()
        return said if status == DONE and said else "unnamed"

    def find(self) -> Target | None:
        """A card, selected."""
        status, kind = self._ask(REQUEST, REQUEST_ALL)
        if status != DONE:
            return None
        if kind and kind[0] & DOUBLE_UID:
            status, uid = self._ask(LONG_SELECT)
            return Target(uid) if status == DONE and self._right(len(uid) == 7) else None
        status, uid = self._ask(ANTICOLLISION, FIRST_CASCADE)
        if status != DONE or not self._right(len(uid) == 4):
            return None
        status, sak = self._ask(SELECT, uid)
        return Target(uid, sak[0] if sak else None) if status == DONE else None

    def block(self, target: Target, wanted: DataBlock) -> bytes:
        """Opens the block's sector and reads it."""
        status, _ = self._ask(AUTHENTICATE, bytes([wanted.key_type, wanted.block]) + wanted.key)
        if status != DONE:
            raise BlockUnread(DENIED if status == KEY_REFUSED else TORN)
        status, content = self._ask(READ_BLOCK, bytes([wanted.block]))
        if status != DONE or not self._right(len(content) == BLOCK_BYTES):
            raise BlockUnread(TORN)
        return content

    def leave(self, target: Target, *, seen: bool) -> None:
        """Halts the card, and says that it was read."""
        self._ask(HALT)
        if seen and self._beep:
            self._ask(BEEP, BEEP_10MS)

    def idle(self, until_ns: int) -> None:
        """Waits, hearing when the line is unplugged."""
        self._line.idle(until_ns)

    def diagnostics(self) -> Mapping[str, str]:
        """Port and counters."""
        return {"port": self._transport.name} | {name: str(count) for name, count in self._counts.items()}

    def _ask(self, command: int, data: bytes = b"") -> tuple[int, bytes]:
        """The status, and what follows it. What came damaged or not at all is asked for again. Raises DeviceTimeout for
        silence, ProtocolError for anything else that never becomes an answer."""
        heard = 0
        for attempt in range(ATTEMPTS):
            self._counts["commands"] += 1
            self._counts["repeats"] += attempt > 0
            self._line.send(frame(self._node, command, data))
            answer = self._answer(command)
            if answer is not None:
                return answer
            heard += self._line.heard_bytes
        if heard:
            raise ProtocolError(f"no whole frame came back for command {command:04X}")
        raise DeviceTimeout(f"no answer to command {command:04X}")

    def _answer(self, command: int) -> tuple[int, bytes] | None:
        for item in self._line.items(REPLY_S):
            match item:
                case Frame(command=code, data=data) if code == command and data:
                    return data[0], data[1:]
                case Damaged(command=code, status=status) if code == command:
                    self._counts["checksum"] += 1
                    # Some firmware sends a wrong check with a failure, every time: it may say that much and no more.
                    return (status, b"") if status else None
                case Fault(code=code_of_fault):
                    self._counts[code_of_fault.removeprefix("card.")] += 1
        return None

    def _right(self, length_fits: bool) -> bool:
        """Counts answers that are whole and yet make no sense."""
        self._counts["strange"] += not length_fits
        return length_fits


class AabbReader(PolledReader):
    """The driver. `wanted` None: the UID counts. `monotonic_ns` stamps readings and measures silence."""

    def __init__(
        self,
        transport: Transport,
        wanted: DataBlock | None = None,
        *,
        node: int = ANY_NODE,
        beep: bool = False,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        module = AabbModule(transport, node=node, beep=beep, monotonic_ns=monotonic_ns)
        super().__init__(KIND, module, wanted, monotonic_ns)

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `aabb_redaction.redact`."""
        return aabb_redaction.redact(direction, stream)

"""13.56 MHz cards by an NXP PN532 on a serial line (HSU).

| what            | how                                                                                          |
|-----------------|----------------------------------------------------------------------------------------------|
| Models          | PN532 boards and USB sticks with it behind a CH340, CP2102 or FT232, switched to HSU/UART     |
| Line            | 115200 8N1, asked and answered, see `pn532_frames` and `pn532_link`                           |
| Type A          | UID of 4, 7 or 10 bytes (family `iso14443a`)                                                  |
| MIFARE Classic  | one data block under key A or B, 1K and the first 2K of 4K (family `mifare`); never written   |
| Type B          | the PUPI (family `iso14443b`), with `type_b = true`                                           |
| Lifted          | 250 ms in which no poll finds the card; polled about every 30 ms                              |
| Refused         | UIDs that are drawn anew at each tap (telephones), PUPIs of zeros (ID cards): `card.unsupported` |
| Not supported   | two cards at once (one of them counts), FeliCa, writing, NTAG pages, DESFire files, I2C, SPI  |
| Tried on        | the emulator (`drivers/emulators/pn532.py`) and recordings; frames published with real chips  |

A chip that is left inside a command stays deaf for the next program, so `close` ends what runs. Without a limit the chip
waits for a card for ever; it is told to give up after sixteen tries, so that silence always means trouble.
Source: NXP UM0701-02.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from drivers.base import DeviceError, ProtocolError
from drivers.cards import pn532_redaction
from drivers.cards.exchange import Line
from drivers.cards.mifare import DataBlock
from drivers.cards.numbers import ISO14443A, ISO14443B, UID_LENGTHS
from drivers.cards.pn532_frames import FrameParser, Item
from drivers.cards.pn532_link import Pn532Link
from drivers.cards.polled import DENIED, TORN, BlockUnread, PolledReader, Target
from drivers.transport import Transport

KIND = "pn532_serial"
CHIP = 0x32

GET_FIRMWARE_VERSION = 0x02
IN_DATA_EXCHANGE = 0x40
IN_LIST_PASSIVE_TARGET = 0x4A
TYPE_A = bytes.fromhex("0100")  # one target, 106 kbit/s type A
TYPE_B = bytes.fromhex("010300")  # one target, type B, any application family
READ_BLOCK = 0x30
ERROR_MASK = 0x3F
AUTHENTICATION_ERROR = 0x14
LIST_S = 0.6  # sixteen tries of about 5 ms, and as many again for a slow adapter


class Pn532Chip:
    """The chip's meaning of the commands. See `polled.Chip`."""

    def __init__(
        self,
        transport: Transport,
        *,
        type_b: bool = False,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._transport = transport
        self._type_b = type_b
        self._line: Line[Item] = Line(transport, FrameParser, monotonic_ns)
        self._counts = dict.fromkeys(
            ("opened", "commands", "wakes", "repeats", "unended", "noise", "checksum", "torn", "strange"), 0
        )
        self._link = Pn532Link(self._line, self._counts)
        self._is_open = False

    @property
    def heard_ns(self) -> int:
        """When its last byte was read."""
        return self._line.heard_ns

    def open(self) -> None:
        """Takes the line, wakes the chip and tells it to give up in time. Raises DeviceError."""
        self._transport.open()
        self._is_open = True
        self._counts["opened"] += 1
        try:
            self._link.wake()
            self.ask_version()
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Ends what runs and lets the line go. Never raises."""
        if self._is_open:
            self._link.abort()
        self._is_open = False
        self._transport.close()

    def ask_version(self) -> str:
        """`PN532 v1.6`. Raises ProtocolError for another chip."""
        answer = self._link.ask(GET_FIRMWARE_VERSION, b"")
        if len(answer) != 4 or answer[0] != CHIP:
            raise ProtocolError("the reader is no PN532")
        return f"PN532 v{answer[1]}.{answer[2]}"

    def find(self) -> Target | None:
        """A card of type A, else of type B where it is asked for."""
        target = self._listed(TYPE_A, _type_a)
        if target is None and self._type_b:
            target = self._listed(TYPE_B, _type_b)
        return target

    def block(self, target: Target, wanted: DataBlock) -> bytes:
        """Opens the block's sector and reads it."""
        proof = bytes([wanted.key_type, wanted.block]) + wanted.key + target.uid[-4:]
        self._transceive(target, proof, 0)
        return self._transceive(target, bytes([READ_BLOCK, wanted.block]), 16)

    def leave(self, target: Target, *, seen: bool) -> None:
        """Nothing: the next poll's first call sends the card back to the start, and a later one finds it."""

    def idle(self, until_ns: int) -> None:
        """Waits, hearing when the line is unplugged."""
        self._line.idle(until_ns)

    def diagnostics(self) -> Mapping[str, str]:
        """Port and counters."""
        return {"port": self._transport.name} | {name: str(count) for name, count in self._counts.items()}

    def _listed(self, what: bytes, parse: Callable[[bytes], Target | None]) -> Target | None:
        answer = self._link.ask(IN_LIST_PASSIVE_TARGET, what, LIST_S)
        if answer[:1] == b"\x00":
            return None
        target = parse(answer)
        self._counts["strange"] += target is None
        return target

    def _transceive(self, target: Target, data: bytes, length: int) -> bytes:
        """What the card answers, `length` bytes. Raises BlockUnread."""
        answer = self._link.ask(IN_DATA_EXCHANGE, bytes([target.handle]) + data)
        error = answer[0] & ERROR_MASK if answer else None
        if error == AUTHENTICATION_ERROR:
            raise BlockUnread(DENIED)
        if error != 0 or len(answer) != 1 + length:
            raise BlockUnread(TORN)
        return answer[1:]


class Pn532Reader(PolledReader):
    """The driver. `wanted` None: the UID counts. `monotonic_ns` stamps readings and measures silence."""

    def __init__(
        self,
        transport: Transport,
        wanted: DataBlock | None = None,
        *,
        type_b: bool = False,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        chip = Pn532Chip(transport, type_b=type_b, monotonic_ns=monotonic_ns)
        super().__init__(KIND, chip, wanted, monotonic_ns)

    @staticmethod
    def redact(direction: str, stream: bytes) -> bytes:
        """A wire log's way out: see `pn532_redaction.redact`."""
        return pn532_redaction.redact(direction, stream)


def _type_a(answer: bytes) -> Target | None:
    """NbTg, Tg, SENS_RES (2), SEL_RES, UID length, UID; what follows is the card's ATS."""
    if len(answer) < 6 or answer[5] not in UID_LENGTHS or len(answer) < 6 + answer[5]:
        return None
    return Target(answer[6 : 6 + answer[5]], answer[4], ISO14443A, answer[1])


def _type_b(answer: bytes) -> Target | None:
    """NbTg, Tg, ATQB (50, PUPI (4), application data (4), protocol (3 or 4)), answer to ATTRIB."""
    if len(answer) < 14 or answer[2] != 0x50:
        return None
    return Target(answer[3:7], None, ISO14443B, answer[1])

"""Packets of the Simple Serial Interface, pure: bytes in, packets and faults out, in any pieces.

    length | opcode | source | status | data | checksum (2, big-endian)

`length` counts all but the checksum, so a packet has 6 to 257 bytes; `source` is 0 for the scanner and 4 for the host;
bit 0 of `status` says that the packet is sent again, bit 1 that it is not the last of a message. The checksum is the
two's complement of the sum of the bytes before it. Source: the interface chapters of scan engine guides of several
makers; the vectors in the tests are from one of them.

Nothing marks where a packet begins, so after damage every byte may be a length. The parser tries each in turn, and what
waits behind a false length is found when the line falls silent (`abandon`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from drivers.scanners.scans import invented

SCANNER = 0
HOST = 4

REQUEST_REVISION = 0xA3
REPLY_REVISION = 0xA4
ACK = 0xD0
NAK = 0xD1
START_DECODE = 0xE4
STOP_DECODE = 0xE5
DECODE_DATA = 0xF3

AGAIN = 0x01
CONTINUED = 0x02

HEADER_BYTES = 4
CHECKSUM_BYTES = 2
MOST_DATA = 0xFF - HEADER_BYTES

NOISE = "scan.noise"
TORN = "scan.torn"


@dataclass(frozen=True, slots=True)
class Packet:
    """A whole packet whose checksum is right. The first byte of a DECODE_DATA's `data` is the type of the code."""

    opcode: int
    source: int = SCANNER
    status: int = 0
    data: bytes = field(default=b"", repr=False)

    @property
    def again(self) -> bool:
        """Whether it was sent before and not acknowledged."""
        return bool(self.status & AGAIN)

    @property
    def continued(self) -> bool:
        """Whether more packets of this message follow."""
        return bool(self.status & CONTINUED)


@dataclass(frozen=True, slots=True)
class Fault:
    """Bytes that are no packet: `code` is scan.noise, or scan.torn where a packet had begun."""

    code: str


class PacketParser:
    """Finds the packets of one `source` in a stream fed in pieces of any size."""

    def __init__(self, source: int = SCANNER) -> None:
        self._source = source
        self._held = bytearray()
        self._in_noise = False

    @property
    def pending(self) -> bool:
        """Whether a packet may have begun and not ended."""
        return bool(self._held)

    def feed(self, data: bytes) -> Iterator[Packet | Fault]:
        """What these bytes complete. A run of noise is one fault, however it is cut into pieces."""
        self._held += data
        while self._held:
            found = self._first()
            if found is None:
                return
            yield from self._told(found)

    def abandon(self) -> Iterator[Packet | Fault]:
        """The line is silent: what began will not end, but whole packets may stand behind a false beginning."""
        torn = self.pending and not self._in_noise
        while self._held:
            found = self._first()
            if isinstance(found, Packet):
                yield found
            elif found is None:
                _drop(self._held, 1)
        self._in_noise = False
        if torn:
            yield Fault(TORN)

    def _told(self, found: Packet | Fault) -> Iterator[Packet | Fault]:
        if isinstance(found, Packet):
            self._in_noise = False
            yield found
        elif not self._in_noise:
            self._in_noise = True
            yield found

    def _first(self) -> Packet | Fault | None:
        """The packet that the held bytes begin with, a fault where they cannot be one, None while it is unfinished."""
        held = self._held
        length = held[0]
        total = length + CHECKSUM_BYTES
        if length < HEADER_BYTES or (len(held) > 2 and held[2] != self._source):
            _drop(held, 1)
            return Fault(NOISE)
        if len(held) < total:
            return None
        if checksum_of(held[:length]) != int.from_bytes(held[length:total], "big"):
            _drop(held, 1)
            return Fault(NOISE)
        packet = Packet(held[1], held[2], held[3], bytes(held[HEADER_BYTES:length]))
        _drop(held, total)
        return packet


def _drop(held: bytearray, count: int) -> None:
    """Zeroed before it goes: a deleted beginning of a bytearray stays where it was."""
    held[:count] = bytes(count)
    del held[:count]


def checksum_of(octets: bytes | bytearray) -> int:
    """The two's complement of the sum, 16 bits."""
    return -sum(octets) & 0xFFFF


def packet(
    opcode: int, data: bytes = b"", *, source: int = HOST, status: int = 0, checksum: int | None = None
) -> bytes:
    """The bytes of a packet; another `checksum` makes a damaged one. Raises ValueError for more data than one holds."""
    if len(data) > MOST_DATA:
        raise ValueError(f"a packet holds {MOST_DATA} bytes, not {len(data)}")
    body = bytes([HEADER_BYTES + len(data), opcode, source, status]) + data
    return body + (checksum_of(body) if checksum is None else checksum).to_bytes(CHECKSUM_BYTES, "big")


def redact(direction: str, stream: bytes) -> bytes:
    """The stream with the content of every code replaced, as `drivers.wire_log.Redaction`. Of whole packets all data but
    its first byte becomes made-up digits (the same for the same code); of the bytes that are no packet nothing stays. We
    send nothing private."""
    if direction == ">":
        return stream
    clean = bytearray()
    position = 0
    while position < len(stream):
        whole = _whole_packet(stream, position)
        if not whole:
            clean.append(0)
            position += 1
            continue
        clean += _without_content(whole)
        position += len(whole)
    return bytes(clean)


def _whole_packet(stream: bytes, position: int) -> bytes:
    length = stream[position]
    whole = stream[position : position + length + CHECKSUM_BYTES]
    right = (
        length >= HEADER_BYTES
        and len(whole) == length + CHECKSUM_BYTES
        and whole[2] == SCANNER
        and checksum_of(whole[:length]) == int.from_bytes(whole[length:], "big")
    )
    return whole if right else b""


def _without_content(whole: bytes) -> bytes:
    """Not of DECODE_DATA only: damage that the checksum cannot see may have made another opcode of it."""
    data = whole[HEADER_BYTES:-CHECKSUM_BYTES]
    clean = data[:1] + invented(data[1:])
    return packet(whole[1], clean, source=SCANNER, status=whole[3])

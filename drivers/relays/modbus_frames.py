"""Frames of Modbus RTU, as far as a relay board speaks it, pure: requests made, replies found in bytes in any pieces.

A frame is address, function, data and a CRC-16 (polynomial A001 reflected, start FFFF, low byte first). Read coils (01)
is answered by the number of bytes and the states, the lowest channel in the lowest bit; write coil (05) by the request
itself; a board that refuses answers the function with its highest bit set, and a number. Channels count from 1 here, from
0 on the wire. Sources: "MODBUS over serial line" and the application protocol of modbus.org; the pulse ("flash on") is
the extension of Waveshare's boards and of those that copy it: coils from 0200, units of 100 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

READ_COILS = 0x01
WRITE_COIL = 0x05
REFUSED = 0x80
COIL_ON = 0xFF00
COIL_OFF = 0x0000
FLASH_ON = 0x0200
FLASH_UNIT_MS = 100
MOST_FLASH_UNITS = 0x7FFF
REQUEST_BYTES = 8
REFUSAL_BYTES = 5
CRC_BYTES = 2


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_TABLE = _crc_table()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The board understood, and will not: 1 no such function, 2 no such address, 3 no such value, 4 fault, 6 busy."""

    number: int


def crc16(data: bytes) -> int:
    """The check of a frame without its last two bytes."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc


def framed(body: bytes) -> bytes:
    """The body with its check."""
    return body + crc16(body).to_bytes(CRC_BYTES, "little")


def read_coils(address: int, count: int) -> bytes:
    """Asks for the states of the first `count` channels."""
    return _request(address, READ_COILS, 0, count)


def switch(address: int, channel: int, on: bool) -> bytes:
    """Switches a channel until it is switched again."""
    return _request(address, WRITE_COIL, channel - 1, COIL_ON if on else COIL_OFF)


def flash_on(address: int, channel: int, units: int) -> bytes:
    """Switches a channel on for `units` of 100 ms; the board switches it off by itself."""
    return _request(address, WRITE_COIL, FLASH_ON + channel - 1, units)


def flash_units(duration_ms: int) -> int:
    """The duration in the board's units, rounded up."""
    return -(-duration_ms // FLASH_UNIT_MS)


def coils(reply: bytes, count: int) -> tuple[bool, ...]:
    """The states in a reply to `read_coils`, from channel 1."""
    states = int.from_bytes(reply[3:-CRC_BYTES], "little")
    return tuple(bool(states >> channel & 1) for channel in range(count))


class ReplyParser:
    """Finds the reply to one request. Whatever it is cut into, and whatever noise is around it, the first whole frame
    that answers the request is the reply.

    An RS-485 adapter may give back what it sends. The echo of a write is also its confirmation, so on a line that
    `echoes` the first such frame is the echo, and only a second one is the board's. `echoed` says whether an echo came.
    """

    def __init__(self, request: bytes, *, echoes: bool = False) -> None:
        self._request = request
        self._head = request[:2]
        self._refused_head = bytes([request[0], request[1] | REFUSED])
        self._is_write = request[1] == WRITE_COIL
        self._echoes = echoes
        if not self._is_write:
            data_bytes = (int.from_bytes(request[4:6], "big") + 7) // 8
            self._head += bytes([data_bytes])
            self._reply_bytes = len(self._head) + data_bytes + CRC_BYTES
        self._heard = bytearray()
        self.echoed = False

    @property
    def noise(self) -> bool:
        """Whether bytes came that are neither reply nor echo: also those of a damaged echo."""
        return bool(self._heard)

    def feed(self, data: bytes) -> bytes | Refusal | None:
        """The reply, once these bytes complete it. What comes after it is dropped."""
        for byte in data:
            self._heard.append(byte)
            reply = self._ending()
            if reply is not None:
                return reply
        return None

    def _ending(self) -> bytes | Refusal | None:
        """The reply that the bytes so far end with."""
        if self._heard.endswith(self._request):
            return self._own_words()
        refusal = self._frame_at_end(self._refused_head, REFUSAL_BYTES)
        if refusal is not None:
            return Refusal(refusal[2])
        return None if self._is_write else self._frame_at_end(self._head, self._reply_bytes)

    def _own_words(self) -> bytes | None:
        del self._heard[-len(self._request) :]
        if self._is_write and (self.echoed or not self._echoes):
            return self._request
        self.echoed = True
        return None

    def _frame_at_end(self, head: bytes, length: int) -> bytes | None:
        if len(self._heard) < length or not self._heard.startswith(head, len(self._heard) - length):
            return None
        frame = bytes(self._heard[-length:])
        if framed(frame[:-CRC_BYTES]) != frame:
            return None
        del self._heard[-length:]
        return frame


def _request(address: int, function: int, first: int, value: int) -> bytes:
    return framed(bytes([address, function]) + first.to_bytes(2, "big") + value.to_bytes(2, "big"))

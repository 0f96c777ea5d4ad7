"""What of an AA BB reader's wire log may leave the machine: the frames, without card numbers, keys and blocks.

A redacted frame is as long as it was and its check as right or wrong, so a log still replays, against a driver whose key
is the transport key. An AA stays where it is, because another byte in its place would be one shorter on the wire. Of what
is no frame only its kind stays.
"""

from __future__ import annotations

from drivers.cards.aabb_frames import ESCAPED, START, Damaged, Fault, Frame, check_of, escaped, read_frame
from drivers.cards.mifare import BLOCK_BYTES, TRANSPORT_KEY
from drivers.cards.redaction import MASK, invented, invented_uid
from drivers.wire_log import SENT

_KEPT_IN_NOISE = frozenset((*START, 0x00))
_HEADER_BYTES, _COMMAND = 4, slice(2, 4)
_HARMLESS = frozenset((0x0101, 0x0102, 0x0103, 0x0104, 0x0106, 0x0107, 0x010C, 0x0201, 0x0204))
_ANTICOLLISION, _SELECT, _OPEN, _READ, _LONG_SELECT = 0x0202, 0x0203, 0x0207, 0x0208, 0x0212


def redact(direction: str, stream: bytes) -> bytes:
    """The stream without what is private, as `drivers.wire_log.Redaction`."""
    clean = bytearray()
    position = 0
    while (start := stream.find(START, position)) >= 0:
        clean += _masked(stream[position:start])
        item, length = read_frame(stream[start:]) or (None, 0)
        if item is None or isinstance(item, Fault):
            length = _header_length(stream[start : start + _HEADER_BYTES])
            clean += stream[start : start + length]
        elif isinstance(item, Damaged):
            clean += _damaged(direction, stream[start : start + length])
        else:
            clean += _redacted(direction, stream[start : start + length])
        position = start + length
    return bytes(clean + _masked(stream[position:]))


def _redacted(direction: str, raw: bytes) -> bytes:
    """A whole frame."""
    body = raw[_HEADER_BYTES:].replace(bytes([ESCAPED, 0]), bytes([ESCAPED]))
    head, data, check = body[:4], body[4:-1], body[-1]
    command = int.from_bytes(head[_COMMAND], "little")
    wished = _asked(command, data) if direction == SENT else _answered(command, data)
    kept = bytes(
        old if ESCAPED in (old, new) and old != new else new for old, new in zip(data, wished, strict=True)
    )
    clean = raw[:_HEADER_BYTES] + escaped(head + kept)
    return clean + bytes([check ^ check_of(data) ^ check_of(kept)])


def _header_length(header: bytes) -> int:
    """How much of a start that became no frame is start and length; an AA there may be the next start."""
    return len(START) if ESCAPED in header[len(START) :] else len(header)


def _damaged(direction: str, raw: bytes) -> bytes:
    """A frame whose check is wrong, and stays so: node, command and status tell what went wrong."""
    told = _HEADER_BYTES + (4 if direction == SENT else 5)
    clean = raw[:told] + _masked(raw[told:])
    still_wrong = not isinstance(
        (read_frame(clean + START) or (None,))[0], Frame
    )  # its check may be the next start
    return clean if still_wrong else clean[:-1] + bytes([MASK + 1])


def _asked(command: int, data: bytes) -> bytes:
    """What the host says: the UID that it selects, the key that it opens a sector with."""
    if (
        command in _HARMLESS
        or command in (_ANTICOLLISION, _LONG_SELECT)
        or (command == _READ and len(data) == 1)
    ):
        return data
    if command == _SELECT:
        return invented_uid(data) if data else data
    if command == _OPEN and len(data) == 8:
        return data[:2] + bytes.fromhex(TRANSPORT_KEY)
    return bytes([MASK]) * len(data)


def _answered(command: int, data: bytes) -> bytes:
    """What the reader says, behind its status."""
    status, told = data[:1], data[1:]
    if command in _HARMLESS or command in (_SELECT, _OPEN):
        return data if len(told) <= 2 or command == 0x0104 else status + bytes([MASK]) * len(told)
    if command in (_ANTICOLLISION, _LONG_SELECT):
        return status + (invented_uid(told) if told else b"")
    if command == _READ:
        return status + invented(told[:BLOCK_BYTES]) + bytes(len(told[BLOCK_BYTES:]))
    return status + bytes([MASK]) * len(told)


def _masked(stray: bytes) -> bytes:
    return bytes(byte if byte in _KEPT_IN_NOISE else MASK for byte in stray)

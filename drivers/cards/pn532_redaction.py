"""What of a PN532's wire log may leave the machine: the frames, without card numbers, keys and what blocks hold.

Whole frames keep their shape and get right sums again, so a redacted log still replays: against a driver whose key is the
transport key, which stands where the real one was. Of everything else only its kind stays: start, length, padding, bytes.
"""

from __future__ import annotations

from drivers.cards.mifare import KEY_TYPES, TRANSPORT_KEY
from drivers.cards.pn532_frames import ERROR, LONGEST, START, TO_CHIP, TO_HOST, Frame, read_frame, sum_to_zero
from drivers.cards.redaction import MASK, invented, invented_uid

LONGEST_FRAME = LONGEST + 16
# Version, SAM and radio settings, and the search for a card: nobody's secrets.
_HARMLESS = frozenset((0x02, 0x03, 0x14, 0x15, 0x32, 0x33, 0x4A, 0x41))
_LISTED, _EXCHANGED, _EXCHANGE = 0x4B, 0x41, 0x40
_ERROR_ONLY = 2
_KEPT_IN_NOISE = (0x00, 0x55, 0xFF)  # padding, the wake-up preamble, and what starts are made of


def redact(direction: str, stream: bytes) -> bytes:
    """The stream without what is private, as `drivers.wire_log.Redaction`."""
    clean = bytearray()
    position = 0
    whole = set()
    while (start := stream.find(START, position)) >= 0:
        clean += _masked(stream[position:start])
        item, length = read_frame(stream[start : start + LONGEST_FRAME]) or (None, 0)
        if length == 0:
            length = _header_length(stream[start : start + 4])
            clean += stream[start : start + length]
        elif isinstance(item, Frame):
            whole.add(start)
            content = _without_secrets(item)
            clean += (
                stream[start : start + length - len(content) - 1] + content + bytes([sum_to_zero(content)])
            )
        else:
            clean += stream[start : start + length]
        position = start + length
    clean += _masked(stream[position:])
    _spoil_accidents(clean, whole)
    return bytes(clean)


def _spoil_accidents(clean: bytearray, whole: set[int]) -> None:
    """What was damaged must not have become a frame by its masking: one sum in 256 would be right."""
    position = 0
    while (start := clean.find(START, position)) >= 0:
        item, length = read_frame(clean[start : start + LONGEST_FRAME]) or (None, 0)
        masked = clean.find(MASK, start, start + length)
        if isinstance(item, Frame) and start not in whole and masked >= 0:
            clean[masked] = MASK + 1
        else:
            position = start + max(length, 1)


def _header_length(header: bytes) -> int:
    """How much of a start that became no frame says nothing but how long it would have been."""
    return 4 if len(header) == 4 and header[2] and (header[2] + header[3]) % 256 == 0 else 1


def _masked(stray: bytes) -> bytes:
    return bytes(byte if byte in _KEPT_IN_NOISE else MASK for byte in stray)


def _without_secrets(frame: Frame) -> bytes:
    """TFI and body of a whole frame, redacted."""
    body = frame.body
    match (frame.tfi, body[:1]):
        case (tfi, _) if tfi == ERROR:
            clean = body
        case (tfi, code) if tfi == TO_HOST and code == bytes([_LISTED]):
            clean = _listed(body)
        case (tfi, code) if tfi == TO_CHIP and code == bytes([_EXCHANGE]):
            clean = _exchange(body)
        case (tfi, code) if tfi == TO_HOST and code == bytes([_EXCHANGED]) and len(body) > _ERROR_ONLY:
            clean = body[:2] + invented(body[2:18]) + bytes(len(body[18:]))
        case (_, code) if code and code[0] in _HARMLESS:
            clean = body
        case _:
            clean = body[:1] + bytes([MASK]) * len(body[1:])
    return bytes([frame.tfi]) + clean


def _listed(body: bytes) -> bytes:
    """A search's answer. What follows the UID (ATS, ATQB) may tell the card too, and nobody reads it."""
    if body[1:2] == b"\x00" or len(body) < 7:
        return body[:2] + bytes(len(body[2:]))
    if body[3] == 0x50 and len(body) >= 14:  # type B: PUPI
        return body[:4] + invented_uid(body[4:8]) + bytes(len(body[8:]))
    uid = body[7 : 7 + body[6]]
    return body[:7] + (invented_uid(uid) if uid else b"") + bytes(len(body[7 + len(uid) :]))


def _exchange(body: bytes) -> bytes:
    """A command to a card: reading says its block, opening a sector says the key and the end of the UID."""
    command = body[2:3]
    if len(body) == 14 and command and command[0] in KEY_TYPES.values():
        return body[:4] + bytes.fromhex(TRANSPORT_KEY) + invented_uid(body[10:])
    return body[:4] + bytes([MASK]) * len(body[4:])

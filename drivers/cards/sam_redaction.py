"""What the wire log of an identity card reader may show: frames and their status, and nobody.

All data of a reply are replaced: the text of a card by that of an invented person of the same layout, its photograph and
everything else by zeros. A reply's CHK stays as right or as wrong as it was, so a redacted log still replays.
"""

from __future__ import annotations

from functools import cache

from drivers.cards import id_text, sam_frames
from drivers.cards.sam_frames import BODY_AT, LENGTH_AT, LONGEST, PREAMBLE, SHORTEST, STATUS_BYTES, xor_of
from drivers.documents import DocumentKind
from drivers.wire_log import SENT

# Province 10 does not exist, so nobody has this number; its check character is right.
INVENTED_NUMBER = "109900190001010018"
_INVENTED_OLD_FOREIGNER_NUMBER = "XXX109900010101"
_LENGTHS_BYTES = 4
_DATA_AT = BODY_AT + STATUS_BYTES


def redact(direction: str, stream: bytes) -> bytes:
    """See `drivers.wire_log.Redaction`. What we send says nothing of anybody."""
    if direction == SENT:
        return stream
    clean = bytearray(len(stream))
    start = stream.find(PREAMBLE)
    while start >= 0:
        frame = _redacted_frame(stream[start : start + sam_frames.FRAME_BYTES_AT_MOST])
        clean[start : start + len(frame)] = frame
        start = stream.find(PREAMBLE, start + len(frame))
    return bytes(clean)


def _redacted_frame(stream: bytes) -> bytes:
    """The frame that begins this stream, as much as there is of it; the bare preamble where its LEN cannot be."""
    length = int.from_bytes(stream[LENGTH_AT:BODY_AT], "big")
    if len(stream) < BODY_AT or not SHORTEST <= length <= LONGEST:
        return PREAMBLE
    if stream.startswith(sam_frames.HOST_TIMEOUT_FRAME):
        return sam_frames.HOST_TIMEOUT_FRAME
    end = BODY_AT + length
    damage = xor_of(stream[LENGTH_AT:end])
    if damage or len(stream) < end:
        torn_at = stream.find(
            PREAMBLE, LENGTH_AT
        )  # what follows a torn frame in the log begins with the next preamble
        end = torn_at if 0 <= torn_at < end else end
    stream = stream[:end]
    data = _invented(stream[_DATA_AT:end][: length - SHORTEST], length - SHORTEST)
    clean = sam_frames.reply_frame(stream[BODY_AT:_DATA_AT].ljust(STATUS_BYTES, b"\0"), data)
    return (clean[:-1] + bytes([clean[-1] ^ damage]))[: len(stream)]


def _invented(data: bytes, length: int) -> bytes:
    """`length` bytes for these data, of which some may not have come."""
    text_end = _LENGTHS_BYTES + id_text.TEXT_BYTES
    if length < text_end or not data.startswith(id_text.TEXT_BYTES.to_bytes(2, "big")):
        return bytes(length)
    lengths = data[:_LENGTHS_BYTES].ljust(_LENGTHS_BYTES, b"\0")
    return lengths + _invented_text(data[_LENGTHS_BYTES:text_end]) + bytes(length - text_end)


def _invented_text(text: bytes) -> bytes:
    """An invented person's text, unreadable where the real one is."""
    try:
        kind = id_text.layout_of(text).kind
    except id_text.UnreadableText:
        return bytes(id_text.TEXT_BYTES)
    return _text_of_nobody(kind, readable=_is_readable(text))


@cache
def _text_of_nobody(kind: DocumentKind, *, readable: bool) -> bytes:
    number = INVENTED_NUMBER if readable else INVENTED_NUMBER[:-1] + "0"
    if kind is DocumentKind.FOREIGNER_2017:
        number = _INVENTED_OLD_FOREIGNER_NUMBER if readable else ""
    return id_text.compose(kind, {"name": "样本", "sex": "0", "birth": "19000101", "number": number})


def _is_readable(text: bytes) -> bool:
    try:
        id_text.read(bytearray(text)).wipe()
    except id_text.UnreadableText:
        return False
    return True

"""What may leave the machine of a conversation with a slip printer: its questions and answers, and no word of a slip.

Of what was sent only commands that carry no text stay (status queries, fences, confirmations, resets); everything else,
names and raster pictures of names alike, becomes zeros. A printer answers in single bytes and short words; a longer run of
digits is no printer's and becomes zeros too, because it may be a card reader that hangs on the wrong port.

Source: Epson's ESC/POS command reference (DLE EOT, DLE ENQ, GS a, GS r, GS I, GS ( H, ESC @).
"""

from __future__ import annotations

import re

from drivers.wire_log import SENT

_COMMANDS = re.compile(
    rb"\x10[\x04\x05][\x01-\x08]"
    rb"|\x1d[aI][\x00-\xff]"
    rb"|\x1dr[\x01\x02\x31\x32]"
    rb"|\x1d\(H\x06\x00[\x00-\x31][\x30-\x31][\x00-\xff]{4}"
    rb"|\x1b@",
    re.DOTALL,
)
_DIGITS = re.compile(rb"[0-9A-Fa-f]{6,}")


def redact(direction: str, stream: bytes) -> bytes:
    """As `drivers.wire_log.Redaction`."""
    if direction != SENT:
        return _DIGITS.sub(lambda found: b"0" * len(found[0]), stream)
    clean = bytearray(len(stream))
    for command in _COMMANDS.finditer(stream):
        clean[command.start() : command.end()] = command[0]
    return bytes(clean)

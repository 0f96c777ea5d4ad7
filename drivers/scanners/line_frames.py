"""Codes as plain lines, pure: bytes in, whole codes out, in any pieces.

A code ends with CR, LF or both, or, from a scanner that is set to no suffix, when the line falls silent (`abandon`).
There is no checksum: damage that still decodes as text cannot be told. What is longer than 4 KiB is dropped to its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.scanners.scans import ENDS, LONGEST, invented


class LineParser:
    """Cuts a stream fed in pieces of any size into codes. `too_long` counts what was dropped."""

    def __init__(self) -> None:
        self.too_long = 0
        self._held = bytearray()
        self._dropping = False

    @property
    def pending(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._held) or self._dropping

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The codes that these bytes complete, without their ends; never an empty one."""
        for line in data.splitlines(keepends=True):
            self._take(line.rstrip(ENDS))
            if line[-1] in ENDS:
                yield from self.abandon()

    def abandon(self) -> Iterator[bytes]:
        """The code ends here: by its suffix, or because the line is silent."""
        whole = bytes(self._held)
        self._held[:] = bytes(len(self._held))
        self._held.clear()
        self._dropping = False
        if whole:
            yield whole

    def _take(self, part: bytes) -> None:
        if self._dropping:
            return
        self._held += part
        if len(self._held) > LONGEST:
            self.too_long += 1
            self._held[:] = bytes(len(self._held))
            self._held.clear()
            self._dropping = True


def redact(direction: str, stream: bytes) -> bytes:
    """The stream with every code replaced, as `drivers.wire_log.Redaction`: made-up digits, the same for the same code;
    the ends stay. A plain-line scanner is sent nothing."""
    clean = bytearray()
    for line in stream.splitlines(keepends=True):
        code = line.rstrip(ENDS)
        clean += invented(code) + line[len(code) :]
    return bytes(clean)

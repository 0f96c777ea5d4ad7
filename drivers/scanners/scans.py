"""From what a scanner read to `CodeScanned`, pure: no I/O, and the time comes in as numbers.

* The same content within 2 s of its last sight is one scan: a code that is held in front of the window is read again and
  again. What is remembered of the last one is a keyed digest, never the content.
* Content is UTF-8, or else GB 18030, unless the scanner is known to send one of them: a short Chinese word in GB 18030
  may by chance be right UTF-8 of another script (一楼 is also һ¥). Control characters other than those of the bar code standards (tab, and the
  separators of ISO/IEC 15434) make it noise.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque

from drivers.base import CodeScanned
from drivers.documents import PrivateText

SAME_SCAN_NS = 2_000_000_000
LONGEST = 4096
ENDS = b"\r\n"
ENCODINGS = {"auto": ("utf-8", "gb18030"), "utf-8": ("utf-8",), "gb18030": ("gb18030",)}
_MOST_DIGITS = 9
_REDACTION_KEY = secrets.token_bytes(32)
_NOISE = frozenset(range(0x20)) - frozenset(b"\t\x04\x1c\x1d\x1e") | {0x7F}

SCANS = "scans"
REPEATED = "repeated"
UNREADABLE = "unreadable"


class Scans:
    """Whole codes in, scans out, oldest first. `encoding` is a key of ENCODINGS; `counts` says what became of them."""

    def __init__(self, encoding: str = "auto") -> None:
        self._encodings = ENCODINGS[encoding]
        self.counts = dict.fromkeys((SCANS, REPEATED, UNREADABLE), 0)
        self._key = secrets.token_bytes(32)
        self._waiting: deque[CodeScanned] = deque()
        self._last: bytes | None = None
        self._last_ns = 0

    def take(self, content: bytes, now_ns: int, within_ns: int = SAME_SCAN_NS) -> None:
        """A whole code was read; `now_ns` is when its last byte had come. The same as the one before it is no scan
        when that was seen less than `within_ns` ago."""
        payload = content.rstrip(ENDS)
        if not payload:
            return
        text = self._text(payload)
        if text is None:
            self.counts[UNREADABLE] += 1
        elif self._is_repeat(payload, now_ns, within_ns):
            self.counts[REPEATED] += 1
            text.wipe()
        else:
            self.counts[SCANS] += 1
            self._waiting.append(CodeScanned(text, now_ns))

    def next_scan(self) -> CodeScanned | None:
        """The oldest scan not yet taken."""
        return self._waiting.popleft() if self._waiting else None

    def _is_repeat(self, payload: bytes, now_ns: int, within_ns: int) -> bool:
        seen = hashlib.blake2b(payload, key=self._key).digest()
        repeat = seen == self._last and now_ns - self._last_ns < within_ns
        self._last, self._last_ns = seen, now_ns
        return repeat

    def _text(self, payload: bytes) -> PrivateText | None:
        if not _NOISE.isdisjoint(payload):
            return None
        for encoding in self._encodings:
            try:
                return PrivateText.decoded(payload, encoding) or None
            except UnicodeDecodeError:
                continue
        return None


def invented(payload: bytes) -> bytes:
    """Digits in place of private content, of its length, and in this process always the same for the same content: a
    redacted log replays. Nine of them at most are not 0, so that a card's number stays one."""
    digest = hashlib.blake2b(payload, key=_REDACTION_KEY, digest_size=8).digest()
    shown = min(len(payload), _MOST_DIGITS)
    return str(int.from_bytes(digest, "big") % 10**shown).zfill(len(payload)).encode() if payload else b""

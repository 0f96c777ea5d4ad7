"""Looking for a number that must not be there: in files, in any of its spellings, inside compressed streams too."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_ZLIB_START = re.compile(rb"[\x18\x28\x38\x48\x58\x68\x78][\x01\x5e\x9c\xda\x3f\x7d\xbb\xf9]")
_GZIP_START = re.compile(rb"\x1f\x8b\x08")
BLOCK = 48


def spellings(number: str) -> dict[str, bytes]:
    """A number of digits (and an X at its end) as bytes: UTF-8 and GBK (the same for digits), UTF-16LE, packed BCD."""
    digits = number.upper().replace("X", "A")
    return {
        "utf-8": number.encode("utf-8"),
        "gbk": number.encode("gbk"),
        "utf-16-le": number.encode("utf-16-le"),
        "bcd": bytes.fromhex(digits if len(digits) % 2 == 0 else digits + "F"),
    }


def traces(directories: Iterable[Path], number: str, document: bytes = b"") -> list[str]:
    """Where the number stands in a file below `directories`, or a piece of the document does: "path: how" each."""
    blocks = {document[at : at + BLOCK] for at in range(0, len(document) - BLOCK, BLOCK)}
    return [
        f"{path}: {how}"
        for directory in directories
        for path in sorted(directory.rglob("*"))
        if path.is_file()
        for how in _found_in(path.name.encode() + b"\n" + _content(path), number, blocks)
    ]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a service next door has just deleted it
        return b""


def _found_in(content: bytes, number: str, blocks: set[bytes]) -> Iterator[str]:
    for layer, data in _layers(content):
        for name, spelled in spellings(number).items():
            if spelled in data:
                yield f"{name}{layer}"
        if any(block in data for block in blocks):
            yield f"the document{layer}"


def _layers(content: bytes) -> Iterator[tuple[str, bytes]]:
    yield "", content
    for match in _ZLIB_START.finditer(content):
        if inflated := _inflated(content[match.start() :], zlib.MAX_WBITS):
            yield " (compressed)", inflated
    for match in _GZIP_START.finditer(content):
        if inflated := _inflated(content[match.start() :], zlib.MAX_WBITS | 16):
            yield " (gzip)", inflated


def _inflated(data: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(data, 1 << 24)
    except zlib.error:
        return b""

"""Data in tags and lengths as cards have it (BER-TLV, ISO/IEC 7816-4 5.2.2), pure and strict.

Strict, because a card that left in the middle of an answer must not pass for one that has less to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CONSTRUCTED = 0x20
_MORE_TAG = 0x1F
_MORE = 0x80
_TAG_BYTES = 3
_LENGTH_BYTES = 2
_FILLERS = (0x00, 0xFF)


class Malformed(ValueError):
    """These bytes are no whole TLV data."""


@dataclass(frozen=True, slots=True)
class Item:
    """One tag, with where its value stands in the data it was found in."""

    tag: int
    start: int
    end: int
    constructed: bool


def items(data: bytes | bytearray | memoryview, start: int = 0, end: int | None = None) -> Iterator[Item]:
    """The items side by side in `data[start:end]`; fillers (00, FF) between them are passed over. Raises Malformed."""
    end = len(data) if end is None else end
    position = start
    while position < end:
        if data[position] in _FILLERS:
            position += 1
            continue
        first = data[position]
        tag, position = _tag(data, position, end)
        length, position = _length(data, position, end)
        if position + length > end:
            raise Malformed("a value is longer than what it stands in")
        yield Item(tag, position, position + length, bool(first & CONSTRUCTED))
        position += length


def find(data: bytes | bytearray | memoryview, *path: int) -> memoryview | None:
    """The value at a path of tags, the first where there are several; None where there is none. Raises Malformed when
    the data is damaged, also behind what is sought."""
    start, end = 0, len(data)
    for tag in path:
        found = [item for item in items(data, start, end) if item.tag == tag]
        if not found:
            return None
        start, end = found[0].start, found[0].end
    return memoryview(data)[start:end]


def find_all(data: bytes | bytearray | memoryview, tag: int) -> list[memoryview]:
    """Every value of a tag, however deep it stands. Raises Malformed."""
    return [memoryview(data)[item.start : item.end] for item in deep_items(data) if item.tag == tag]


def deep_items(data: bytes | bytearray | memoryview) -> Iterator[Item]:
    """Every item, each one before what stands in it. Raises Malformed."""
    waiting = list(items(data))[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        if item.constructed:
            waiting += list(items(data, item.start, item.end))[::-1]


def _tag(data: bytes | bytearray | memoryview, position: int, end: int) -> tuple[int, int]:
    tag = data[position]
    position += 1
    if tag & _MORE_TAG != _MORE_TAG:
        return tag, position
    for _ in range(_TAG_BYTES - 1):
        if position >= end:
            break
        tag = tag << 8 | data[position]
        position += 1
        if not tag & _MORE:
            return tag, position
    raise Malformed("a tag without its end")


def _length(data: bytes | bytearray | memoryview, position: int, end: int) -> tuple[int, int]:
    if position >= end:
        raise Malformed("a tag without its length")
    length = data[position]
    position += 1
    if not length & _MORE:
        return length, position
    count = length & ~_MORE
    if not 1 <= count <= _LENGTH_BYTES or position + count > end:
        raise Malformed("a length that no card sends")
    return int.from_bytes(data[position : position + count], "big"), position + count

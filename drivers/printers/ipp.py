"""IPP messages, to bytes and back (RFC 8010). Pure: no line, no clock.

A message is version, code (an operation in a request, a status in a reply), request number, groups of attributes, and
after them a document's bytes. Every length is checked: a message that is cut short, or whose values are not as long as
their type, is `IppDamaged` and nothing of it is used.

Not kept: collections. They are walked over, and stand as one value of None; nothing that is asked for here has any.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from drivers.base import ProtocolError

VERSION = (2, 0)
Value = int | bool | str | bytes | None

_HEAD = struct.Struct(">BBHi")
_LENGTH = struct.Struct(">H")
_INTEGER = struct.Struct(">i")


class Group(IntEnum):
    """What a group of attributes is about (delimiter tags)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """The types of values that are read or written here."""

    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    BEGIN_COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49
    MEMBER_NAME = 0x4A


class Operation(IntEnum):
    """The requests that are sent here (RFC 8011; CUPS answers all of them)."""

    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    RESUME_PRINTER = 0x0011


class Status(IntEnum):
    """The replies that mean something of their own here."""

    OK = 0x0000
    FORBIDDEN = 0x0401
    NOT_AUTHENTICATED = 0x0402
    NOT_AUTHORIZED = 0x0403
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    DOCUMENT_FORMAT = 0x040A
    OPERATION_UNKNOWN = 0x0501
    NOT_ACCEPTING = 0x0506


class IppDamaged(ProtocolError):
    """Bytes that are no whole IPP message."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: all its values have one type."""

    name: str
    tag: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One request or reply. `groups` keeps the order; `document` is what follows the attributes."""

    code: int
    request_id: int
    groups: tuple[tuple[int, tuple[Attribute, ...]], ...]
    document: bytes = field(default=b"", repr=False)
    version: tuple[int, int] = VERSION

    def attributes(self, group: int) -> list[Mapping[str, tuple[Value, ...]]]:
        """The groups of that kind, each as name -> values."""
        return [
            {attribute.name: attribute.values for attribute in attributes}
            for kind, attributes in self.groups
            if kind == group
        ]

    def first(self, group: int) -> Mapping[str, tuple[Value, ...]]:
        """The first group of that kind, empty where there is none."""
        return next(iter(self.attributes(group)), {})


def numbers(values: Iterable[Value]) -> list[int]:
    """The whole numbers among the values."""
    return [value for value in values if isinstance(value, int) and not isinstance(value, bool)]


def words(values: Iterable[Value]) -> list[str]:
    """The texts among the values."""
    return [value for value in values if isinstance(value, str)]


# --- writing ------------------------------------------------------------------------------------------------------


def attribute(name: str, tag: Tag, *values: Value) -> Attribute:
    """One attribute with one or more values of the type `tag`."""
    return Attribute(name, tag, values)


def encode(message: Message) -> bytes:
    """The message as bytes, its document behind it."""
    pieces = [_HEAD.pack(*message.version, message.code, message.request_id)]
    for group, attributes in message.groups:
        pieces.append(bytes([group]))
        for each in attributes:
            pieces.extend(_encoded(each))
    pieces.append(bytes([Group.END]))
    pieces.append(message.document)
    return b"".join(pieces)


def _encoded(each: Attribute) -> Iterator[bytes]:
    name = each.name.encode("ascii")
    for value in each.values:
        data = _value_bytes(value)
        yield bytes([each.tag]) + _LENGTH.pack(len(name)) + name + _LENGTH.pack(len(data)) + data
        name = b""  # a further value of the same attribute has no name


def _value_bytes(value: Value) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    if isinstance(value, int):
        return _INTEGER.pack(value)
    if isinstance(value, str):
        return value.encode("utf-8")
    return value or b""


# --- reading ------------------------------------------------------------------------------------------------------


def decode(data: bytes) -> Message:
    """Reads one message. Raises IppDamaged."""
    message, end = _decode_head(data)
    return Message(message.code, message.request_id, message.groups, data[end:], message.version)


def attributes_end(data: bytes) -> int:
    """Where the attributes end and the document begins. Raises IppDamaged."""
    return _decode_head(data)[1]


def _decode_head(data: bytes) -> tuple[Message, int]:
    if len(data) <= _HEAD.size:
        raise IppDamaged("an IPP message of less than nine bytes")
    major, minor, code, request_id = _HEAD.unpack_from(data)
    if major not in (1, 2):
        raise IppDamaged(f"IPP version {major}.{minor}")
    groups: list[tuple[int, list[Attribute]]] = []
    reader = _Reader(data, _HEAD.size)
    while (tag := reader.byte()) != Group.END:
        if tag < 0x10:
            if tag == 0:
                raise IppDamaged("a group of kind 0")
            groups.append((tag, []))
        elif not groups:
            raise IppDamaged("an attribute outside any group")
        else:
            _take_value(groups[-1][1], tag, reader)
    whole = tuple((kind, tuple(attributes)) for kind, attributes in groups)
    return Message(code, request_id, whole, version=(major, minor)), reader.position


def _take_value(attributes: list[Attribute], tag: int, reader: _Reader) -> None:
    name, value = reader.pair()
    if tag in (Tag.END_COLLECTION, Tag.MEMBER_NAME):
        raise IppDamaged("a piece of a collection that did not begin")
    read: Value = None
    if tag == Tag.BEGIN_COLLECTION:
        _skip_collection(reader)
    else:
        read = _read_value(tag, value)
    if name:
        attributes.append(Attribute(name.decode("ascii", "replace"), tag, (read,)))
    elif attributes:
        last = attributes[-1]
        attributes[-1] = Attribute(last.name, last.tag, (*last.values, read))
    else:
        raise IppDamaged("a further value of no attribute")


def _skip_collection(reader: _Reader) -> None:
    depth = 1
    while depth:
        tag = reader.byte()
        if tag < 0x10:
            raise IppDamaged("a collection without an end")
        name, value = reader.pair()
        if name:
            raise IppDamaged("a named value inside a collection")
        if tag == Tag.BEGIN_COLLECTION:
            depth += 1
        elif tag == Tag.END_COLLECTION:
            depth -= 1
        else:
            _read_value(tag, value)


def _read_value(tag: int, data: bytes) -> Value:
    if tag in (Tag.INTEGER, Tag.ENUM):
        if len(data) != _INTEGER.size:
            raise IppDamaged(f"a number of {len(data)} bytes")
        return int(_INTEGER.unpack(data)[0])
    if tag == Tag.BOOLEAN:
        if len(data) != 1 or data[0] > 1:
            raise IppDamaged("a boolean that is neither")
        return data == b"\x01"
    if tag in (Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE):
        inner = _Reader(data, 0)
        _, text = inner.pair()
        if inner.position != len(data):
            raise IppDamaged("bytes behind a text")
        return text.decode("utf-8", "replace")
    if 0x10 <= tag <= 0x1F:
        return None
    if 0x40 <= tag <= 0x5F:
        return data.decode("utf-8", "replace")
    return data


class _Reader:
    """Steps through bytes and never beyond their end."""

    __slots__ = ("_data", "position")

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self.position = position

    def byte(self) -> int:
        if self.position >= len(self._data):
            raise IppDamaged("an IPP message that is cut short")
        value = self._data[self.position]
        self.position += 1
        return value

    def pair(self) -> tuple[bytes, bytes]:
        """Two pieces, each behind its length: a name and its value."""
        return self._piece(), self._piece()

    def _piece(self) -> bytes:
        start = self.position + _LENGTH.size
        if start > len(self._data):
            raise IppDamaged("an IPP message that is cut short")
        end = start + _LENGTH.unpack_from(self._data, self.position)[0]
        if end > len(self._data):
            raise IppDamaged("a value that is longer than its message")
        self.position = end
        return self._data[start:end]

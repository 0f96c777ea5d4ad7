"""What crosses the pipe between a terminal and its recognition, both ways.

A message is a frozen dataclass. On the pipe it is two lengths (big-endian, four bytes each), its name and fields as JSON,
and after them the bytes of its bytes fields, so that a gallery of 100,000 goes over as it lies in memory. There is no message
that could hold a frame. Vectors are little-endian float32, 128 of them 512 bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from kiosk.events_front_desk import (
    ChallengeEnded,
    EnrolmentEncoded,
    EnrolmentFailed,
    FaceAlike,
    FaceGone,
    FaceNamed,
    FaceUnknown,
    PoseGuided,
)

VECTOR_BYTES = 512
LEFT, RIGHT = "left", "right"
_LENGTHS = struct.Struct(">II")
# 100,000 consents by UUID, and their vectors, with room.
_LONGEST_TEXT, _LONGEST_BYTES = 16 << 20, 256 << 20


# --- to recognition ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begin:
    """The first message. `camera` and `options` as in a configuration's slot; they may hold a password, which is why they come by the
    pipe and not as arguments. `encoder` "" is the one that comes along. `strangers` as in matching.Strangers. Tracks are
    numbered from `first_track`."""

    engine: str
    encoder: str
    camera: str
    options: dict[str, Any] = field(repr=False)
    strangers: tuple[float, float]
    first_track: int
    nice: int


@dataclass(frozen=True, slots=True)
class Load:
    """The whole gallery: one consent for each vector. `needs` are the distances that corrected people need."""

    consent_ids: tuple[str, ...]
    vectors: bytes = field(repr=False)
    needs: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Add:
    """One more person, or other vectors of one."""

    consent_id: str
    vectors: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Remove:
    """Her consent is over."""

    consent_id: str


@dataclass(frozen=True, slots=True)
class Lower:
    """不是本人: the face of this track is not hers. Answered by Lowered where it was taken for hers."""

    track: int
    consent_id: str


@dataclass(frozen=True, slots=True)
class WatchFaces:
    """Greet from now on."""


@dataclass(frozen=True, slots=True)
class StopWatching:
    """Greet nobody."""


@dataclass(frozen=True, slots=True)
class Enrol:
    """Answered by PoseGuided again and again, then by EnrolmentEncoded or EnrolmentFailed."""

    ask_id: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """A head turn, to the left or right of whoever turns. Answered by PoseGuided, then by ChallengeEnded."""

    ask_id: int
    direction: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The enrolment or challenge is over, and what was taken of the face is wiped. No answer."""


# --- from recognition, beside the events ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alive:
    """Said several times a second by the loop that does the work."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded."""

    model_id: str


@dataclass(frozen=True, slots=True)
class Condition:
    """How it is, whenever that changed: "" at work, else one of RecognitionChanged's codes."""

    code: str


@dataclass(frozen=True, slots=True)
class Lowered:
    """From which distance on this person is named now; for the next Load."""

    consent_id: str
    distance: float


MESSAGES: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Begin,
        Load,
        Add,
        Remove,
        Lower,
        WatchFaces,
        StopWatching,
        Enrol,
        Challenge,
        Cancel,
        Alive,
        Ready,
        Condition,
        Lowered,
        FaceNamed,
        FaceAlike,
        FaceUnknown,
        FaceGone,
        EnrolmentEncoded,
        EnrolmentFailed,
        PoseGuided,
        ChallengeEnded,
    )
}


class MessageDamaged(Exception):
    """What came is no message: the other side speaks another version, or something else writes to the pipe."""


def packed(message: Any) -> bytes:
    """The message as it goes over the pipe."""
    pieces: list[bytes] = []
    said = {each.name: _without_bytes(getattr(message, each.name), pieces) for each in fields(message)}
    text = json.dumps([type(message).__name__, said], separators=(",", ":")).encode()
    content = b"".join(pieces)
    return _LENGTHS.pack(len(text), len(content)) + text + content


class Unpacker:
    """Makes messages of bytes as they come."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, received: bytes) -> Iterator[Any]:
        """The messages that are whole now. Raises MessageDamaged."""
        self._waiting += received
        while len(self._waiting) >= _LENGTHS.size:
            text_bytes, content_bytes = _LENGTHS.unpack_from(self._waiting)
            if text_bytes > _LONGEST_TEXT or content_bytes > _LONGEST_BYTES:
                raise MessageDamaged("too long")
            text_end = _LENGTHS.size + text_bytes
            if len(self._waiting) < text_end + content_bytes:
                return
            text = bytes(self._waiting[_LENGTHS.size : text_end])
            content = bytes(self._waiting[text_end : text_end + content_bytes])
            del self._waiting[: text_end + content_bytes]
            yield _unpacked(text, content)


def _unpacked(text: bytes, content: bytes) -> Any:
    try:
        name, said = json.loads(text)
        pieces = _Pieces(content)
        return MESSAGES[name](**{key: _with_bytes(value, pieces) for key, value in said.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # Without the error's own words, which may quote what came.
        raise MessageDamaged(type(error).__name__) from None


_BYTES = "bytes"


def _without_bytes(value: Any, pieces: list[bytes]) -> Any:
    """The value for JSON, with the length of each bytes in its place."""
    if isinstance(value, bytes):
        pieces.append(value)
        return {_BYTES: len(value)}
    if isinstance(value, tuple):
        return [_without_bytes(each, pieces) for each in value]
    return value


def _with_bytes(value: Any, pieces: _Pieces) -> Any:
    if isinstance(value, dict) and set(value) == {_BYTES}:
        return pieces.next(value[_BYTES])
    if isinstance(value, list):
        return tuple(_with_bytes(each, pieces) for each in value)
    return value


class _Pieces:
    """Cuts bytes fields out of what came after the JSON, in the order in which they were put there."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def next(self, length: int) -> bytes:
        piece = self._content[self._at : self._at + length]
        if len(piece) != length:
            raise ValueError("shorter than it says")
        self._at += length
        return piece

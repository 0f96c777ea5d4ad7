"""The pipe between terminal and recognition: what goes in comes out, whole, however it is cut; and nothing else is believed."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

import numpy
import pytest

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
from kiosk.faces.messages import (
    MESSAGES,
    VECTOR_BYTES,
    Add,
    Alive,
    Begin,
    Cancel,
    Challenge,
    Condition,
    Enrol,
    Load,
    Lower,
    Lowered,
    MessageDamaged,
    Ready,
    Remove,
    StopWatching,
    Unpacker,
    WatchFaces,
    packed,
)

VECTOR = bytes(range(256)) * 2
SAMPLES = (
    Begin("dlib_5", "", "camera_http", {"url": "http://u:p@127.0.0.1:1/v"}, (0.8, 0.1), 7, 10),
    Load(("a", "b"), VECTOR * 2, {"b": 0.25}),
    Add("c", VECTOR),
    Remove("c"),
    Lower(3, "c"),
    WatchFaces(),
    StopWatching(),
    Enrol(4),
    Challenge(4, "left"),
    Cancel(),
    Alive(),
    Ready("model"),
    Condition("camera.gone"),
    Lowered("c", 0.31),
    FaceNamed(1, "c", 310, 123456789012345),
    FaceAlike(1, ("a", "b"), 5),
    FaceUnknown(1, 5),
    FaceGone(1),
    EnrolmentEncoded(4, "model", (VECTOR, VECTOR)),
    EnrolmentFailed(4, "face.picture"),
    PoseGuided(4, "left", (1, 2, 3, 4), "", 1, 3),
    PoseGuided(4, "left", None, "nobody", 1, 3),
    ChallengeEnded(4, False, "face.time"),
)


def test_every_message_has_a_sample() -> None:
    assert {type(sample).__name__ for sample in SAMPLES} == set(MESSAGES)


@pytest.mark.parametrize("message", SAMPLES, ids=lambda message: type(message).__name__)
def test_there_and_back(message: Any) -> None:
    assert list(Unpacker().feed(packed(message))) == [message]


@pytest.mark.parametrize("piece", [1, 7, 100, 4096])
def test_however_it_is_cut(piece: int) -> None:
    stream = b"".join(packed(sample) for sample in SAMPLES)
    unpacker = Unpacker()
    received = [
        message
        for start in range(0, len(stream), piece)
        for message in unpacker.feed(stream[start : start + piece])
    ]
    assert received == list(SAMPLES)


def test_a_gallery_of_a_hundred_thousand() -> None:
    vectors = numpy.arange(100_000 * 128, dtype="<f4").tobytes()
    sent = Load(tuple(f"{number:036d}" for number in range(100_000)), vectors)
    (received,) = Unpacker().feed(packed(sent))
    assert received == sent
    assert len(vectors) == 100_000 * VECTOR_BYTES


@pytest.mark.parametrize(
    "damaged",
    [
        b"\xff" * 64,
        b"\x00\x00\x00\x02\x00\x00\x00\x00{}",
        b'\x00\x00\x00\x0b\x00\x00\x00\x00["Exec",{}]',
        b'\x00\x00\x00\x0d\x00\x00\x00\x00["Remove",{}]',
        packed(Add("c", VECTOR)).replace(b"512", b"999"),
        packed(Remove("c")).replace(b"consent_id", b"consent_ix"),
    ],
)
def test_what_is_no_message(damaged: bytes) -> None:
    with pytest.raises(MessageDamaged):
        list(Unpacker().feed(damaged))


def test_no_message_from_recognition_could_hold_a_frame() -> None:
    """Bytes leave it in one message alone, whose length the gallery checks."""
    with_bytes = {
        name
        for name, kind in MESSAGES.items()
        for each in dataclasses.fields(kind)
        if "bytes" in str(get_type_hints(kind).get(each.name, each.type))
    }
    assert with_bytes == {"Load", "Add", "EnrolmentEncoded"}


def test_nothing_private_is_shown() -> None:
    for sample in SAMPLES:
        assert "\\x" not in repr(sample) and "u:p@" not in repr(sample)

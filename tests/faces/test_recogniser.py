"""What recognition does with messages: it greets while it is asked to, does one thing at a time, and loses its patience."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.events_front_desk import ChallengeEnded, EnrolmentFailed, FaceGone, FaceNamed, FaceUnknown
from kiosk.faces.matching import Strangers
from kiosk.faces.messages import (
    Add,
    Cancel,
    Challenge,
    Enrol,
    Load,
    Lower,
    Lowered,
    Remove,
    StopWatching,
    WatchFaces,
)
from kiosk.faces.recogniser import MOST_FAILURES, PAUSE_NS, Recogniser
from tests.faces.squares import FRAME_NS, SignsAtWill, Square, SquareEngine, frame, vector_of

# Five frames a second, where only time has to pass.
SLOW, SLOW_NS = 5, 200_000_000


class Desk:
    def __init__(self) -> None:
        self.said: list[Any] = []
        self.engine = SquareEngine()
        self.recogniser = Recogniser(self.engine, self.said.append, SignsAtWill, Strangers(), 100)
        self.now_ns = 0

    def hear(self, *messages: Any) -> list[Any]:
        self.said.clear()
        for message in messages:
            self.recogniser.hear(message, self.now_ns)
        return list(self.said)

    def see(self, *squares: Square, frames: int = 15, frame_ns: int = FRAME_NS) -> list[Any]:
        self.said.clear()
        for _ in range(frames):
            self.now_ns += frame_ns
            self.recogniser.see(frame(*squares), self.now_ns)
        return list(self.said)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.hear(Load(("c1", "c2"), vector_of(1).tobytes() + vector_of(2).tobytes()), WatchFaces())
    return desk


def square(person: int) -> Square:
    return Square(person, 300)


def test_it_greets_whom_it_was_given(desk: Desk) -> None:
    (told,) = desk.see(square(2))
    assert isinstance(told, FaceNamed)
    assert (told.track, told.consent_id) == (100, "c2")


def test_nobody_is_looked_at_before_it_was_asked_to() -> None:
    desk = Desk()
    assert not desk.recogniser.is_looking
    assert desk.see(square(1)) == []
    assert desk.engine.encodings == 0


def test_who_stops_watching_forgets_who_is_there(desk: Desk) -> None:
    desk.see(square(1))
    assert desk.hear(StopWatching()) == [FaceGone(100)]
    assert desk.see(square(1)) == []


def test_adding_and_removing(desk: Desk) -> None:
    desk.hear(Add("c3", vector_of(3).tobytes()), Remove("c1"))
    (told,) = desk.see(square(3))
    assert isinstance(told, FaceNamed) and told.consent_id == "c3"
    told_next = desk.see(Square(1, 500))
    assert any(isinstance(each, FaceUnknown) for each in told_next)


def test_a_correction_is_answered_by_what_is_needed_now(desk: Desk) -> None:
    (told,) = desk.see(square(1))
    (lowered,) = desk.hear(Lower(told.track, "c1"))
    assert isinstance(lowered, Lowered)
    assert lowered.consent_id == "c1"
    assert lowered.distance < told.distance / 1000
    assert desk.hear(Lower(told.track, "c1")) == []


def test_what_is_needed_comes_back_with_the_gallery() -> None:
    desk = Desk()
    desk.hear(Load(("c1",), vector_of(1).tobytes(), {"c1": 0.05}), WatchFaces())
    (told,) = desk.see(square(1))
    assert isinstance(told, FaceUnknown)


@pytest.mark.parametrize("damaged", [b"\xff" * 512, vector_of(1).tobytes()[:-4], b""])
def test_a_gallery_of_what_are_no_vectors_is_not_used(damaged: bytes) -> None:
    desk = Desk()
    desk.hear(Load(("c1",), damaged), WatchFaces())
    assert desk.recogniser.has_gallery
    assert desk.recogniser.fault == "faces.gallery_damaged"
    (told,) = desk.see(square(1))
    assert isinstance(told, FaceUnknown)
    desk.hear(Load(("c1",), vector_of(1).tobytes()))
    assert desk.recogniser.fault == ""


def test_one_damaged_template_costs_its_owner_only(desk: Desk) -> None:
    desk.hear(Add("c3", b"\xff" * 512))
    assert desk.recogniser.fault == "faces.gallery_damaged"
    (told,) = desk.see(square(1))
    assert isinstance(told, FaceNamed)


def test_nobody_is_greeted_during_an_enrolment(desk: Desk) -> None:
    desk.hear(Enrol(4))
    told = desk.see(square(1))
    assert not any(isinstance(each, FaceNamed) for each in told)
    desk.hear(Cancel())
    assert any(isinstance(each, FaceNamed) for each in desk.see(square(1)))


def test_an_enrolment_works_without_watching() -> None:
    desk = Desk()
    desk.hear(Enrol(4))
    assert desk.recogniser.is_looking
    assert desk.see(square(1))
    desk.hear(Cancel())
    assert not desk.recogniser.is_looking


def test_after_five_pictures_there_is_a_pause(desk: Desk) -> None:
    for ask_id in range(MOST_FAILURES):
        desk.hear(Challenge(ask_id, "left"))
        told = desk.see(square(1), frames=17 * SLOW, frame_ns=SLOW_NS)
        assert ChallengeEnded(ask_id, False, "face.picture") in told
    assert desk.hear(Challenge(7, "left")) == [ChallengeEnded(7, False, "face.paused")]
    assert desk.hear(Enrol(8)) == [EnrolmentFailed(8, "face.paused")]
    desk.now_ns += PAUSE_NS
    assert desk.hear(Enrol(9)) == []
    assert desk.see(square(1))


def test_who_leaves_is_no_picture(desk: Desk) -> None:
    for ask_id in range(MOST_FAILURES + 1):
        desk.hear(Challenge(ask_id, "left"))
        told = desk.see(frames=11 * SLOW, frame_ns=SLOW_NS)
        assert ChallengeEnded(ask_id, False, "face.nobody") in told

"""An enrolment with the real engine and the real signs of life: somebody who does what she is asked to is enrolled, and a print
in her place is not, however it is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy
import pytest

from drivers.emulators.face_sequences import head_turn, sliding_picture, still_picture
from kiosk.events_front_desk import EnrolmentEncoded, EnrolmentFailed, PoseGuided
from kiosk.faces.engine import DLIB_5, DLIB_68, FaceEngine
from kiosk.faces.enrolment import STRAIGHT, Enrolment
from kiosk.faces.liveness import LivingSigns
from kiosk.faces.messages import LEFT, RIGHT
from kiosk.faces.observation import Observer
from tests.faces.conftest import engine_named, somebody
from tests.faces.squares import FRAME_NS

SIZE = (560, 380)
PERSON = 72
MOST_FRAMES = 600

Act = Callable[[str], Iterator[numpy.ndarray]]


def living(pose: str) -> Iterator[numpy.ndarray]:
    """Does what is asked, to her own left or right, and looks back."""
    if pose == STRAIGHT:
        yield from still(6)
        return
    there = list(head_turn(somebody(PERSON), 26 if pose == LEFT else -26, size=SIZE))
    yield from (*there, *there[::-1])


def still(frames: int) -> Iterator[numpy.ndarray]:
    for number in range(frames):
        yield somebody(PERSON).frame(scale=160, size=SIZE, number=number)


def play(act: Act, engine: FaceEngine, first: str, frame_ns: int = FRAME_NS) -> list[object]:
    """What is said until it is over; whoever acts begins anew when the last thing is done, by the pose that is asked for then."""
    observer = Observer(engine)
    enrolment = Enrolment(1, observer, engine.model_id, LivingSigns, choose=lambda options: first)
    said: list[object] = []
    pose, now_ns, frames = STRAIGHT, 0, 0
    while not enrolment.is_over:
        for frame in act(pose):
            now_ns, frames = now_ns + frame_ns, frames + 1
            assert frames < MOST_FRAMES
            said += enrolment.see(observer.observe(frame, now_ns))
            if enrolment.is_over:
                break
        pose = next((each.pose for each in said[::-1] if isinstance(each, PoseGuided)), pose)
    return said


@pytest.mark.parametrize(("name", "first"), [(DLIB_68, LEFT), (DLIB_5, RIGHT)])
def test_who_turns_as_asked_is_enrolled(name: str, first: str) -> None:
    engine = engine_named(name)
    said = play(living, engine, first)
    (encoded,) = (each for each in said if isinstance(each, EnrolmentEncoded))
    frame = somebody(PERSON).frame(scale=130, yaw=8, size=SIZE)
    (box,) = engine.detect(frame)
    look = engine.encode(numpy.ascontiguousarray(frame[..., ::-1]), box)
    assert float(numpy.linalg.norm(look - numpy.frombuffer(encoded.vectors[0], "<f4"))) < 0.35
    assert isinstance(said[-1], PoseGuided) and said[-1].done == 3


@pytest.mark.parametrize("held", [still_picture, sliding_picture])
def test_a_print_is_not(held: Callable[..., Iterator[numpy.ndarray]]) -> None:
    frames = list(held(somebody(PERSON), size=SIZE))

    def shown(pose: str) -> Iterator[numpy.ndarray]:
        yield from (*frames, *frames[::-1])

    said = play(shown, engine_named(DLIB_5), LEFT, frame_ns=4 * FRAME_NS)
    assert said[-1] == EnrolmentFailed(1, "face.picture")
    assert not any(isinstance(each, EnrolmentEncoded) for each in said)

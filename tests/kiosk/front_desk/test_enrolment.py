"""What was taken of a face belongs to whoever stands there, for as long as she does: then it is in the gallery, or nowhere."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands_front_desk import CancelEnrolment, KeepConsent, StartEnrolment
from kiosk.commands_resident import EndSession
from kiosk.events_front_desk import ConsentRefused, EnrolmentEncoded, EnrolmentFailed
from tests.kiosk.front_desk.face_world import MODEL, WU, FaceWorld, vector


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FaceWorld]:
    world = FaceWorld(tmp_path)
    world.ways[WU] = "id_card"
    yield world
    world.close()


def is_taken(world: FaceWorld) -> bool:
    """Whether a consent could be kept now."""
    world.said.clear()
    world.perform(KeepConsent(7, WU, "recognition", 1))
    return not world.of(ConsentRefused)


def test_recognition_is_asked_for_poses(world: FaceWorld) -> None:
    world.perform(StartEnrolment(4))
    assert world.recognition.enrolling == 4


def test_without_a_camera_it_fails_at_once(tmp_path: Path) -> None:
    world = FaceWorld(tmp_path / "blind", recognises=False)
    world.perform(StartEnrolment(4))
    assert world.last(EnrolmentFailed) == EnrolmentFailed(4, "faces.none")
    world.close()


def test_what_answers_another_enrolment_is_not_taken(world: FaceWorld) -> None:
    world.perform(StartEnrolment(4))
    world.hear(EnrolmentEncoded(3, MODEL, (vector(1),)))
    assert not is_taken(world)


@pytest.mark.parametrize("ending", [CancelEnrolment(), EndSession(9, "left"), StartEnrolment(12)])
def test_it_is_gone_with_who_stood_there(world: FaceWorld, ending: object) -> None:
    world.poses()
    for service in world.services:
        service.perform(ending)  # type: ignore[arg-type]
    assert not is_taken(world)
    if not isinstance(ending, StartEnrolment):
        assert world.recognition.cancelled == 1


def test_it_is_not_held_for_long(world: FaceWorld) -> None:
    world.poses()
    world.second(179)
    assert world.desk.enrolment is not None and world.desk.enrolment.held()
    world.second(2)
    assert not is_taken(world)


def test_nobody_holds_it_after_it_was_kept_or_dropped(world: FaceWorld) -> None:
    encoded = world.poses()
    taken = encoded.vectors[0]
    del encoded
    world.said.clear()
    world.perform(CancelEnrolment())
    gc.collect()
    dropped = sys.getrefcount(taken)
    assert dropped == 2, "somebody beside this test holds the numbers of a face"


def test_a_session_that_enrolled_nobody_cancels_nothing(world: FaceWorld) -> None:
    for service in world.services:
        service.perform(EndSession(9, "left"))
    assert world.recognition.cancelled == 0

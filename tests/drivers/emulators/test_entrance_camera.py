"""The demo's camera at the entrance must show a face that is found where one stands, none where nobody does, and the last wish alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy
import pytest

from drivers.cameras.sources import load_cv2
from drivers.emulators.entrance_camera import SIZE, EntranceCamera

DEADLINE_S = 60.0


@pytest.fixture
def camera() -> Iterator[EntranceCamera]:
    camera = EntranceCamera()
    yield camera
    camera.close()


def picture(camera: EntranceCamera) -> numpy.ndarray:
    """The newest one after now."""
    with camera.watched():
        taken = camera.next_picture(camera.number + 1, DEADLINE_S)
    assert taken is not None
    seen = load_cv2().imdecode(numpy.frombuffer(taken[1], numpy.uint8), 1)
    assert seen is not None
    return numpy.asarray(seen)


def faces(pixels: numpy.ndarray) -> int:
    dlib = pytest.importorskip("dlib")
    found = dlib.get_frontal_face_detector()(numpy.ascontiguousarray(pixels[..., ::-1]), 0)
    return len(found)


def test_a_face_is_there_while_somebody_stands_there(camera: EntranceCamera) -> None:
    camera.wait_shown(DEADLINE_S)
    nobody = picture(camera)
    assert nobody.shape == (SIZE[1], SIZE[0], 3)
    assert faces(nobody) == 0
    camera.turn(1, 20.0)
    camera.wait_shown(DEADLINE_S)
    assert camera.before == "1"
    assert faces(picture(camera)) == 1
    camera.black()
    until(lambda: float(picture(camera).max()) < 30)
    camera.recover()
    until(lambda: faces(picture(camera)) == 1)
    camera.leave()
    camera.wait_shown(DEADLINE_S)
    assert faces(picture(camera)) == 0


def test_who_has_left_before_the_first_picture_is_never_shown(camera: EntranceCamera) -> None:
    shown: list[str] = []
    play: Callable[..., None] = camera.play

    def noted(frames: object) -> None:
        shown.append(threading.current_thread().name)
        play(frames)

    camera.wait_shown(DEADLINE_S)
    camera.play = noted  # type: ignore[method-assign]
    camera.turn(2, 20.0)
    camera.stand(3)
    camera.leave()
    camera.wait_shown(DEADLINE_S)
    assert camera.before == ""
    assert len(shown) <= 2  # the first may have been begun already


def until(true: Callable[[], bool]) -> None:
    """A picture that was being taken may still come."""
    ends = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < ends, "it did not come about"

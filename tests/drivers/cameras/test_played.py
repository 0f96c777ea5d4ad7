"""What an emulated camera is given to show is what a viewer gets, in order, over and over."""

from __future__ import annotations

import numpy

from drivers.cameras.sources import load_cv2
from drivers.emulators.camera import EmulatedCamera

SIDE = 64
LEVELS = (40, 120, 200)
WAIT_S = 5.0


def test_pictures_are_played_in_order_and_again() -> None:
    camera = EmulatedCamera(fps=50.0)
    try:
        with camera.watched():
            camera.play([numpy.full((SIDE, SIDE, 3), level, numpy.uint8) for level in LEVELS])
            seen = _levels(camera, 8)
            camera.play([])
            shapes = camera.next_picture(camera.number, WAIT_S)
    finally:
        camera.close()
    start = seen.index(LEVELS[0])
    assert seen[start : start + 4] == [*LEVELS, LEVELS[0]]
    assert shapes is not None
    assert _decoded(shapes[1]).shape[:2] != (SIDE, SIDE)


def _levels(camera: EmulatedCamera, count: int) -> list[int]:
    number = camera.number
    levels: list[int] = []
    while len(levels) < count:
        picture = camera.next_picture(number, WAIT_S)
        assert picture is not None
        number, jpeg = picture
        mean = float(_decoded(jpeg).mean())
        levels.append(min(LEVELS, key=lambda level: abs(level - mean)))
    return levels


def _decoded(jpeg: bytes) -> numpy.ndarray:
    cv2 = load_cv2()
    decoded: numpy.ndarray = cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_COLOR)
    return decoded

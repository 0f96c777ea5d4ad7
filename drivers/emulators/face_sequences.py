"""What a camera sees of somebody who turns the head, and of a picture that is held before it: frames, one after the other.

A sequence is an iterator of frames (height x width x 3, BGR, uint8), drawn as they are asked for; with `frames` of them it
takes as long as the camera makes it. Each begins with a few frames at rest, as people do.
Not simulated: a video that is played to the camera, a mask, another person.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

from drivers.emulators.faces import SIZE, SimulatedFace, hall, with_noise

if TYPE_CHECKING:
    import numpy

FRAMES = 14
AT_REST = 3
TURN_DEGREES = 26.0
TILT_DEGREES = 40.0
# A print shows the head with some air: its size in widths of the face, and from where its camera sees it.
PRINT_WIDE, PRINT_HIGH = 1.9, 2.2
PAPER_MARGIN = 0.05
VIEWED_FROM = 10.0
STRIPS = 24
BEND = 1.1

Shape = Callable[[float, float, float], tuple[float, float, float]]


def head_turn(
    face: SimulatedFace,
    degrees: float = TURN_DEGREES,
    *,
    frames: int = FRAMES,
    scale: float = 160.0,
    size: tuple[int, int] = SIZE,
) -> Iterator[numpy.ndarray]:
    """A living person who turns the head by so many degrees, to the picture's right (below nothing: left), nodding and
    swaying a little meanwhile as everybody does."""
    for number in range(frames):
        share = _progress(number, frames)
        x = size[0] / 2 + 0.06 * scale * sin(number / 3)
        yield face.frame(
            degrees * share, 3 * sin(number / 4), x, size[1] / 2, scale, size, roll=2 * share, number=number
        )


def still_picture(
    face: SimulatedFace, *, frames: int = FRAMES, scale: float = 160.0, size: tuple[int, int] = SIZE
) -> Iterator[numpy.ndarray]:
    """A print that stands before the camera."""
    return _held(face, lambda share, x, y: (x, y, 0.0), frames, scale, size)


def sliding_picture(
    face: SimulatedFace, *, frames: int = FRAMES, scale: float = 160.0, size: tuple[int, int] = SIZE
) -> Iterator[numpy.ndarray]:
    """A print that is moved to the side, and a little nearer."""
    return _held(face, lambda share, x, y: (x + 0.9 * share, y, 0.4 * share), frames, scale, size)


def tilted_print(
    face: SimulatedFace,
    degrees: float = TILT_DEGREES,
    *,
    frames: int = FRAMES,
    scale: float = 160.0,
    size: tuple[int, int] = SIZE,
) -> Iterator[numpy.ndarray]:
    """A print that is turned about its upright middle."""

    def tilted(share: float, x: float, y: float) -> tuple[float, float, float]:
        angle = radians(degrees * share)
        return x * cos(angle), y, x * sin(angle)

    return _held(face, tilted, frames, scale, size)


def bent_print(
    face: SimulatedFace,
    bend: float = BEND,
    degrees: float = TURN_DEGREES,
    *,
    frames: int = FRAMES,
    scale: float = 160.0,
    size: tuple[int, int] = SIZE,
) -> Iterator[numpy.ndarray]:
    """A print that is bent round a cylinder, `bend` radians from its middle to its edge, and turned meanwhile."""

    def bent(share: float, x: float, y: float) -> tuple[float, float, float]:
        curved, turn = max(1e-3, bend * share), radians(degrees * share)
        angle, radius = curved * x / PRINT_WIDE, PRINT_WIDE / curved
        across, near = radius * sin(angle), radius * (cos(angle) - 1)
        return across * cos(turn) + near * sin(turn), y, near * cos(turn) - across * sin(turn)

    return _held(face, bent, frames, scale, size)


def phone_screen(
    face: SimulatedFace,
    degrees: float = TILT_DEGREES,
    *,
    frames: int = FRAMES,
    scale: float = 160.0,
    size: tuple[int, int] = SIZE,
) -> Iterator[numpy.ndarray]:
    """A phone that shows the face, brighter than the hall, tilted up and to the side."""

    def tilted(share: float, x: float, y: float) -> tuple[float, float, float]:
        angle, back = radians(degrees * share), radians(degrees * share / 4)
        return x * cos(angle), y * cos(back), x * sin(angle) + y * sin(back)

    return _held(face, tilted, frames, scale, size, edge=(25, 25, 25), light=1.25)


def _progress(number: int, frames: int) -> float:
    """From 0 at rest to 1 at the end, slowly at both ends, as hands and heads move."""
    share = max(0, number - AT_REST) / max(1, frames - 1 - AT_REST)
    return (1 - cos(pi * share)) / 2


def _held(
    face: SimulatedFace,
    shape: Shape,
    frames: int,
    scale: float,
    size: tuple[int, int],
    *,
    edge: tuple[int, int, int] = (235, 238, 240),
    light: float = 1.0,
) -> Iterator[numpy.ndarray]:
    """A picture of the face before the hall. `shape` says where a point of it is held (in half widths of the face, nearer to the
    camera is positive) when `share` of the movement is done; hands tremble by a fraction of a pixel."""
    import numpy

    print_ = _print(face, scale, edge, light)
    random = numpy.random.default_rng((face.seed, frames))
    for number in range(frames):
        tremble = random.normal(0, 0.3, 2)
        yield _seen(print_, shape, _progress(number, frames), scale, size, tremble, number)


def _print(face: SimulatedFace, scale: float, edge: tuple[int, int, int], light: float) -> numpy.ndarray:
    """The picture: the face from the front, with a margin, at twice the size at which it is seen."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    size = (round(2 * PRINT_WIDE * scale), round(2 * PRINT_HIGH * scale))
    taken = face.frame(scale=2 * scale, size=size, noise=0.0)
    picture: numpy.ndarray = numpy.clip(taken.astype(numpy.float32) * light, 0, 255).astype(numpy.uint8)
    margin = round(2 * PAPER_MARGIN * scale)
    cv2.rectangle(picture, (0, 0), (size[0] - 1, size[1] - 1), edge, margin)
    return picture


def _seen(
    print_: numpy.ndarray,
    shape: Shape,
    share: float,
    scale: float,
    size: tuple[int, int],
    tremble: numpy.ndarray,
    number: int,
) -> numpy.ndarray:
    """One frame: the print in upright strips, each flat and where it is held; narrow ones make a bend."""
    import numpy

    from drivers.cameras.sources import load_cv2

    high, wide = print_.shape[:2]
    middle = numpy.array(size, numpy.float32) / 2 + tremble.astype(numpy.float32)
    frame = hall(size).copy()
    sides = numpy.linspace(-1, 1, STRIPS + 1)
    for left, right in itertools.pairwise(sides):
        of_print = [((side + 1) / 2 * wide, end * high) for end in (0, 1) for side in (left, right)]
        ends = [(side * PRINT_WIDE, end * PRINT_HIGH) for end in (-1, 1) for side in (left, right)]
        in_frame = [_projected(*shape(share, x, y)) for x, y in ends]
        corners = numpy.array(in_frame, numpy.float32) * scale / 2 + middle
        _lay_strip(frame, print_, numpy.array(of_print, numpy.float32), corners)
    seen = load_cv2().GaussianBlur(frame, (0, 0), 0.6)
    return with_noise(seen, number)


def _projected(x: float, y: float, nearer: float) -> tuple[float, float]:
    """Where a camera sees a point that is so much nearer to it than the print at rest."""
    larger = VIEWED_FROM / (VIEWED_FROM - nearer)
    return x * larger, y * larger


def _lay_strip(
    frame: numpy.ndarray, print_: numpy.ndarray, of_print: numpy.ndarray, corners: numpy.ndarray
) -> None:
    """Draws a strip of the print (its four corners, in rows) where its corners are in the frame."""
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    high, wide = frame.shape[:2]
    left, top = (max(0, int(part)) for part in numpy.floor(corners.min(axis=0)))
    right, bottom = (int(part) for part in numpy.ceil(corners.max(axis=0)) + 1)
    right, bottom = min(right, wide), min(bottom, high)
    if right <= left or bottom <= top:
        return
    corners = corners - numpy.array([left, top], numpy.float32)
    onto = cv2.getPerspectiveTransform(of_print, corners)
    size = (right - left, bottom - top)
    strip = cv2.warpPerspective(print_, onto, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    mask = numpy.zeros((size[1], size[0]), numpy.uint8)
    cv2.fillConvexPoly(mask, numpy.round(corners[[0, 1, 3, 2]]).astype(numpy.int32), 255)
    cv2.copyTo(strip, mask, frame[top:bottom, left:right])

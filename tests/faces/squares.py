"""People as squares, and an engine that knows them: for tests of what is done with faces, where finding them is not the matter.

A square's blue says whose it is, its texture that it is sharp; what the engine answers differs a little each time, as
encodings do. `blurred` squares have no texture; `signs` are life at will.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy

from drivers.cameras.sources import load_cv2
from kiosk.faces.engine import DIMENSIONS, FaceBox

WIDTH, HEIGHT = 640, 360
BLUE_STEP = 20
FRAME_NS = 40_000_000
NOISE = 0.15


def vector_of(person: int) -> numpy.ndarray:
    """Where this person's encodings are; people are about 2 apart."""
    vector = numpy.random.default_rng(person).normal(size=DIMENSIONS).astype(numpy.float32)
    return vector / numpy.linalg.norm(vector) * numpy.float32(1.4)


@dataclass(frozen=True)
class Square:
    """One person in the picture: the middle and the width of the face, in pixels."""

    person: int
    x: float
    y: float = 180
    size: int = 100
    is_blurred: bool = False
    turned: float = 0.0


@lru_cache(maxsize=64)
def frame(*squares: Square) -> numpy.ndarray:
    """A camera's frame (height x width x 3, BGR, uint8) with these people before black. Not to be written into."""
    pixels = numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8)
    for square in squares:
        half = square.size // 2
        top, left = max(0, int(square.y) - half), max(0, int(square.x) - half)
        part = pixels[top : int(square.y) + half, left : int(square.x) + half]
        rows, columns = numpy.indices(part.shape[:2])
        texture = 140 if square.is_blurred else numpy.where((rows // 8 + columns // 8) % 2, 200, 90)
        part[..., 1] = part[..., 2] = texture
        part[..., 0] = BLUE_STEP * square.person
    pixels.flags.writeable = False
    return pixels


class SquareEngine:
    """kiosk.faces.engine.FaceEngine for squares. `encodings` counts what was encoded."""

    name = "squares"
    model_id = "squares-1"

    def __init__(self, noise: float = NOISE) -> None:
        self.encodings = 0
        self.turned: Callable[[FaceBox], float] = lambda box: 0.0
        self._noise = noise
        self._rng = numpy.random.default_rng(1)

    def detect(self, picture: numpy.ndarray) -> list[FaceBox]:
        cv2 = load_cv2()
        grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        _, _, stats, _ = cv2.connectedComponentsWithStats((grey > 40).astype(numpy.uint8))
        return [
            FaceBox(int(left), int(top), int(left + width), int(top + height), 1.5)
            for left, top, width, height, area in stats[1:]
            if area >= 400
        ]

    def landmarks(self, picture: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        x, y = box.centre
        eye, nose = 0.25 * box.width, x + 0.5 * box.width * self.turned(box)
        points = [(x + eye, y - eye), (x + eye / 2, y - eye), (x - eye, y - eye), (x - eye / 2, y - eye)]
        return numpy.array([*points, (nose, y + eye / 2)], numpy.float32)

    def encode(self, rgb: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        self.encodings += 1
        inside = rgb[max(0, box.top) : box.bottom, max(0, box.left) : box.right, 2]
        person = round(float(numpy.median(inside)) / BLUE_STEP)
        noise = self._rng.normal(size=DIMENSIONS).astype(numpy.float32)
        return vector_of(person) + noise / numpy.linalg.norm(noise) * numpy.float32(self._noise)


@dataclass
class SignsAtWill:
    """Signs of life after so many frames, or whatever a test sets."""

    after: int = 3
    said: str = ""
    turns: set[str] = field(default_factory=set)
    frames: int = 0
    is_wiped: bool = False

    def wipe(self) -> None:
        self.is_wiped = True

    def add(self, grey: numpy.ndarray, box: FaceBox, points: numpy.ndarray) -> None:
        self.frames += 1
        self.is_wiped = False

    @property
    def verdict(self) -> str:
        return self.said or ("living" if self.frames >= self.after else "undecided")

    def turned(self, direction: str) -> bool:
        return direction in self.turns


def walk(person: int, frames: int, start: float = 150, step: float = 4, size: int = 100) -> Sequence[Square]:
    """Somebody who goes through the picture."""
    return [Square(person, start + step * number, size=size) for number in range(frames)]

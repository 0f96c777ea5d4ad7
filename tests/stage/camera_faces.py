"""Who stands before the emulated camera of the entrance: people whom nobody is, and pictures that are held up to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy

from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.face_sequences import TURN_DEGREES, head_turn, phone_screen, still_picture
from drivers.emulators.faces import SimulatedFace, hall, with_noise

SIZE = (960, 540)
FPS = 15.0
EMPTY_FRAMES = 20
POSES = {"straight": 6.0, "left": TURN_DEGREES, "right": -TURN_DEGREES}


@cache
def _face(seed: int) -> SimulatedFace:
    return SimulatedFace(seed)


@cache
def turning(seed: int, degrees: float = TURN_DEGREES) -> tuple[numpy.ndarray, ...]:
    """Looks to one side and back, over and over."""
    there = list(head_turn(_face(seed), degrees, size=SIZE))
    return (*there, *there[-2:0:-1])


@cache
def on_a_phone(seed: int) -> tuple[numpy.ndarray, ...]:
    """A picture of this person on a telephone, which is tilted before the camera."""
    there = list(phone_screen(_face(seed), size=SIZE))
    return (*there, *there[-2:0:-1])


@cache
def on_paper(seed: int) -> tuple[numpy.ndarray, ...]:
    """A picture of this person, held still."""
    return tuple(still_picture(_face(seed), size=SIZE))


@cache
def nobody() -> tuple[numpy.ndarray, ...]:
    """The hall, and nobody in it."""
    return tuple(with_noise(hall(SIZE), number) for number in range(EMPTY_FRAMES))


class Entrance:
    """What the camera sees. `camera` plays it in its own time."""

    def __init__(self, camera: EmulatedCamera) -> None:
        self._camera = camera
        camera.fps = FPS
        self.empty()

    def empty(self) -> None:
        self._camera.play(nobody())

    def shows(self, frames: Sequence[numpy.ndarray]) -> None:
        self._camera.play(frames)

    def turns(self, seed: int, pose: str = "right") -> None:
        """Somebody stands there and turns the head to the own left or right: the own left is the picture's right. Who looks straight
        moves a little, as everybody does."""
        self._camera.play(turning(seed, POSES[pose]))

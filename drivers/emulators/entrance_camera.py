"""The camera at the entrance: an emulated camera before which drawn people stand, turn their heads, or hold up a picture.

Nobody of them exists. What is shown goes round until something else is: somebody who stands there looks straight ahead, to the
one side, ahead and to the other side. As on any emulated camera it can be unplugged, frozen, black or covered meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING

from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.face_sequences import TURN_DEGREES, head_turn, tilted_print
from drivers.emulators.faces import PEOPLE, SimulatedFace, hall, with_noise

if TYPE_CHECKING:
    import numpy

    Draw = Callable[[], Iterator[numpy.ndarray]]

FPS = 12.0
AT_REST_FRAMES = 10
EMPTY_FRAMES = 4
SIZE = (960, 540)
WIDTH = 150.0  # of a face, in pixels: somebody who stands a metre and a half away
# Each frame is drawn before anything of it is shown; meanwhile what was there before goes on.
DRAWN_S = 30.0


class EntranceCamera(EmulatedCamera):
    """People are numbers from 1, see `faces.PEOPLE`. Drawing somebody takes a few seconds, on a thread of its own; `before` says
    who is shown once it is done, and `wait_shown` waits for that. Every method may be called from any thread."""

    def __init__(self) -> None:
        super().__init__(fps=FPS)
        self.before = ""
        self._newest = threading.Lock()
        self._wished = 0
        self._drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="entrance-camera")
        self._shown: Future[None] = self._drawing.submit(lambda: None)
        self.leave()

    def leave(self) -> None:
        """Nobody is there."""
        self._show("", _nobody)

    def stand(self, number: int) -> None:
        """This person stands there and looks around. Raises ValueError for a number that nobody has."""
        seed = seed_of(number)
        self._show(f"{number}", lambda: _looking_around(seed))

    def turn(self, number: int, degrees: float) -> None:
        """This person turns the head and back, again and again; more than nothing is to her own left. Raises ValueError."""
        seed = seed_of(number)
        self._show(f"{number}", lambda: _turned(seed, degrees))

    def hold_print(self, number: int) -> None:
        """Somebody holds up a picture of this person, and tilts it. Raises ValueError."""
        seed = seed_of(number)
        self._show(
            f"{number} (print)", lambda: _there_and_back(tilted_print(_face(seed), scale=WIDTH, size=SIZE))
        )

    def wait_shown(self, timeout_s: float = DRAWN_S) -> None:
        """Until what was last wished is before the lens. Raises TimeoutError."""
        self._shown.result(timeout_s)

    def close(self) -> None:
        self._drawing.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _show(self, before: str, draw: Draw) -> None:
        with self._newest:
            self._wished += 1
            self._shown = self._drawing.submit(self._draw, self._wished, before, draw)

    def _draw(self, wish: int, before: str, draw: Draw) -> None:
        if wish == self._wished:  # who has left meanwhile is not drawn
            frames = tuple(draw())
            self.play(frames)
            self.before = before


def seed_of(number: int) -> int:
    """Raises ValueError."""
    if not 1 <= number <= len(PEOPLE):
        raise ValueError(f"a number from 1 to {len(PEOPLE)}")
    return PEOPLE[number - 1]


@lru_cache(maxsize=4)
def _face(seed: int) -> SimulatedFace:
    return SimulatedFace(seed)


def _nobody() -> Iterator[numpy.ndarray]:
    for number in range(EMPTY_FRAMES):
        yield with_noise(hall(SIZE), number)


def _looking_around(seed: int) -> Iterator[numpy.ndarray]:
    """Straight ahead, to one side and back, ahead, to the other side and back."""
    for degrees in (TURN_DEGREES, -TURN_DEGREES):
        for number in range(AT_REST_FRAMES):
            yield _face(seed).frame(scale=WIDTH, size=SIZE, number=number)
        yield from _turned(seed, degrees)


def _turned(seed: int, degrees: float) -> Iterator[numpy.ndarray]:
    return _there_and_back(head_turn(_face(seed), degrees, scale=WIDTH, size=SIZE))


def _there_and_back(way: Iterator[numpy.ndarray]) -> Iterator[numpy.ndarray]:
    there = tuple(way)
    yield from there
    yield from there[::-1]

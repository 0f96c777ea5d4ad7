"""Visits to a hall at 1280x720, for the benchmarks of recognition: nobody for a while, then somebody who turns to the desk."""

from __future__ import annotations

from functools import cache

import numpy

from drivers.emulators.face_sequences import head_turn
from drivers.emulators.faces import PEOPLE, SIZE, SimulatedFace, hall, with_noise

WIDTH = 120.0  # pixels of a face from temple to temple
TURN_FRAMES = 12
EMPTY_FRAMES = 32


@cache
def person(seed: int) -> SimulatedFace:
    return SimulatedFace(seed)


def visit(seed: int, turns: int = 2, width: float = WIDTH) -> list[numpy.ndarray]:
    """Somebody who looks straight, to the side, and back, `turns` times half of that."""
    there = list(head_turn(person(seed), frames=TURN_FRAMES, scale=width, size=SIZE))
    return [frame for number in range(turns) for frame in (there if number % 2 == 0 else there[::-1])]


def nobody(frames: int = EMPTY_FRAMES) -> list[numpy.ndarray]:
    return [with_noise(hall(SIZE).astype(numpy.float32), number) for number in range(frames)]


def straight(seed: int) -> numpy.ndarray:
    """How somebody looks who is being enrolled (BGR)."""
    return person(seed).frame(scale=220, number=99)


def enrolled(engine_name: str, people: int) -> tuple[list[str], numpy.ndarray]:
    """So many of PEOPLE as an engine knows them: names, and one vector each (rows of 128, float32)."""
    from kiosk.faces.engine import make_engine

    engine = make_engine(engine_name)
    vectors = []
    for seed in PEOPLE[:people]:
        rgb = numpy.ascontiguousarray(straight(seed)[:, :, ::-1])
        (box, *_) = engine.detect(rgb)
        vectors.append(engine.encode(rgb, box))
    return [str(seed) for seed in PEOPLE[:people]], numpy.array(vectors)

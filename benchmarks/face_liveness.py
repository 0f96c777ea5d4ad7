"""How many pictures are taken for people, and how many people for people: the signs of life on generated sequences of the twenty
PEOPLE, by the landmarks of both engines, of which the worse one counts.

The peer is a recogniser that asks for no signs of life, as face_recognition's examples are: it believes every face it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy

from benchmarks.measure import Result, against
from drivers.cameras.sources import load_cv2
from drivers.emulators import face_sequences
from drivers.emulators.faces import PEOPLE, SimulatedFace
from kiosk.faces.engine import ENGINES, FaceBox, FaceEngine, make_engine
from kiosk.faces.liveness import LIVING, LivingSigns
from kiosk.faces.messages import LEFT, RIGHT

SIZE = (300, 320)
WIDTH = 100.0
FRAMES, TURN_FRAMES = 8, 12
DETAIL = 100
NEVER = {"still", "sliding"}
MOST_OF_TWENTY = 2
LEAST_TURNS = 0.9
PEER = "without signs of life"

Sequence = Callable[[SimulatedFace], Iterator[numpy.ndarray]]
Looked = tuple[numpy.ndarray, FaceBox, dict[str, numpy.ndarray]]

TURNS: dict[str, Sequence] = {
    RIGHT: partial(face_sequences.head_turn, degrees=-26, frames=TURN_FRAMES, scale=WIDTH, size=SIZE),
    LEFT: partial(face_sequences.head_turn, degrees=26, frames=TURN_FRAMES, scale=WIDTH, size=SIZE),
}
HELD: dict[str, Sequence] = {
    name: partial(sequence, frames=FRAMES, scale=WIDTH, size=SIZE)
    for name, sequence in {
        "still": face_sequences.still_picture,
        "sliding": face_sequences.sliding_picture,
        "tilted": face_sequences.tilted_print,
        "bent": face_sequences.bent_print,
        "phone": face_sequences.phone_screen,
    }.items()
}


def run(directory: Path) -> list[Result]:
    """Writes nothing into `directory`: frames are drawn in memory."""
    load_cv2().setNumThreads(1)
    engines = {name: make_engine(name) for name in ENGINES}
    people = [SimulatedFace(seed, DETAIL) for seed in PEOPLE]
    pictures = [
        _pictures(name, [looked_at(sequence, face, engines) for face in people])
        for name, sequence in HELD.items()
    ]
    directions = [list(TURNS)[number % 2] for number in range(len(people))]
    turns = [
        looked_at(TURNS[direction], face, engines) for direction, face in zip(directions, people, strict=True)
    ]
    return [*pictures, _turns(turns, directions)]


def looked_at(sequence: Sequence, face: SimulatedFace, engines: Mapping[str, FaceEngine]) -> list[Looked]:
    """Every frame in which the face is found: its grey levels, the box, and each engine's landmarks."""
    cv2 = load_cv2()
    detector = next(iter(engines.values()))
    looked: list[Looked] = []
    for frame in sequence(face):
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        found = detector.detect(grey)
        if found:
            points = {name: engine.landmarks(grey, found[0]) for name, engine in engines.items()}
            looked.append((grey, found[0], points))
    return looked


def judged(looked: Iterable[Looked], engine: str) -> LivingSigns:
    """What the signs of life say in the end, by one engine's landmarks."""
    signs = LivingSigns()
    for grey, box, points in looked:
        signs.add(grey, box, points[engine])
    return signs


def living(all_looked: Iterable[list[Looked]], engine: str) -> int:
    """How many of these sequences are taken for living."""
    return sum(judged(looked, engine).verdict == LIVING for looked in all_looked)


def _pictures(name: str, all_looked: list[list[Looked]]) -> Result:
    accepted = {engine: living(all_looked, engine) for engine in ENGINES}
    how = f"{len(all_looked)} generated faces, a {name} picture of each, {FRAMES} frames: {_told(accepted)} taken for living."
    found = sum(len(looked) > 1 for looked in all_looked)
    most = 0 if name in NEVER else MOST_OF_TWENTY
    return against(
        f"pictures_accepted_{name}", max(accepted.values()), "faces", PEER, found, how, value_at_most=most
    )


def _turns(all_looked: list[list[Looked]], directions: list[str]) -> Result:
    """A turn counts where the face is taken for living and the head for turned to the side that was asked for."""
    asked = list(zip(all_looked, directions, strict=True))
    accepted = {
        engine: sum(judged(looked, engine).turned(direction) for looked, direction in asked)
        for engine in ENGINES
    }
    how = f"{len(asked)} generated faces turn by 26 degrees in {TURN_FRAMES} frames: {_told(accepted)} living, and turned as asked."
    return against(
        "head_turns_accepted",
        min(accepted.values()),
        "faces",
        PEER,
        len(asked),
        how,
        ratio_at_least=LEAST_TURNS,
    )


def _told(accepted: dict[str, int]) -> str:
    return ", ".join(f"{count} by {engine}" for engine, count in accepted.items())

"""A picture must never be greeted as a person, and people must be: on a few generated faces, by both engines' landmarks, and on
photographs with a generated relief where there are any. The rates over all faces: `python -m benchmarks face_liveness`.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import numpy
import pytest

from benchmarks import face_liveness
from benchmarks.face_liveness import DETAIL, HELD, SIZE, TURNS, WIDTH, Looked, Sequence, judged, living
from drivers.emulators import face_sequences
from drivers.emulators.faces import PEOPLE, SimulatedFace
from kiosk.faces.engine import DLIB_5, ENGINES, FaceBox
from kiosk.faces.liveness import FLAT, LIVING, UNDECIDED, LivingSigns
from kiosk.faces.messages import LEFT, RIGHT
from tests.faces.conftest import engine_named

# Six whose pictures are found at this size in every frame.
FEW = (*PEOPLE[:5], *PEOPLE[6:7])
# More frames than points are followed for, so that they are chosen anew on the way.
LONG = 70


@cache
def person(seed: int) -> SimulatedFace:
    return SimulatedFace(seed, DETAIL)


def looked_at(sequence: Sequence, face: SimulatedFace, engines: tuple[str, ...] = ENGINES) -> list[Looked]:
    return face_liveness.looked_at(sequence, face, {name: engine_named(name) for name in engines})


@cache
def held_by(held: str, seed: int) -> list[Looked]:
    return looked_at(HELD[held], person(seed))


def test_who_turns_her_head_is_living_and_has_turned_to_that_side() -> None:
    directions = [list(TURNS)[number % 2] for number in range(len(FEW))]
    looked = [
        looked_at(TURNS[direction], person(seed)) for seed, direction in zip(FEW, directions, strict=True)
    ]
    for engine in ENGINES:
        signs = [judged(each, engine) for each in looked]
        assert sum(each.verdict == LIVING for each in signs) >= len(FEW) - 1
        assert sum(each.turned(asked) for each, asked in zip(signs, directions, strict=True)) >= len(FEW) - 1
        others = [LEFT if asked == RIGHT else RIGHT for asked in directions]
        wrong = [each.turned(other) for each, other in zip(signs, others, strict=True)]
        assert not any(wrong), "a turn counts to one side only"


@pytest.mark.parametrize("held", HELD)
def test_pictures_are_not_living(held: str) -> None:
    looked = [held_by(held, seed) for seed in FEW]
    assert all(len(each) > 1 for each in looked), "what is not seen proves nothing"
    assert {engine: living(looked, engine) for engine in ENGINES} == dict.fromkeys(ENGINES, 0)


def test_a_photograph_turns_and_is_held(photographs: Path) -> None:
    """The same promises on skin that nobody drew."""
    face = SimulatedFace.from_photograph(photographs / "p1" / "1.jpg")
    turned, bent = looked_at(TURNS[LEFT], face), looked_at(HELD["bent"], face)
    for engine in ENGINES:
        assert judged(turned, engine).verdict == LIVING
        assert judged(bent, engine).verdict != LIVING


def test_a_picture_that_is_held_for_long_does_not_add_up_to_a_person() -> None:
    """What is lost from frame to frame must not add up to depth: some seconds of a trembling hand."""
    sequence = partial(face_sequences.still_picture, frames=LONG, scale=WIDTH, size=SIZE)
    signs = LivingSigns()
    for grey, box, points in looked_at(sequence, person(PEOPLE[0]), (DLIB_5,)):
        signs.add(grey, box, points[DLIB_5])
        assert signs.verdict == UNDECIDED


def test_a_tilted_print_is_known_to_be_flat() -> None:
    signs = [judged(held_by("tilted", seed), DLIB_5) for seed in FEW[:3]]
    assert [each.verdict for each in signs] == [FLAT] * 3


def test_a_face_that_is_swapped_for_another_begins_anew() -> None:
    """Two prints, one after the other: the jump between them is no turn of a head."""
    signs = LivingSigns()
    for seed in FEW[:3]:
        for grey, box, points in held_by("still", seed):
            signs.add(grey, box, points[ENGINES[0]])
    assert signs.verdict != LIVING


def test_a_blank_picture_is_judged_without_points_to_follow() -> None:
    grey = numpy.full((120, 120), 128, numpy.uint8)
    points = numpy.array([(80, 40), (70, 40), (40, 40), (50, 40), (60, 70)], numpy.float32)
    signs = LivingSigns()
    for _ in range(3):
        signs.add(grey, FaceBox(20, 20, 100, 100), points)
    assert signs.verdict == UNDECIDED
    assert not signs.turned(LEFT)


@pytest.mark.parametrize("size", [(240, 320), (60, 500), (40, 40)])
def test_a_camera_that_changes_its_size_is_looked_at_anew(size: tuple[int, int]) -> None:
    """A stream that goes over to its small picture does so between two frames, with somebody before it."""
    signs = LivingSigns()
    looked = held_by("still", FEW[0])
    for grey, box, points in looked[:2]:
        signs.add(grey, box, points[DLIB_5])
    signs.add(
        numpy.ascontiguousarray(looked[2][0][: size[0], : size[1]]), FaceBox(4, 4, 36, 36), points[DLIB_5]
    )
    assert signs.verdict == UNDECIDED
    for grey, box, points in looked[:3]:
        signs.add(grey, box, points[DLIB_5])
    assert signs.verdict == UNDECIDED


def test_what_is_held_of_a_frame_is_overwritten_by_the_next_and_at_the_end() -> None:
    signs = LivingSigns()
    held = []
    for grey, box, points in held_by("still", FEW[0])[:3]:
        signs.add(grey, box, points[DLIB_5])
        assert signs._patch is not None and signs._patch.grey.any()
        held.append(signs._patch.grey)
    assert [each.any() for each in held] == [False, False, True]
    signs.wipe()
    assert not held[-1].any()

"""Every test of recognition that may run anywhere stands on drawn faces: so they have to be faces to the detector, the same person
in every pose, and other people for other seeds; and a photograph with a relief has to stay who it was."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy
import pytest

from drivers.cameras.sources import load_cv2
from drivers.emulators.face_drawing import A_UNIT
from drivers.emulators.face_sequences import head_turn, tilted_print
from drivers.emulators.faces import PEOPLE, SIZE, SimulatedFace, hall
from kiosk.faces.engine import DLIB_5, ENGINES
from kiosk.faces.quality import turn
from tests.faces.conftest import engine_named, somebody

SMALL = (480, 400)


def person(seed: int) -> SimulatedFace:
    """Drawn as everybody gets them who asks for no detail."""
    return somebody(seed, A_UNIT)


def vector(frame: numpy.ndarray) -> numpy.ndarray:
    engine = engine_named(DLIB_5)
    rgb = load_cv2().cvtColor(frame, load_cv2().COLOR_BGR2RGB)
    boxes = engine.detect(rgb)
    assert boxes, "a drawn face was not found"
    return engine.encode(rgb, boxes[0])


@pytest.mark.parametrize("scale", [80, 150, 400])
def test_the_detector_finds_a_face_where_it_was_drawn(scale: int) -> None:
    frame = person(PEOPLE[0]).frame(scale=scale, x=500, y=320)
    assert frame.shape == (SIZE[1], SIZE[0], 3) and frame.dtype == numpy.uint8
    (box,) = engine_named(ENGINES[0]).detect(load_cv2().cvtColor(frame, load_cv2().COLOR_BGR2GRAY))
    assert box.left < 500 < box.right
    assert 0.8 * scale < box.width < 1.25 * scale


def test_nobody_is_found_in_the_hall() -> None:
    assert engine_named(ENGINES[0]).detect(hall(SIZE)) == []


def test_poses_of_one_seed_agree_and_people_differ() -> None:
    vectors = {}
    for seed in PEOPLE[:3]:
        face = person(seed)
        poses = [
            face.frame(yaw, scale=width, size=SMALL, number=n)
            for n, (yaw, width) in enumerate(((0, 160), (12, 120)))
        ]
        vectors[seed] = [vector(frame) for frame in poses]
        assert float(numpy.linalg.norm(vectors[seed][0] - vectors[seed][1])) < 0.3, seed
    for one, other in itertools.combinations(vectors, 2):
        assert float(numpy.linalg.norm(vectors[one][0] - vectors[other][0])) > 0.45, (one, other)


def test_a_frame_can_be_drawn_again_and_noise_is_its_own() -> None:
    first, same, later = (SimulatedFace(5, 80).frame(scale=90, size=SMALL, number=n) for n in (1, 1, 2))
    assert numpy.array_equal(first, same)
    assert not numpy.array_equal(first, later)


def test_several_people_stand_in_one_frame() -> None:
    frame = hall((900, 400))
    for number, seed in enumerate(PEOPLE[:3]):
        frame = person(seed).frame(x=150 + 300 * number, y=200, scale=140, onto=frame)
    assert len(engine_named(ENGINES[0]).detect(frame)) == 3


def test_a_face_may_stand_half_out_of_the_frame() -> None:
    for x, y in ((-60, 100), (480, 390), (240, -300), (2000, 2000)):
        assert SimulatedFace(5, 80).frame(x=x, y=y, scale=200, size=SMALL).shape == (400, 480, 3)


def test_a_head_turns_to_the_side_that_was_asked_and_a_print_does_not() -> None:
    def turns(frames: list[numpy.ndarray]) -> list[float]:
        engine = engine_named(DLIB_5)
        greys = [load_cv2().cvtColor(frame, load_cv2().COLOR_BGR2GRAY) for frame in frames]
        return [turn(engine.landmarks(grey, box)) for grey in greys for box in engine.detect(grey)[:1]]

    face = person(PEOPLE[1])
    right = turns(list(head_turn(face, 26, frames=8, scale=130, size=SMALL)))
    left = turns(list(head_turn(face, -26, frames=8, scale=130, size=SMALL)))
    held = turns(list(tilted_print(face, 26, frames=8, scale=130, size=SMALL)))
    assert right[-1] - right[0] > 0.06
    assert left[-1] - left[0] < -0.06
    assert abs(held[-1] - held[0]) < 0.06


def test_a_photograph_stays_who_it_was(photographs: Path) -> None:
    face = SimulatedFace.from_photograph(photographs / "p3" / "1.jpg")
    straight, turned = (vector(face.frame(yaw, scale=160, size=SMALL)) for yaw in (0, 12))
    assert float(numpy.linalg.norm(straight - turned)) < 0.45


def test_what_is_no_photograph_of_a_face_is_refused(tmp_path: Path) -> None:
    letter = tmp_path / "letter.jpg"
    letter.write_text("no picture", encoding="utf-8")
    with pytest.raises(ValueError, match=r"letter\.jpg is no picture"):
        SimulatedFace.from_photograph(letter).frame()
    empty = tmp_path / "hall.png"
    done, png = load_cv2().imencode(".png", hall(SMALL))
    assert done
    empty.write_bytes(png.tobytes())
    with pytest.raises(ValueError, match=r"hall\.png shows no face"):
        SimulatedFace.from_photograph(empty).frame()

"""Real people, few as they are: one photograph enrolled is enough to find every other one, nobody is given another one's
name, and who is not enrolled is nobody. On both engines, by the engine and the gallery alone: a photograph shows no life.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy
import pytest

from kiosk.faces import quality
from kiosk.faces.calibration import Calibration, Person, measured
from kiosk.faces.engine import ENGINES, FaceEngine
from kiosk.faces.matching import Decision, Gallery, Named, Strangers, Unknown
from tests.faces.conftest import encoded

N = 5


def people(folder: Path) -> dict[str, list[Path]]:
    return {
        person.name: sorted(person.glob("*.jpg")) for person in sorted(folder.glob("p*")) if person.is_dir()
    }


def face_of(engine: FaceEngine, path: Path) -> numpy.ndarray:
    """The vector of the one face of a portrait."""
    return encoded(engine.name, path)[0][1]


@cache
def proposal(engine_name: str, folder: Path) -> Calibration:
    """What `kiosk faces calibrate` proposes for N, of the same encodings."""
    measured_people = [
        Person(name, tuple(encoded(engine_name, path)[0][1] for path in paths))
        for name, paths in people(folder).items()
    ]
    return measured(measured_people, (), N)


def gallery_at_n(engine: FaceEngine, folder: Path, enrolled: dict[str, Path]) -> Gallery:
    """At the threshold that is proposed for N, whoever is left out: with fewer it would be more generous."""
    calibration = proposal(engine.name, folder)
    gallery = Gallery(calibration.strangers)
    vectors = [face_of(engine, path) for path in enrolled.values()]
    gallery.replace(list(enrolled), numpy.array(vectors))
    gallery._threshold = calibration.proposed
    return gallery


def decisions(engine: FaceEngine, gallery: Gallery, path: Path) -> list[Decision]:
    return [gallery.decide(vector) for _, vector in encoded(engine.name, path)]


def test_there_are_five_people(photographs: Path) -> None:
    assert len(people(photographs)) == N
    assert all(len(paths) >= 2 for paths in people(photographs).values())


def test_every_portrait_shows_a_face(photographs: Path, engine: FaceEngine) -> None:
    for paths in people(photographs).values():
        for path in paths:
            assert len(encoded(engine.name, path)) == 1, path


def test_the_threshold_is_the_rules_for_five(photographs: Path, engine: FaceEngine) -> None:
    assert proposal(engine.name, photographs).proposed == pytest.approx(0.514, abs=0.001)
    assert proposal(engine.name, photographs).at[0].missed.count == 0


@pytest.mark.parametrize("which", range(2))
def test_one_photograph_finds_every_other_one(photographs: Path, engine: FaceEngine, which: int) -> None:
    everybody = people(photographs)
    enrolled = {person: paths[which] for person, paths in everybody.items()}
    gallery = gallery_at_n(engine, photographs, enrolled)
    wrong = {
        path: decision
        for person, paths in everybody.items()
        for path in paths
        if path != enrolled[person]
        for decision in decisions(engine, gallery, path)
        if not (isinstance(decision, Named) and decision.consent_id == person)
    }
    assert wrong == {}


@pytest.mark.parametrize("which", range(2))
def test_both_people_are_found_in_each_group(photographs: Path, engine: FaceEngine, which: int) -> None:
    enrolled = {person: paths[which] for person, paths in people(photographs).items()}
    gallery = gallery_at_n(engine, photographs, enrolled)
    groups = sorted((photographs / "groups").glob("*.jpg"))
    assert len(groups) == 2
    for group in groups:
        found = decisions(engine, gallery, group)
        named = sorted(decision.consent_id for decision in found if isinstance(decision, Named))
        assert named == group.stem.split("+")
        # What is not named there is something that the detector took for a face.
        assert all(isinstance(each, Named | Unknown) for each in found)


def test_who_is_left_out_is_unknown(photographs: Path, engine: FaceEngine) -> None:
    everybody = people(photographs)
    groups = list((photographs / "groups").glob("*.jpg"))
    for absent in everybody:
        enrolled = {person: paths[0] for person, paths in everybody.items() if person != absent}
        gallery = gallery_at_n(engine, photographs, enrolled)
        for path in everybody[absent]:
            assert decisions(engine, gallery, path) == [Unknown()]
        for group in groups:
            names = {each.consent_id for each in decisions(engine, gallery, group) if isinstance(each, Named)}
            assert names == set(group.stem.split("+")) - {absent}


def test_strangers_are_far_beyond_the_threshold(photographs: Path, engine: FaceEngine) -> None:
    """As far as five people can show it: what is assumed of strangers is on the strict side of what they measure."""
    faces = {
        person: [face_of(engine, path) for path in paths] for person, paths in people(photographs).items()
    }
    apart = [
        float(numpy.linalg.norm(one - other))
        for person, looks in faces.items()
        for another, others in faces.items()
        if person < another
        for one in looks
        for other in others
    ]
    assert min(apart) > 0.6
    assert Strangers().mean < numpy.mean(apart)
    assert Strangers().deviation > numpy.std(apart)


@pytest.mark.parametrize("name", ENGINES)
def test_portraits_are_good_enough_to_be_encoded(photographs: Path, name: str) -> None:
    """But for the one that cuts the face, which an enrolment would refuse."""
    from tests.faces.conftest import engine_named, picture_of

    engine = engine_named(name)
    for paths in people(photographs).values():
        for path in paths:
            grey = picture_of(path)[..., 1].copy()
            box = encoded(name, path)[0][0]
            advice = quality.advice(grey, box, engine.landmarks(grey, box))
            assert advice == (quality.BACK if "partial" in path.name else quality.GOOD), path

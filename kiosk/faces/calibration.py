"""How well an engine tells people apart, measured on a folder of photographs, and the threshold that follows.

One folder a person, at least two of them with two pictures. Every picture is encoded; pairs of one person give missed matches, pairs
of different people false ones. What the engine is used for is one look against many enrolled, so the proposed threshold is that
of kiosk.faces.matching for this many: at most one stranger in a thousand nearer than it to anybody.

A few dozen pairs cannot show a rate of one in a million. What is proposed therefore rests on the distribution of strangers'
distances: the measured one, in its unfavourable limits, once there are ENOUGH_PEOPLE; until then the assumed one. Counts and their
limits are told beside it, so that nobody takes the proposal for more than it is.

Pictures are read and encoded in memory, and nothing of them is kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import NormalDist, mean, stdev

import numpy

from drivers.cameras.sources import load_cv2
from kiosk.faces.confidence import CONFIDENCE, Rate
from kiosk.faces.engine import FaceBox, FaceEngine
from kiosk.faces.matching import ASSUMED, TOLERANCE, Strangers, threshold

NO_FOLDER, TOO_FEW = "calibration.no_folder", "calibration.too_few"
UNREADABLE, NO_FACE, SEVERAL_FACES = "picture.unreadable", "picture.no_face", "picture.several_faces"

ENOUGH_PEOPLE = 20
# Larger pictures are reduced to this side: a face of a hundred pixels is as good as one of a thousand. In smaller ones that
# show no face at first, it is looked for once more at twice the size.
LONGEST_SIDE, SMALL_SIDE = 1400, 700


class CalibrationImpossible(Exception):
    """There is nothing to measure; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A picture that was left out: its folder and name, why, and how many faces it shows."""

    name: str
    code: str
    faces: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """One folder: a vector for each picture of it that could be used."""

    name: str
    vectors: tuple[numpy.ndarray, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What one threshold does: pairs of one person that it misses, and pairs of two people that it takes for one."""

    distance: float
    missed: Rate
    false: Rate


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured. `proposed` is the threshold for `enrolled` vectors; `strangers` the distribution it follows from, and
    `is_measured` whether that was measured here; `at` what the proposed threshold and dlib's own do to the pictures."""

    people: int
    pictures: int
    refused: tuple[RefusedPicture, ...]
    enrolled: int
    strangers: Strangers
    is_measured: bool
    proposed: float
    at: tuple[AtThreshold, ...]


def calibrate(folder: Path, engine: FaceEngine, enrolled: int) -> Calibration:
    """Measures the pictures of `folder`, and proposes a threshold for `enrolled` vectors. Raises CalibrationImpossible."""
    if not folder.is_dir():
        raise CalibrationImpossible(NO_FOLDER)
    refused: list[RefusedPicture] = []
    people = [person(each, engine, refused.append) for each in sorted(folder.iterdir()) if each.is_dir()]
    return measured([each for each in people if each.vectors], tuple(refused), enrolled)


def person(folder: Path, engine: FaceEngine, refuse: Callable[[RefusedPicture], None]) -> Person:
    """The faces of one folder. What cannot be used is told to `refuse`, by name."""
    vectors = []
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        faces = _faces(path, engine)
        if faces is None:
            refuse(RefusedPicture(f"{folder.name}/{path.name}", UNREADABLE))
        elif len(faces) != 1:
            code = SEVERAL_FACES if faces else NO_FACE
            refuse(RefusedPicture(f"{folder.name}/{path.name}", code, len(faces)))
        else:
            vectors.append(faces[0]())
    return Person(folder.name, tuple(vectors))


def measured(people: Sequence[Person], refused: tuple[RefusedPicture, ...], enrolled: int) -> Calibration:
    """The calibration of people whose pictures are encoded. Raises CalibrationImpossible."""
    same, different = _same(people), list(_different(people))
    if not same or not different:
        raise CalibrationImpossible(TOO_FEW)
    is_measured = len(people) >= ENOUGH_PEOPLE
    strangers = _unfavourable(different, len(people)) if is_measured else ASSUMED
    proposed = threshold(enrolled, strangers)
    at = tuple(
        AtThreshold(
            distance,
            Rate(sum(each >= distance for each in same), len(same)),
            Rate(sum(each < distance for each in different), len(different)),
        )
        for distance in (proposed, TOLERANCE)
    )
    pictures = sum(len(each.vectors) for each in people)
    return Calibration(len(people), pictures, refused, enrolled, strangers, is_measured, proposed, at)


def _faces(path: Path, engine: FaceEngine) -> list[Callable[[], numpy.ndarray]] | None:
    """A way to encode each face of a picture; None where the file is no picture."""
    cv2 = load_cv2()
    # Read by us, not by its name: OpenCV would take a folder's name in another alphabet for a missing file on some systems.
    try:
        encoded = numpy.frombuffer(path.read_bytes(), numpy.uint8)
        pixels = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    except (OSError, cv2.error):  # not ours to read, or larger than any photograph
        return None
    if pixels is None:
        return None
    longest = max(pixels.shape[:2])
    rgb = _scaled(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), min(1.0, LONGEST_SIDE / longest))
    boxes = engine.detect(rgb)
    if not boxes and longest < SMALL_SIDE:
        rgb = _scaled(rgb, 2.0)
        boxes = engine.detect(rgb)
    return [_encoding(engine, rgb, box) for box in boxes]


def _encoding(engine: FaceEngine, rgb: numpy.ndarray, box: FaceBox) -> Callable[[], numpy.ndarray]:
    return lambda: engine.encode(rgb, box)


def _scaled(rgb: numpy.ndarray, factor: float) -> numpy.ndarray:
    if factor == 1.0:
        return rgb
    cv2 = load_cv2()
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    scaled: numpy.ndarray = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=method)
    return scaled


def _same(people: Sequence[Person]) -> list[float]:
    """The distances between pictures of one person."""
    pairs = itertools.chain.from_iterable(itertools.combinations(each.vectors, 2) for each in people)
    return [_distance(first, second) for first, second in pairs]


def _different(people: Sequence[Person]) -> Iterator[float]:
    """The distances between pictures of different people."""
    for one, other in itertools.combinations(people, 2):
        for first, second in itertools.product(one.vectors, other.vectors):
            yield _distance(first, second)


def _distance(first: numpy.ndarray, second: numpy.ndarray) -> float:
    return float(numpy.linalg.norm(first - second))


def _unfavourable(different: Sequence[float], people: int) -> Strangers:
    """The distribution of strangers' distances, with its mean at the lower and its deviation at the upper limit of CONFIDENCE.

    Pairs share people, so no more is known than so many people can tell: limits are those of that many distances.
    """
    z = NormalDist().inv_cdf(CONFIDENCE)
    centre, deviation = mean(different), stdev(different)
    return Strangers(centre - z * deviation / sqrt(people), deviation * (1 + z / sqrt(2 * people)))

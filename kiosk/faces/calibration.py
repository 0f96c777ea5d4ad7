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

import io
import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import NormalDist, mean, stdev

import numpy
from PIL import Image, UnidentifiedImageError

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
# No photograph is larger, and this much fits into a terminal's memory: a file of some kilobytes may unfold to gigabytes.
MOST_BYTES, MOST_PIXELS = 200_000_000, 150_000_000


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A picture that was left out: its folder and name as they can be printed, why, and how many faces it shows."""

    name: str
    code: str
    faces: int = 0


class CalibrationImpossible(Exception):
    """There is nothing to measure; `code` says why, and `refused` what was left out before."""

    def __init__(self, code: str, refused: tuple[RefusedPicture, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.refused = refused


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
    try:
        folders = sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError as error:
        raise CalibrationImpossible(NO_FOLDER) from error
    refused: list[RefusedPicture] = []
    people = [person(each, engine, refused.append) for each in folders]
    return measured([each for each in people if each.vectors], tuple(refused), enrolled)


def person(folder: Path, engine: FaceEngine, refuse: Callable[[RefusedPicture], None]) -> Person:
    """The faces of one folder. What cannot be used is told to `refuse`, by name."""
    vectors = []
    try:
        paths = sorted(each for each in folder.iterdir() if each.is_file())
    except OSError:
        refuse(RefusedPicture(_printable(f"{folder.name}/"), UNREADABLE))
        paths = []
    for path in paths:
        name = _printable(f"{folder.name}/{path.name}")
        faces = _faces(path, engine)
        if faces is None:
            refuse(RefusedPicture(name, UNREADABLE))
        elif len(faces) != 1:
            refuse(RefusedPicture(name, SEVERAL_FACES if faces else NO_FACE, len(faces)))
        else:
            vectors.append(faces[0]())
    return Person(folder.name, tuple(vectors))


def measured(people: Sequence[Person], refused: tuple[RefusedPicture, ...], enrolled: int) -> Calibration:
    """The calibration of people whose pictures are encoded. Raises CalibrationImpossible."""
    same, different = _same(people), list(_different(people))
    if not same or not different:
        raise CalibrationImpossible(TOO_FEW, refused)
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
    pixels = _pixels(path)
    if pixels is None:
        return None
    cv2 = load_cv2()
    longest = max(pixels.shape[:2])
    rgb = cv2.cvtColor(_scaled(pixels, min(1.0, LONGEST_SIDE / longest)), cv2.COLOR_BGR2RGB)
    boxes = engine.detect(rgb)
    if not boxes and longest < SMALL_SIDE:
        rgb = _scaled(rgb, 2.0)
        boxes = engine.detect(rgb)
    return [_encoding(engine, rgb, box) for box in boxes]


def _pixels(path: Path) -> numpy.ndarray | None:
    """The picture upright (height x width x 3, BGR, uint8); None where the file is none, or larger than any photograph."""
    cv2 = load_cv2()
    # Read by us, not by its name: OpenCV would take a folder's name in another alphabet for a missing file on some systems.
    try:
        if not 0 < path.stat().st_size <= MOST_BYTES:
            return None
        encoded = path.read_bytes()
        if _is_too_large(encoded):
            return None
        pixels: numpy.ndarray | None = cv2.imdecode(numpy.frombuffer(encoded, numpy.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error):  # not ours to read, or damaged in a way that OpenCV does not forgive
        return None
    return pixels


def _is_too_large(encoded: bytes) -> bool:
    """As the head of the file says; what only OpenCV knows is left to its own limit."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(encoded)) as picture:
            return picture.width * picture.height > MOST_PIXELS
    except Image.DecompressionBombError:
        return True
    except UnidentifiedImageError:
        return False


def _printable(name: str) -> str:
    """A name of any bytes as it may be shown on a screen."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in name
    )


def _encoding(engine: FaceEngine, rgb: numpy.ndarray, box: FaceBox) -> Callable[[], numpy.ndarray]:
    return lambda: engine.encode(rgb, box)


def _scaled(rgb: numpy.ndarray, factor: float) -> numpy.ndarray:
    if factor == 1.0:
        return rgb
    cv2 = load_cv2()
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    height, width = rgb.shape[:2]
    size = max(1, round(width * factor)), max(1, round(height * factor))
    scaled: numpy.ndarray = cv2.resize(rgb, size, interpolation=method)
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

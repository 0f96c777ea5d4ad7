"""Whose face it is: named, one of two (ask), or unknown. Pure, over the vectors of people who agreed.

A threshold that is right for fifty people greets strangers by wrong names among five thousand, because each enrolled
vector is one more chance to be mistaken. So it is tied to how many there are: over the whole gallery at most one stranger
in a thousand may come nearer than the threshold to anybody.

How near strangers come is described by a normal distribution of their distances, `Strangers`. The one assumed here lets 1
in 200 pairs of strangers come nearer than 0.6, dlib's own setting, which is what is reported of faces like those it was trained
on; a measurement on the hall's own people (`kiosk faces calibrate`) takes its place.

Two people who are nearly equally near are not decided between: twins and siblings are a question for staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy

from kiosk.faces.engine import DIMENSIONS

# dlib's own setting: whatever was measured, nobody is greeted from farther away.
TOLERANCE = 0.6
FALSE_GREETINGS = 0.001
MARGIN = 0.08
# Who is taken for another one has to come this much nearer from then on than the wrong look did.
STRICTER = 0.02
MOST_ALIKE = 2
_FIRST_CAPACITY = 64


@dataclass(frozen=True, slots=True)
class Strangers:
    """Distances between faces of different people: mean and standard deviation, without unit (Euclidean, of 128 numbers)."""

    mean: float = 0.83
    deviation: float = 0.0893


ASSUMED = Strangers()


@dataclass(frozen=True, slots=True)
class Named:
    """It is this person's; `distance` to her nearest vector."""

    consent_id: str
    distance: float


@dataclass(frozen=True, slots=True)
class OneOfTwo:
    """It may be either's, nearest first: ask."""

    consent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """It is nobody's who is enrolled."""


Decision = Named | OneOfTwo | Unknown
UNKNOWN = Unknown()


def threshold(
    vectors: int, strangers: Strangers = ASSUMED, false_greetings: float = FALSE_GREETINGS
) -> float:
    """The distance below which a look matches, where so many vectors are enrolled: a stranger comes that near to any of
    them with a probability of `false_greetings` at most. Falls with every vector; 0.51 for 5, 0.46 for 50, 0.39 for 1,752. Never
    beyond TOLERANCE.

    By the union bound, the chances of the single vectors add up to less than that: no independence is assumed.
    """
    one = NormalDist(strangers.mean, strangers.deviation)
    return min(TOLERANCE, max(0.0, one.inv_cdf(false_greetings / max(1, vectors))))


class Gallery:
    """The vectors of people who agreed, each under its consent; several of one consent count as one person.

    Rows of one float32 matrix (vectors x 128) and their squared lengths, so that a look at all of them is one matrix
    product. Used by one thread.
    """

    def __init__(self, strangers: Strangers = ASSUMED) -> None:
        self._strangers = strangers
        self._ids: list[str] = []
        self._vectors = numpy.zeros((_FIRST_CAPACITY, DIMENSIONS), numpy.float32)
        self._squares = numpy.zeros(_FIRST_CAPACITY, numpy.float32)
        self._stricter: dict[str, float] = {}
        self._threshold = threshold(0, strangers)

    def __len__(self) -> int:
        """How many vectors."""
        return len(self._ids)

    def __repr__(self) -> str:
        return f"Gallery({len(self)} vectors)"

    @property
    def threshold(self) -> float:
        """Below which distance a look matches, with as many as are enrolled now."""
        return self._threshold

    def replace(self, consent_ids: Sequence[str], vectors: numpy.ndarray) -> None:
        """These and no others; corrections are forgotten. `vectors`: one row of 128 for each of `consent_ids`. Raises ValueError
        when a row is not finite or the shape is another."""
        checked = _checked(vectors, len(consent_ids))
        self.clear()
        self._reserve(len(consent_ids))
        self._ids = list(consent_ids)
        self._vectors[: len(checked)] = checked
        self._squares[: len(checked)] = _squared(checked)
        self._retune()

    def add(self, consent_id: str, vectors: numpy.ndarray) -> None:
        """The vectors of one consent (rows of 128), in place of those it had. Raises ValueError."""
        checked = _checked(vectors, len(vectors))
        self.remove(consent_id)
        first, end = len(self), len(self) + len(checked)
        self._reserve(end)
        self._vectors[first:end] = checked
        self._squares[first:end] = _squared(checked)
        self._ids += [consent_id] * len(checked)
        self._retune()

    def remove(self, consent_id: str) -> None:
        """Nobody is matched to this consent any more, and its numbers are overwritten. Twice is harmless."""
        for row in [row for row, held in enumerate(self._ids) if held == consent_id][::-1]:
            last = len(self) - 1
            self._vectors[row], self._squares[row] = self._vectors[last], self._squares[last]
            self._ids[row] = self._ids[last]
            self._vectors[last], self._squares[last] = 0.0, 0.0
            self._ids.pop()
        self._stricter.pop(consent_id, None)
        self._retune()

    def clear(self) -> None:
        """Nobody; every number is overwritten."""
        self._vectors[:], self._squares[:] = 0.0, 0.0
        self._ids.clear()
        self._stricter.clear()
        self._retune()

    def correct(self, consent_id: str, distance: float) -> float:
        """Somebody at this distance was taken for this person and was not: from now on a look has to come nearer to her.
        Returns the distance that she needs now, by which `restrict` says it again after a restart.

        Only this number is kept: a vector of the one who was mistaken would be a template without consent.
        """
        self.restrict(consent_id, max(0.0, distance - STRICTER))
        return self._stricter[consent_id]

    def restrict(self, consent_id: str, distance: float) -> None:
        """This person needs a look at least that near; a correction that was stricter stays."""
        self._stricter[consent_id] = min(distance, self._stricter.get(consent_id, distance))

    def decide(self, vector: numpy.ndarray, barred: Iterable[str] = ()) -> Decision:
        """Whose face this is. `barred` are consents that it was said not to belong to: they are not considered."""
        near = self._near(vector)
        for consent_id in barred:
            near.pop(consent_id, None)
        ranked = sorted(near, key=near.__getitem__)
        if not ranked or near[ranked[0]] >= self._limit(ranked[0]):
            return UNKNOWN
        alike = [each for each in ranked if near[each] < near[ranked[0]] + MARGIN]
        if len(alike) > 1:
            return OneOfTwo(tuple(alike[:MOST_ALIKE]))
        return Named(ranked[0], near[ranked[0]])

    def distances(self, vector: numpy.ndarray) -> numpy.ndarray:
        """To every vector, in the order they were given, as float32."""
        distances: numpy.ndarray = numpy.sqrt(self._squared_distances(vector))
        return distances

    def _limit(self, consent_id: str) -> float:
        return min(self._threshold, self._stricter.get(consent_id, self._threshold))

    def _near(self, vector: numpy.ndarray) -> dict[str, float]:
        """Everybody who is near enough to be named, or to be taken for who is."""
        reach = (self._threshold + MARGIN) ** 2
        squared = self._squared_distances(vector)
        near: dict[str, float] = {}
        for row in numpy.flatnonzero(squared < reach):
            distance = float(squared[row]) ** 0.5
            consent_id = self._ids[row]
            near[consent_id] = min(distance, near.get(consent_id, distance))
        return near

    def _squared_distances(self, vector: numpy.ndarray) -> numpy.ndarray:
        """|a - b|² = |a|² - 2ab + |b|², so that the work is one product that reads the matrix once."""
        looked = numpy.asarray(vector, numpy.float32)
        held = len(self)
        squared: numpy.ndarray = self._vectors[:held] @ looked
        squared *= -2.0
        squared += self._squares[:held]
        squared += looked @ looked
        # Rounding makes the distance of a vector to itself a hair less than nothing.
        numpy.maximum(squared, 0.0, out=squared)
        return squared

    def _reserve(self, rows: int) -> None:
        capacity = len(self._squares)
        if rows <= capacity:
            return
        grown = max(rows, 2 * capacity)
        vectors = numpy.zeros((grown, DIMENSIONS), numpy.float32)
        squares = numpy.zeros(grown, numpy.float32)
        vectors[:capacity], squares[:capacity] = self._vectors, self._squares
        self._vectors[:] = 0.0  # the old memory goes back without anybody's face in it
        self._vectors, self._squares = vectors, squares

    def _retune(self) -> None:
        self._threshold = threshold(len(self), self._strangers)


def _checked(vectors: numpy.ndarray, rows: int) -> numpy.ndarray:
    checked = numpy.asarray(vectors, numpy.float32)
    if checked.shape != (rows, DIMENSIONS):
        raise ValueError(f"{checked.shape} is not {rows} vectors of {DIMENSIONS} numbers")
    if not numpy.isfinite(checked).all():
        raise ValueError("a vector holds what is no number")
    return checked


def _squared(vectors: numpy.ndarray) -> numpy.ndarray:
    squared: numpy.ndarray = numpy.einsum("ij,ij->i", vectors, vectors)
    return squared

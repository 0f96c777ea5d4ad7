"""Strangers by the thousand: what a setting does to people nobody photographed, with encodings that are simulated.

    python -m kiosk.faces.simulator [--looks 10000] [--enrolled 50] [--seed 1]

A person is a point in the encoder's 128 dimensions, spread in few of them as real encodings are, so that distances between
strangers vary as theirs do; a look is that point with noise, more of it in a poor one. Some of the enrolled are
SIBLINGS, nearer to each other than strangers are.

The simulation is of use only if it is not kinder than life. So it measures its own one-to-one rate of false matches at dlib's
tolerance, and fails below LEAST_FALSE_MATCHES. Each look is decided by itself: that the pipeline wants two that agree, and signs of
life, comes on top.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from kiosk.faces.confidence import Rate
from kiosk.faces.engine import DIMENSIONS
from kiosk.faces.matching import TOLERANCE, Gallery, Named, OneOfTwo

LOOKS, ENROLLED, SEED = 10_000, 50, 1
LEAST_FALSE_MATCHES = 0.005
# Pairs of siblings among the enrolled, and how much of a person they have in common (of the variance).
SIBLING_PAIRS, COMMON = 4, 0.75
# How people spread: the squared distance of two strangers is about SPREAD², in dimensions of which each next one has DECAY of
# the last one's variance, which comes to about 44 that count. Two good looks at one face are about LOOK apart; looks at the door
# are better and worse than that by a factor whose logarithm deviates by VARIED, so that about two in a hundred are further than
# dlib's tolerance from their template.
SPREAD, DECAY = 0.70, 0.9556
LOOK, VARIED = 0.38, 0.35
# Looks in a template: those of the straight pose of an enrolment.
LOOKS_ENROLLED = 2


class SimulationTooKind(Exception):
    """Its strangers are more unlike each other than people are: nothing follows from the figures. The message says the rate."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What one way to decide does. Of strangers' looks: `greeted` by somebody's name, `asked` about. Of looks of enrolled people:
    `missed`, called `wrongly` by another name, `doubted` (one of two, ask)."""

    name: str
    greeted: Rate
    asked: Rate
    missed: Rate
    wrongly: Rate
    doubted: Rate


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it. `one_to_one` is how many pairs of a stranger's look and a template are nearer than TOLERANCE."""

    looks: int
    enrolled: int
    seed: int
    threshold: float
    one_to_one: Rate
    plain: Setting
    ours: Setting

    def text(self) -> str:
        """The figures for people: counts, rates, and their upper limits at 95 percent."""
        lines = [
            f"{self.looks:,} looks of strangers against {self.enrolled} enrolled, seed {self.seed}",
            _line(f"one-to-one false matches at {TOLERANCE}", self.one_to_one),
        ]
        for setting in (self.plain, self.ours):
            lines += [
                f"{setting.name}:",
                _line("  false greetings of strangers", setting.greeted),
                _line("  strangers staff are asked about", setting.asked),
                _line("  missed matches of enrolled", setting.missed),
                _line("  enrolled called by another name", setting.wrongly),
                _line("  enrolled staff are asked about", setting.doubted),
            ]
        return "\n".join(lines)


def _line(what: str, rate: Rate) -> str:
    return f"{what:<36} {rate.count:>7,} of {rate.trials:>9,} = {rate.share:8.4%}, at most {rate.upper:8.4%}"


class People:
    """Simulated people of one seed."""

    def __init__(self, seed: int) -> None:
        self._random = numpy.random.default_rng(seed)
        variances = DECAY ** numpy.arange(DIMENSIONS)
        self._deviations = numpy.sqrt(variances / variances.sum() / 2) * SPREAD

    def strangers(self, count: int) -> numpy.ndarray:
        """So many people (count x 128)."""
        people: numpy.ndarray = self._random.normal(0, 1, (count, DIMENSIONS)) * self._deviations
        return people

    def residents(self, count: int) -> numpy.ndarray:
        """So many people, the first ones pairs of siblings."""
        people = self.strangers(count)
        for number in range(0, 2 * min(SIBLING_PAIRS, count // 2), 2):
            own = people[number + 1]
            people[number + 1] = COMMON**0.5 * people[number] + (1 - COMMON) ** 0.5 * own
        return people

    def looks(self, people: numpy.ndarray, varied: float = VARIED) -> numpy.ndarray:
        """One look at each of them, as the encoder tells it (float32)."""
        noise = self._random.normal(0, LOOK / (2 * DIMENSIONS) ** 0.5, people.shape)
        noise *= numpy.exp(self._random.normal(0, varied, (len(people), 1)))
        looks: numpy.ndarray = (people + noise).astype(numpy.float32)
        return looks

    def templates(self, people: numpy.ndarray) -> numpy.ndarray:
        """What an enrolment keeps of each: the mean of LOOKS_ENROLLED good looks."""
        kept: numpy.ndarray = numpy.mean(
            [self.looks(people, varied=0.0) for _ in range(LOOKS_ENROLLED)], axis=0
        )
        return kept


def simulate(looks: int = LOOKS, enrolled: int = ENROLLED, seed: int = SEED) -> Figures:
    """`looks` strangers and as many visits of the enrolled, against a gallery of `enrolled`. Raises SimulationTooKind."""
    people = People(seed)
    residents = people.residents(enrolled)
    ids = [str(number) for number in range(enrolled)]
    gallery = Gallery()
    gallery.replace(ids, people.templates(residents))
    strange = people.looks(people.strangers(looks))
    visiting = numpy.arange(looks) % enrolled
    known = people.looks(residents[visiting])
    one_to_one = _one_to_one(strange, gallery)
    plain = Setting(f"tolerance {TOLERANCE}, nearest", *_plain(strange, known, visiting, gallery))
    name = f"ours, threshold {gallery.threshold:.3f} with a margin"
    ours = Setting(name, *_ours(strange, known, visiting, gallery))
    return Figures(looks, enrolled, seed, gallery.threshold, one_to_one, plain, ours)


def _one_to_one(strange: numpy.ndarray, gallery: Gallery) -> Rate:
    false = sum(int((gallery.distances(look) < TOLERANCE).sum()) for look in strange)
    rate = Rate(false, len(strange) * len(gallery))
    if rate.share < LEAST_FALSE_MATCHES:
        raise SimulationTooKind(
            f"{rate.share:.4%} of pairs match at {TOLERANCE}, at least {LEAST_FALSE_MATCHES:.2%} are wanted"
        )
    return rate


def _plain(
    strange: numpy.ndarray, known: numpy.ndarray, visiting: numpy.ndarray, gallery: Gallery
) -> tuple[Rate, ...]:
    """As face_recognition's own example decides: the nearest, where it is nearer than TOLERANCE."""

    def named(look: numpy.ndarray) -> int | None:
        distances = gallery.distances(look)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] < TOLERANCE else None

    greeted = sum(named(look) is not None for look in strange)
    names = [named(look) for look in known]
    missed = names.count(None)
    right = sum(name == who for name, who in zip(names, visiting.tolist(), strict=True))
    total = len(known)
    return (
        Rate(greeted, len(strange)),
        Rate(0, len(strange)),
        Rate(missed, total),
        Rate(total - missed - right, total),
        Rate(0, total),
    )


def _ours(
    strange: numpy.ndarray, known: numpy.ndarray, visiting: numpy.ndarray, gallery: Gallery
) -> tuple[Rate, ...]:
    """As the gallery decides."""
    of_strangers = [gallery.decide(look) for look in strange]
    of_known = [gallery.decide(look) for look in known]
    greeted = sum(isinstance(each, Named) for each in of_strangers)
    asked = sum(isinstance(each, OneOfTwo) for each in of_strangers)
    doubted = sum(isinstance(each, OneOfTwo) for each in of_known)
    named = [
        each.consent_id == str(who)
        for each, who in zip(of_known, visiting.tolist(), strict=True)
        if isinstance(each, Named)
    ]
    total = len(known)
    return (
        Rate(greeted, len(strange)),
        Rate(asked, len(strange)),
        Rate(total - len(named) - doubted, total),
        Rate(named.count(False), total),
        Rate(doubted, total),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 no stranger was greeted at our setting, 1 one was, or the simulation is too kind to say."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.faces.simulator")
    parser.add_argument("--looks", type=int, default=LOOKS)
    parser.add_argument("--enrolled", type=int, default=ENROLLED)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args(arguments)
    try:
        figures = simulate(chosen.looks, chosen.enrolled, chosen.seed)
    except SimulationTooKind as error:
        sys.stderr.write(f"The simulation is kinder than life: {error}\n")
        return 1
    sys.stdout.write(figures.text() + "\n")
    return 1 if figures.ours.greeted.count else 0


if __name__ == "__main__":
    sys.exit(main())

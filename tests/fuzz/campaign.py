"""Running a parser against many streams: some shaped by Hypothesis, which shrinks what fails, the rest from a seed.

A stream comes from its number and the seed alone, so parts of a campaign may run in any process: the sums stay the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

import hypothesis
from hypothesis import strategies as st

from tests.fuzz.streams import Stream
from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.verdict import Verdict

SHOWN_AT_MOST = 5
STREAMS_A_PART = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """What one process does at a time: so many examples of Hypothesis, and the seeded streams of these numbers."""

    target: str
    examples: int
    numbers: range
    seed: int


@dataclass(slots=True)
class Outcome:
    """What came of a campaign or a part of one. `failures`: the first few that went wrong, as text for a test."""

    target: str
    verdict: Verdict
    failures: list[str]

    def add(self, other: Outcome) -> None:
        """Counts another part in."""
        self.verdict.add(other.verdict)
        self.failures = (self.failures + other.failures)[:SHOWN_AT_MOST]


class Campaign:
    """One parser's streams. `failures` holds the first few that went wrong, as text to paste into a test."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.verdict = Verdict()
        self.failures: list[str] = []

    def run(self, examples: int, streams: int, seed: int) -> Verdict:
        """`examples` by Hypothesis and `streams` from `seed`, or the target's share of them. Returns the sum."""
        for part in parts(self.target, examples, streams, seed):
            self.run_part(part)
        return self.verdict

    def run_part(self, part: Part) -> Outcome:
        """Returns all that came so far."""
        self._run_hypothesis(part.examples, part.seed)
        for number in part.numbers:
            self._judge(self.target.generate(random.Random(f"{self.target.name}:{part.seed}:{number}")))
        return Outcome(self.target.name, self.verdict, self.failures)

    def _run_hypothesis(self, examples: int, seed: int) -> None:
        if not examples:
            return

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=examples,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.lists(st.one_of(*self.target.parts), max_size=12))
        def try_one(pieces: list[bytes]) -> None:
            self._judge(Stream(pieces, self.target.said_in(pieces)))

        try_one()

    def _judge(self, stream: Stream) -> None:
        try:
            verdict = self.target.judge(stream)
        except Exception as error:  # noqa: BLE001 a crash of any kind is what is looked for
            verdict = Verdict(streams=1, crashes=1)
            self._keep(stream, repr(error))
        if not verdict.passed and not verdict.crashes:
            self._keep(stream, str(verdict))
        self.verdict.add(verdict)

    def _keep(self, stream: Stream, what: str) -> None:
        if len(self.failures) < SHOWN_AT_MOST:
            pieces = " | ".join(piece.hex(" ") for piece in stream.pieces)
            self.failures.append(f"{self.target.name}: {what}: {pieces}")


def parts(target: Target, examples: int, streams: int, seed: int) -> Iterator[Part]:
    """A target's campaign: its share of what every parser gets, Hypothesis apart from the seeded streams."""
    yield Part(target.name, int(examples * target.share), range(0), seed)
    numbers = range(int(streams * target.share))
    for first in range(0, len(numbers), STREAMS_A_PART):
        yield Part(target.name, 0, numbers[first : first + STREAMS_A_PART], seed)


def run_all(examples: int, streams: int, seed: int) -> Iterator[Outcome]:
    """Each target's campaign, when it is over; on every processor."""
    with ProcessPoolExecutor() as pool:
        running = [
            [pool.submit(_run_part, part) for part in parts(target, examples, streams, seed)]
            for target in TARGETS
        ]
        for futures in running:
            yield _sum(futures)


def _run_part(part: Part) -> Outcome:
    target = next(each for each in TARGETS if each.name == part.target)
    return Campaign(target).run_part(part)


def _sum(futures: list[Future[Outcome]]) -> Outcome:
    first, *rest = futures
    total = first.result()
    for future in rest:
        total.add(future.result())
    return total

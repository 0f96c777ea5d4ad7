"""Running a parser against many streams: some shaped by Hypothesis, which shrinks what fails, the rest from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import hypothesis
from hypothesis import strategies as st

from tests.fuzz.streams import Stream
from tests.fuzz.targets import Target
from tests.fuzz.verdict import Verdict

SHOWN_AT_MOST = 5


class Campaign:
    """One parser's streams. `failures` holds the first few that went wrong, as text to paste into a test."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.verdict = Verdict()
        self.failures: list[str] = []

    def run(self, examples: int, streams: int, seed: int) -> Verdict:
        """`examples` by Hypothesis and `streams` from `seed`, or the target's share of them. Returns the sum."""
        self._run_hypothesis(int(examples * self.target.share), seed)
        for number in range(int(streams * self.target.share)):
            self._judge(self.target.generate(random.Random(f"{self.target.name}:{seed}:{number}")))
        return self.verdict

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


def run_all(targets: tuple[Target, ...], examples: int, streams: int, seed: int) -> Iterator[Campaign]:
    """Each target's campaign, when it is over."""
    for target in targets:
        campaign = Campaign(target)
        campaign.run(examples, streams, seed)
        yield campaign

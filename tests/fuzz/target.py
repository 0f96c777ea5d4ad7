"""What is fuzzed: a parser, streams for it, and a judge of what it made of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from hypothesis.strategies import SearchStrategy

from tests.fuzz.streams import Stream
from tests.fuzz.verdict import Verdict


@dataclass(frozen=True)
class Target:
    """A parser, streams for it, and the judge of what it made of one. The judge may let the parser's exception out.
    `parts` are what Hypothesis puts streams together from; `share` of the streams is enough for what is slow and
    stands on a parser that gets them all. `samples`: what each whole frame among the parts says."""

    name: str
    generate: Callable[[Random], Stream]
    judge: Callable[[Stream], Verdict]
    parts: tuple[SearchStrategy[bytes], ...]
    share: float = 1.0
    samples: Mapping[bytes, bytes] = field(default_factory=dict)

    def said_in(self, pieces: list[bytes]) -> list[bytes]:
        """What the frames that Hypothesis put in whole say."""
        return [self.samples[piece] for piece in pieces if piece in self.samples]

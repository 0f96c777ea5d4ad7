"""How long to leave the hall alone after it did not answer."""

from __future__ import annotations

import random
from typing import Protocol

BASE_S = 2.0
CAP_S = 300.0


class Chance(Protocol):
    """random.Random, or a test's own."""

    def uniform(self, a: float, b: float) -> float: ...


class Backoff:
    """Full jitter: anything between 0 and base x 2^n seconds, never beyond the cap, and at least what the hall asked
    for. It never gives up.

    Source: AWS Architecture Blog, "Exponential Backoff And Jitter", 2015."""

    def __init__(self, base_s: float = BASE_S, cap_s: float = CAP_S, chance: Chance | None = None) -> None:
        self.failures = 0
        self._base_s = base_s
        self.cap_s = cap_s
        self._chance: Chance = chance or random.Random()

    def failed(self, retry_after_s: float | None = None) -> float:
        """Counts a failure; returns how many seconds to wait."""
        ceiling = min(self.cap_s, self._base_s * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return max(self._chance.uniform(0.0, ceiling), retry_after_s or 0.0)

    def succeeded(self) -> None:
        self.failures = 0

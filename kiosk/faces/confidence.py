"""What a count says about a rate: exact limits of Clopper and Pearson for "so many of so many". Pure.

Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404. Nothing seen in n trials gives an upper limit of about 3 / n
at 95 percent, the rule of three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, fsum, lgamma, log

CONFIDENCE = 0.95
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `trials`."""

    count: int
    trials: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was tried."""
        return self.count / self.trials if self.trials else 0.0

    @property
    def upper(self) -> float:
        """The true rate is at most this, at CONFIDENCE (one-sided); 1 where nothing was tried."""
        if self.count >= self.trials:
            return 1.0
        return _largest(lambda rate: _at_most(self.count, self.trials, rate) >= 1 - CONFIDENCE)

    @property
    def lower(self) -> float:
        """The true rate is at least this, at CONFIDENCE (one-sided)."""
        if self.count == 0:
            return 0.0
        return _largest(lambda rate: _at_most(self.count - 1, self.trials, rate) >= CONFIDENCE)


def _at_most(count: int, trials: int, rate: float) -> float:
    """The chance of `count` or fewer of `trials`, each of this rate (between 0 and 1)."""
    hit, missed = log(rate), log(1 - rate)
    ways = lgamma(trials + 1)
    return fsum(
        exp(ways - lgamma(each + 1) - lgamma(trials - each + 1) + each * hit + (trials - each) * missed)
        for each in range(count + 1)
    )


def _largest(holds: Callable[[float], bool]) -> float:
    """The largest rate for which something holds that holds for small rates only."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high

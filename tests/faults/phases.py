"""In which phase a kill struck: read off the evidence afterwards, never off what the plan had aimed at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The phases of a meal in their order; IDLE is a kill between meals."""

    BEFORE_COMMIT = "before_commit"
    COMMIT_TO_VERDICT = "commit_to_verdict"
    VERDICT_TO_PRINT = "verdict_to_print"
    PRINTING = "printing"
    PUSH = "push"
    IDLE = "idle"


COUNTED = (
    Phase.BEFORE_COMMIT,
    Phase.COMMIT_TO_VERDICT,
    Phase.VERDICT_TO_PRINT,
    Phase.PRINTING,
    Phase.PUSH,
)


@dataclass(frozen=True, slots=True)
class Strike:
    """What was true of the round's own meal at the instant of its kill."""

    row_written: bool
    verdict_shown: bool
    print_begun: bool
    slip_complete: bool
    push_in_flight: bool


def phase_of(strike: Strike) -> Phase:
    """The earliest thing that had not happened yet names the phase. A push beside a half-printed slip is PRINTING."""
    if not strike.row_written:
        return Phase.BEFORE_COMMIT
    if not strike.verdict_shown:
        return Phase.COMMIT_TO_VERDICT
    if not strike.print_begun:
        return Phase.VERDICT_TO_PRINT
    if not strike.slip_complete:
        return Phase.PRINTING
    return Phase.PUSH if strike.push_in_flight else Phase.IDLE


def table(by_phase: dict[str, int]) -> str:
    """The kills by phase, for people."""
    width = max(len(name) for name in by_phase)
    return "\n".join(f"  {name:<{width}}  {count:>5}" for name, count in by_phase.items())

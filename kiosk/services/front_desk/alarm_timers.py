"""When an alarm has to be answered, and when it is passed on (pure): by the monotonic clock, so that nobody moves it by setting
the time.

Answered within `acknowledge_s`; not answered `escalate_s` after it began here it goes to the next terminal, and as long
again after that to the bell of this hall. Nobody may be forgotten because a network or another terminal is away, so the
last that is asked is always this terminal.
"""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache.clock import Stamp

BELL = "bell"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds since an alarm began here."""

    acknowledge_s: int
    escalate_s: int


def began_ms(raised_ms: int, monotonic_ms: int, boot_id: str, now: Stamp) -> int:
    """The monotonic instant of this boot at which something began that was stamped then. After a restart of the machine only the
    wall clock tells; one that went back meanwhile makes it begin now, never later."""
    if boot_id == now.boot_id:
        return min(monotonic_ms, now.monotonic_ms)
    return now.monotonic_ms - max(0, now.wall_ms - raised_ms)


def left_s(elapsed_ms: int, limits: Limits) -> int:
    """Whole seconds in which it has to be answered, rounded up; 0 when they are over."""
    return max(0, -(-(limits.acknowledge_s * 1000 - elapsed_ms) // 1000))


def until_passed_on_s(elapsed_ms: int, times_passed_on: int, limits: Limits) -> int:
    """Whole seconds until it goes on to whoever is asked next; 0 when that is due."""
    due_ms = limits.escalate_s * 1000 * (times_passed_on + 1)
    return max(0, -(-(due_ms - elapsed_ms) // 1000))

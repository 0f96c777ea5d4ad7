"""Half a minute to answer and two until the next is asked: by a clock that nobody sets, and that a restart does not stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.front_desk.alarm_timers import Limits, began_ms, left_s, until_passed_on_s
from offline_cache.clock import Stamp

LIMITS = Limits(acknowledge_s=30, escalate_s=120)
NOW = Stamp(wall_ms=1_000_000, monotonic_ms=500_000, boot_id="now", trusted=True)


@pytest.mark.parametrize(
    ("elapsed_ms", "left"), [(0, 30), (1, 30), (12_000, 18), (29_999, 1), (30_000, 0), (90_000, 0)]
)
def test_seconds_in_which_it_is_to_be_answered(elapsed_ms: int, left: int) -> None:
    assert left_s(elapsed_ms, LIMITS) == left


@pytest.mark.parametrize(
    ("elapsed_ms", "times", "left"),
    [(0, 0, 120), (119_001, 0, 1), (120_000, 0, 0), (120_000, 1, 120), (240_000, 1, 0)],
)
def test_seconds_until_it_is_passed_on(elapsed_ms: int, times: int, left: int) -> None:
    assert until_passed_on_s(elapsed_ms, times, LIMITS) == left


def test_within_one_boot_the_wall_clock_means_nothing() -> None:
    assert began_ms(raised_ms=0, monotonic_ms=490_000, boot_id="now", now=NOW) == 490_000
    assert began_ms(raised_ms=9_000_000, monotonic_ms=490_000, boot_id="now", now=NOW) == 490_000


def test_after_a_reboot_the_wall_clock_tells_how_long_ago_it_was() -> None:
    assert began_ms(raised_ms=940_000, monotonic_ms=7, boot_id="before", now=NOW) == 440_000


@given(st.integers(0, 2**42), st.integers(0, 2**42), st.sampled_from(["now", "before"]))
def test_no_alarm_begins_in_the_future(raised_ms: int, monotonic_ms: int, boot_id: str) -> None:
    """One that did would be answered too late."""
    assert began_ms(raised_ms, monotonic_ms, boot_id, NOW) <= NOW.monotonic_ms

"""A terminal must not greet a photograph of yesterday: the watchdog's judgement, as a table of frames and times."""

from __future__ import annotations

from collections.abc import Callable

import numpy
import pytest

from drivers.cameras.watchdog import BLACK, COVERED, FROZEN, STALLED, Limits, Look, Watchdog, look_at

LookOf = Callable[[int], Look]
SECOND = 1_000_000_000
LIMITS = Limits(no_frame_s=2.5, frozen_frames=10, frozen_s=3.0, black_below=8.0, flat_below=4.0, dark_s=2.0)


def live(number: int) -> Look:
    return Look(120.0, 40.0, number)


def frozen(number: int) -> Look:
    return Look(120.0, 40.0, 7)


def black(number: int) -> Look:
    return Look(0.5, 0.4, number)


def dead(number: int) -> Look:
    return Look(0.0, 0.0, 7)


def covered(number: int) -> Look:
    return Look(60.0, 1.0, number)


def played(watchdog: Watchdog, look: LookOf, frames: int, fps: float, start_ns: int = 0) -> int:
    """Feeds frames; the time of the last one."""
    now_ns = start_ns
    for number in range(frames):
        now_ns = start_ns + round(number * SECOND / fps)
        watchdog.frame(look(number), now_ns)
    return now_ns


@pytest.mark.parametrize(
    ("look", "frames", "fps", "silent_s", "code"),
    [
        (live, 100, 25, 0.0, ""),
        (live, 2, 1, 0.0, ""),
        (live, 5, 25, 2.4, ""),
        (live, 5, 25, 2.5, STALLED),
        (live, 0, 25, 2.5, STALLED),
        (black, 50, 25, 0.0, ""),  # a lamp that was switched off for 1.96 s
        (black, 51, 25, 0.0, BLACK),
        (dead, 200, 25, 0.0, BLACK),  # black as well as frozen: black says more
        (frozen, 9, 2, 0.0, ""),  # four seconds, but too few frames to tell
        (frozen, 10, 2, 0.0, FROZEN),
        (frozen, 60, 25, 0.0, ""),  # many frames in 2.4 s: a compressed stream repeats itself
        (frozen, 76, 25, 0.0, FROZEN),
        (covered, 50, 25, 0.0, ""),
        (covered, 51, 25, 0.0, COVERED),
        (covered, 51, 25, 2.5, STALLED),
    ],
)
def test_what_it_says(look: LookOf, frames: int, fps: float, silent_s: float, code: str) -> None:
    watchdog = Watchdog(LIMITS, 0)
    last_ns = played(watchdog, look, frames, fps)
    assert watchdog.verdict(last_ns + round(silent_s * SECOND)) == code


@pytest.mark.parametrize(("look", "code"), [(black, BLACK), (frozen, FROZEN), (covered, COVERED)])
def test_opening_again_cures_nothing_until_a_frame_says_so(look: LookOf, code: str) -> None:
    watchdog = Watchdog(LIMITS, 0)
    last_ns = played(watchdog, look, 100, 25)
    opened_ns = last_ns + 20 * SECOND
    assert watchdog.verdict(opened_ns) == STALLED
    watchdog.opened(opened_ns)
    watchdog.frame(look(100), opened_ns)
    assert watchdog.verdict(opened_ns) == code
    watchdog.frame(live(1), opened_ns + SECOND)
    assert watchdog.verdict(opened_ns + SECOND) == ""


def test_one_bright_frame_among_black_ones_begins_the_count_anew() -> None:
    watchdog = Watchdog(LIMITS, 0)
    last_ns = played(watchdog, black, 45, 25)
    watchdog.frame(live(1), last_ns + 1)
    last_ns = played(watchdog, black, 45, 25, last_ns + 2)
    assert watchdog.verdict(last_ns) == ""


def test_the_look_of_a_frame() -> None:
    pixels = numpy.zeros((480, 640, 3), numpy.uint8)
    pixels[:, :320] = 200
    look = look_at(pixels)
    assert look.brightness == 100.0
    assert look.contrast == 100.0
    pixels[4, 600] += 1
    assert look_at(pixels).fingerprint != look.fingerprint
    assert look_at(pixels.copy()) == look_at(pixels)

"""Whether a camera still sees, judged by its frames alone: pure, told the time with every call.

| code             | when                                                                                             |
|------------------|--------------------------------------------------------------------------------------------------|
| `camera.stalled` | no frame for `no_frame_s`                                                                        |
| `camera.black`   | every frame for `dark_s` has a mean below `black_below`: no light, or a dead sensor              |
| `camera.frozen`  | at least `frozen_frames` equal frames over `frozen_s`: a sensor's noise never repeats itself     |
| `camera.covered` | every frame for `dark_s` has less contrast than `flat_below`: a hand or a sticker on the lens    |

The first that fits is said. A verdict about frames outlives a re-opening and ends with the first frame that contradicts it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

STALLED = "camera.stalled"
BLACK = "camera.black"
FROZEN = "camera.frozen"
COVERED = "camera.covered"

# Mean and contrast need no more than a sample; the fingerprint takes whole rows, so that a small moving thing counts.
SAMPLE_STEP = 8
ROW_STEP = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What the watchdog keeps of a frame. `brightness` is the mean and `contrast` the standard deviation of its values,
    each 0 to 255; `fingerprint` tells it from another frame. No picture can be made of it again."""

    brightness: float
    contrast: float
    fingerprint: int


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a frame, or its absence, means something. Times in seconds."""

    no_frame_s: float = 2.5
    frozen_frames: int = 50
    frozen_s: float = 5.0
    black_below: float = 8.0
    flat_below: float = 4.0
    dark_s: float = 2.0


def look_at(pixels: numpy.ndarray) -> Look:
    """The look of one frame (height x width x 3, uint8)."""
    sample = pixels[::SAMPLE_STEP, ::SAMPLE_STEP]
    return Look(float(sample.mean()), float(sample.std()), zlib.crc32(pixels[::ROW_STEP].tobytes()))


class Watchdog:
    """Judges one camera's frames. All times are monotonic nanoseconds."""

    def __init__(self, limits: Limits, now_ns: int) -> None:
        self._limits = limits
        self._last_ns = now_ns
        self._fingerprint: int | None = None
        self._equal_frames = 0
        self._equal_since_ns = now_ns
        self._black_since_ns: int | None = None
        self._flat_since_ns: int | None = None

    def opened(self, now_ns: int) -> None:
        """The camera was opened: its first frame may take as long as any."""
        self._last_ns = now_ns

    def frame(self, look: Look, now_ns: int) -> None:
        """One frame came."""
        limits = self._limits
        self._last_ns = now_ns
        if look.fingerprint != self._fingerprint:
            self._fingerprint = look.fingerprint
            self._equal_frames = 0
            self._equal_since_ns = now_ns
        self._equal_frames += 1
        self._black_since_ns = _since(self._black_since_ns, look.brightness < limits.black_below, now_ns)
        self._flat_since_ns = _since(self._flat_since_ns, look.contrast < limits.flat_below, now_ns)

    def verdict(self, now_ns: int) -> str:
        """The code of what is wrong now, "" when nothing is."""
        limits = self._limits
        if now_ns - self._last_ns >= _ns(limits.no_frame_s):
            return STALLED
        if self._lasted(self._black_since_ns, limits.dark_s):
            return BLACK
        if self._equal_frames >= limits.frozen_frames and self._lasted(self._equal_since_ns, limits.frozen_s):
            return FROZEN
        if self._lasted(self._flat_since_ns, limits.dark_s):
            return COVERED
        return ""

    def _lasted(self, since_ns: int | None, limit_s: float) -> bool:
        return since_ns is not None and self._last_ns - since_ns >= _ns(limit_s)


def _since(since_ns: int | None, holds: bool, now_ns: int) -> int | None:
    """Since when something holds without a break."""
    if not holds:
        return None
    return now_ns if since_ns is None else since_ns


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)

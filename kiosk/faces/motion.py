"""Whether anything moves in the picture, and where: an empty hall costs next to nothing. Pure, over grey frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from drivers.cameras.sources import load_cv2

# A sixteenth of the pixels of each direction: a moving face of 80 pixels still covers 25 of them.
SHRINK = 16
# Grey levels by which a pixel has to differ from what was there: a sensor's noise, averaged over the shrunk pixel, does not.
LEAST_DIFFERENCE = 10
LEAST_PIXELS = 4
# How fast what stands still becomes background: about a second at 15 frames a second.
ADAPTS = 0.07


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the frame in pixels; `right` and `bottom` are the first outside."""

    left: int
    top: int
    right: int
    bottom: int

    def contains(self, point: tuple[float, float]) -> bool:
        """Whether the point is inside."""
        return self.left <= point[0] < self.right and self.top <= point[1] < self.bottom


class MotionGate:
    """Compares each frame with a slow average of those before it."""

    def __init__(self) -> None:
        self._cv2 = load_cv2()
        self._background: numpy.ndarray | None = None

    def moving(self, grey: numpy.ndarray) -> Region | None:
        """Where something moves in this frame (height x width, uint8); None: nowhere. Everything is new on the first one
        and on one of another size."""
        height, width = grey.shape
        size = max(1, width // SHRINK), max(1, height // SHRINK)
        small = self._cv2.resize(grey, size, interpolation=self._cv2.INTER_AREA).astype(numpy.float32)
        known = self._background
        if known is None or known.shape != small.shape:
            self._background = small
            return Region(0, 0, width, height)
        changed = numpy.abs(small - known) > LEAST_DIFFERENCE
        self._background = known + ADAPTS * (small - known)
        if int(changed.sum()) < LEAST_PIXELS:
            return None
        rows, columns = numpy.flatnonzero(changed.any(axis=1)), numpy.flatnonzero(changed.any(axis=0))
        return Region(
            int(columns[0]) * SHRINK,
            int(rows[0]) * SHRINK,
            min(width, (int(columns[-1]) + 1) * SHRINK),
            min(height, (int(rows[-1]) + 1) * SHRINK),
        )

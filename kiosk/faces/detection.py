"""Where faces are looked for, so that looking is cheap: all over a reduced frame, closely where something moves, and around
where a face was a moment ago. Pure, over an engine.

Milliseconds on one core, frames of 1280 x 720: all of it at half its size 13, at full size 48, around one face 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy

from drivers.cameras.sources import load_cv2
from kiosk.faces.engine import SMALLEST_FACE, FaceBox, FaceEngine
from kiosk.faces.motion import Region

REDUCED = 0.5
# Two boxes that share so much are one face; engines answer more than one box for a face now and then.
SAME_FACE = 0.3
# Around a face as much is searched as it can have moved within a tenth of a second.
REACH = 0.6
# As what the detector sees a face that is followed: one of its own sizes, so that its box does not jump between two of them.
FOLLOWED_WIDTH = 88
# A face that is half outside of the moving part of the picture is seen whole.
AROUND_MOTION = SMALLEST_FACE


def all_over(engine: FaceEngine, grey: numpy.ndarray) -> list[FaceBox]:
    """The faces in a reduced copy of the frame, in pixels of the frame: those of about 150 pixels and more."""
    found = engine.detect(_resized(grey, REDUCED))
    return _single(box.scaled(1 / REDUCED) for box in found)


def closely(engine: FaceEngine, grey: numpy.ndarray, region: Region) -> list[FaceBox]:
    """The faces in a part of the frame at its own size: those of SMALLEST_FACE pixels and more."""
    height, width = grey.shape
    left, top = max(0, region.left - AROUND_MOTION), max(0, region.top - AROUND_MOTION)
    right, bottom = min(width, region.right + AROUND_MOTION), min(height, region.bottom + AROUND_MOTION)
    found = engine.detect(grey[top:bottom, left:right])
    return _single(box.moved(left, top) for box in found)


def around(engine: FaceEngine, grey: numpy.ndarray, known: FaceBox) -> FaceBox | None:
    """Where the face of the box `known` is now, if it is anywhere near."""
    height, width = grey.shape
    reach = round(known.width * REACH)
    left, top = max(0, known.left - reach), max(0, known.top - reach)
    right, bottom = min(width, known.right + reach), min(height, known.bottom + reach)
    if right - left < known.width // 2 or bottom - top < known.height // 2:
        return None
    scale = FOLLOWED_WIDTH / known.width
    found = engine.detect(_resized(grey[top:bottom, left:right], scale))
    boxes = [box.scaled(1 / scale).moved(left, top) for box in found]
    nearest = max(boxes, key=known.overlap, default=None)
    return nearest if nearest is not None and known.overlap(nearest) > 0 else None


def merged(boxes: Iterable[FaceBox], others: Sequence[FaceBox]) -> list[FaceBox]:
    """`others` and those of `boxes` that are none of them."""
    return _single([*others, *boxes])


def _single(boxes: Iterable[FaceBox]) -> list[FaceBox]:
    kept: list[FaceBox] = []
    for box in boxes:
        if all(box.overlap(other) < SAME_FACE for other in kept):
            kept.append(box)
    return kept


def _resized(grey: numpy.ndarray, scale: float) -> numpy.ndarray:
    cv2 = load_cv2()
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized: numpy.ndarray = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=interpolation)
    return resized

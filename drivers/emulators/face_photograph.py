"""A photograph's face before an emulated camera: laid on the relief of an average face, so that it can turn.

The relief is nobody's own, so this shows how a picture moves with depth and not how this person would look.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.emulators.face_drawing import FaceDrawing, average_features
from drivers.emulators.face_relief import NOTHING, Relief
from drivers.emulators.faces import SimulatedFace

if TYPE_CHECKING:
    import numpy

# Where dlib's detector draws its box around a drawn face, in units of face_relief.py: its width, and the eyes' line below its top.
BOX_WIDTH = 1.95
EYES_BELOW_TOP = 0.55
ACROSS, DOWN = 1.5, 2.0
A_UNIT = 160
LARGEST = 1200
EDGE = 0.05


class PhotographedFace(SimulatedFace):
    """`path` is read, and searched for a face, with the first frame."""

    def __init__(self, path: Path) -> None:
        super().__init__(seed=0)
        self.path = path

    @cached_property
    def relief(self) -> Relief:
        """The largest face of the photograph. Raises ValueError where there is none, or no picture."""
        from drivers.cameras.sources import load_cv2

        cv2 = load_cv2()
        photograph = cv2.imread(str(self.path))
        if photograph is None:
            raise ValueError(f"{self.path.name} is no picture")
        reduced = min(1.0, LARGEST / max(photograph.shape[:2]))
        photograph = cv2.resize(photograph, None, fx=reduced, fy=reduced, interpolation=cv2.INTER_AREA)
        return _relief(photograph, *self._box(photograph))

    def _box(self, photograph: numpy.ndarray) -> tuple[float, float, float]:
        """Left, top and width of the largest face, in pixels."""
        dlib: Any = importlib.import_module("dlib")  # it comes without types
        found = dlib.get_frontal_face_detector()(photograph[..., ::-1].copy(), 1)
        if not found:
            raise ValueError(f"{self.path.name} shows no face")
        largest = max(found, key=_area)
        return float(largest.left()), float(largest.top()), float(largest.width())


def _relief(photograph: numpy.ndarray, left: float, top: float, width: float) -> Relief:
    import numpy

    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()
    unit = width / BOX_WIDTH
    x, y = left + width / 2, top + EYES_BELOW_TOP * unit
    size = (round(2 * ACROSS * A_UNIT), round(2 * DOWN * A_UNIT))
    grow = unit / A_UNIT
    crop = numpy.array([[grow, 0, x - ACROSS * unit], [0, grow, y - DOWN * unit]], numpy.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    picture = cv2.warpAffine(photograph, crop, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    features = replace(average_features(), hair_long=-DOWN)  # the photograph has its own hair
    drawing = FaceDrawing(features, numpy.random.default_rng(0), across=ACROSS, down=DOWN, a_unit=A_UNIT)
    drawing.shape_head()
    # Around the head the photograph is flat, as deep as the ears, and ends in an oval.
    oval = (drawing.x / ACROSS) ** 2 + (drawing.y / DOWN) ** 2 < 1
    head = numpy.where(drawing.inside, drawing.depth, 0).astype(numpy.float32)
    depth = numpy.where(oval, cv2.GaussianBlur(head, (0, 0), EDGE * A_UNIT), NOTHING)
    return Relief(picture, depth.astype(numpy.float32), A_UNIT)


def _area(box: Any) -> int:
    return int(box.area())

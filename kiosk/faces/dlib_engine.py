"""What both of dlib's engines do alike: they detect by HOG, and encode by a residual network; only their landmarks differ.

dlib is imported when an engine is made. It comes without types, hence by its name.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy

from kiosk.faces.engine import DIMENSIONS, FaceBox
from kiosk.faces.models import ModelDamaged, encoder_file, model_id, shipped

# How much is left around a face that is cut out for the encoder, as a share of its size: what it was trained with.
PADDING = 0.25
NO_JITTER = 0


class DlibEngine:
    """See kiosk.faces.engine.FaceEngine. Raises ModelMissing and ModelDamaged."""

    def __init__(self, name: str, landmark_model: str, landmark_file: str, encoder: Path | None) -> None:
        dlib: Any = importlib.import_module("dlib")
        encoder_path = encoder_file(encoder)
        self.name = name
        self._model_id = model_id(encoder_path, landmark_model)
        self._dlib = dlib
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = _loaded(dlib.shape_predictor, shipped(landmark_file))
        self._encoder = _loaded(dlib.face_recognition_model_v1, encoder_path)

    @property
    def model_id(self) -> str:
        """See FaceEngine."""
        return self._model_id

    def detect(self, picture: numpy.ndarray) -> list[FaceBox]:
        """See FaceEngine."""
        boxes, scores, _ = self._detector.run(numpy.ascontiguousarray(picture), 0, 0.0)
        return [
            FaceBox(box.left(), box.top(), box.right() + 1, box.bottom() + 1, float(score))
            for box, score in zip(boxes, scores, strict=True)
        ]

    def landmarks(self, picture: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        """See FaceEngine."""
        shape = self._shape(picture, box)
        return numpy.array([(point.x, point.y) for point in shape.parts()], numpy.float32)

    def encode(self, rgb: numpy.ndarray, box: FaceBox) -> numpy.ndarray:
        """See FaceEngine."""
        vector = self._encoder.compute_face_descriptor(rgb, self._shape(rgb, box), NO_JITTER, PADDING)
        encoded = numpy.array(vector, numpy.float32)
        assert encoded.shape == (DIMENSIONS,)
        return encoded

    def _shape(self, picture: numpy.ndarray, box: FaceBox) -> Any:
        rectangle = self._dlib.rectangle(box.left, box.top, box.right - 1, box.bottom - 1)
        return self._landmarks(picture, rectangle)


def _loaded(model: Any, path: Path) -> Any:
    try:
        return model(str(path))
    except RuntimeError as error:  # what dlib raises for a file that is no model of this kind
        raise ModelDamaged(str(path)) from error

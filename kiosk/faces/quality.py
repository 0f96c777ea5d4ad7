"""Whether a face is seen well enough to be encoded, and what a person would have to do about it. Pure.

The encoder answers to everything, to a blur as to a face; what it says of a bad one is near to many people. So it is asked
about good ones only. The words are those of the page that guides an enrolment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from drivers.cameras.sources import load_cv2
from kiosk.faces.engine import FaceBox

GOOD = ""
CLOSER, BACK, LIGHT, STILL, TURN = "closer", "back", "light", "still", "turn"

SMALLEST_WIDTH = (
    66  # pixels: what the detector calls a face of 80 pixels from brows to chin may be a little less wide
)
LARGEST_SHARE = 0.8  # of the frame's height
# Grey levels of the face alone, 0 to 255.
DARKEST, BRIGHTEST, LEAST_CONTRAST = 35.0, 225.0, 12.0
# Variance of the Laplacian of the face at SHARPNESS_SIZE pixels: moving faces blur.
SHARPNESS_SIZE, LEAST_SHARPNESS = 64, 40.0
# How far the nose stands from the middle of the eyes, as a share of the distance between their outer corners.
MOST_TURNED = 0.2
# Below this the detector itself is in doubt.
LEAST_SCORE = 0.3


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a face is good enough: `most_turned` as in MOST_TURNED."""

    most_turned: float = MOST_TURNED


def advice(grey: numpy.ndarray, box: FaceBox, points: numpy.ndarray, limits: Limits | None = None) -> str:
    """What keeps this face from being good enough, GOOD when nothing does. `grey` is the frame (height x width, uint8),
    `points` its landmarks."""
    height, width = grey.shape
    if box.width < SMALLEST_WIDTH:
        return CLOSER
    if box.height > LARGEST_SHARE * height or _is_cut(box, width, height):
        return BACK
    face = grey[max(0, box.top) : box.bottom, max(0, box.left) : box.right]
    if not DARKEST <= float(face.mean()) <= BRIGHTEST or float(face.std()) < LEAST_CONTRAST:
        return LIGHT
    if box.score < LEAST_SCORE or sharpness(face) < LEAST_SHARPNESS:
        return STILL
    if abs(turn(points)) > (limits or Limits()).most_turned:
        return TURN
    return GOOD


def sharpness(face: numpy.ndarray) -> float:
    """The variance of the Laplacian of a grey face, at one size for near and far ones."""
    cv2 = load_cv2()
    small = cv2.resize(face, (SHARPNESS_SIZE, SHARPNESS_SIZE), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_32F).var())


def turn(points: numpy.ndarray) -> float:
    """How far the base of the nose stands from the middle between the outer corners of the eyes, along the line through them,
    as a share of their distance: 0 straight, positive towards the right edge of the picture."""
    left, right, nose = eyes_and_nose(points)
    between = right - left
    distance = float(numpy.hypot(*between))
    if distance < 1.0:
        return 0.0
    return float((nose - (left + right) / 2) @ between) / distance**2


def eyes_and_nose(points: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """The outer corner of the eye at the left of the picture, that of the other one, and the base of the nose, of 68 or of 5
    landmarks. Source: the order of iBUG 300-W, and of dlib's 5-point model."""
    if len(points) == 5:
        return points[2], points[0], points[4]
    return points[36], points[45], points[33]


def _is_cut(box: FaceBox, width: int, height: int) -> bool:
    """Whether more than the detector's own generous margin is outside of the frame."""
    spare = box.width // 10
    return box.left < -spare or box.top < -spare or box.right > width + spare or box.bottom > height + spare

"""A picture is not a person: whether what is followed has the depth of a head. Pure, over the frames of one track.

Points in the face are followed from frame to frame. Whatever a flat thing does before a camera, its points move as one
homography says; those of a head that turns do not, because a nose stands out. So a face is believed to be living when, since
it was looked at first, the nose has moved between the corners of the eyes (SHIFT) while the points came off the best
homography (RESIDUAL). One alone is not enough: a bent print comes off it, a strongly tilted one shifts.

    add(grey, box, points) … -> verdict: undecided -> living | flat          turned(direction)

The points are corners found in the picture, since five landmarks are too few for a homography; the landmarks say only where eyes and
nose are, so that both engines are judged alike. What this stops is a flat picture that is still, slides, tilts or bends;
the rates are measured by benchmarks/face_liveness.py. It stops no video, no mask and no other person, and is no certified
attack detection: docs/faces.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from drivers.cameras.sources import load_cv2
from kiosk.faces.engine import FaceBox
from kiosk.faces.messages import LEFT, RIGHT
from kiosk.faces.quality import eyes_and_nose, turn

LIVING, FLAT, UNDECIDED = "living", "flat", "undecided"

# How far the nose has to move, and how far points have to be off (root mean square), in distances between the outer corners
# of the eyes. Measured on generated sequences: heads that turn by 26 degrees are off by 0.033 to 0.08, prints that tilt by
# 0.007 to 0.017, bent ones by 0.008 to 0.03.
SHIFT, RESIDUAL = 0.04, 0.031
# A turn that was asked for has to end on the side it was asked to.
TURNED = 0.015
# A plane that has tilted is foreshortened by so much, and still a plane to so much.
FORESHORTENED, PLANE = 0.85, 0.02

MOST_POINTS, FEWEST_POINTS = 120, 20
# Points are followed for so many frames at most: each frame adds a little error, which must not add up to a residual.
MOST_FRAMES = 60
LEAST_QUALITY, APART = 0.008, 0.05
# An ellipse of so much of the box: the face without what is behind it.
FACE_WIDTH, FACE_HEIGHT = 0.42, 0.46
WINDOW, LEAST_WINDOW, LEVELS = 0.22, 9, 3
# A point that does not come back to where it was when it is followed backwards was lost.
RETURNS_TO = 0.012
AROUND = 0.5


@dataclass(frozen=True, slots=True)
class Movement:
    """What has happened since the first frame: `shift` of the nose (positive towards the right edge of the picture) and
    `residual`, both in distances between the eyes; `squeeze` is how much the face was foreshortened, 1 not at all."""

    shift: float
    residual: float
    squeeze: float


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """A face with what is around it: grey levels, and where in the frame that is."""

    grey: numpy.ndarray
    rows: slice
    columns: slice

    @property
    def begin(self) -> numpy.ndarray:
        return numpy.array([self.columns.start, self.rows.start], numpy.float32)


class LivingSigns:
    """The judge of one track. Keeps the face of the last frame, in memory, until the next one or `wipe`."""

    def __init__(self) -> None:
        self._verdict = UNDECIDED
        self._sides: set[str] = set()
        self._frames = 0
        self._first_turn = 0.0
        self._eyes = 1.0
        self._patch: _Patch | None = None
        self._first = self._now = numpy.empty((0, 2), numpy.float32)

    @property
    def verdict(self) -> str:
        """LIVING once it was; FLAT while what is seen moves like a tilted plane; else UNDECIDED."""
        return self._verdict

    def turned(self, direction: str) -> bool:
        """Whether the head has been turned to its own LEFT or RIGHT since the first frame, by somebody with depth."""
        return direction in self._sides

    def add(self, grey: numpy.ndarray, box: FaceBox, points: numpy.ndarray) -> None:
        """One more frame of this track: grey levels (height x width, uint8), the face in it, its landmarks."""
        followed = self._frames < MOST_FRAMES and self._follow(grey)
        self.wipe()
        self._patch = _around(grey, box)
        if not followed:
            self._begin(self._patch, box, points)
            return
        self._frames += 1
        movement = self.movement(points)
        if movement is not None:
            self._judge(movement, turn(points))

    def wipe(self) -> None:
        """Overwrites what is held of the last frame; the next one begins anew."""
        if self._patch is not None:
            self._patch.grey[:] = 0
            self._patch = None

    def movement(self, points: numpy.ndarray) -> Movement | None:
        """What has happened until this frame, whose landmarks are `points`; None where the points lie on one line."""
        cv2 = load_cv2()
        plane, _ = cv2.findHomography(self._first, self._now, 0)
        affine, _ = cv2.estimateAffine2D(self._first, self._now, method=cv2.LMEDS)
        if plane is None or affine is None:
            return None
        as_plane = cv2.perspectiveTransform(self._first.reshape(-1, 1, 2), plane).reshape(-1, 2)
        residual = float(numpy.sqrt(((as_plane - self._now) ** 2).sum(axis=1).mean())) / self._eyes
        longer, shorter = numpy.linalg.svd(affine[:, :2], compute_uv=False)
        return Movement(turn(points) - self._first_turn, residual, float(shorter / max(longer, 1e-6)))

    def _judge(self, movement: Movement, turned_to: float) -> None:
        if movement.residual >= RESIDUAL and abs(movement.shift) >= SHIFT:
            self._verdict = LIVING
            # The camera looks a person in the face: her left is the right of its picture.
            side = LEFT if movement.shift > 0 else RIGHT
            if (turned_to if side == LEFT else -turned_to) >= TURNED:
                self._sides.add(side)
        elif self._verdict != LIVING:
            is_tilted = movement.squeeze < FORESHORTENED and movement.residual < PLANE
            self._verdict = FLAT if is_tilted else UNDECIDED

    def _begin(self, patch: _Patch, box: FaceBox, points: numpy.ndarray) -> None:
        """This frame is the first one now."""
        left, right, _ = eyes_and_nose(points)
        self._eyes = max(1.0, float(numpy.hypot(*(right - left))))
        self._first_turn = turn(points)
        self._frames = 0
        self._first = self._now = _corners(patch, box, APART * self._eyes)

    def _follow(self, grey: numpy.ndarray) -> bool:
        """Moves the points on to this frame; False where too few of them are found in it."""
        if self._patch is None or len(self._now) < FEWEST_POINTS:
            return False
        # The same part of the frame as before: from one frame to the next no face leaves its surroundings.
        before, after = self._patch.grey, grey[self._patch.rows, self._patch.columns]
        if after.shape != before.shape:
            return False  # the camera gives frames of another size now
        at = self._now - self._patch.begin
        window = max(LEAST_WINDOW, round(WINDOW * self._eyes)) | 1
        moved, seen = _flow(before, after, at, window)
        back, seen_back = _flow(after, before, moved, window)
        astray = numpy.hypot(*(back - at).T)
        kept = seen & seen_back & (astray < max(0.5, RETURNS_TO * self._eyes))
        if int(kept.sum()) < FEWEST_POINTS:
            return False
        self._first, self._now = self._first[kept], moved[kept] + self._patch.begin
        return True


def _around(grey: numpy.ndarray, box: FaceBox) -> _Patch:
    height, width = grey.shape
    reach = round(box.width * AROUND)
    rows = slice(max(0, box.top - reach), max(1, min(height, box.bottom + reach)))
    columns = slice(max(0, box.left - reach), max(1, min(width, box.right + reach)))
    return _Patch(grey[rows, columns].copy(), rows, columns)


def _corners(patch: _Patch, box: FaceBox, apart: float) -> numpy.ndarray:
    """Points of the face worth following, in pixels of the frame (n x 2, float32)."""
    cv2 = load_cv2()
    inside = numpy.zeros_like(patch.grey)
    x, y = box.centre
    middle = (round(x - patch.columns.start), round(y - patch.rows.start))
    axes = (round(box.width * FACE_WIDTH), round(box.height * FACE_HEIGHT))
    cv2.ellipse(inside, middle, axes, 0, 0, 360, 255, -1)
    found = cv2.goodFeaturesToTrack(patch.grey, MOST_POINTS, LEAST_QUALITY, max(2.0, apart), mask=inside)
    if found is None:
        return numpy.empty((0, 2), numpy.float32)
    corners: numpy.ndarray = found.reshape(-1, 2) + patch.begin
    return corners


def _flow(
    before: numpy.ndarray, after: numpy.ndarray, points: numpy.ndarray, window: int
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Where points of one picture are in another one, and which were found (Lucas and Kanade, with pyramids)."""
    at = numpy.ascontiguousarray(points.reshape(-1, 1, 2), numpy.float32)
    moved, found, _ = load_cv2().calcOpticalFlowPyrLK(
        before, numpy.ascontiguousarray(after), at, None, winSize=(window, window), maxLevel=LEVELS
    )
    return moved.reshape(-1, 2), found.ravel() == 1

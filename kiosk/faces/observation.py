"""From one frame to the faces in it: grey, motion, search, tracks, landmarks, quality. Pure, over an engine.

Frames are what cameras give (height x width x 3, BGR, uint8). An observation holds its frame only for as long as somebody
works on it; nobody keeps one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy

from drivers.cameras.sources import load_cv2
from kiosk.faces import detection, quality
from kiosk.faces.engine import FaceBox, FaceEngine
from kiosk.faces.motion import MotionGate, Region
from kiosk.faces.tracking import Track, Tracker

# How often all of the frame is searched: while nobody is followed, while somebody is, and in a hall where nothing moves.
SEARCH_NS, SEARCH_BESIDE_NS, SEARCH_STILL_NS = 60_000_000, 250_000_000, 2_000_000_000
# Small faces beside one that is followed are looked for less often: it costs as much as half an encoding.
SEARCH_CLOSELY_NS = 1_000_000_000
# What is cut out for the encoder reaches this share of a box beyond it: twice what the encoder looks at.
AROUND_FACE = 0.8
SETTLED = "settled"
NO_POINTS = numpy.empty((0, 2), numpy.float32)


@dataclass(frozen=True, slots=True)
class ObservedFace:
    """A face in this frame. `points` are its landmarks in pixels of the frame; `advice` what keeps it from being encoded, "" nothing.
    One that is settled has no points, and advice SETTLED."""

    track: int
    box: FaceBox
    points: numpy.ndarray = field(repr=False, compare=False)
    advice: str
    first_ns: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One frame and who is in it. `ended` are tracks that are over. Stamps are monotonic nanoseconds."""

    frame: numpy.ndarray = field(repr=False, compare=False)
    grey: numpy.ndarray = field(repr=False, compare=False)
    stamp_ns: int
    faces: tuple[ObservedFace, ...]
    ended: tuple[int, ...]


class Observer:
    """Looks at the frames of one camera, one after the other; numbers its tracks from `first_track`."""

    def __init__(
        self, engine: FaceEngine, limits: quality.Limits | None = None, first_track: int = 1
    ) -> None:
        self._cv2 = load_cv2()
        self._engine = engine
        self._limits = limits or quality.Limits()
        self._gate = MotionGate()
        self._tracker = Tracker(first_track)
        self._searched_ns: int | None = None
        self._searched_closely_ns: int | None = None

    def observe(self, frame: numpy.ndarray, stamp_ns: int, settled: Collection[int] = ()) -> Observation:
        """Who is in this frame. Faces of `settled` tracks are only followed, which takes half as long."""
        grey = self._cv2.cvtColor(frame, self._cv2.COLOR_BGR2GRAY)
        moving = self._gate.moving(grey)
        live = self._tracker.live
        self._tracker.follow(
            [(track, detection.around(self._engine, grey, track.box)) for track in live], stamp_ns
        )
        self._tracker.begin(self._search(grey, moving, stamp_ns), stamp_ns)
        ended = self._tracker.end(stamp_ns)
        faces = tuple(self._face(grey, track, settled) for track in self._tracker.live if track.is_seen)
        return Observation(frame, grey, stamp_ns, faces, tuple(track.number for track in ended))

    def encode(self, observation: Observation, face: ObservedFace) -> numpy.ndarray:
        """The vector of a face of this observation: 128 float32."""
        height, width = observation.grey.shape
        reach = round(face.box.width * AROUND_FACE)
        left, top = max(0, face.box.left - reach), max(0, face.box.top - reach)
        right, bottom = min(width, face.box.right + reach), min(height, face.box.bottom + reach)
        # Only this much changes its colours' order: all of a large frame would take longer than to find the face.
        rgb = self._cv2.cvtColor(observation.frame[top:bottom, left:right], self._cv2.COLOR_BGR2RGB)
        return self._engine.encode(rgb, face.box.moved(-left, -top))

    def drop(self, number: int) -> None:
        """This track is over: what is in its place is looked at as if it had just come."""
        self._tracker.drop([track for track in self._tracker.live if track.number == number])

    def forget(self) -> None:
        """Every track is over, and what the hall looks like is learnt anew."""
        self._gate = MotionGate()
        self._tracker.drop(self._tracker.live)
        self._searched_ns = self._searched_closely_ns = None

    def _face(self, grey: numpy.ndarray, track: Track, settled: Collection[int]) -> ObservedFace:
        if track.number in settled:
            return ObservedFace(track.number, track.box, NO_POINTS, SETTLED, track.first_ns)
        points = self._engine.landmarks(grey, track.box)
        advice = quality.advice(grey, track.box, points, self._limits)
        return ObservedFace(track.number, track.box, points, advice, track.first_ns)

    def _search(self, grey: numpy.ndarray, moving: Region | None, now_ns: int) -> list[FaceBox]:
        """Faces that are not followed yet, where it is worth a look."""
        followed = [track.box for track in self._tracker.live if track.is_seen]
        if not _is_due(self._searched_ns, self._pause_ns(moving, followed), now_ns):
            return []
        self._searched_ns = now_ns
        found = detection.all_over(self._engine, grey)
        if moving is None:
            return found
        is_explained = any(moving.contains(box.centre) for box in [*followed, *found])
        if is_explained and not _is_due(self._searched_closely_ns, SEARCH_CLOSELY_NS, now_ns):
            return found
        self._searched_closely_ns = now_ns
        return detection.merged(detection.closely(self._engine, grey, moving), found)

    def _pause_ns(self, moving: Region | None, followed: list[FaceBox]) -> int:
        if moving is None:
            return SEARCH_STILL_NS
        return SEARCH_BESIDE_NS if followed else SEARCH_NS


def _is_due(last_ns: int | None, pause_ns: int, now_ns: int) -> bool:
    return last_ns is None or now_ns - last_ns >= pause_ns

"""Which face of this frame is which of the last: tracks. Pure, over boxes and monotonic nanoseconds.

A track that might have become somebody else ends: when two of them come to cover each other neither can be told from the
other any more, and both begin anew. A wrong greeting is worse than a second look.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.faces.engine import FaceBox

# A face that turns away or is hidden by a hand is waited for so long.
LOST_NS = 700_000_000
SAME_PLACE = 0.25
ENTANGLED = 0.2
# From one frame to the next a face neither doubles nor halves.
LARGEST_STEP = 1.6
MOST_TRACKS = 8


@dataclass(slots=True, eq=False)
class Track:
    """One face while it stays in the picture. `box` is where it was seen last, `is_seen` whether that is in this frame."""

    number: int
    box: FaceBox
    first_ns: int
    last_ns: int
    is_seen: bool = field(default=True)

    def saw(self, box: FaceBox, now_ns: int) -> None:
        """It is here now."""
        self.box, self.last_ns, self.is_seen = box, now_ns, True


class Tracker:
    """The tracks of one camera, numbered from `first`. `live` in the order they came."""

    def __init__(self, first: int = 1) -> None:
        self.live: list[Track] = []
        self._numbers = itertools.count(first)

    def follow(self, found: Iterable[tuple[Track, FaceBox | None]], now_ns: int) -> None:
        """Where each track's face is in this frame; None: not seen."""
        for track, box in found:
            track.is_seen = False
            if box is not None and _may_be(track.box, box):
                track.saw(box, now_ns)

    def begin(self, boxes: Iterable[FaceBox], now_ns: int) -> list[Track]:
        """Faces that are seen in this frame and are none of the live tracks' begin tracks of their own, MOST_TRACKS at most,
        the largest first. A track that had lost its face finds it again here."""
        begun: list[Track] = []
        for box in sorted(boxes, key=lambda box: -box.width):
            known = max(self.live, key=lambda track: track.box.overlap(box), default=None)
            if known is not None and known.box.overlap(box) >= SAME_PLACE:
                if not known.is_seen and _may_be(known.box, box):
                    known.saw(box, now_ns)
            elif len(self.live) < MOST_TRACKS:
                track = Track(next(self._numbers), box, now_ns, now_ns)
                self.live.append(track)
                begun.append(track)
        return begun

    def end(self, now_ns: int) -> list[Track]:
        """Drops, and returns, the tracks that were lost or have run into each other."""
        ended = [
            track
            for track in self.live
            if now_ns - track.last_ns > LOST_NS or _is_entangled(track, self.live)
        ]
        self.drop(ended)
        return ended

    def drop(self, tracks: Sequence[Track]) -> None:
        """These are over: a face in their place begins a new one."""
        self.live = [track for track in self.live if track not in tracks]


def _may_be(before: FaceBox, now: FaceBox) -> bool:
    """Whether one face can have moved like this since it was seen last."""
    ratio = now.width / max(1, before.width)
    return before.overlap(now) > 0 and 1 / LARGEST_STEP < ratio < LARGEST_STEP


def _is_entangled(track: Track, others: Iterable[Track]) -> bool:
    return any(other is not track and track.box.overlap(other.box) > ENTANGLED for other in others)

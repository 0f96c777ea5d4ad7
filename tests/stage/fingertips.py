"""Touches from inside of a terminal's process, many a second: they take the way of a real touch from Kivy's window on.

Whether a real touch arrives there is shown by the journeys, whose fingers are X events.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

_NUMBERS = count(1)


def touch_together(places: Sequence[Sequence[float]]) -> None:
    """Fingers that go down one after the other and are taken off again. Places are parts of the glass, from 0 to 1, from
    its bottom left."""
    from kivy.base import EventLoop

    fingers = [_finger(x, y) for x, y in places]
    for kind in ("begin", "end"):
        for finger in fingers:
            EventLoop.post_dispatch_input(kind, finger)


def _finger(x: float, y: float) -> Any:
    from kivy.input.motionevent import MotionEvent

    class Fingertip(MotionEvent):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, is_touch=True, type_id="touch", **options)

        def depack(self, place: Any) -> None:
            self.profile = ["pos"]
            self.sx, self.sy = place
            super().depack(place)

    return Fingertip("monkey", next(_NUMBERS), (x, y))

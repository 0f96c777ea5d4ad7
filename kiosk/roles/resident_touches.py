"""What of a touch counts: hands tremble, and two fingers touch at once."""

from __future__ import annotations

from kiosk import events, views
from kiosk.views_resident import CANDIDATE, COPIES, SPACE, TURN, TYPED

SAME_BUTTON_S = 0.5
TOGETHER_S = 0.08
# Letters are typed, and aa is a word; pages are turned as fast as one likes.
_TYPED = (TYPED, SPACE, CANDIDATE, TURN, COPIES, views.DIGIT, views.ERASE)


class Touches:
    """Remembers the last touch, and when a touch last turned the page."""

    def __init__(self) -> None:
        self._last = ("", "", -1.0)
        self._turned_at_s = -1.0

    def page_turned(self, at_s: float) -> None:
        self._turned_at_s = at_s

    def is_trembling(self, press: events.Pressed, mode: str) -> bool:
        """In large letters the same button within half a second is one press; and of two fingers at once, the second one
        meant the page that the first one has just turned. A touch whose time is not known always counts."""
        action, value, at_s = self._last
        self._last = (press.action, press.value, press.at_s)
        if press.at_s <= 0 or press.action in _TYPED:
            return False
        if 0 <= press.at_s - self._turned_at_s < TOGETHER_S:
            return True
        same = (press.action, press.value) == (action, value)
        return mode != "normal" and same and press.at_s - at_s < SAME_BUTTON_S

"""Areas that hide what lies below them are not mixed with it: drawn in software, a pixel that is only written costs half
of one that is read and mixed first, and what it covers altogether is not drawn at all.

In a .kv file: `Opaque:` with `of: self.proxy_ref`, the area's instructions, then `Mixed:`.
"""

from __future__ import annotations

from typing import Any

from kivy.factory import Factory
from kivy.graphics import Callback
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable

WHOLLY = 1


class Opaque(Callback):
    """What is drawn until the next Mixed replaces what lies below, where `filled` and its widget is seen as it is.

    Opacity is a matter of mixing: something that is hidden by it would come to light here.
    """

    def __init__(self) -> None:
        super().__init__(self._begin)
        self.of: Any = None
        self.filled = True

    def _begin(self, _instruction: Any) -> None:
        if self.filled and is_seen_wholly(self.of):
            glDisable(GL_BLEND)


class Mixed(Callback):
    """What is drawn from here on is mixed with what lies below it, as Kivy does everywhere."""

    def __init__(self) -> None:
        super().__init__(_mix)


def is_seen_wholly(widget: Any) -> bool:
    """Whether neither it nor anything it lies in is hidden or paled by its opacity."""
    while widget is not None and widget.opacity == WHOLLY:
        above = widget.parent
        if above is None or above is above.parent:
            return True
        widget = above
    return False


def _mix(_instruction: Any) -> None:
    glEnable(GL_BLEND)


Factory.register("Opaque", cls=Opaque)
Factory.register("Mixed", cls=Mixed)

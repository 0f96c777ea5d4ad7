"""Building and changing widgets in the mode they belong to, whichever is on the screen just now."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from kivy.lang import Builder

from screens import theme

SELDOM = 1000  # collections of the middle generation before one of everything


@contextmanager
def built_in(mode: str) -> Iterator[None]:
    """Build in `mode`, and be in the mode before again afterwards."""
    before = theme.mode()
    # Kivy puts changed colours on the canvas at the frame's end: by then it would be the wrong mode for one of them.
    Builder.sync()
    theme.use_mode(mode)
    try:
        yield
        Builder.sync()
    finally:
        theme.use_mode(before)


def settle() -> None:
    """Take what has been built out of the garbage collector's sight: a look through all pages stops the screen for a second. From then on
    it looks through everything else only when it is told to, by `sweep`, or after some million new objects.

    Not in a session: what is alive then and ends in a cycle would not be freed any more.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, SELDOM)


def sweep() -> None:
    """Free what the pages before have left behind: some milliseconds, for a moment in which nobody waits."""
    gc.collect()

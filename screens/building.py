"""Building and changing widgets in the mode they belong to, whichever is on the screen just now."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from kivy.lang import Builder

from screens import theme


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


def sweep(*, settle: bool) -> None:
    """Free what the page before has left behind, now that nobody waits: left to itself the collector would do it in front of somebody.

    `settle`: take what is left out of the collector's sight, so that it never looks through all pages again, which stops the
    screen for a second. Not in a session: what is alive then and ends in a cycle would not be freed any more.
    """
    gc.collect()
    if settle:
        gc.freeze()

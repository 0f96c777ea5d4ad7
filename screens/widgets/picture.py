"""A picture that keeps its proportions, drawn once.

Kivy's own Image draws its area three times, through a stencil: that is for pictures larger than their widget, which ours
are not, and a screen drawn in software pays for all of it.
"""

from __future__ import annotations

from pathlib import Path

from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.uix.image import Image


class Picture(Image):
    """A texture in the middle of its widget, as large as it fits."""


def sharp(texture: Texture) -> Texture:
    """`texture` without smoothing: it is drawn pixel on pixel, and drawn in software that takes a third less time."""
    texture.mag_filter = texture.min_filter = "nearest"
    return texture


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

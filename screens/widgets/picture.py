"""A picture that keeps its proportions, drawn once.

Kivy's own Image draws its area three times, through a stencil: that is for pictures larger than their widget, which ours
are not, and a screen drawn in software pays for all of it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.uix.image import Image


class Picture(Image):
    """A texture in the middle of its widget, as large as it fits."""


def sharp(texture: Texture) -> Texture:
    """`texture` without smoothing: it is drawn pixel on pixel, and drawn in software that takes a third less time."""
    texture.mag_filter = texture.min_filter = "nearest"
    return texture


def texture_of(image: Any) -> Texture:
    """A Pillow RGBA image as a texture, to be shown at its own size."""
    texture = Texture.create(size=image.size, colorfmt="rgba")
    texture.blit_buffer(image.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return sharp(texture)


@lru_cache(maxsize=1)
def flat() -> Texture:
    """One white pixel, for areas of one colour; Kivy's own one is smoothed, at a price for every pixel drawn."""
    texture = Texture.create(size=(1, 1), colorfmt="rgba")
    texture.blit_buffer(b"\xff\xff\xff\xff", colorfmt="rgba", bufferfmt="ubyte")
    return sharp(texture)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

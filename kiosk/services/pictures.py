"""A picture on its way to the glass, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """Height x width x 3, BGR, for the page that shows it now: a camera's frame, never stored, or the picture of the slide
    `slide_id`."""

    picture: numpy.ndarray = field(repr=False, compare=False)
    slide_id: str = ""

"""A camera's picture on its way to the glass, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A frame, height x width x 3, BGR, for the page that shows it now. Never stored."""

    picture: numpy.ndarray = field(repr=False, compare=False)

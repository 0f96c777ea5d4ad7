"""Rectangles of one picture on whole pixels, drawn in one step."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.graphics import Mesh

Box = tuple[float, float, float, float]
Piece = tuple[Box, Box]
"""Left, bottom, right and top: of the panel in pixels, and of the picture as shares of it."""


class Pieces(Mesh):
    """A picture drawn without smoothing stays as it is on whole pixels."""

    def __init__(self) -> None:
        super().__init__(mode="triangles")

    def lay(self, pieces: Sequence[Piece]) -> None:
        """Draw these instead of those before."""
        vertices: list[float] = []
        indices: list[int] = []
        for number, ((left, bottom, right, top), (s0, t0, s1, t1)) in enumerate(pieces):
            vertices += (left, bottom, s0, t0, right, bottom, s1, t0, right, top, s1, t1, left, top, s0, t1)
            first = 4 * number
            indices += (first, first + 1, first + 2, first + 2, first + 3, first)
        self.vertices, self.indices = vertices, indices

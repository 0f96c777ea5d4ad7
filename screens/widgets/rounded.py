"""Rounded areas in a few large pieces: a core of whole pixels, and a rim whose corners are a small picture drawn once.

Drawn in software, a corner of many thin triangles costs more than the area it belongs to (decision 0053).
"""

from __future__ import annotations

from functools import lru_cache
from math import hypot

from kivy.factory import Factory
from kivy.graphics.texture import Texture

from screens.theme import Rgba
from screens.widgets.picture import sharp
from screens.widgets.pieces import Piece, Pieces

Shape = tuple[float, float, float, float, int, int]
"""x, y, width and height of a widget, the pixels of its corners and of its border."""

WHOLE = (0.0, 0.0, 1.0, 1.0)


def corner(width: float, height: float, radius: float) -> int:
    """Pixels of a corner: of a small area, no more than half of it."""
    return max(1, int(min(radius, width / 2, height / 2)))


class Core(Pieces):
    """What lies within the border, but for the four corners."""

    def _set_shape(self, shape: Shape) -> None:
        self.lay(core_pieces(shape))

    shape = property(fset=_set_shape)


class Rim(Pieces):
    """The four corners and the border between them, with the picture that `rim` makes of both."""

    def _set_shape(self, shape: Shape) -> None:
        self.lay(rim_pieces(shape))

    shape = property(fset=_set_shape)


def core_pieces(shape: Shape) -> list[Piece]:
    """All but corners and border: the middle, and a strip on either side of it between two corners."""
    left, bottom, right, top, curve, border = _whole(shape)
    if right - left < 2 * border or top - bottom < 2 * border:
        return []
    pieces = [
        (left + curve, bottom + border, right - curve, top - border),
        (left + border, bottom + curve, left + curve, top - curve),
        (right - curve, bottom + curve, right - border, top - curve),
    ]
    return [(piece, WHOLE) for piece in pieces]


def rim_pieces(shape: Shape) -> list[Piece]:
    """The corners, each with the picture turned its way, and the border between them with the picture's last pixels."""
    left, bottom, right, top, curve, border = _whole(shape)
    if right <= left or top <= bottom:
        return []
    x0, x1, y0, y1 = left + curve, right - curve, bottom + curve, top - curve
    corners: list[Piece] = [
        ((left, bottom, x0, y0), (0.0, 0.0, 1.0, 1.0)),
        ((x1, bottom, right, y0), (1.0, 0.0, 0.0, 1.0)),
        ((x1, y1, right, top), (1.0, 1.0, 0.0, 0.0)),
        ((left, y1, x0, top), (0.0, 1.0, 1.0, 0.0)),
    ]
    inner, share = 1 - 0.5 / curve, border / curve
    sides: list[Piece] = [
        ((left, y0, left + border, y1), (0.0, inner, share, inner)),
        ((right - border, y0, right, y1), (share, inner, 0.0, inner)),
        ((x0, bottom, x1, bottom + border), (inner, 0.0, inner, share)),
        ((x0, top - border, x1, top), (inner, share, inner, 0.0)),
    ]
    return corners + (sides if border else [])


def _whole(shape: Shape) -> tuple[int, int, int, int, int, int]:
    x, y, width, height, curve, border = shape
    return round(x), round(y), round(x + width), round(y + height), curve, min(border, curve)


@lru_cache(maxsize=512)
def rim(fill: Rgba, edge: Rgba, curve: int, border: int) -> Texture:
    """The lower left corner, `curve` pixels square: `fill` within a line of `border` pixels."""
    shares = _shares(curve, border)
    # Most pixels are all line, all fill or neither: mixing each of them anew was the dearest part of building a page.
    mixed = {each: _mixed(fill, edge, *each) for each in set(shares)}
    texture = Texture.create(size=(curve, curve), colorfmt="rgba")
    texture.blit_buffer(b"".join(mixed[each] for each in shares), colorfmt="rgba", bufferfmt="ubyte")
    return sharp(texture)


@lru_cache(maxsize=64)
def _shares(curve: int, border: int) -> tuple[tuple[float, float], ...]:
    """Of each pixel of a corner, row by row, how much lies within the line's outer edge, and within its inner one."""
    away = [hypot(curve - x - 0.5, curve - y - 0.5) for y in range(curve) for x in range(curve)]
    return tuple((_covered(curve - each), _covered(curve - border - each)) for each in away)


def _covered(within: float) -> float:
    """How much of a pixel lies inside of an edge that is `within` pixels away from its middle."""
    return min(1.0, max(0.0, within + 0.5))


def _mixed(fill: Rgba, edge: Rgba, outer: float, inner: float) -> bytes:
    of_fill, of_edge = inner * fill[3], (outer - inner) * edge[3]
    whole = of_fill + of_edge
    if not whole:
        return bytes(4)
    channels = [
        (of_fill * one + of_edge * other) / whole for one, other in zip(fill[:3], edge[:3], strict=True)
    ]
    return bytes(round(255 * channel) for channel in (*channels, whole))


Factory.register("Core", cls=Core)
Factory.register("Rim", cls=Rim)

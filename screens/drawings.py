"""Own pictures: the mark, the card over its reader, the hall, and the icons that the icon font lacks.

Drawn with Pillow at three times their size and reduced, because edges drawn straight on a canvas without multisampling
are jagged. Coordinates are those of each picture's own square or box, y downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import cos, radians, sin
from typing import Any

from PIL import Image, ImageDraw

from screens import tokens

OVERSAMPLING = 3
Point = tuple[float, float]
WHITE = "#FFFFFF"
CLEAR = (255, 255, 255, 0)

_HEX = {**tokens.COLOURS, **tokens.ILLUSTRATION_COLOURS}


class Pen:
    """Draws in a picture's own coordinates on an enlarged image."""

    def __init__(self, width: int, height: int, scale: float) -> None:
        self.scale = scale * OVERSAMPLING
        self.image = Image.new("RGBA", (width * OVERSAMPLING, height * OVERSAMPLING), CLEAR)
        self._draw = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, width: float, height: float, radius: float, fill: Any) -> None:
        corners = self._at(x, y) + self._at(x + width, y + height)
        self._draw.rounded_rectangle(corners, radius * self.scale, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Any) -> None:
        self._draw.ellipse(self._at(x - radius, y - radius) + self._at(x + radius, y + radius), fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Any) -> None:
        self._draw.ellipse(self._at(x - rx, y - ry) + self._at(x + rx, y + ry), fill=fill)

    def half_disc(self, x: float, y: float, radius: float, fill: Any) -> None:
        """The lower half, flat side up at `y`."""
        corners = self._at(x - radius, y - radius) + self._at(x + radius, y + radius)
        self._draw.pieslice(corners, 0, 180, fill=fill)

    def polygon(self, points: list[Point], fill: Any) -> None:
        self._draw.polygon([self._at(*point) for point in points], fill=fill)

    def stroke(self, points: list[Point], width: float, fill: Any) -> None:
        """A line with round ends and joints."""
        placed = [self._at(*point) for point in points]
        self._draw.line(placed, fill=fill, width=round(width * self.scale))
        reach = width * self.scale / 2
        for x, y in placed:
            self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, width: float, fill: Any
    ) -> None:
        """Part of a circle, degrees clockwise from the right, with round ends."""
        reach = radius + width / 2
        corners = self._at(x - reach, y - reach) + self._at(x + reach, y + reach)
        self._draw.arc(corners, start, end, fill=fill, width=round(width * self.scale))
        for degrees in (start, end):
            self.disc(*_on_circle(x, y, radius, degrees), width / 2, fill)

    def reduced(self) -> Image.Image:
        width, height = self.image.size
        return self.image.reduce(OVERSAMPLING) if width and height else self.image

    def _at(self, x: float, y: float) -> Point:
        return x * self.scale, y * self.scale


def _on_circle(x: float, y: float, radius: float, degrees: float) -> Point:
    return x + radius * cos(radians(degrees)), y + radius * sin(radians(degrees))


# --- icons: white on clear, 256 square, tinted where they are shown ----------------------------------------------


def _bowl(pen: Pen) -> None:
    pen.half_disc(128, 112, 104, WHITE)
    pen.box(84, 196, 88, 32, 10, WHITE)
    pen.arc(128, 104, 82, 196, 344, 15, WHITE)
    pen.arc(160, 110, 52, 190, 285, 15, WHITE)
    pen.arc(196, 112, 52, 186, 250, 15, WHITE)


def _contactless(pen: Pen) -> None:
    pen.disc(128, 128, 100, WHITE)
    for radius in (36, 68, 100):
        pen.arc(60, 128, radius, -33, 33, 14, CLEAR)


def _palm(pen: Pen) -> None:
    for x, top in ((76, 84), (112, 40), (148, 56)):
        pen.stroke([(x, top), (x, 150)], 30, WHITE)
    pen.stroke([(184, 92), (184, 150)], 30, WHITE)
    pen.box(61, 110, 138, 60, 12, WHITE)
    pen.half_disc(130, 160, 69, WHITE)
    pen.arc(172, 172, 34, 180, 262, 13, CLEAR)


def _plug(pen: Pen) -> None:
    pen.stroke([(36, 220), (92, 164)], 20, WHITE)
    pen.stroke([(150, 92), (196, 46)], 20, WHITE)
    pen.stroke([(178, 120), (220, 78)], 20, WHITE)
    pen.stroke([(108, 60), (196, 148)], 22, WHITE)
    pen.polygon([(104, 72), (184, 152), (140, 196), (100, 196), (60, 156), (60, 116)], WHITE)
    pen.disc(100, 156, 40, WHITE)


def _hand_heart(pen: Pen) -> None:
    pen.box(14, 152, 44, 68, 10, WHITE)
    pen.polygon([(70, 160), (112, 138), (160, 152), (236, 132), (246, 150), (160, 206), (70, 214)], WHITE)
    pen.disc(122, 66, 32, WHITE)
    pen.disc(178, 66, 32, WHITE)
    pen.polygon([(95, 82), (205, 82), (150, 136)], WHITE)


def _siren(pen: Pen) -> None:
    pen.box(36, 192, 184, 36, 14, WHITE)
    pen.arc(128, 140, 58, 180, 360, 20, WHITE)
    pen.stroke([(70, 140), (70, 190)], 20, WHITE)
    pen.stroke([(186, 140), (186, 190)], 20, WHITE)
    pen.arc(128, 140, 26, 180, 270, 16, WHITE)
    for degrees in (210, 250, 290, 330):
        pen.stroke([_on_circle(128, 140, 92, degrees), _on_circle(128, 140, 112, degrees)], 18, WHITE)


ICONS: dict[str, Callable[[Pen], None]] = {
    "bowl": _bowl,
    "contactless": _contactless,
    "bowl-food-fill": _bowl,
    "hand-heart-fill": _hand_heart,
    "palm": _palm,
    "plug": _plug,
    "siren": _siren,
}


@lru_cache(maxsize=64)
def icon(name: str, size: int) -> Image.Image:
    """A drawn icon, `size` pixels square, white on clear."""
    pen = Pen(size, size, size / 256)
    ICONS[name](pen)
    return pen.reduced()


# --- pictures ---------------------------------------------------------------------------------------------------


def mark(size: int, ground: str = _HEX["primary"], house: str = WHITE) -> Image.Image:
    """The house in its rounded square, on a grid of 64."""
    pen = Pen(size, size, size / 64)
    pen.box(0, 0, 64, 64, 16, ground)
    pen.stroke([(10, 31), (32, 13), (54, 31)], 6, house)
    pen.polygon([(17, 33.5), (32, 21.5), (47, 33.5), (47, 45), (17, 45)], house)
    pen.box(17, 36, 30, 16.5, 2.5, house)
    pen.disc(32, 42, 8, ground)
    pen.box(24, 42, 16, 11, 0, ground)
    return pen.reduced()


def card_over_reader(width: int, height: int) -> Image.Image:
    """A meal card coming down on the reader; drawn on 520 by 460, without a background."""
    scale = min(width / 520, height / 460)
    pen = Pen(width, height, scale)
    pen.box(70, 300, 380, 130, 30, _HEX["primary_deep"])
    pen.box(70, 290, 380, 118, 30, _HEX["primary_lift"])
    wave = _HEX["reader_wave"]
    pen.arc(260, 386, 84, 220, 320, 9, wave)
    pen.arc(260, 386, 46, 222, 318, 9, wave)
    pen.disc(260, 376, 9, wave)
    card = Pen(width, height, scale)
    _meal_card(card)
    turned = card.image.rotate(
        10, resample=Image.Resampling.BILINEAR, center=(260 * card.scale, 130 * card.scale)
    )
    pen.image.alpha_composite(turned)
    pen.stroke([(260, 246), (260, 274)], 8, _HEX["accent_tint"])
    pen.stroke([(246, 262), (260, 276), (274, 262)], 8, _HEX["accent_tint"])
    return pen.reduced()


def _meal_card(pen: Pen) -> None:
    pale = _HEX["accent_tint"]
    pen.box(109.5, 33.5, 305, 195, 24, pale)
    pen.box(114.5, 38.5, 295, 185, 20, _HEX["accent"])
    pen.box(140, 70, 62, 48, 9, pale)
    pen.stroke([(140, 94), (202, 94)], 4, _HEX["accent"])
    pen.stroke([(171, 70), (171, 118)], 4, _HEX["accent"])
    pen.half_disc(346, 104, 34, WHITE)
    for x in (329, 346, 363):
        pen.stroke(
            [(x, 91), (x - 3, 86), (x + 2, 80), (x + 3, 76), (x - 1, 70)],
            5.5,
            WHITE,
        )
    pen.box(140, 158, 150, 14, 7, pale)
    pen.box(140, 184, 98, 14, 7, pale)


def hall(width: int, height: int) -> Image.Image:
    """The neighbourhood hall among its houses; drawn on 1080 by 420, the part around the hall is kept."""
    scale = height / 420
    pen = Pen(width, height, scale)
    left = 500 - width / scale / 2
    _Street(pen, left, 1000 - left, _DAYLIGHT).draw(sun=(712, 128, 40))
    return pen.reduced()


def hall_on_primary(width: int, height: int) -> Image.Image:
    """The same hall on a ground of the primary colour: the upper part of the resident's first page."""
    scale = height / 420
    pen = Pen(width, height, scale)
    _Street(pen, 0, width / scale, _ON_PRIMARY).draw(sun=(902, 158, 46))
    return pen.reduced()


_DAYLIGHT = {
    **tokens.ILLUSTRATION_COLOURS,
    "wall": WHITE,
    "roof": _HEX["primary"],
    "edge": "#E4ECE8",
    "door": _HEX["accent"],
    "shutter": _HEX["house_near"],
}
_ON_PRIMARY = {
    "sun": _HEX["accent"],
    "hill": "#146762",
    "house_far": "#1C726C",
    "house_near": "#2A8079",
    "window_day": "#3E958D",
    "window_lit": "#F3C58E",
    "tree": "#0F4F4B",
    "trunk": "#083B38",
    "ground": "#083B38",
    "wall": "#EAF3F0",
    "roof": "#0A4744",
    "edge": "#CFE3DE",
    "door": _HEX["accent"],
    "shutter": "#2A8079",
}


class _Street:
    """The hall's picture between `left` and `right` of its own 1080; what would be cut off is left out."""

    HOUSES = (
        (30, 250, 84, "house_far"),
        (128, 210, 70, "house_far"),
        (214, 270, 92, "house_far"),
        (660, 200, 74, "house_far"),
        (750, 235, 96, "house_far"),
        (960, 250, 84, "house_far"),
        (80, 300, 110, "house_near"),
        (830, 290, 120, "house_near"),
    )
    TREES = ((304, 366, 30), (700, 359, 34), (752, 377, 24), (40, 366, 30), (1050, 362, 34))

    def __init__(self, pen: Pen, left: float, right: float, colours: dict[str, str]) -> None:
        self.pen = pen
        self.left = left
        self.right = right
        self.colours = colours

    def draw(self, sun: tuple[float, float, float]) -> None:
        x, y, radius = sun
        self.pen.disc(self._x(x), y, radius, self.colours["sun"])
        self.pen.ellipse(self._x(500), 450, 480 - self.left, 180, self.colours["hill"])
        for number, (x, top, width, tint) in enumerate(self.HOUSES):
            if self._fits(x, x + width):
                self._house(number, x, top, width, tint)
        self._hall()
        for x, y, radius in self.TREES:
            if self._fits(x - radius, x + radius):
                self._tree(x, y, radius)
        self.pen.box(0, 412, self.right - self.left, 8, 4, self.colours["ground"])

    def _fits(self, start: float, end: float) -> bool:
        """Whether something lies wholly in view: half a house at the edge looks broken off."""
        return start >= self.left and end <= self.right

    def _x(self, x: float) -> float:
        return x - self.left

    def _house(self, number: int, x: float, top: float, width: float, tint: str) -> None:
        self.pen.box(self._x(x), top, width, 420 - top, 4, self.colours[tint])
        columns = 2 if width < 80 else 3
        pane = width / (2 * columns + 1)
        for row in range(int((400 - top) // 39)):
            for column in range(columns):
                lit = (number * 5 + row * 3 + column * 2) % 7 == 0
                self.pen.box(
                    self._x(x) + pane * (2 * column + 1),
                    top + 18 + row * 39,
                    pane,
                    22,
                    2,
                    self.colours["window_lit" if lit else "window_day"],
                )

    def _hall(self) -> None:
        pen, x = self.pen, self._x
        pen.box(x(360), 308, 280, 112, 0, self.colours["wall"])
        pen.stroke([(x(328), 312), (x(500), 224), (x(672), 312)], 10, self.colours["edge"])
        pen.polygon([(x(328), 314), (x(500), 226), (x(672), 314)], self.colours["roof"])
        pen.disc(x(500), 368, 26, self.colours["door"])
        pen.box(x(474), 368, 52, 52, 0, self.colours["door"])
        for pane in (390, 432, 540, 582):
            pen.box(x(pane), 338, 28, 44, 4, self.colours["shutter"])
        pen.disc(x(500), 280, 14, self.colours["edge"])

    def _tree(self, x: float, y: float, radius: float) -> None:
        self.pen.box(self._x(x) - 3, y, 6, 420 - y, 0, self.colours["trunk"])
        self.pen.disc(self._x(x), y, radius, self.colours["tree"])
        self.pen.disc(self._x(x) + radius * 0.6, y + radius * 0.55, radius * 0.7, self.colours["tree"])
        self.pen.disc(self._x(x) - radius * 0.6, y + radius * 0.6, radius * 0.65, self.colours["tree"])

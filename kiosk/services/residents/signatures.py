"""A signature from the strokes of a finger: its text form, checked, and the picture that is kept (pure).

Strokes are points "x,y" in thousandths of the field, points of a stroke between spaces, strokes between ";", as in
kiosk.views_resident. A signature is what has some length: a dot, or a touch by mistake, is none.
"""

from __future__ import annotations

import io
import math
from itertools import pairwise

MOST_POINTS = 5_000
MOST_BYTES = 50 * 1024
WIDTH, HEIGHT = 900, 300
SHORTEST = 0.15
"""All strokes together, as a part of the field's width."""

TOO_SHORT, UNREADABLE, TOO_LONG = "signature.too_short", "signature.unreadable", "signature.too_long"
_FULL = 1000
_INK_DOTS = 6

Stroke = tuple[tuple[int, int], ...]


class SignatureRefused(Exception):
    """`code`: signature.too_short (nothing, or no more than a dot), signature.too_long, signature.unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parsed(strokes: str) -> tuple[Stroke, ...]:
    """The strokes, in thousandths of the field. Points beyond its edge count as on it. Raises SignatureRefused."""
    if len(strokes) > MOST_POINTS * len("-99999,-99999 "):
        raise SignatureRefused(TOO_LONG)
    drawn = tuple(
        tuple(_point(point) for point in stroke.split()) for stroke in strokes.split(";") if stroke.strip()
    )
    if sum(map(len, drawn)) > MOST_POINTS:
        raise SignatureRefused(TOO_LONG)
    return drawn


def draw(strokes: str) -> bytes:
    """The signature as black on white, WIDTH x HEIGHT dots, at most MOST_BYTES. Raises SignatureRefused."""
    from PIL import Image, ImageDraw

    drawn = parsed(strokes)
    if sum(map(_length, drawn)) < SHORTEST * WIDTH:
        raise SignatureRefused(TOO_SHORT)
    image = Image.new("1", (WIDTH, HEIGHT), 1)
    pen = ImageDraw.Draw(image)
    for stroke in drawn:
        dots = [_on_field(point) for point in stroke]
        pen.line(dots, fill=0, width=_INK_DOTS, joint="curve")
        for x, y in (dots[0], dots[-1]):
            reach = _INK_DOTS // 2
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=0)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    if written.tell() > MOST_BYTES:  # two colours on 900 x 300 dots: 34 KB before they are compressed
        raise SignatureRefused(TOO_LONG)
    return written.getvalue()


def _point(text: str) -> tuple[int, int]:
    x, comma, y = text.partition(",")
    try:
        if not comma:
            raise ValueError
        return _inside(int(x)), _inside(int(y))
    except ValueError:
        raise SignatureRefused(UNREADABLE) from None


def _inside(thousandths: int) -> int:
    return max(0, min(_FULL, thousandths))


def _on_field(point: tuple[int, int]) -> tuple[float, float]:
    x, y = point
    return x * (WIDTH - 1) / _FULL, y * (HEIGHT - 1) / _FULL


def _length(stroke: Stroke) -> float:
    dots = [_on_field(point) for point in stroke]
    return sum(math.dist(one, other) for one, other in pairwise(dots))

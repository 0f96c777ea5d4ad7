"""Drawings of what a printer's own font cannot say, as one-bit images: dark is 0, paper is 1.

A printer holds GBK, 24 dots high. Names go beyond it (㛃, 𬭩, 𠅤, 䶮), so a line with such a character is drawn whole, in
the same cells as the printer's text: 12 dots for ASCII, 24 for everything else. Headings are drawn in a bold face, which
no printer has.

A character that no font here has is drawn as 〓, the printer's mark for a missing sort: it is seen on the slip as
missing, where a space or a question mark would pass for the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from drivers import fonts

CELL_DOTS = 12
LINE_DOTS = 24
MISSING_SORT = "〓"

# Chinese fonts set their em box 0.88 above and 0.12 below the baseline.
_ASCENT = 0.88
_DEEPEST = 1.25
# In its cell of 12 x 24 Latin is smaller and stands higher, so that a y keeps its tail.
_LATIN_EM = 0.88
_LATIN_ASCENT = 0.83
# Strokes are grey at the edge; the head knows black only. Lower keeps thin strokes apart, higher keeps them whole.
_DARK_BELOW = 140
_SUPERSAMPLING = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one line that look alike. `inverse` is white on black."""

    text: str
    inverse: bool = False


def cells(text: str) -> int:
    """How many half-width cells a printer gives this text."""
    return sum(1 if char < "\x80" else 2 for char in text)


def in_gbk(text: str) -> bool:
    """Whether a Chinese printer has every character of this text in its own font."""
    try:
        return bool(text.encode("gbk") or True)
    except UnicodeEncodeError:
        return False


def drawable(text: str) -> str:
    """`text` with every character that no font has replaced by 〓."""
    return "".join(char if fonts.covers(char) else MISSING_SORT for char in text)


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.font_path(name)), size, layout_engine=ImageFont.Layout.BASIC)


def _faces(text: str, bold: bool) -> list[tuple[str, str]]:
    return [
        (fonts.BOLD if bold and name == fonts.REGULAR else name, piece)
        for name, piece in fonts.runs(drawable(text))
    ]


@lru_cache(maxsize=512)
def text_image(text: str, size: int, bold: bool = False) -> Image.Image:
    """`text` on one line, proportional, `size` dots to the em: as wide as its advance, `size` dots high, more where a
    Latin letter hangs lower."""
    faces = _faces(text, bold)
    width = sum(_font(name, size).getlength(piece) for name, piece in faces)
    grey = Image.new("L", (max(1, round(width)), round(size * _DEEPEST)), 255)
    pen = ImageDraw.Draw(grey)
    x = 0.0
    for name, piece in faces:
        pen.text((x, round(size * _ASCENT)), piece, fill=0, font=_font(name, size), anchor="ls")
        x += _font(name, size).getlength(piece)
    dots = to_dots(grey)
    return dots.crop((0, 0, dots.width, max(size, ink_rows(dots)[1])))


def ink_rows(image: Image.Image) -> tuple[int, int]:
    """First row with ink, and the row after the last; all rows where there is none."""
    box = ImageChops.invert(image).getbbox()
    return (box[1], box[3]) if box else (0, image.height)


def to_dots(grey: Image.Image) -> Image.Image:
    """Grey to dots, without dithering."""
    return grey.point(lambda level: 255 if level >= _DARK_BELOW else 0).convert("1", dither=Image.Dither.NONE)


@lru_cache(maxsize=8192)
def cell_image(char: str, width: int, height: int, bold: bool) -> Image.Image:
    """One character in its cell, `width` times 12 (ASCII) or 24 dots wide and `height` times 24 dots high."""
    box = (CELL_DOTS * cells(char) * width, LINE_DOTS * height)
    em = max(LINE_DOTS * width, LINE_DOTS * height)
    ((name, shape),) = _faces(char, bold)
    wide = cells(char) == 2
    font = _font(name, em if wide else round(em * _LATIN_EM))
    advance = max(1, round(font.getlength(shape)))
    own_width = em if wide else em // 2
    baseline = round(em * (_ASCENT if wide else _LATIN_ASCENT))
    grey = Image.new("L", (max(advance, own_width), em), 255)
    middle = grey.width / 2
    ImageDraw.Draw(grey).text((middle, baseline), shape, fill=0, font=font, anchor="ms")
    if grey.size != box:
        grey = grey.resize(box, Image.Resampling.LANCZOS)
    return (
        _emboldened(to_dots(grey), height)
        if bold and name not in (fonts.REGULAR, fonts.BOLD)
        else to_dots(grey)
    )


def _emboldened(image: Image.Image, dots: int) -> Image.Image:
    """Hanazono has no bold face: its strokes are widened, so that a rare character does not stand pale in its line."""
    for _ in range(dots):
        image = ImageChops.logical_and(image, ImageChops.offset(image, 1, 0))
    return image


def line_image(pieces: Sequence[Piece], width: int, height: int, bold: bool) -> Image.Image:
    """A line in the printer's cells, drawn. Sizes as in `cell_image`."""
    total = sum(cells(piece.text) for piece in pieces) * CELL_DOTS * width
    image = Image.new("1", (max(1, total), LINE_DOTS * height), 1)
    x = 0
    for piece in pieces:
        for char in piece.text:
            cell = cell_image(char, width, height, bold)
            image.paste(ImageChops.invert(cell) if piece.inverse else cell, (x, 0))
            x += cell.width
    return image


@lru_cache(maxsize=8)
def house_mark(size: int) -> Image.Image:
    """The mark: a white house with an arched door in a black rounded square, `size` dots wide and high."""
    scale = size * _SUPERSAMPLING / 64
    grey = Image.new("L", (size * _SUPERSAMPLING, size * _SUPERSAMPLING), 255)
    pen = ImageDraw.Draw(grey)

    def at(*points: float) -> list[float]:
        return [point * scale for point in points]

    pen.rounded_rectangle(at(0, 0, 63.9, 63.9), radius=16 * scale, fill=0)
    for ends in ((10, 31, 32, 13), (32, 13, 54, 31)):
        pen.line(at(*ends), fill=255, width=round(6 * scale))
    for x, y in ((10, 31), (32, 13), (54, 31)):
        pen.ellipse(at(x - 3, y - 3, x + 3, y + 3), fill=255)
    pen.polygon(at(17, 33.5, 32, 21.5, 47, 33.5, 47, 52, 17, 52), fill=255)
    pen.ellipse(at(24, 34, 40, 50), fill=0)
    pen.rectangle(at(24, 42, 40, 53), fill=0)
    return to_dots(grey.resize((size, size), Image.Resampling.LANCZOS))


@lru_cache(maxsize=32)
def band_image(text: str, size: int, beside: int, above: int) -> Image.Image:
    """Bold white text on a black band, with `beside` and `above` dots of black around it."""
    words = text_image(text, size, True)
    band = Image.new("1", (words.width + 2 * beside, words.height + 2 * above), 0)
    band.paste(ImageChops.invert(words), (beside, above))
    return band


def rule_image(width: int, thickness: int, dashed: bool) -> Image.Image:
    """A rule of `thickness` dots across `width` dots, solid or in dashes of two thicknesses."""
    image = Image.new("1", (width, thickness), 1 if dashed else 0)
    if dashed:
        pen = ImageDraw.Draw(image)
        for x in range(0, width, 3 * thickness):
            pen.rectangle((x, 0, x + 2 * thickness - 1, thickness), fill=0)
    return image

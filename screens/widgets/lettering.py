"""Words as a picture, set by Kivy's own text engine, without what is empty around the ink; and numbers out of a picture of all
digits, which is drawn once.

Drawn in software every pixel costs, and of a line's pixels about half hold no ink; and what changes from page to page of a
table are its numbers (decision 0056).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.core.text.markup import MarkupLabel
from kivy.graphics.texture import Texture

from screens.theme import TEXT_FONT
from screens.widgets.picture import sharp
from screens.widgets.pieces import Piece

Size = tuple[int, int]
NO_SIZE: Size = (0, 0)
CHANNELS = 4
ALPHA = 3
CLEAR = b"\0"
SIGNS = "0123456789.-:/\u00a0"
"""What numbers, dates and the counts of pages are made of."""
SCRIPT = "Latn"
"""By its name in ISO 15924: under any other one digits are set a row higher."""


@dataclass(frozen=True, slots=True)
class Style:
    """How words are set: pixels of an em, weight, the height of a line as a share of the font's own; a line below them; the side
    that lines are aligned to, and the pixels that each of them takes, 0 where it is as wide as it is."""

    font_size: float
    strong: bool
    line_height: float
    underline: bool = False
    align: str = "left"
    span: float = 0


class Lettering:
    """One text's picture, white on clear: `size` pixels in all, with ink in these `pieces` of a `texture`, counted from the lower
    left corner."""

    def __init__(self) -> None:
        self._label: Any = None
        self._clear()

    def _clear(self) -> None:
        self.size = NO_SIZE
        self.texture: Texture | None = None
        self.pieces: list[Piece] = []

    def set(self, text: str, marked: bool, style: Style) -> None:
        """Draw `text`, in Kivy's markup where it is `marked`."""
        self._clear()
        if text and not style.span and not style.underline and not text.strip(SIGNS):
            self._label = None
            digits = _digits(Style(style.font_size, style.strong, style.line_height))
            self.texture = digits.texture
            self.size, self.pieces = digits.lay(text)
        elif text:
            self._label = _label_for(self._label, marked, style)
            self._typeset(text)
        else:
            self._label = None

    def _typeset(self, text: str) -> None:
        pixels = _pixels(self._label, text)
        texture = self._label.texture
        self.texture, self.size = sharp(texture), texture.size
        first, end = inked_rows(pixels, texture.width)
        if end > first:
            self.pieces = [_piece(texture, (0, first, texture.width, end))]


class _Digits:
    """The signs of numbers side by side in one picture."""

    def __init__(self, style: Style) -> None:
        self._label = _label_for(None, False, style)
        self._widths: dict[str, int] = {}
        drawn = {sign: self._drawn(sign) for sign in SIGNS}
        self.height = self._label.texture.height
        self.texture = _side_by_side([cell for cell, _rows in drawn.values()], self.height)
        self._pieces: dict[str, Piece] = {}
        left = 0
        for sign, (_cell, (first, end)) in drawn.items():
            right = left + self._width(sign)
            self._pieces[sign] = _piece(self.texture, (left, first, right, end))
            left = right

    def lay(self, text: str) -> tuple[Size, list[Piece]]:
        """The size of `text`, and where in it each of its signs is."""
        x = 0
        pieces: list[Piece] = []
        for number, sign in enumerate(text):
            x += self._advance(text[number - 1] + sign) if number else 0
            (left, bottom, right, top), part = self._pieces[sign]
            pieces.append(((x, bottom, x + right - left, top), part))
        return (x + self._width(text[-1]), self.height), pieces

    def _advance(self, pair: str) -> int:
        """Pixels from one sign to the next one: some pairs stand closer."""
        return self._width(pair) - self._width(pair[1])

    def _width(self, signs: str) -> int:
        if signs not in self._widths:
            self._widths[signs] = int(self._label.get_extents(signs)[0])
        return self._widths[signs]

    def _drawn(self, sign: str) -> tuple[bytes, Size]:
        pixels = _pixels(self._label, sign)
        return pixels, inked_rows(pixels, self._label.texture.width)


@lru_cache(maxsize=64)
def _digits(style: Style) -> _Digits:
    return _Digits(style)


class _Inked:
    """A text engine that hands on the `pixels` of its picture as they pass by."""

    pixels = b""

    def _render_end(self) -> Any:
        picture = super()._render_end()  # type: ignore[misc]
        self.pixels = picture.data
        return picture


class _PlainLabel(_Inked, CoreLabel):
    pass


class _MarkedLabel(_Inked, MarkupLabel):
    pass


def _label_for(before: Any, marked: bool, style: Style) -> Any:
    kind = _MarkedLabel if marked else _PlainLabel
    label = before if type(before) is kind else kind(font_name=TEXT_FONT, font_script_name=SCRIPT)
    label.options.update(
        font_size=style.font_size,
        bold=style.strong,
        underline=style.underline,
        line_height=style.line_height,
        halign=style.align,
    )
    label.usersize = (style.span or None, None)
    return label


def _pixels(label: Any, text: str) -> bytes:
    """Set `text`; its picture row by row from the top, which the label does not keep."""
    label.text = text
    label.refresh()
    label.texture.bind()  # Kivy draws it when it is first used
    pixels, label.pixels = label.pixels, b""
    return bytes(pixels)


def _side_by_side(cells: Sequence[bytes], height: int) -> Texture:
    pitches = [len(cell) // height for cell in cells]
    rows = [
        cell[row * pitch : (row + 1) * pitch]
        for row in range(height)
        for cell, pitch in zip(cells, pitches, strict=True)
    ]
    texture = Texture.create(size=(sum(pitches) // CHANNELS, height), colorfmt="rgba")
    texture.blit_buffer(b"".join(rows), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return sharp(texture)


def _piece(texture: Texture, box: tuple[int, int, int, int]) -> Piece:
    """A part of a picture: left, first row, right and the row behind the last one, rows counted from the top."""
    left, first, right, end = box
    bottom = texture.height - end
    part = texture.get_region(left, bottom, right - left, end - first).tex_coords
    return (left, bottom, right, bottom + end - first), (part[0], part[1], part[4], part[5])


def inked_rows(pixels: Sequence[int], width: int) -> Size:
    """The first row of an RGBA picture that is not clear, and the one behind the last; the same twice where all are clear."""
    alpha = bytes(pixels[ALPHA::CHANNELS])
    clear_above = len(alpha) - len(alpha.lstrip(CLEAR))
    inked = len(alpha.rstrip(CLEAR))
    if clear_above >= inked:
        return NO_SIZE
    return clear_above // width, -(-inked // width)

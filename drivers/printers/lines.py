"""The lines that a slip is laid out in, and the two widths of paper.

Measures are dots of 203 dpi, 8 to the millimetre. The head covers 384 dots of 58 mm paper and 576 of 80 mm; the paper
itself is the margin.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from drivers.printers.raster import CELL_DOTS, Piece


@dataclass(frozen=True, slots=True)
class Size:
    """Multiples of the printer's own font of 12 x 24 dots: 1 or 2 each way."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters that the printer has. `above` is white paper before it, in dots."""

    pieces: tuple[Piece, ...]
    size: Size
    bold: bool = False
    align: str = "left"
    above: int = 0


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A one-bit image."""

    image: Image.Image
    align: str = "left"
    above: int = 0


@dataclass(frozen=True, slots=True)
class QrLine:
    """A QR code that the printer makes itself, of modules `module` dots wide."""

    text: str
    module: int
    above: int = 0


PrintLine = TextLine | DrawnLine | QrLine


@dataclass(frozen=True, slots=True)
class Paper:
    """What fits on a width of paper. `body` is tried from left to right until every word of a slip's pairs fits,
    `sums` until a typed sum does."""

    dots: int
    mark: int
    place: int
    title: int
    band: int
    amount_label: int
    amount: int
    number: int
    body: tuple[Size, ...]
    small: Size
    sums: tuple[Size, ...] = (Size(3, 3), Size(2, 2), Size(1, 2))
    rule: int = 4
    qr_module: int = 6

    @property
    def columns(self) -> int:
        return self.dots // CELL_DOTS


PAPERS = {
    58: Paper(384, 44, 28, 44, 34, 32, 60, 128, (Size(1, 2), Size(1, 1)), Size(1, 1)),
    80: Paper(576, 60, 36, 56, 44, 44, 84, 184, (Size(2, 2), Size(1, 2), Size(1, 1)), Size(1, 1)),
}

"""The large parts of a slip: place, title, bands, rules, the sum, a ticket's number.

Drawn, because no printer has a bold Chinese face: about 8 KB on 80 mm paper, a third of a second on the head and
nothing on a network or USB. A serial line of 19200 baud would take five seconds for it, so there is a typed form too,
in the printer's own characters (`Profile.drawn_headings`).
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from drivers.printers.lines import DrawnLine, Paper, PrintLine, Size, TextLine
from drivers.printers.raster import (
    CELL_DOTS,
    LINE_DOTS,
    Piece,
    band_image,
    cells,
    house_mark,
    in_gbk,
    ink_rows,
    line_image,
    rule_image,
    text_image,
)
from drivers.printers.slip import Amount, Inverted, Logo, Number, Rule, Title
from drivers.printers.wrapping import wrap

Heading = Logo | Title | Inverted | Rule | Amount | Number


def drawn(part: Heading, paper: Paper) -> Iterator[PrintLine]:
    """The part as images. Its texts are clean and on one line."""
    match part:
        case Logo(name):
            yield from _logo(name, paper)
        case Title(text):
            yield from _title(text, paper)
        case Inverted(text):
            yield DrawnLine(_band(text, paper), "center", above=12)
        case Rule(dashed):
            yield DrawnLine(rule_image(paper.dots, paper.rule, dashed), above=18)
        case Amount(left, right):
            yield DrawnLine(_amount(left, right, paper), above=14)
        case Number(text):
            yield DrawnLine(_number(text, paper), "center", above=26)


def typed(part: Heading, paper: Paper) -> Iterator[PrintLine]:
    """The same part in characters of the printer, doubled or trebled."""
    match part:
        case Logo(name):
            yield from _typed(name, Size(1, 2), paper)
        case Title(text):
            yield from _typed(text, Size(2, 2), paper)
        case Inverted(text):
            yield from _typed(text, Size(2, 2), paper, inverse=True)
        case Rule(dashed):
            text = "-" * paper.columns if dashed else "─" * (paper.columns // 2)
            yield TextLine((Piece(text),), Size(1, 1), above=4)
        case Amount(left, right):
            yield text_line((Piece(left),), Size(2, 2), bold=True, above=14)
            sizes = (size for size in paper.sums if cells(right) * size.width <= paper.columns)
            yield text_line((Piece(right),), next(sizes, Size(1, 1)), bold=True, align="right")
        case Number(text):
            sizes = (size for size in paper.sums if cells(text) * size.width <= paper.columns)
            yield text_line((Piece(text),), next(sizes, Size(1, 1)), bold=True, align="center", above=26)


def text_line(
    pieces: tuple[Piece, ...], size: Size, bold: bool = False, align: str = "left", above: int = 8
) -> PrintLine:
    """A line of characters, drawn in the same cells where the printer lacks one of them."""
    if all(in_gbk(piece.text) for piece in pieces):
        return TextLine(pieces, size, bold, align, above)
    return DrawnLine(line_image(pieces, size.width, size.height, bold), align, above)


def _typed(text: str, size: Size, paper: Paper, inverse: bool = False) -> Iterator[PrintLine]:
    for line in wrap(text, paper.columns // size.width - 2):
        framed = f" {line} " if inverse else line
        yield text_line((Piece(framed, inverse),), size, bold=True, align="center")


def _logo(name: str, paper: Paper) -> Iterator[PrintLine]:
    """Mark and name side by side; a name too long for that goes below the mark."""
    gap = paper.mark // 4
    mark = house_mark(paper.mark)
    words = _fitting(name, paper.place, paper.dots - paper.mark - gap)
    if words is None:
        yield DrawnLine(mark, "center")
        yield from _wrapped(name, paper.place, paper)
        return
    image = Image.new("1", (mark.width + gap + words.width, mark.height), 1)
    image.paste(mark, (0, 0))
    image.paste(words, (mark.width + gap, (mark.height - words.height) // 2))
    yield DrawnLine(image, "center")


def _title(text: str, paper: Paper) -> Iterator[PrintLine]:
    words = _fitting(text, paper.title, paper.dots)
    if words is not None:
        yield DrawnLine(words, "center", above=14)
    else:
        yield from _wrapped(text, paper.place, paper)


def _fitting(text: str, size: int, width: int) -> Image.Image | None:
    """Bold text at `size`, or down to three quarters of it, in `width` dots; None where that is still too wide."""
    for smaller in range(size, size * 3 // 4, -4):
        words = text_image(text, smaller, True)
        if words.width <= width:
            return words
    return None


def _wrapped(text: str, size: int, paper: Paper) -> Iterator[PrintLine]:
    for line in wrap(text, paper.dots * 2 // size):
        words = _fitting(line, size, paper.dots) or _fitting(line, size * 3 // 4, paper.dots)
        yield DrawnLine(words or _cropped(text_image(line, size // 2, True), paper), "center", above=8)


def _cropped(image: Image.Image, paper: Paper) -> Image.Image:
    return image.crop((0, 0, min(image.width, paper.dots), image.height))


def _band(text: str, paper: Paper) -> Image.Image:
    beside, above = paper.band * 2 // 3, paper.band // 5
    for size in range(paper.band, 16, -4):
        image = band_image(text, size, beside, above)
        if image.width <= paper.dots:
            return image
    return _cropped(image, paper)


def _number(text: str, paper: Paper) -> Image.Image:
    """As large as the paper takes it, without the white that letters have above and below."""
    size = paper.number
    while (words := text_image(text, size, True)).width > paper.dots and size > LINE_DOTS:
        size -= 4
    top, bottom = ink_rows(words)
    return words.crop((0, top, min(words.width, paper.dots), bottom))


def _amount(left: str, right: str, paper: Paper) -> Image.Image:
    """Label and sum on one line of drawn bold text; the sum shrinks before it meets its label."""
    label = text_image(left, paper.amount_label, True)
    room = paper.dots - label.width - CELL_DOTS
    size = paper.amount
    while (words := text_image(right, size, True)).width > room and size > LINE_DOTS:
        size -= 4
    top, bottom = ink_rows(words)
    image = Image.new("1", (paper.dots, max(bottom - top, label.height)), 1)
    image.paste(words.crop((0, top, words.width, bottom)), (paper.dots - words.width, 0))
    image.paste(label, (0, (image.height - label.height) // 2))
    return image

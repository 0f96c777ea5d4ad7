"""How a slip looks on paper 58 or 80 mm wide: its lines from top to bottom (pure).

Body text is sent as characters, because characters print fast, even at 9600 baud; headings, the amount and the rules
are drawn, because no printer has a bold Chinese face. A line with a character that the printer's GBK font lacks is
drawn whole in the same cells, so that it stands exactly where the text would.

Measures are dots of 203 dpi, 8 to the millimetre. The head covers 384 dots of 58 mm paper and 576 of 80 mm; the paper
itself is the margin.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image

from drivers import fonts
from drivers.printers.raster import (
    CELL_DOTS,
    LINE_DOTS,
    Piece,
    band_image,
    cells,
    house_mark,
    ink_rows,
    line_image,
    rule_image,
    text_image,
)
from drivers.printers.slip import (
    Amount,
    Feed,
    Inverted,
    Logo,
    Pair,
    Part,
    QrCode,
    Rule,
    Slip,
    Tag,
    Text,
    Title,
)
from drivers.printers.wrapping import wrap


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

RULE_AIR = 8
"""More white under a rule, in dots, than between two lines."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What fits on a width of paper. `body` is tried from left to right until every pair of a slip fits."""

    dots: int
    mark: int
    place: int
    title: int
    band: int
    amount_label: int
    amount: int
    body: tuple[Size, ...]
    small: Size
    rule: int = 4
    qr_module: int = 6

    @property
    def columns(self) -> int:
        return self.dots // CELL_DOTS


PAPERS = {
    58: Paper(384, 44, 28, 44, 34, 32, 60, (Size(1, 2), Size(1, 1)), Size(1, 1)),
    80: Paper(576, 60, 36, 56, 44, 44, 84, (Size(2, 2), Size(1, 2), Size(1, 1)), Size(1, 1)),
}

# A printer knows the full-width signs only; their half-width forms would print as something else or not at all.
_ON_PAPER = str.maketrans(
    {"¥": "￥", "\u2212": "－", "\u00a0": " ", "\u2022": "·", "\u3000": "　", "\t": " "}
)


def clean(text: str) -> str:
    """`text` as paper can take it: ￥ and － full-width, no control character (one in a name would command the
    printer), no variation selector (it has no width of its own)."""
    composed = unicodedata.normalize("NFC", text.translate(_ON_PAPER))
    return "".join(char for char in composed if char == "\n" or not _invisible(char))


def _on_one_line(text: str) -> str:
    return clean(text).replace("\n", " ")


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Mn", "Zl", "Zp"}


def in_gbk(text: str) -> bool:
    """Whether a Chinese printer has every character of this text in its own font."""
    try:
        return bool(text.encode("gbk") or True)
    except UnicodeEncodeError:
        return False


def missing(slip: Slip) -> int:
    """How many characters of this slip no font has: they are drawn as 〓."""
    return sum(
        1 for text in slip.texts() for char in clean(text) if char not in "\n" and not fonts.covers(char)
    )


def layout(slip: Slip, width_mm: int) -> list[PrintLine]:
    """The lines of this slip on paper of 58 or 80 mm. Raises KeyError for any other width, FontMissing."""
    paper = PAPERS[width_mm]
    body = _body_size(slip, paper)
    lines: list[PrintLine] = []
    after_rule = False
    for part in _with_copy_mark(slip):
        for line in _lines(part, paper, body):
            lines.append(replace(line, above=line.above + RULE_AIR) if after_rule else line)
            after_rule = isinstance(part, Rule)
    return lines


def _with_copy_mark(slip: Slip) -> Iterator[Part]:
    mark = slip.copy_mark
    for part in slip.parts:
        yield part
        if mark and isinstance(part, Title):
            yield Inverted(mark)
            mark = ""
    if mark:
        yield Inverted(mark)


def _body_size(slip: Slip, paper: Paper) -> Size:
    """One size for all pairs of a slip: the first in which each stands on one line, else the last."""
    pairs = [part for part in slip.parts if isinstance(part, Pair) and not part.small]
    for size in paper.body:
        columns = paper.columns // size.width
        if all(cells(clean(pair.left)) + 1 + cells(clean(pair.right)) <= columns for pair in pairs):
            return size
    return paper.body[-1]


def _lines(part: Part, paper: Paper, body: Size) -> Iterator[PrintLine]:
    match part:
        case Logo(name):
            yield from _logo(_on_one_line(name), paper)
        case Title(text):
            yield from _heading(_on_one_line(text), paper)
        case Inverted(text):
            yield DrawnLine(_band(_on_one_line(text), paper), "center", above=12)
        case Pair():
            size = paper.small if part.small else body
            yield from _pair(clean(part.left), clean(part.right), size, part.bold, paper)
        case Tag(tag, right):
            yield from _tag(clean(tag), _on_one_line(right), body, paper)
        case Text(text, align, small):
            size = paper.small if small else body
            for line in wrap(clean(text), paper.columns // size.width):
                yield _text((Piece(line),), size, align=align, above=10)
        case Rule(dashed):
            yield DrawnLine(rule_image(paper.dots, paper.rule, dashed), above=18)
        case Amount(left, right):
            yield DrawnLine(_amount(_on_one_line(left), _on_one_line(right), paper), above=14)
        case QrCode(text):
            yield QrLine(text, paper.qr_module, above=14)
        case Feed(count):
            for _ in range(count):
                yield _text((Piece(""),), paper.small)


def _text(
    pieces: tuple[Piece, ...], size: Size, bold: bool = False, align: str = "left", above: int = 8
) -> PrintLine:
    """A line of characters, drawn where the printer lacks one of them."""
    if all(in_gbk(piece.text) for piece in pieces):
        return TextLine(pieces, size, bold, align, above)
    return DrawnLine(line_image(pieces, size.width, size.height, bold), align, above)


def _pair(left: str, right: str, size: Size, bold: bool, paper: Paper) -> Iterator[PrintLine]:
    """Label left, value right. Where they do not fit on one line the label is wrapped, and the value stands at the
    right edge of its last line or of the next."""
    columns = paper.columns // size.width
    labels = wrap(left, columns) or [""]
    values = wrap(right, columns) or [""]
    if cells(labels[-1]) + 1 + cells(values[0]) <= columns:
        label, value = labels.pop(), values.pop(0)
        labels.append(label + " " * (columns - cells(label) - cells(value)) + value)
    for line in labels:
        yield _text((Piece(line),), size, bold)
    for line in values:
        yield _text((Piece(" " * (columns - cells(line)) + line),), size, bold)


def _tag(tag: str, right: str, size: Size, paper: Paper) -> Iterator[PrintLine]:
    """Word and text on one line; a text too long for that goes below, wrapped."""
    columns = paper.columns // size.width
    (word, *_) = wrap(tag, columns - 2) or [""]
    framed = f" {word} "
    gap = columns - cells(framed) - cells(right)
    if gap > 0:
        yield _text((Piece(framed, inverse=True), Piece(" " * gap + right)), size, above=16)
        return
    yield _text((Piece(framed, inverse=True),), size, above=16)
    for line in wrap(right, columns):
        yield _text((Piece(line),), size)


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


def _heading(text: str, paper: Paper) -> Iterator[PrintLine]:
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

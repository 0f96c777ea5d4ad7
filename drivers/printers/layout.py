"""How a slip looks on paper 58 or 80 mm wide: its lines from top to bottom (pure).

Body text is sent as characters, because characters print fast on any line; headings, rules and the sum are drawn. A
line with a character that the printer's GBK font lacks is drawn whole in the same cells, so that it stands exactly
where the text would.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from drivers import fonts
from drivers.printers.headings import drawn, text_line, typed
from drivers.printers.lines import PAPERS, Paper, PrintLine, QrLine, Size
from drivers.printers.raster import Piece, cells
from drivers.printers.slip import (
    Amount,
    Feed,
    Inverted,
    Logo,
    Number,
    Pair,
    Part,
    QrCode,
    Row,
    Rule,
    Slip,
    Tag,
    Text,
    Title,
)
from drivers.printers.tables import Columns, columns_of
from drivers.printers.wrapping import wrap

RULE_AIR = 8
"""More white under a rule, in dots, than between two lines."""

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


def missing(slip: Slip) -> int:
    """How many characters of this slip no font has: they are drawn as 〓."""
    return sum(
        1 for text in slip.texts() for char in clean(text) if char not in "\n" and not fonts.covers(char)
    )


def layout(slip: Slip, width_mm: int, drawn_headings: bool = True) -> list[PrintLine]:
    """The lines of this slip on paper of 58 or 80 mm. Raises KeyError for any other width, FontMissing."""
    paper = PAPERS[width_mm]
    marked = [_cleaned(part) for part in _with_copy_mark(slip)]
    body = _body_size(marked, paper)
    tables = _tables(marked, paper)
    lines: list[PrintLine] = []
    after_rule = False
    for number, part in enumerate(marked):
        if isinstance(part, Row):
            part_lines = tables[number].lines(part)
        else:
            part_lines = _lines(part, paper, body, drawn_headings)
        for line in part_lines:
            lines.append(replace(line, above=line.above + RULE_AIR) if after_rule else line)
            after_rule = isinstance(part, Rule)
    return lines


def _tables(parts: list[Part], paper: Paper) -> dict[int, Columns]:
    """The columns that each row stands in, by its place among the parts."""
    columns: dict[int, Columns] = {}
    table: list[int] = []
    for number, part in enumerate([*parts, Feed()]):
        if isinstance(part, Row):
            table.append(number)
        elif table and not isinstance(part, Rule):
            shared = columns_of([row for at in table if isinstance(row := parts[at], Row)], paper)
            columns |= dict.fromkeys(table, shared)
            table = []
    return columns


def _with_copy_mark(slip: Slip) -> tuple[Part, ...]:
    """The copy mark stands under the title; at the top of a slip that has none."""
    if not slip.copy_mark:
        return slip.parts
    under = next((at for at, part in enumerate(slip.parts, start=1) if isinstance(part, Title)), 0)
    return (*slip.parts[:under], Inverted(slip.copy_mark), *slip.parts[under:])


def _cleaned(part: Part) -> Part:
    """The part with its texts as paper can take them; only a paragraph and a pair may have line breaks."""
    match part:
        case Logo(name):
            return Logo(_on_one_line(name))
        case Title(text):
            return Title(_on_one_line(text))
        case Inverted(text):
            return Inverted(_on_one_line(text))
        case Number(text):
            return Number(_on_one_line(text))
        case Amount(left, right):
            return Amount(_on_one_line(left), _on_one_line(right))
        case Tag(tag, right):
            return Tag(_on_one_line(tag), _on_one_line(right))
        case Pair(left, right):
            return replace(part, left=clean(left), right=clean(right))
        case Row(cells_of_row):
            return replace(part, cells="\t".join(map(_on_one_line, cells_of_row.split("\t"))))
        case Text(text):
            return replace(part, text=clean(text))
        case _:
            return part


def _body_size(parts: list[Part], paper: Paper) -> Size:
    """One size for all pairs of a slip: the first in which each word of a label, and each value, has room on a line of
    its own. A label too long to stand beside its value is wrapped: large letters before short slips. What has no room in
    any size is wrapped as well, and does not make the rest small."""
    pairs = [part for part in parts if isinstance(part, Pair) and not part.small]
    pieces = [piece for pair in pairs for piece in (*pair.left.split(), pair.right)]
    widths = [width for piece in pieces if (width := cells(piece)) <= paper.columns // paper.body[-1].width]
    for size in paper.body:
        if all(width <= paper.columns // size.width for width in widths):
            return size
    return paper.body[-1]


def _lines(part: Part, paper: Paper, body: Size, drawn_headings: bool) -> Iterator[PrintLine]:
    match part:
        case Logo() | Title() | Inverted() | Rule() | Amount() | Number():
            yield from drawn(part, paper) if drawn_headings else typed(part, paper)
        case Pair(left, right, bold, small):
            yield from _pair(left, right, paper.small if small else body, bold, paper)
        case Tag(tag, right):
            yield from _tag(tag, right, body, paper)
        case Text(text, align, small):
            size = paper.small if small else body
            for line in wrap(text, paper.columns // size.width):
                yield text_line((Piece(line),), size, align=align, above=10)
        case QrCode(text):
            yield QrLine(text, paper.qr_module, above=14)
        case Feed(count):
            for _ in range(count):
                yield text_line((Piece(""),), paper.small)


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
        yield text_line((Piece(line),), size, bold)
    for line in values:
        yield text_line((Piece(" " * (columns - cells(line)) + line),), size, bold)


def _tag(tag: str, right: str, size: Size, paper: Paper) -> Iterator[PrintLine]:
    """Word and text on one line; a text too long for that goes below, wrapped."""
    columns = paper.columns // size.width
    (word, *_) = wrap(tag, columns - 2) or [""]
    framed = f" {word} "
    gap = columns - cells(framed) - cells(right)
    if gap > 0:
        yield text_line((Piece(framed, inverse=True), Piece(" " * gap + right)), size, above=16)
        return
    yield text_line((Piece(framed, inverse=True),), size, above=16)
    for line in wrap(right, columns):
        yield text_line((Piece(line),), size)

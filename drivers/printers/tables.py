"""Tables on a slip: columns as wide as their widest cell, in the largest letters in which a row fits on one line (pure).

Where no size is small enough a row goes on in the next line, its columns still one below the other; a single cell that
is wider than the paper is wrapped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.printers.headings import text_line
from drivers.printers.lines import Paper, PrintLine, Size
from drivers.printers.raster import Piece, cells
from drivers.printers.slip import Row
from drivers.printers.wrapping import wrap

GAP = 2
"""The least white between two columns, in half-width cells."""

ABOVE, ABOVE_LONG_ROW = 8, 18
"""White above a row in dots: more where rows have several lines, so that they are told apart."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What rows of one table share. `widths` are in half-width cells; `groups` are the columns of each line of a row."""

    size: Size
    room: int
    widths: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]

    def lines(self, row: Row) -> Iterator[PrintLine]:
        """The row, in one line or more."""
        texts = _padded(row.cells.split("\t"), len(self.widths), "")
        align = _padded(list(row.align), len(self.widths), "l")
        above = ABOVE_LONG_ROW if len(self.groups) > 1 else ABOVE
        for group in self.groups:
            for text in self._texts(group, texts, align):
                yield text_line((Piece(text),), self.size, row.bold, above=above)
                above = ABOVE

    def _texts(self, group: tuple[int, ...], texts: list[str], align: list[str]) -> Iterator[str]:
        if not any(texts[column].strip() for column in group):
            return
        if len(group) == 1:
            for line in wrap(texts[group[0]], self.room):
                yield _set(line, self.room, align[group[0]])
            return
        spare = self.room - sum(self.widths[column] for column in group)
        gaps = len(group) - 1
        pieces = []
        for place, column in enumerate(group):
            pieces.append(_set(texts[column], self.widths[column], align[column]))
            if place < gaps:
                pieces.append(" " * (spare * (place + 1) // gaps - spare * place // gaps))
        yield "".join(pieces).rstrip()


def columns_of(rows: Sequence[Row], paper: Paper) -> Columns:
    """The columns that these rows share on this paper. Their texts are clean."""
    texts = [row.cells.split("\t") for row in rows]
    count = max(map(len, texts))
    widths = tuple(max(cells(row[column]) for row in texts if column < len(row)) for column in range(count))
    for size in paper.body:
        room = paper.columns // size.width
        if sum(widths) + GAP * (count - 1) <= room:
            return Columns(size, room, widths, (tuple(range(count)),))
    size = next(size for size in paper.body if size.width == paper.body[-1].width)
    room = paper.columns // size.width
    return Columns(size, room, widths, tuple(_packed(widths, room)))


def _packed(widths: Sequence[int], room: int) -> Iterator[tuple[int, ...]]:
    """Columns to lines, as many in each as fit."""
    group: list[int] = []
    for column, width in enumerate(widths):
        if group and sum(widths[each] + GAP for each in group) + width > room:
            yield tuple(group)
            group = []
        group.append(column)
    yield tuple(group)


def _set(text: str, width: int, align: str) -> str:
    white = " " * max(0, width - cells(text))
    return white + text if align == "r" else text + white


def _padded(texts: list[str], count: int, filler: str) -> list[str]:
    return [*texts[:count], *[filler] * (count - len(texts))]

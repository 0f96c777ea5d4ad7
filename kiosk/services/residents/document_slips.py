"""A document on a slip of 58 or 80 mm (pure): what it says, and how long it becomes.

A slip that would be longer than MOST_LINES is not made: a person would stand there for a minute and carry a metre and a
half of paper home, where a page of A4 says the same.
"""

from __future__ import annotations

from typing import Any

from drivers.printers.raster import cells
from drivers.printers.slip import Inverted, Logo, Pair, Part, QrCode, Row, Rule, Slip, Tag, Text, Title
from kiosk.services.residents.document_words import WORDS, DocumentWords
from kiosk.services.residents.imprint import Imprint
from kiosk.services.residents.printable import Printable, Table

MOST_LINES = 200
LINES_A_SECOND = 12.0  # 6 mm a line on a head that prints 75 mm a second
BEGIN_S = 2.0
_HANZI_A_LINE = 12
_CELLS_A_LINE = 48


class SlipTooLong(Exception):
    """It does not fit on a slip that anybody would carry home."""


def document_slip(document: Printable, imprint: Imprint) -> dict[str, Any]:
    """The JSON of the slip. Raises SlipTooLong."""
    if lines_of(document) > MOST_LINES:
        raise SlipTooLong
    words = WORDS[document.locale]
    parts: list[Part] = [Logo(words.of(imprint.place_zh, imprint.place_en)), Title(document.title)]
    parts += [Inverted(mark) for mark in document.marks]
    parts += [Rule(), *(Pair(label, value) for label, value in document.facts)]
    if document.facts:
        parts.append(Rule(dashed=True))
    if document.table is not None:
        parts += [*_table(document.table), Rule(dashed=True)]
    for label, lines in document.parts:
        parts += [Pair(label, "", bold=True), *(Text(words.bullet + line) for line in lines)]
    if document.parts:
        parts.append(Rule(dashed=True))
    parts += [Text(note) for note in document.notes]
    parts += _foot(document, imprint, words)
    return Slip(tuple(parts)).to_json()


def lines_of(document: Printable) -> int:
    """About how many lines of letters the slip has: counted quickly, so that ten thousand rows are refused at once."""
    rows = document.table.rows if document.table is not None else ()
    said = sum(1 + -(-len(line) // _HANZI_A_LINE) for _, lines in document.parts for line in lines)
    facts = sum(_lines(*fact) for fact in document.facts)
    notes = sum(map(_lines, document.notes))
    return sum(_lines(*row) for row in rows) + said + facts + len(document.parts) + notes + 10


def _lines(*texts: str) -> int:
    """About how many lines texts take that stand side by side where they fit."""
    return max(1, -(-sum(map(cells, texts)) // _CELLS_A_LINE))


def seconds_of(lines: int) -> int:
    """About how long one copy of so many lines takes, in seconds."""
    return round(BEGIN_S + lines / LINES_A_SECOND)


def _table(table: Table) -> list[Part]:
    def row(cells: tuple[str, ...], bold: bool = False) -> Row:
        return Row("\t".join(cell.replace("\t", " ") for cell in cells), table.align, bold)

    parts: list[Part] = [row(table.heads), Rule(), *map(row, table.rows)]
    if table.total:
        parts += [Rule(), row(table.total, bold=True)]
    return parts


def _foot(document: Printable, imprint: Imprint, words: DocumentWords) -> list[Part]:
    """Where the verification code leads is on paper in no other way: nobody types eighty characters."""
    return [
        QrCode(imprint.url),
        Text(words.scan, "center"),
        Pair(words.issue_number, imprint.number),
        Pair(words.at, imprint.printed_at or words.time_untrusted),
        Tag(imprint.terminal_id, words.copy.format(1)),
        Rule(dashed=True),
        Text(document.only, "center"),
    ]

"""A record as a table: which of its rows stand on a page, how its cells are written, what it can be printed on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk
from kiosk.views_resident import Cell
from offline_cache.wire_residents import Column, RecordPage

ROWS_A_PAGE = 7
ROWS_A_PAGE_ELDER = 5
LONGEST_SLIP = 100
ROWS_A_SHEET = 30
SLIP_S = 8
SLIP_ROWS_A_SECOND = 8
SHEET_S = 4
FIRST_SHEET_S = 10


@dataclass(frozen=True, slots=True)
class Media:
    """What this record can be printed on here. `sheets` are A4 pages of one copy."""

    media: tuple[str, ...]
    sheets: int

    @classmethod
    def of(cls, rows: int, media: tuple[str, ...]) -> Media:
        """A long record would be metres of slip: it goes on A4, or to a phone."""
        fits = tuple(medium for medium in media if medium == "pages" or rows <= LONGEST_SLIP)
        return cls(fits, max(1, math.ceil(rows / ROWS_A_SHEET)))

    def seconds(self, medium: str, rows: int, copies: int) -> int:
        """About how long all copies take."""
        if medium == "pages":
            return FIRST_SHEET_S + SHEET_S * (self.sheets * copies - 1)
        return (SLIP_S + rows // SLIP_ROWS_A_SECOND) * copies if medium else 0


@dataclass(slots=True)
class Table:
    """A record and the page of it that is shown."""

    record: RecordPage = field(repr=False)
    page: int = 0

    @staticmethod
    def rows_a_page(desk: Desk) -> int:
        return ROWS_A_PAGE_ELDER if desk.is_large else ROWS_A_PAGE

    def pages(self, desk: Desk) -> int:
        return max(1, math.ceil(len(self.record.rows) / self.rows_a_page(desk)))

    def turn(self, by: int, desk: Desk) -> None:
        self.page = min(max(0, self.page + by), self.pages(desk) - 1)

    def columns(self, desk: Desk) -> tuple[Cell, ...]:
        return tuple(
            Cell(words.data(desk.of(column.label_zh, column.label_en)), column.sort)
            for column in self.record.columns
        )

    def rows(self, desk: Desk) -> tuple[tuple[str, ...], ...]:
        """The rows of the page that is shown, as many cells in each as there are columns."""
        height = self.rows_a_page(desk)
        self.page = min(self.page, self.pages(desk) - 1)  # larger letters, fewer rows, other pages
        first = self.page * height
        return tuple(self._written(row, desk) for row in self.record.rows[first : first + height])

    def total(self, desk: Desk) -> tuple[str, ...]:
        """The row below the last one, where there is one."""
        if not self.record.total or self.page < self.pages(desk) - 1:
            return ()
        return self._written(self.record.total, desk)

    def _written(self, row: list[str], desk: Desk) -> tuple[str, ...]:
        columns = self.record.columns
        cells = [*row, *[""] * len(columns)][: len(columns)]
        return tuple(written(cell, column, desk) for cell, column in zip(cells, columns, strict=True))


def written(cell: str, column: Column, desk: Desk) -> str:
    """A cell as people read it: fen as 1,234.50, words in the language of the page. What is not so stays as it is."""
    if column.sort == "money":
        return money(cell)
    return desk.of(cell, column.english.get(cell, ""))


def money(fen: str) -> str:
    """Fen in decimal digits as 1,234.50, with the minus of typesetters."""
    digits = fen.removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        return fen
    sign = "−" if fen.startswith("-") else ""
    return f"{sign}{int(digits) // 100:,}.{int(digits) % 100:02}"

"""What a source of records is: whoever holds rows about people and hands them out page by page.

A source may be the hall's own database or a system of another office. It knows one thing about deadlines: its caller
gives up after some seconds, so a source that asks over a network has a shorter one of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hall.database import Database
from offline_cache.wire_residents import Column


@dataclass(frozen=True)
class Asked:
    """A page that is asked for. `cursor` is "" or what the source gave out as `next_cursor`; `limit` the most rows.
    `year` None: all that there is. `now_ms` is the hall's time."""

    person_id: str
    kind: str
    year: int | None
    cursor: str
    limit: int
    now_ms: int


@dataclass(frozen=True)
class SourcePage:
    """As `wire_residents.RecordPage`, whose fields of the same names these become. `count` counts the rows of all
    pages; `total` is given with every page."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]] = field(repr=False)
    count: int
    next_cursor: str = ""
    total: Sequence[str] = field(default=(), repr=False)
    period_zh: str = ""
    period_en: str = ""
    note_zh: str = ""
    note_en: str = ""


TOTAL = {"合计": "Total"}
"""What a row of sums begins with. The first column's `english` has to hold it."""


class SourceAway(Exception):
    """The source cannot say anything now. Its message goes into the hall's log, and so holds nothing of a person."""


class CursorUnknown(Exception):
    """This source never gave out such a cursor."""


class RecordSource(Protocol):
    """`page` is called from any thread, several at a time."""

    def page(self, database: Database, asked: Asked) -> SourcePage:
        """One page of a person's rows; a person without rows gets a page without rows. Raises SourceAway,
        CursorUnknown."""


def by_offset(asked: Asked, count: int) -> tuple[int, int, str]:
    """First row, end and next cursor of the page that is asked for, where rows never change their places: the cursor is
    the number of rows already given. Raises CursorUnknown."""
    if not (asked.cursor == "" or (asked.cursor.isascii() and asked.cursor.isdecimal())):
        raise CursorUnknown
    first = int(asked.cursor or 0)
    if first > count or len(asked.cursor) > 12:
        raise CursorUnknown
    end = min(first + asked.limit, count)
    return first, end, str(end) if end < count else ""

"""Why a stored row is not applied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from hall.models import Row
from offline_cache.wire import LogRow

_REFUSE = (
    update(Row)
    .where(
        Row.terminal_id == bindparam("of_terminal"),
        Row.log_id == bindparam("of_log"),
        Row.seq == bindparam("of_seq"),
    )
    .values(state="refused", code=bindparam("why"))
)


class RowRefused(Exception):
    """`code` is stable and kept with the row, for staff."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def keep_refusals(session: Session, refusals: Iterable[tuple[LogRow, str]]) -> None:
    """Write down with each stored row why it is not applied."""
    columns = [
        {"of_terminal": row.terminal_id, "of_log": row.log_id, "of_seq": row.seq, "why": code}
        for row, code in refusals
    ]
    if columns:
        session.connection().execute(_REFUSE, columns)


def is_storable(value: Any) -> bool:
    """False when a text anywhere in this JSON value holds U+0000, which PostgreSQL cannot keep in a column: such a
    row is refused on every database, so that the outcome does not depend on which one the hall runs on."""
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, dict):
        return all(is_storable(key) and is_storable(each) for key, each in value.items())
    if isinstance(value, list):
        return all(map(is_storable, value))
    return True

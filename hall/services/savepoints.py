"""Savepoints: how one bad row is kept from sinking the batch it came in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

Item = TypeVar("Item")
log = logging.getLogger("hall.rows")
# SQLite's driver names an integer beyond 64 bits with an error of Python's own, before the database sees it; a date that is
# none and a text that is not ASCII end in ValueError. One such row must not hold up the log that it stands in.
UNSTORABLE = (IntegrityError, DataError, OverflowError, ValueError)


def in_savepoints(
    session: Session, items: Sequence[Item], act: Callable[[Sequence[Item]], None]
) -> list[Item]:
    """Act on all items in one savepoint; when the database refuses, on each in its own. Returns those refused.

    One savepoint for all is what makes a batch cheap; one each is what keeps a single bad row from sinking the rest.
    """
    refused: list[Item] = []
    groups: list[Sequence[Item]] = [items] if items else []
    while groups:
        group = groups.pop(0)
        try:
            with session.begin_nested():
                act(group)
        except UNSTORABLE as error:
            if len(group) == 1:
                # Only the class: a message may quote the row.
                log.warning("refused by %s", type(error).__name__)
                refused.append(group[0])
            else:
                groups = [[item] for item in group]
    return refused

"""Savepoints: how one bad row is kept from sinking the batch it came in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

Item = TypeVar("Item")
# SQLite's driver names an integer beyond 64 bits with an error of Python's own, before the database sees it.
UNSTORABLE = (IntegrityError, DataError, OverflowError)


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
        except UNSTORABLE:
            if len(group) == 1:
                refused.append(group[0])
            else:
                groups = [[item] for item in group]
    return refused

"""Why a stored row is not applied."""

from __future__ import annotations

from typing import Any


class RowRefused(Exception):
    """`code` is stable and kept with the row, for staff."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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

"""Reading the body of a row as the shape that its kind promises."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from hall.services.refusals import RowRefused, is_storable
from offline_cache.wire import LogRow, Shape

Body = TypeVar("Body", bound=Shape)


def body_of(shape: type[Body], row: LogRow) -> Body:
    """The body of `row`. Raises RowRefused `<kind>.malformed`."""
    if not is_storable(row.body):
        raise RowRefused(f"{row.kind}.malformed")
    try:
        return shape.model_validate(row.body)
    except ValidationError as error:
        raise RowRefused(f"{row.kind}.malformed") from error

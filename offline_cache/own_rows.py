"""Look-ups among the rows of this terminal's own log, by kind and time: what a terminal has to know again after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from offline_cache.db import Connection, reading
from offline_cache.wire import RowKind

_SELECT = (
    "SELECT t.txn_id, t.log_id, t.seq, t.kind, t.occurred_at_ms, t.monotonic_ms, t.boot_id, t.body,"
    " coalesce(d.state, 'pending') FROM transactions t LEFT JOIN deliveries d ON d.id = t.id"
    " WHERE t.kind IN ({kinds}) AND t.occurred_at_ms >= ? AND coalesce(d.state, '') != 'carried_over' ORDER BY t.id"
)


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row as it was written. `state`: pending, sent, accepted or refused; `body` has the fields of the kind's shape."""

    txn_id: str
    log_id: str
    seq: int
    kind: RowKind
    occurred_at_ms: int
    monotonic_ms: int
    boot_id: str
    body: dict[str, Any] = field(repr=False)
    state: str


def rows_since(connection: Callable[[], Connection], kinds: Iterable[RowKind], since_ms: int) -> list[OwnRow]:
    """Rows of these kinds that were stamped at `since_ms` (UTC) or later, in the order in which they were written; one that
    was carried over into a newer log is there once. Raises the StorageError family."""
    names = [kind.value for kind in kinds]
    select = _SELECT.format(kinds=", ".join("?" * len(names)))
    with reading():
        found = connection().execute(select, (*names, since_ms)).fetchall()
    return [_own_row(columns) for columns in found]


def _own_row(columns: tuple[Any, ...]) -> OwnRow:
    txn_id, log_id, seq, kind, occurred_at_ms, monotonic_ms, boot_id, body, state = columns
    return OwnRow(
        txn_id, log_id, seq, RowKind(kind), occurred_at_ms, monotonic_ms, boot_id, json.loads(body), state
    )

"""Where the next row of the log goes: its number, its predecessor's hash, and how a log begins."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Literal

import uuid_utils

from offline_cache import log_file
from offline_cache.clock import Stamp
from offline_cache.db import Connection
from offline_cache.wire import GENESIS_HASH, LogOpenedBody, LogRow, RowKind, chain_hash

OpenedReason = Literal["first", "quarantine", "fork"]


@dataclass(slots=True)
class Chain:
    """The end of the log being written. Changed only together with a commit."""

    terminal_id: str
    log_number: int
    log_id: str
    last_seq: int
    head: str

    def next_row(self, txn_id: str, kind: RowKind, body: dict[str, Any], stamp: Stamp) -> LogRow:
        columns: dict[str, Any] = {
            "txn_id": txn_id,
            "terminal_id": self.terminal_id,
            "log_id": self.log_id,
            "seq": self.last_seq + 1,
            "kind": kind.value,
            "occurred_at_ms": stamp.wall_ms,
            "monotonic_ms": stamp.monotonic_ms,
            "boot_id": stamp.boot_id,
            "clock_trusted": stamp.trusted,
            "body": body,
            "prev_hash": self.head,
        }
        return LogRow(**columns, hash=chain_hash(columns))

    def advance(self, row: LogRow) -> None:
        self.last_seq, self.head = row.seq, row.hash


@dataclass(frozen=True, slots=True)
class PreviousLog:
    """The last readable row of the log before."""

    log_id: str | None
    seq: int
    hash: str


NO_PREVIOUS = PreviousLog(None, 0, GENESIS_HASH)


def new_txn_id() -> str:
    return str(uuid_utils.uuid7())


def load_chain(connection: Connection, terminal_id: str) -> Chain | None:
    """The end of the file's own log; None when no log has begun in it."""
    found = connection.execute(
        "SELECT log_number, log_id FROM logs JOIN meta ON meta.key = 'log_id' AND meta.value = log_id"
    ).fetchone()
    if found is None:
        return None
    number, log_id = found
    seq = log_file.last_seq(connection, number)
    head = connection.execute(
        "SELECT hash FROM transactions WHERE id = ?", (log_file.row_id(number, seq),)
    ).fetchone()
    return Chain(terminal_id, number, log_id, seq, head[0] if head else GENESIS_HASH)


def begin_log(
    connection: Connection, terminal_id: str, reason: OpenedReason, previous: PreviousLog, stamp: Stamp
) -> tuple[Chain, LogRow]:
    """A new log with its first row, inside the caller's transaction."""
    log_id = str(uuid.uuid4())
    number = add_log(connection, log_id, salvaged=False)
    connection.execute(
        "INSERT INTO meta VALUES ('log_id', ?) ON CONFLICT DO UPDATE SET value = excluded.value", (log_id,)
    )
    chain = Chain(terminal_id, number, log_id, 0, GENESIS_HASH)
    body = LogOpenedBody(
        previous_log_id=previous.log_id,
        previous_seq=previous.seq,
        previous_hash=previous.hash,
        reason=reason,
    )
    row = chain.next_row(new_txn_id(), RowKind.LOG_OPENED, body.model_dump(mode="json"), stamp)
    log_file.insert_row(connection, number, row)
    chain.advance(row)
    return chain, row


def add_log(connection: Connection, log_id: str, *, salvaged: bool) -> int:
    """The number of the log in this file, which may know it already."""
    connection.execute(
        "INSERT INTO logs (log_number, log_id, salvaged)"
        " VALUES ((SELECT coalesce(max(log_number), 0) + 1 FROM logs), ?, ?) ON CONFLICT (log_id) DO NOTHING",
        (log_id, int(salvaged)),
    )
    return int(connection.execute("SELECT log_number FROM logs WHERE log_id = ?", (log_id,)).fetchone()[0])

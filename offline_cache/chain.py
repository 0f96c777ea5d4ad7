"""Where the next row of the log goes: its number, its predecessor's hash, and how a log begins."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import uuid_utils

from offline_cache import log_file
from offline_cache.clock import Stamp
from offline_cache.db import Connection
from offline_cache.wire import GENESIS_HASH, LogOpenedBody, LogRow, RowKind, canonical_body, canonical_row

OpenedReason = Literal["first", "quarantine", "fork"]


class NewRow(NamedTuple):
    """A row of this terminal's own making. `columns` are all but body and hash; `body` and `text`, the whole row without
    its hash, are canonical JSON: a meal waits for this row, and each further form would cost it."""

    txn_id: str
    seq: int
    kind: RowKind
    hash: str
    columns: dict[str, Any]
    body: bytes
    text: bytes

    def json(self) -> bytes:
        """The row as a JSON object, with its hash."""
        return b'%s,"hash":"%s"}' % (self.text[:-1], self.hash.encode())

    def log_row(self) -> LogRow:
        """The row as it travels."""
        return LogRow.model_validate_json(self.json())


@dataclass(slots=True)
class Chain:
    """The end of the log being written. Changed only together with a commit."""

    terminal_id: str
    log_number: int
    log_id: str
    last_seq: int
    head: str

    def next_row(self, txn_id: str, kind: RowKind, body: bytes, stamp: Stamp) -> NewRow:
        """The row that comes next, its body in canonical form; `advance` when it is on the disk."""
        columns = {
            "txn_id": txn_id,
            "terminal_id": self.terminal_id,
            "log_id": self.log_id,
            "seq": self.last_seq + 1,
            "kind": kind.value,
            "occurred_at_ms": stamp.wall_ms,
            "monotonic_ms": stamp.monotonic_ms,
            "boot_id": stamp.boot_id,
            "clock_trusted": stamp.trusted,
            "prev_hash": self.head,
        }
        text = canonical_row(columns, body)
        return NewRow(txn_id, self.last_seq + 1, kind, hashlib.sha256(text).hexdigest(), columns, body, text)

    def advance(self, row: NewRow) -> None:
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
) -> tuple[Chain, NewRow]:
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
    row = chain.next_row(new_txn_id(), RowKind.LOG_OPENED, canonical_body(body), stamp)
    log_file.insert_row(connection, number, row.log_row(), row.body)
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

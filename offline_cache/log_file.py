"""The log's file: its tables, and how a row goes in and comes out.

`transactions` is append only; triggers refuse anything else. What is only derived (`meals`, `voids`, `blocked_cards`)
or changes with time (`deliveries`, `prints`) stands in tables of its own. A row without a delivery is pending.
`meals` is an index by day, by person and by transaction; the newest meals are entered many at a time, between meals, and
until then `all_meals` finds them in the rows themselves. So one more meal is one more row and nothing else.
One file may hold several logs: its own, earlier ones that forked, and rows salvaged from a damaged file, each row
with the log_id, seq and hash it was written with.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline_cache.db import Connection, reading, storage_error
from offline_cache.wire import GENESIS_HASH, LogRow, RowKind, chain_hash

# id = log number x 2^32 + seq: rows of one log lie together and in order, and need no second index.
LOG_STRIDE = 1 << 32

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS logs (
    log_number INTEGER PRIMARY KEY,
    log_id TEXT NOT NULL UNIQUE,
    settled_seq INTEGER NOT NULL DEFAULT 0,  -- every row up to here has been answered
    indexed_seq INTEGER NOT NULL DEFAULT 0,  -- every meal up to here stands in `meals`
    salvaged INTEGER NOT NULL DEFAULT 0      -- brought over from a damaged file: may have gaps
) STRICT;
CREATE TABLE IF NOT EXISTS transactions (
    id INTEGER PRIMARY KEY,
    txn_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    log_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    occurred_at_ms INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    clock_trusted INTEGER NOT NULL,
    body TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS transactions_keep BEFORE UPDATE ON transactions
    BEGIN SELECT RAISE(ABORT, 'transactions are append only'); END;
CREATE TRIGGER IF NOT EXISTS transactions_stay BEFORE DELETE ON transactions
    BEGIN SELECT RAISE(ABORT, 'transactions are append only'); END;
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY REFERENCES transactions (id),
    state TEXT NOT NULL CHECK (state IN ('sent', 'accepted', 'refused', 'carried_over')),
    code TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS meals (
    service_date TEXT NOT NULL,
    period TEXT NOT NULL,
    id INTEGER NOT NULL REFERENCES transactions (id),
    person_id TEXT,
    txn_id TEXT NOT NULL,
    PRIMARY KEY (service_date, period, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS meals_of_person ON meals (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS meals_of_txn ON meals (txn_id);
CREATE VIEW IF NOT EXISTS newest_meals AS
    SELECT json_extract(body, '$.service_date') AS service_date, json_extract(body, '$.period') AS period, id,
        json_extract(body, '$.person_id') AS person_id, txn_id
    FROM logs CROSS JOIN transactions  -- in this order: a few rows behind each watermark, not the whole table
    WHERE id > (log_number << 32) + indexed_seq AND id < (log_number + 1) << 32 AND kind = 'meal';
CREATE VIEW IF NOT EXISTS all_meals AS SELECT * FROM meals UNION ALL SELECT * FROM newest_meals;
CREATE TABLE IF NOT EXISTS voids (
    id INTEGER PRIMARY KEY REFERENCES transactions (id),
    meal_txn_id TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS voids_of_meal ON voids (meal_txn_id);
CREATE TABLE IF NOT EXISTS blocked_cards (card_ref TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS prints (
    position INTEGER PRIMARY KEY,
    txn_id TEXT NOT NULL UNIQUE,
    slip TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'printed', 'probably', 'unknown', 'failed')),
    copy INTEGER NOT NULL DEFAULT 1,
    lines INTEGER,
    code TEXT NOT NULL DEFAULT '',
    held INTEGER NOT NULL DEFAULT 0,     -- left over from before a restart: printed only when somebody says so
    offered INTEGER NOT NULL DEFAULT 0   -- somebody has answered the offer
) STRICT;
CREATE TABLE IF NOT EXISTS issued_documents (  -- whose a print is that was issued to somebody under a number
    txn_id TEXT PRIMARY KEY REFERENCES prints (txn_id),
    number TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    medium TEXT NOT NULL CHECK (medium IN ('slip', 'pages')),
    until_ms INTEGER NOT NULL,             -- what it says is dropped then
    over INTEGER NOT NULL DEFAULT 0,       -- delivered, dismissed or expired: nothing of it is here any more
    pick_up TEXT NOT NULL DEFAULT '',
    bound_on TEXT NOT NULL DEFAULT ''      -- the local day of its pick-up number
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS issued_documents_open ON issued_documents (person_id) WHERE over = 0;
CREATE INDEX IF NOT EXISTS prints_open ON prints (position)
    WHERE state IN ('queued', 'sending', 'unknown', 'failed');
"""

COLUMNS = ", ".join(LogRow.model_fields)
_OWN_COLUMNS = ", ".join(name for name in LogRow.model_fields if name not in ("body", "hash"))
_INSERT_ROW = f"INSERT INTO transactions (id, {_OWN_COLUMNS}, body, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
# An index by person is written all over its file: many meals at once cost hardly more pages than a few. That is done
# between meals; only where nothing ever is between them does a meal wait for it.
ROWS_INDEXED_TOGETHER = 64
MOST_ROWS_UNINDEXED = 512


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What checking the chain found. `first_bad` is (log_id, seq) of the first row that is not what was written,
    or follows a gap; None when all is well."""

    rows: int
    logs: int
    first_bad: tuple[str, int] | None = None
    reason: str = ""

    @property
    def unbroken(self) -> bool:
        return self.first_bad is None


def create_tables(connection: Connection) -> None:
    connection.executescript(SCHEMA)


def touch(connection: Connection) -> None:
    """Writes what means nothing, to see whether the disk takes it."""
    connection.execute("INSERT INTO meta VALUES ('touched', '0') ON CONFLICT DO UPDATE SET value = 1 - value")


def row_id(log_number: int, seq: int) -> int:
    return log_number * LOG_STRIDE + seq


def row_from_columns(columns: tuple[Any, ...]) -> LogRow:
    """One row as stored, in the order of COLUMNS. Raises ValueError when it cannot be one (damage)."""
    values = dict(zip(LogRow.model_fields, columns, strict=True))
    values["clock_trusted"] = bool(values["clock_trusted"])
    values["body"] = json.loads(values["body"])
    return LogRow.model_validate(values)


def is_genuine(row: LogRow) -> bool:
    """Whether the row is what its hash says."""
    return chain_hash(row.model_dump(mode="json")) == row.hash


def insert_row(connection: Connection, number: int, row: LogRow, body: bytes) -> None:
    """A row from elsewhere, whose body is `body` in canonical form, and what is derived from it; the caller's
    transaction commits them together."""
    columns = row.model_dump(mode="json", exclude={"body", "hash"})
    insert(connection, number, columns, body, row.hash)


def insert(connection: Connection, number: int, columns: Mapping[str, Any], body: bytes, hash: str) -> None:
    """As `insert_row`, in parts: `columns` are all but body and hash, in the order of the table."""
    seq, kind = columns["seq"], columns["kind"]
    key = row_id(number, seq)
    connection.execute(_INSERT_ROW, (key, *columns.values(), body.decode(), hash))
    if kind in _DERIVED:
        _derive(connection, key, kind, json.loads(body))
    if seq % MOST_ROWS_UNINDEXED == 0:
        index_meals(connection)


def unindexed_rows(connection: Connection) -> int:
    """How many rows at most are not entered yet, of the log that has most."""
    logs = connection.execute("SELECT log_number, indexed_seq FROM logs").fetchall()
    return max((last_seq(connection, number) - indexed for number, indexed in logs), default=0)


def index_meals(connection: Connection) -> None:
    """Enters the newest meals into `meals`, inside the caller's transaction."""
    connection.execute("INSERT OR IGNORE INTO meals SELECT * FROM newest_meals")
    connection.execute(
        "UPDATE logs SET indexed_seq = coalesce((SELECT max(id) FROM transactions"
        " WHERE id > log_number << 32 AND id < (log_number + 1) << 32), 0) & ?",
        (LOG_STRIDE - 1,),
    )


def index_anew(connection: Connection, numbers: Iterable[int]) -> None:
    """For logs that got rows below those they had: their watermark says nothing."""
    connection.executemany("UPDATE logs SET indexed_seq = 0 WHERE log_number = ?", [(n,) for n in numbers])
    index_meals(connection)


_DERIVED = frozenset((RowKind.MEAL_VOIDED, RowKind.CARD_BLOCKED))


def _derive(connection: Connection, key: int, kind: str, body: Mapping[str, Any]) -> None:
    if kind == RowKind.MEAL_VOIDED:
        connection.execute("INSERT INTO voids VALUES (?,?)", (key, body["meal_txn_id"]))
    else:
        connection.execute("INSERT OR REPLACE INTO blocked_cards VALUES (?,?)", (body["card_ref"], key))


def verify_chain(connection: Connection, last_rows: int | None = None) -> ChainReport:
    """Checks every row's hash, its link to the one before and that no seq is missing; all logs of the file, or the
    `last_rows` of each. A salvaged log may begin late and have gaps: there only what is present counts."""
    rows = 0
    logs = connection.execute("SELECT log_number, log_id, salvaged FROM logs ORDER BY log_number").fetchall()
    for number, log_id, salvaged in logs:
        previous: LogRow | None = None
        for columns in _rows_from(connection, number, _first_seq_to_check(connection, number, last_rows)):
            try:
                row = row_from_columns(columns)
            except ValueError:
                return ChainReport(rows, len(logs), (log_id, int(columns[3])), "unreadable")
            reason = _fault(
                row, previous, partial=bool(salvaged) or (previous is None and last_rows is not None)
            )
            if reason:
                return ChainReport(rows, len(logs), (log_id, row.seq), reason)
            previous = row
            rows += 1
    return ChainReport(rows, len(logs))


def _rows_from(connection: Connection, number: int, seq: int) -> Iterator[tuple[Any, ...]]:
    span = (row_id(number, seq), row_id(number + 1, 0))
    cursor = connection.execute(
        f"SELECT {COLUMNS} FROM transactions WHERE id >= ? AND id < ? ORDER BY id", span
    )
    yield from cursor


def _first_seq_to_check(connection: Connection, number: int, last_rows: int | None) -> int:
    return 1 if last_rows is None else max(1, last_seq(connection, number) - last_rows + 1)


def last_seq(connection: Connection, number: int) -> int:
    """The highest seq stored of a log; 0 when there is none."""
    span = (row_id(number, 0), row_id(number + 1, 0))
    last = connection.execute("SELECT max(id) FROM transactions WHERE id >= ? AND id < ?", span).fetchone()[0]
    return 0 if last is None else int(last) % LOG_STRIDE


def _fault(row: LogRow, previous: LogRow | None, partial: bool) -> str:
    if not is_genuine(row):
        return "hash"
    expected_seq, expected_hash = (previous.seq + 1, previous.hash) if previous else (1, GENESIS_HASH)
    if row.seq != expected_seq:
        return "" if partial else "gap"
    return "" if row.prev_hash == expected_hash else "link"


def export_rows(connection: Connection, path: Path) -> int:
    """Every row of every log as stored, one JSON object a line, in the order of the file. The file is for its owner
    only (0600). Raises the StorageError family."""
    count = 0
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file, reading():
            for columns in connection.execute(f"SELECT {COLUMNS} FROM transactions ORDER BY id"):
                file.write(row_from_columns(columns).model_dump_json() + "\n")
                count += 1
    except OSError as error:
        raise storage_error(error) from error
    return count

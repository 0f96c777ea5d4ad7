"""What the hall has answered to each row. A row without an answer is pending; `sent` only says that it was tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offline_cache.chain import Chain, NewRow
from offline_cache.clock import Stamp
from offline_cache.db import Connection
from offline_cache.log_file import COLUMNS, LOG_STRIDE, insert, last_seq, row_from_columns, row_id
from offline_cache.wire import LogRow, PushAnswer, RowKind, canonical

# A row that even a second new log cannot bring to the hall is for people to look at.
MOST_COPIES = 3
STATES = {"new": "accepted", "seen": "accepted", "refused": "refused", "conflict": "carried_over"}

FINAL_STATES = ("accepted", "refused", "carried_over")

_OPEN = "(state IS NULL OR state = 'sent')"


def pending(connection: Connection, number: int, limit: int) -> list[LogRow]:
    """The oldest rows of a log without a final answer."""
    found = connection.execute(
        f"SELECT {COLUMNS} FROM transactions LEFT JOIN deliveries USING (id)"
        f" WHERE id > ? AND id < ? AND {_OPEN} ORDER BY id LIMIT ?",
        (row_id(number, _settled(connection, number)), row_id(number + 1, 0), limit),
    ).fetchall()
    return [row_from_columns(columns) for columns in found]


def all_pending(connection: Connection) -> Iterator[LogRow]:
    for number in log_numbers(connection):
        yield from pending(connection, number, LOG_STRIDE)


def log_numbers(connection: Connection) -> list[int]:
    return [found[0] for found in connection.execute("SELECT log_number FROM logs ORDER BY log_number")]


def mark_sent(connection: Connection, number: int, rows: list[LogRow]) -> None:
    connection.executemany(
        "INSERT INTO deliveries (id, state) VALUES (?, 'sent') ON CONFLICT DO NOTHING",
        [(row_id(number, row.seq),) for row in rows],
    )


def record(connection: Connection, number: int, answer: PushAnswer) -> None:
    connection.executemany(
        "INSERT INTO deliveries VALUES (?,?,?)"
        " ON CONFLICT DO UPDATE SET state = excluded.state, code = excluded.code",
        [(row_id(number, result.seq), STATES[result.result], result.code) for result in answer.results],
    )


def worth_carrying(connection: Connection, number: int, seqs: list[int]) -> list[LogRow]:
    """Of rows that their log could not bring to the hall, those that another log should. The first row of a log says
    nothing in another one; a row that has been carried often enough is left to people."""
    rows = [_row(connection, row_id(number, seq)) for seq in seqs]
    rows = [row for row in rows if row.kind is not RowKind.LOG_OPENED]
    copies = _copies(connection, rows)
    for row in rows:
        if copies[row.txn_id] >= MOST_COPIES:
            connection.execute(
                "UPDATE deliveries SET state = 'refused', code = 'conflict' WHERE id = ?",
                (row_id(number, row.seq),),
            )
    return [row for row in rows if copies[row.txn_id] < MOST_COPIES]


def _row(connection: Connection, key: int) -> LogRow:
    return row_from_columns(
        connection.execute(f"SELECT {COLUMNS} FROM transactions WHERE id = ?", (key,)).fetchone()
    )


def _copies(connection: Connection, rows: list[LogRow]) -> dict[str, int]:
    """How often each transaction stands in this file. Reads all of it once: a fork is rare, and an index for it would
    be written with every row."""
    if not rows:
        return {}
    found = connection.execute(
        "SELECT txn_id, count(*) FROM transactions WHERE txn_id IN (SELECT value FROM json_each(?)) GROUP BY txn_id",
        (json.dumps([row.txn_id for row in rows]),),
    )
    return dict(found.fetchall())


def carry_over(connection: Connection, chain: Chain, row: LogRow) -> NewRow:
    """Writes the row once more, at the end of `chain`, under its own txn_id and with its own time."""
    stamp = Stamp(row.occurred_at_ms, row.monotonic_ms, row.boot_id, row.clock_trusted)
    copy = chain.next_row(row.txn_id, row.kind, canonical(row.body), stamp)
    insert(connection, chain.log_number, copy.columns, copy.body, copy.hash)
    chain.advance(copy)
    return copy


def move_watermark(connection: Connection, number: int) -> None:
    first = pending(connection, number, 1)
    settled = first[0].seq - 1 if first else last_seq(connection, number)
    connection.execute("UPDATE logs SET settled_seq = ? WHERE log_number = ?", (settled, number))


def is_any_pending(connection: Connection) -> bool:
    """Without counting them: after a long outage there are many."""
    return any(pending(connection, number, 1) for number in log_numbers(connection))


def count_pending(connection: Connection) -> int:
    return sum(_over_pending(connection, "count(*)"))


def oldest_pending_ms(connection: Connection) -> int | None:
    return min(_over_pending(connection, "min(occurred_at_ms)"), default=None)


def count_refused(connection: Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM deliveries WHERE state = 'refused'").fetchone()[0])


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that the hall stored and did not apply, and why."""

    log_id: str
    seq: int
    kind: str
    code: str


def refused_rows(connection: Connection) -> list[RefusedRow]:
    found = connection.execute(
        "SELECT log_id, seq, kind, code FROM deliveries JOIN transactions USING (id)"
        " WHERE state = 'refused' ORDER BY id"
    )
    return [RefusedRow(*columns) for columns in found]


def _over_pending(connection: Connection, what: str) -> list[int]:
    found: list[Any] = [
        connection.execute(
            f"SELECT {what} FROM transactions LEFT JOIN deliveries USING (id) WHERE id > ? AND id < ? AND {_OPEN}",
            (row_id(number, _settled(connection, number)), row_id(number + 1, 0)),
        ).fetchone()[0]
        for number in log_numbers(connection)
    ]
    return [int(value) for value in found if value is not None]


def _settled(connection: Connection, number: int) -> int:
    found = connection.execute("SELECT settled_seq FROM logs WHERE log_number = ?", (number,)).fetchone()
    return int(found[0])

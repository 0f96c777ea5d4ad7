"""Reading what can still be read of a damaged log: row by row, believing only rows that match their own hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline_cache.chain import NO_PREVIOUS, PreviousLog, add_log
from offline_cache.damaged import DamagedFile
from offline_cache.db import Connection
from offline_cache.deliveries import FINAL_STATES, move_watermark
from offline_cache.log_file import (
    COLUMNS,
    LOG_STRIDE,
    index_anew,
    insert_row,
    is_genuine,
    row_from_columns,
    row_id,
)
from offline_cache.wire import LogRow, canonical

NEVER_MS = 1 << 62
_HIGHEST_LOG_NUMBER = 256


@dataclass(slots=True)
class Salvaged:
    """What was read. `answers` holds (state, code) by (log_id, seq) as far as those could be read; `log_id` is the
    file's own log, None when it could not say; `readable` is False when nothing of the file could be read."""

    rows: list[LogRow] = field(default_factory=list)
    answers: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    prints: list[tuple[Any, ...]] = field(default_factory=list)
    log_id: str | None = None
    readable: bool = False

    def add(self, rows: Iterable[LogRow]) -> None:
        """Rows from a second source; those already here are passed over."""
        known = {(row.log_id, row.seq) for row in self.rows}
        self.rows.extend(row for row in rows if (row.log_id, row.seq) not in known and is_genuine(row))

    def head(self) -> PreviousLog:
        """The last readable row of the file's own log; of the newest log when the file cannot say."""
        own = [row for row in self.rows if row.log_id == self.log_id] or self.rows
        if not own:
            return NO_PREVIOUS
        newest = max(own, key=lambda row: row.txn_id).log_id
        last = max((row for row in own if row.log_id == newest), key=lambda row: row.seq)
        return PreviousLog(last.log_id, last.seq, last.hash)


@dataclass(frozen=True, slots=True)
class Report:
    """`found` genuine rows could be read, `brought` of them were unsent and not here yet."""

    readable: bool
    found: int
    brought: int


def read_damaged(path: Path, key: bytes) -> Salvaged:
    """Everything readable in the log file at `path`; changes nothing in it. With a damaged first page that is
    nothing (`readable` is False)."""
    reader = DamagedFile(path, key)
    result = Salvaged()
    try:
        result.readable = reader.value("SELECT 1 FROM sqlite_master LIMIT 1") == 1
        if result.readable:
            result.log_id = reader.value("SELECT value FROM meta WHERE key = 'log_id'")
            _read_rows(reader, result)
    finally:
        reader.close()
    return result


def _read_rows(reader: DamagedFile, result: Salvaged) -> None:
    names: dict[int, tuple[str, int]] = {}
    select = f"SELECT id, {COLUMNS} FROM transactions WHERE id > ? AND id < ? ORDER BY id"
    for number in _log_numbers(reader):
        for key, *columns in reader.rows(select, number * LOG_STRIDE, (number + 1) * LOG_STRIDE):
            try:
                row = row_from_columns(tuple(columns))
            except ValueError:
                continue
            if is_genuine(row):
                result.rows.append(row)
                names[int(key)] = (row.log_id, row.seq)
        _read_answers(reader, number, names, result)
    prints = "SELECT position, txn_id, slip, state, copy, lines, code, offered FROM prints WHERE {} ORDER BY position"
    result.prints = [
        tuple(columns[1:])
        for columns in reader.rows(prints.format("position > ? AND position < ?"), 0, LOG_STRIDE)
    ]


def _log_numbers(reader: DamagedFile) -> list[int]:
    select = "SELECT log_number FROM logs WHERE log_number > ? AND log_number < ? ORDER BY log_number"
    return [int(found[0]) for found in reader.rows(select, 0, _HIGHEST_LOG_NUMBER)] or [1]


def _read_answers(
    reader: DamagedFile, number: int, names: dict[int, tuple[str, int]], result: Salvaged
) -> None:
    select = "SELECT id, state, code FROM deliveries WHERE id > ? AND id < ? ORDER BY id"
    for key, state, code in reader.rows(select, number * LOG_STRIDE, (number + 1) * LOG_STRIDE):
        if int(key) in names:
            result.answers[names[int(key)]] = (state, code)


def bring_over(connection: Connection, found: Salvaged, since_ms: int = NEVER_MS) -> int:
    """Puts the unsent rows of `found`, and those since `since_ms`, into this file as they were written: under their
    own log_id, seq and hash. Returns how many were new here. Inside the caller's transaction.

    A row whose answer could not be read counts as unsent: the hall then says `seen`.
    """
    brought: set[str] = set()
    numbers: dict[str, int] = {}
    for row in sorted(found.rows, key=lambda row: (row.log_id, row.seq)):
        state, code = found.answers.get((row.log_id, row.seq), ("sent", ""))
        if state in FINAL_STATES and row.occurred_at_ms < since_ms:
            continue
        if row.log_id not in numbers:
            numbers[row.log_id] = add_log(connection, row.log_id, salvaged=True)
        number = numbers[row.log_id]
        key = row_id(number, row.seq)
        if connection.execute("SELECT 1 FROM transactions WHERE id = ?", (key,)).fetchone():
            continue
        insert_row(connection, number, row, canonical(row.body))
        connection.execute("INSERT INTO deliveries VALUES (?,?,?)", (key, state, code))
        brought.add(row.txn_id)
    for number in numbers.values():
        move_watermark(connection, number)
    index_anew(connection, numbers.values())
    _bring_prints(connection, found, brought)
    return len(brought)


def _bring_prints(connection: Connection, found: Salvaged, brought: set[str]) -> None:
    connection.executemany(
        "INSERT INTO prints (txn_id, slip, state, copy, lines, code, offered) VALUES (?,?,?,?,?,?,?)"
        " ON CONFLICT DO NOTHING",
        [columns for columns in found.prints if columns[0] in brought],
    )

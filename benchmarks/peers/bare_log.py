"""The same rows in plain SQLite: one INSERT and one durable commit a row, no chain, no encryption."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from offline_cache.wire import LogRow

SCHEMA = """
CREATE TABLE transactions (
    seq INTEGER PRIMARY KEY, txn_id TEXT NOT NULL, terminal_id TEXT NOT NULL, log_id TEXT NOT NULL,
    kind TEXT NOT NULL, occurred_at_ms INTEGER NOT NULL, monotonic_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,
    clock_trusted INTEGER NOT NULL, body TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
)
"""


class BareLog:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(SCHEMA)

    def append(self, row: LogRow, body: str) -> None:
        """Outside BEGIN … COMMIT each statement is a commit of its own."""
        self._connection.execute(
            "INSERT INTO transactions VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.txn_id,
                row.terminal_id,
                row.log_id,
                row.kind.value,
                row.occurred_at_ms,
                row.monotonic_ms,
                row.boot_id,
                row.clock_trusted,
                body,
                row.prev_hash,
                row.hash,
            ),
        )

    def close(self) -> None:
        self._connection.close()

"""A log of meals in plain SQLite: one INSERT and one durable commit a row, no chain, no encryption."""

from __future__ import annotations

import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE meals (
    seq INTEGER PRIMARY KEY, txn_id TEXT NOT NULL, occurred_at_ms INTEGER NOT NULL, body TEXT NOT NULL
)
"""


class BareLog:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(SCHEMA)

    def append(self, txn_id: str, occurred_at_ms: int, body: str) -> None:
        """Outside BEGIN … COMMIT each statement is a commit of its own."""
        self._connection.execute(
            "INSERT INTO meals (txn_id, occurred_at_ms, body) VALUES (?, ?, ?)",
            (txn_id, occurred_at_ms, body),
        )

    def close(self) -> None:
        self._connection.close()

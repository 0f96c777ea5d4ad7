"""The states of slips: queued, sending, printed, probably, unknown, failed (design, "The terminal's disk").

A slip is queued in the same commit as its transaction. `sending` is on the disk before the first byte leaves, so
whatever is still `queued` after a restart surely never reached the paper.

A print that is somebody's own (issued_documents.py) is here as well. One on A4 is always `held`: the slip printer takes
nothing that is. What it says is dropped when it is not needed any more, what became of it stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from offline_cache.db import Connection, reading

_COLUMNS = "txn_id, slip, state, copy, lines, code"
_NEEDY = "('queued', 'sending', 'unknown', 'failed')"

_ON_PAGES = "txn_id IN (SELECT txn_id FROM issued_documents WHERE medium = 'pages')"

Commit = Callable[[Callable[[], None]], None]


class Outcome(Protocol):
    """What a printer's driver knows of a job: its state (a text), a stable code, and how many lines are on paper."""

    @property
    def state(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def lines(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One slip. `copy` 1 is the first; every later one is to say 补打."""

    txn_id: str
    slip: dict[str, Any] = field(repr=False)
    state: str
    copy: int
    lines: int | None
    code: str


def insert_print(connection: Connection, txn_id: str, slip: dict[str, Any], *, held: bool = False) -> None:
    text = json.dumps(slip, ensure_ascii=False, separators=(",", ":"))
    connection.execute(
        "INSERT INTO prints (txn_id, slip, state, held) VALUES (?, ?, 'queued', ?)", (txn_id, text, held)
    )


def next_copy(connection: Connection, txn_id: str) -> None:
    """`PrintJobs.retry` inside somebody's commit. A print on A4 stays held."""
    connection.execute(
        f"UPDATE prints SET state = 'queued', held = {_ON_PAGES}, offered = 0, copy = copy + 1 WHERE txn_id = ?",
        (txn_id,),
    )


def hold_leftovers(connection: Connection) -> None:
    """At start: what was not finished is offered to somebody first, instead of printing by itself."""
    connection.execute(f"UPDATE prints SET held = 1 WHERE state IN {_NEEDY} AND held = 0")


class PrintJobs:
    """The prints of the outbox. To be used on the disk thread; each change is one durable commit."""

    def __init__(self, connection: Callable[[], Connection], commit: Commit) -> None:
        self._connection = connection
        self._commit = commit

    def queue(self, txn_id: str, slip: dict[str, Any]) -> None:
        """A slip for a transaction that has none yet. One that has a slip keeps it: see `retry`."""
        if self.job(txn_id) is None:
            self._commit(lambda: insert_print(self._connection(), txn_id, slip))

    def job(self, txn_id: str) -> PrintJob | None:
        return self._one("WHERE txn_id = ?", txn_id)

    def next_print(self) -> PrintJob | None:
        """The oldest slip that may be printed now."""
        return self._one("WHERE state = 'queued' AND held = 0 ORDER BY position LIMIT 1")

    def claim(self, txn_id: str) -> bool:
        """`sending`, for the thread that takes jobs from the queue: False when the job was withdrawn meanwhile."""
        if self._one("WHERE txn_id = ? AND state = 'queued' AND held = 0", txn_id) is None:
            return False
        self.sending(txn_id)
        return True

    def sending(self, txn_id: str) -> None:
        """To be called before the first byte of the job leaves."""
        self._change("state = 'sending', code = '', lines = NULL", txn_id)

    def finished(self, txn_id: str, outcome: Outcome) -> None:
        """What became of it: printed, probably, unknown or failed (or queued: no byte has left)."""
        values = (str(outcome.state), outcome.code, outcome.lines)
        self._change("state = ?, code = ?, lines = ?", txn_id, *values)

    def unfinished(self) -> list[PrintJob]:
        """After a restart: queued, sending, unknown and failed slips which nobody has been asked about, oldest first."""
        return self._all(f"WHERE state IN {_NEEDY} AND held = 1 AND offered = 0 ORDER BY position")

    def needy(self) -> list[PrintJob]:
        """Everything not known to be on paper and not dismissed, of this run as well: for staff."""
        return self._all(f"WHERE state IN {_NEEDY} AND offered = 0 ORDER BY position")

    def interrupted(self) -> list[PrintJob]:
        """Slips that were being sent when whoever sent them was stopped."""
        return self._all(f"WHERE state = 'sending' AND NOT {_ON_PAGES}")

    def withdraw(self, txn_id: str) -> None:
        """A slip that is not under way yet is not to print unless somebody asks anew."""
        self._change("held = 1", txn_id)

    def retry(self, txn_id: str) -> PrintJob:
        """Prints it again, as the next copy of the same job; cut short, that copy is offered anew. Raises KeyError when the transaction has no slip."""
        self._change("state = 'queued', held = 0, offered = 0, copy = copy + 1", txn_id)
        job = self.job(txn_id)
        if job is None:
            raise KeyError(txn_id)
        return job

    def dismissed(self, txn_id: str) -> None:
        """Nobody wants the paper: the offer is over, what is known of the job stays."""
        self._change("held = 1, offered = 1", txn_id)

    def _change(self, assignment: str, txn_id: str, *values: object) -> None:
        self._commit(lambda: self._update(assignment, (*values, txn_id)))

    def _update(self, assignment: str, values: tuple[object, ...]) -> None:
        self._connection().execute(f"UPDATE prints SET {assignment} WHERE txn_id = ?", values)

    def _one(self, where: str, *values: object) -> PrintJob | None:
        jobs = self._all(where, *values)
        return jobs[0] if jobs else None

    def _all(self, where: str, *values: object) -> list[PrintJob]:
        with reading():
            found = self._connection().execute(f"SELECT {_COLUMNS} FROM prints {where}", values).fetchall()
        return [_job(columns) for columns in found]


def _job(columns: tuple[Any, ...]) -> PrintJob:
    txn_id, slip, state, copy, lines, code = columns
    return PrintJob(txn_id, json.loads(slip), state, copy, lines, code)

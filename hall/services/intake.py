"""Taking a batch of log rows in: check the chain, store every well-formed row, then apply it, and answer for each.

Storing comes first and stands by itself: a row that cannot be applied is kept with the code of its refusal, so a log
never has a hole because somebody disliked a row (design section 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hall.errors import HallProblem
from hall.models import ForkedRow, Log, Row
from hall.services import alarms
from hall.services.apply import apply_rows
from hall.services.savepoints import in_savepoints
from offline_cache.wire import BATCH_ROWS, GENESIS_HASH, LogRow, PushAnswer, RowResult, chain_hash

LARGEST_SEQ = 2**53 - 1  # beyond it RFC 8785 cannot write an integer
Mark = Literal["", "fork", "gap", "rollback"]


@dataclass(frozen=True)
class Refusal:
    """A row that is not stored: it is not a row of this chain at all."""

    seq: int
    code: str


def take_in(session: Session, terminal_id: str, push: Any, now_ms: int) -> PushAnswer:
    """Take in a `Push` as decoded JSON. Raises HallProblem(422) when it is not even the shape of one."""
    log_id, raw_rows = _unwrap(push)
    log = _log(session, terminal_id, log_id)
    checked = [_check(raw, terminal_id, log_id) for raw in raw_rows]
    chain = Chain(session, log, [item for item in checked if isinstance(item, LogRow)])
    results = [_place(session, chain, item, now_ms) for item in checked]
    stored = store(session, chain.new, now_ms)
    _advance(session, log, chain, now_ms)
    apply_rows(session, stored, now_ms)
    return PushAnswer(
        results=_with_refusals(session, log, results),
        expected_seq=log.expected_seq,
        log_marked=_mark(log),
        hall_time_ms=now_ms,
    )


def _mark(log: Log) -> Mark:
    marks: dict[str, Mark] = {"fork": "fork", "gap": "gap", "rollback": "rollback"}
    return marks.get(log.mark, "")


def _unwrap(push: Any) -> tuple[str, list[dict[str, Any]]]:
    if not (isinstance(push, dict) and set(push) == {"log_id", "rows"} and isinstance(push["log_id"], str)):
        raise HallProblem(422, "request.malformed", "A push is an object of log_id and rows.")
    if "\x00" in push["log_id"]:
        raise HallProblem(422, "request.malformed", "log_id: not a text that can be stored.")
    rows = push["rows"]
    if not isinstance(rows, list) or len(rows) > BATCH_ROWS:
        raise HallProblem(422, "request.malformed", f"rows: a list of at most {BATCH_ROWS} rows.")
    for row in rows:
        if not isinstance(row, dict) or type(row.get("seq")) is not int or not 1 <= row["seq"] <= LARGEST_SEQ:
            raise HallProblem(422, "request.malformed", "rows: every row is an object with a seq from 1.")
    return push["log_id"], rows


def _log(session: Session, terminal_id: str, log_id: str) -> Log:
    log = session.get(Log, (terminal_id, log_id))
    if log is None:
        log = Log(
            terminal_id=terminal_id,
            log_id=log_id,
            last_seq=0,
            last_hash=GENESIS_HASH,
            expected_seq=1,
            mark="",
        )
        session.add(log)
        session.flush()
    return log


def _check(raw: dict[str, Any], terminal_id: str, log_id: str) -> LogRow | Refusal:
    seq = raw["seq"]
    try:
        row = LogRow.model_validate(raw)
        # Over what will be stored: a number that came as text must not pass for one.
        right_hash = chain_hash(row.model_dump(mode="json"))
    except (ValidationError, ValueError, RecursionError):
        return Refusal(seq, "row.malformed")
    if "\x00" in row.txn_id + row.boot_id:
        return Refusal(seq, "row.malformed")
    if row.terminal_id != terminal_id:
        return Refusal(seq, "row.terminal_wrong")
    if row.log_id != log_id:
        return Refusal(seq, "row.log_wrong")
    if row.hash != right_hash:
        return Refusal(seq, "row.hash_wrong")
    return row


class Chain:
    """What the hall holds of a log around the rows of a batch, growing as rows are found to be new."""

    def __init__(self, session: Session, log: Log, rows: Sequence[LogRow]) -> None:
        around = {row.seq + step for row in rows for step in (-1, 0, 1)}
        held = session.execute(
            select(Row.seq, Row.hash, Row.prev_hash).where(
                Row.terminal_id == log.terminal_id, Row.log_id == log.log_id, Row.seq.in_(around)
            )
        )
        self.log = log
        self.links = {seq: (hash, prev_hash) for seq, hash, prev_hash in held}
        self.links[0] = (GENESIS_HASH, "")
        self.new: list[LogRow] = []

    def holds(self, row: LogRow) -> bool:
        return row.seq in self.links and self.links[row.seq][0] == row.hash

    def contradicts(self, row: LogRow) -> bool:
        """Another row has this place, or a neighbour that the hall holds is linked to another row."""
        before, after = self.links.get(row.seq - 1), self.links.get(row.seq + 1)
        return (
            row.seq in self.links
            or (before is not None and before[0] != row.prev_hash)
            or (after is not None and after[1] != row.hash)
        )

    def add(self, row: LogRow) -> None:
        self.links[row.seq] = (row.hash, row.prev_hash)
        self.new.append(row)


def _place(session: Session, chain: Chain, item: LogRow | Refusal, now_ms: int) -> RowResult:
    log = chain.log
    if isinstance(item, Refusal):
        alarms.raise_alarm(session, log, item.code, item.seq, now_ms)
        return RowResult(seq=item.seq, result="refused", code=item.code)
    if chain.holds(item):
        return RowResult(seq=item.seq, result="seen")
    if chain.contradicts(item):
        _keep_fork(session, log, item, now_ms)
        return RowResult(seq=item.seq, result="conflict", code="log.fork")
    chain.add(item)
    return RowResult(seq=item.seq, result="new")


def _keep_fork(session: Session, log: Log, row: LogRow, now_ms: int) -> None:
    log.mark = "fork"
    alarms.raise_alarm(session, log, "fork", row.seq, now_ms)
    place = (log.terminal_id, log.log_id, row.seq, row.hash)
    if session.get(ForkedRow, place) is None:
        kept = ForkedRow(
            terminal_id=log.terminal_id,
            log_id=log.log_id,
            seq=row.seq,
            hash=row.hash,
            row=row.model_dump(mode="json"),
            received_at_ms=now_ms,
        )
        session.add(kept)
        session.flush()


def store(session: Session, rows: Sequence[LogRow], now_ms: int) -> list[LogRow]:
    """Store rows as they came; returns those that are stored. They count as applied until applying one of them says
    otherwise."""
    stored: list[LogRow] = []

    def write(group: Sequence[LogRow]) -> None:
        columns = [
            {**row.model_dump(mode="json"), "received_at_ms": now_ms, "state": "applied", "code": ""}
            for row in group
        ]
        session.connection().execute(insert(Row), columns)
        stored.extend(group)

    in_savepoints(session, rows, write)
    return stored


def _advance(session: Session, log: Log, chain: Chain, now_ms: int) -> None:
    """Move the head and find the first missing seq. A gap is marked, and unmarked once it is filled."""
    if not chain.new:
        return
    highest = max(chain.new, key=lambda row: row.seq)
    if highest.seq > log.last_seq:
        log.last_seq, log.last_hash = highest.seq, highest.hash
    while log.expected_seq in chain.links:
        log.expected_seq += 1
    if log.expected_seq <= log.last_seq:
        log.expected_seq = _first_missing(session, log)
    if log.expected_seq <= log.last_seq:
        if log.mark == "":
            log.mark = "gap"
        alarms.raise_alarm(session, log, "gap", log.expected_seq, now_ms)
    elif log.mark == "gap":
        log.mark = ""


def _first_missing(session: Session, log: Log) -> int:
    seqs = session.scalars(
        select(Row.seq)
        .where(Row.terminal_id == log.terminal_id, Row.log_id == log.log_id, Row.seq >= log.expected_seq)
        .order_by(Row.seq)
    )
    expected = log.expected_seq
    for seq in seqs:
        if seq != expected:
            break
        expected += 1
    return expected


def _with_refusals(session: Session, log: Log, results: Sequence[RowResult]) -> list[RowResult]:
    """A row that is stored but refused says so, however often it is pushed."""
    seqs = [result.seq for result in results if result.result in ("new", "seen")]
    refused = session.execute(
        select(Row.seq, Row.code).where(
            Row.terminal_id == log.terminal_id,
            Row.log_id == log.log_id,
            Row.seq.in_(seqs),
            Row.state == "refused",
        )
    )
    codes = dict(refused.all())
    return [
        RowResult(seq=result.seq, result="refused", code=codes[result.seq])
        if result.seq in codes and result.result != "conflict"
        else result
        for result in results
    ]

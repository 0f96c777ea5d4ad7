"""A hall in a few lines, faithful to what wire.PushAnswer and wire.Changes promise: every well-formed row is stored
once, then applied once, refused rows keep their place, another hash at a stored place is a conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from offline_cache.wire import (
    Account,
    Change,
    Changes,
    LogRow,
    Push,
    PushAnswer,
    ReferenceKind,
    RowKind,
    RowResult,
    chain_hash,
)
from tests.offline_cache.rows import NOON_MS


@dataclass
class ModelHall:
    """`refuses(row)` decides which rows are stored and not applied."""

    refuses: Callable[[LogRow], bool] = lambda row: False
    stored: dict[str, dict[int, LogRow]] = field(default_factory=dict)
    forked: list[LogRow] = field(default_factory=list)
    marked: set[str] = field(default_factory=set)
    refused: dict[str, set[int]] = field(default_factory=dict)
    applied_meals: dict[str, dict[str, Any]] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    opening: int = 100_000
    credited: dict[str, int] = field(default_factory=dict)
    feed: list[tuple[ReferenceKind, str, dict[str, Any] | None]] = field(default_factory=list)
    now_ms: int = NOON_MS

    # --- push

    def push(self, push: Push) -> PushAnswer:
        log = self.stored.setdefault(push.log_id, {})
        results = [self._take(log, row) for row in push.rows]
        expected = next(seq for seq in range(1, len(log) + 2) if seq not in log)
        mark: Literal["fork", ""] = "fork" if push.log_id in self.marked else ""
        return PushAnswer(results=results, expected_seq=expected, log_marked=mark, hall_time_ms=self.now_ms)

    def _take(self, log: dict[int, LogRow], row: LogRow) -> RowResult:
        assert chain_hash(row.model_dump(mode="json")) == row.hash, "a row must arrive as it was written"
        known = log.get(row.seq)
        before, after = log.get(row.seq - 1), log.get(row.seq + 1)
        if known is not None and known.hash == row.hash:
            return self._answer(row, "seen")
        if known or (before and before.hash != row.prev_hash) or (after and after.prev_hash != row.hash):
            self.forked.append(row)
            self.marked.add(row.log_id)
            return RowResult(seq=row.seq, result="conflict", code="log.fork")
        log[row.seq] = row
        self._apply(row)
        return self._answer(row, "new")

    def _answer(self, row: LogRow, result: Literal["new", "seen"]) -> RowResult:
        if row.seq in self.refused.get(row.log_id, ()):
            return RowResult(seq=row.seq, result="refused", code="row.not_applicable")
        return RowResult(seq=row.seq, result=result)

    def _apply(self, row: LogRow) -> None:
        if self.refuses(row) or (
            row.kind is RowKind.MEAL_VOIDED and row.body["meal_txn_id"] not in self.applied_meals
        ):
            self.refused.setdefault(row.log_id, set()).add(row.seq)
            return
        if row.kind is RowKind.MEAL:
            assert row.txn_id not in self.applied_meals, "a meal was applied twice"
            self.applied_meals[row.txn_id] = row.body
            self._publish_account(row.body["person_id"])
        elif row.kind is RowKind.MEAL_VOIDED:
            self.voided.add(row.body["meal_txn_id"])
            self._publish_account(self.applied_meals[row.body["meal_txn_id"]]["person_id"])

    # --- accounts and the feed

    def purse(self, person_id: str) -> int:
        taken = sum(
            body["purse_part"]
            for txn_id, body in self.applied_meals.items()
            if body["person_id"] == person_id and txn_id not in self.voided
        )
        return self.opening + self.credited.get(person_id, 0) - taken

    def credit(self, person_id: str, fen: int) -> None:
        self.credited[person_id] = self.credited.get(person_id, 0) + fen
        self._publish_account(person_id)

    def _publish_account(self, person_id: str) -> None:
        account = Account(person_id=person_id, purse=self.purse(person_id), welfare=0)
        self.publish(ReferenceKind.ACCOUNT, person_id, account.model_dump(mode="json"))

    def publish(self, kind: ReferenceKind, id: str, data: dict[str, Any] | None) -> None:
        self.feed.append((kind, id, data))

    def pull(self, cursor: int, limit: int = 500) -> Changes:
        """A page; a record that changed again later comes with its newest place only, as in a real feed, and every
        account that `applied` speaks of comes along."""
        newest = {(kind, id): place for place, (kind, id, _) in enumerate(self.feed, start=1)}
        places = [place for place in sorted(newest.values()) if place > cursor]
        page, later = places[:limit], places[limit:]
        end = page[-1] if later else len(self.feed)
        ahead = [place for place in later if self.feed[place - 1][0] is ReferenceKind.ACCOUNT]
        changes = [
            Change(kind=kind, id=id, data=data)
            for kind, id, data in (self.feed[place - 1] for place in page + ahead)
        ]
        return Changes(
            cursor=end,
            more=bool(later),
            changes=changes,
            applied={log_id: max(log, default=0) for log_id, log in self.stored.items()},
            refused={log_id: sorted(seqs) for log_id, seqs in self.refused.items()},
            hall_time_ms=self.now_ms,
        )

    def rows(self) -> list[LogRow]:
        return [row for log in self.stored.values() for row in log.values()]

    def meal_ids(self) -> list[str]:
        """txn_ids of the meal rows stored, each as often as it is stored."""
        return [row.txn_id for row in self.rows() if row.kind is RowKind.MEAL]

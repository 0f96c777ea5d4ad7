"""The log of everything this terminal does, and what the hall has answered to it.

Written first, shown second, sent third: `append` returns when the row is on the disk, with its place in the hash
chain and its slip queued, in one commit. All of it is to be used on the disk thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from offline_cache import deliveries, log_file, salvage
from offline_cache.ballast import Ballast
from offline_cache.chain import Chain, NewRow, OpenedReason, PreviousLog, begin_log, load_chain, new_txn_id
from offline_cache.clock import Stamp
from offline_cache.db import (
    Connection,
    DiskDamaged,
    DiskFull,
    check_format,
    check_integrity,
    committed,
    fold_back,
    open_file,
    reading,
    set_aside,
)
from offline_cache.issued_documents import IssuedDocuments
from offline_cache.journal import UnsentJournal
from offline_cache.own_meals import OwnMeal, OwnMeals, Spent
from offline_cache.own_rows import OwnRow, rows_since
from offline_cache.prints import PrintJobs, hold_leftovers, insert_print
from offline_cache.wire import BATCH_ROWS, LogRow, PushAnswer, RowKind, canonical_body

FILE_NAME = "log.db"
JOURNAL_NAME = "unsent.journal"
ROWS_CHECKED_AT_START = 200
# Rows this young come over from a damaged log even when the hall has them: nobody eats the same meal twice.
SALVAGE_SENT_MS = 48 * 3_600_000

Result = TypeVar("Result")
Also = Callable[[Connection, str], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """`oldest_ms`: when the oldest unsent row happened, None when all is sent. `head` is the last row's hash."""

    unsent: int
    oldest_ms: int | None
    refused: int
    last_seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What one answer of the hall did. `forked`: this terminal goes on in a new log."""

    accepted: int
    refused: tuple[tuple[int, str], ...]
    carried_over: int
    forked: bool
    log_marked: str


class Outbox:
    """See the module. Made by `Outbox.open`. `notices` holds codes that staff should see (disk.full,
    disk.log_quarantined), `on_written` is called after each new row, `quarantined` names the damaged file that was moved away by this open, if any."""

    def __init__(self, directory: Path, key: bytes, terminal_id: str) -> None:
        self.terminal_id = terminal_id
        self.notices: set[str] = set()
        self.quarantined: Path | None = None
        self.on_written: Callable[[], None] = _nobody_waits
        self._key = key
        self._path = directory / FILE_NAME
        self._ballast = Ballast(directory / "ballast")
        self._journal = UnsentJournal(directory / JOURNAL_NAME, key)
        self._connection: Connection
        self._chain: Chain
        self._prints = PrintJobs(lambda: self._connection, self._commit)
        self._documents = IssuedDocuments(lambda: self._connection, self._commit)
        self._meals = OwnMeals(lambda: self._connection)

    @classmethod
    def open(cls, directory: Path, key: bytes, terminal_id: str, stamp: Stamp) -> Outbox:
        """Opens the log in `directory`, or begins one. `stamp` dates the first row of a new log.

        A log that fails its check is moved to quarantine/, a new one opens, and the unsent rows that can still be
        read are brought over. Raises DiskReadOnly, DiskFull, KeyWrong.
        """
        outbox = cls(directory, key, terminal_id)
        outbox._open(stamp)
        return outbox

    def close(self) -> None:
        self._journal.close()
        self._connection.close()

    @property
    def log_id(self) -> str:
        return self._chain.log_id

    @property
    def last_seq(self) -> int:
        """The seq of the newest row: the next one has one more."""
        return self._chain.last_seq

    def last_stamp_ms(self) -> int:
        """The latest time on a row of this log: for TrustedClock.not_before."""
        with reading():
            found = self._connection.execute(
                "SELECT occurred_at_ms FROM transactions WHERE id = ?",
                (self._newest_id(),),
            ).fetchone()
        return int(found[0]) if found else 0

    def _newest_id(self) -> int:
        return log_file.row_id(self._chain.log_number, self._chain.last_seq)

    # --- opening ------------------------------------------------------------------------------------------------

    def _open(self, stamp: Stamp) -> None:
        kept = self._journal.read()
        try:
            self._connection = self._checked(kept)
        except DiskDamaged as damage:
            self.quarantined = set_aside(self._path, str(stamp.wall_ms))
            self.notices.add("disk.log_quarantined")
            _log.error("the log was put into quarantine: %s", damage)
            self._connection = self._checked([])
        chain = load_chain(self._connection, self.terminal_id)
        self._chain = chain or self._begin(kept, stamp)
        self._commit(lambda: hold_leftovers(self._connection))
        self._journal.rewrite(deliveries.all_pending(self._connection))
        if not self._ballast.restore():
            self.notices.add("disk.full")

    def _checked(self, kept: Sequence[LogRow]) -> Connection:
        """An open connection to a log that is what was written. Raises DiskDamaged."""
        connection = open_file(self._path, self._key)
        try:
            with reading():
                check_format(connection, self._path)
                log_file.create_tables(connection)
                check_integrity(connection, self._path)
                report = log_file.verify_chain(connection, ROWS_CHECKED_AT_START)
                missing = _missing(connection, kept)
            if not report.unbroken:
                raise DiskDamaged(f"the chain is broken at {report.first_bad}: {report.reason}")
            if missing:
                raise DiskDamaged(f"{missing} rows are in the journal, not in the log")
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin(self, kept: Sequence[LogRow], stamp: Stamp) -> Chain:
        """The first row of a new file, and in the same commit what can be saved of the one before it: a kill
        leaves either a file without a log, which begins here again, or all of it."""
        damaged = self._newest_in_quarantine()
        found = salvage.read_damaged(damaged, self._key) if damaged else salvage.Salvaged()
        found.add(kept)

        def begin() -> Chain:
            follows = damaged is not None or bool(kept)
            reason: OpenedReason = "quarantine" if follows else "first"
            chain, _ = begin_log(self._connection, self.terminal_id, reason, found.head(), stamp)
            salvage.bring_over(self._connection, found, stamp.wall_ms - SALVAGE_SENT_MS)
            return chain

        return self._commit(begin)

    def _newest_in_quarantine(self) -> Path | None:
        files = (self._path.parent / "quarantine").glob(f"{self._path.stem}-*{self._path.suffix}")
        return max(files, key=lambda path: path.stat().st_mtime_ns, default=None)

    # --- writing ------------------------------------------------------------------------------------------------

    def append(
        self,
        kind: RowKind,
        body: BaseModel | Mapping[str, Any],
        stamp: Stamp,
        slip: dict[str, Any] | None = None,
        also: Also | None = None,
    ) -> NewRow:
        """One durable commit: the row, its link in the chain, what is derived from it, its slip, and what `also` does
        with the connection and the row's txn_id.

        When it returns the row is on the disk; when it raises (StorageError family) nothing is. A full disk costs
        the ballast and raises only when that is gone too. A log found damaged now is treated as at start.
        """
        written = canonical_body(body)
        txn_id = new_txn_id()
        try:
            return self._write(txn_id, kind, written, stamp, slip, also)
        except DiskDamaged:
            self.close()
            self._open(stamp)
            return self._write(txn_id, kind, written, stamp, slip, also)

    def _write(
        self,
        txn_id: str,
        kind: RowKind,
        body: bytes,
        stamp: Stamp,
        slip: dict[str, Any] | None,
        also: Also | None,
    ) -> NewRow:
        row = self._chain.next_row(txn_id, kind, body, stamp)
        self._commit(lambda: self._insert(row, slip, also))
        self._chain.advance(row)
        self._journal.append(row)
        self.on_written()
        return row

    def _insert(self, row: NewRow, slip: dict[str, Any] | None, also: Also | None) -> None:
        log_file.insert(self._connection, self._chain.log_number, row.columns, row.body, row.hash)
        if slip is not None:
            insert_print(self._connection, row.txn_id, slip)
        if also is not None:
            also(self._connection, row.txn_id)

    def _commit(self, work: Callable[[], Result]) -> Result:
        try:
            return committed(self._connection, work)
        except DiskFull:
            self.notices.add("disk.full")
            if not self._ballast.release():
                raise
        fold_back(self._connection)
        return committed(self._connection, work)

    def catch_up(self) -> None:
        """What no meal should wait for, to be asked once a second: the second copy of the newest rows, their index."""
        self._journal.flush()
        with reading():
            behind = log_file.unindexed_rows(self._connection)
        if behind >= log_file.ROWS_INDEXED_TOGETHER:
            self._commit(lambda: log_file.index_meals(self._connection))

    def prove_writable(self) -> None:
        """One durable write that changes nothing. Raises the StorageError family while the disk cannot take it."""
        self._commit(lambda: log_file.touch(self._connection))

    def restore_ballast(self) -> bool:
        """Takes the reserve back once there is room again; the notice disk.full then ends."""
        if self._ballast.restore():
            self.notices.discard("disk.full")
            return True
        return False

    # --- sending ------------------------------------------------------------------------------------------------

    def rows_to_send(self, limit: int = BATCH_ROWS) -> list[LogRow]:
        """The oldest rows without a final answer, of one log; [] when the hall knows everything. Marks them sent."""
        with reading():
            for number in deliveries.log_numbers(self._connection):
                rows = deliveries.pending(self._connection, number, limit)
                if rows:
                    self._mark_sent(number, rows)
                    return rows
        return []

    def _mark_sent(self, number: int, rows: list[LogRow]) -> None:
        self._commit(lambda: deliveries.mark_sent(self._connection, number, rows))

    def settle(self, answer: PushAnswer, log_id: str, stamp: Stamp) -> Settled:
        """Takes in the hall's answer to rows of `log_id`. Refused rows keep their place. On a conflict
        this terminal opens a new log (dated by `stamp`) and carries the rows that the hall could not take over into
        it, under their own txn_id. Raises KeyError for a log that is not here."""
        number = self._number_of(log_id)
        conflicts = [result.seq for result in answer.results if result.result == "conflict"]

        def work() -> tuple[Chain, list[NewRow]]:
            deliveries.record(self._connection, number, answer)
            carried = deliveries.worth_carrying(self._connection, number, conflicts)
            forks = bool(carried) and log_id == self._chain.log_id
            chain, written = self._forked(stamp) if forks else (replace(self._chain), [])
            written += [deliveries.carry_over(self._connection, chain, row) for row in carried]
            deliveries.move_watermark(self._connection, number)
            return chain, written

        before = self._chain.log_id
        self._chain, written = self._commit(work)
        self._keep_second_copy(written)
        return Settled(
            accepted=sum(result.result in ("new", "seen") for result in answer.results),
            refused=tuple((r.seq, r.code) for r in answer.results if r.result == "refused"),
            carried_over=len(conflicts),
            forked=self._chain.log_id != before,
            log_marked=answer.log_marked,
        )

    def _forked(self, stamp: Stamp) -> tuple[Chain, list[NewRow]]:
        old = self._chain
        previous = PreviousLog(old.log_id, old.last_seq, old.head)
        chain, opened = begin_log(self._connection, self.terminal_id, "fork", previous, stamp)
        return chain, [opened]

    def _keep_second_copy(self, written: list[NewRow]) -> None:
        if not deliveries.is_any_pending(self._connection):
            self._journal.clear()
        for row in written:
            self._journal.append(row)

    def _number_of(self, log_id: str) -> int:
        with reading():
            found = self._connection.execute(
                "SELECT log_number FROM logs WHERE log_id = ?", (log_id,)
            ).fetchone()
        if found is None:
            raise KeyError(log_id)
        return int(found[0])

    # --- looking ------------------------------------------------------------------------------------------------

    def own_meals(self, person_id: str, service_date: str) -> list[OwnMeal]:
        return self._meals.of_person(person_id, service_date)

    def meals_of(self, service_date: str, period: str) -> list[OwnMeal]:
        return self._meals.of_period(service_date, period)

    def last_meal(self, card_ref: str) -> OwnMeal | None:
        """The newest meal of this card among the last rows: to know the same card again within a minute."""
        return self._meals.last_of_card(card_ref, self._newest_id())

    def meal(self, txn_id: str) -> OwnMeal | None:
        return self._meals.by_txn(txn_id)

    def spent_above(
        self, person_id: str, applied: Mapping[str, int], refused: Mapping[str, Sequence[int]]
    ) -> Spent:
        """What this person's meals here took that the hall's account does not show yet; see OwnMeals.spent_above."""
        return self._meals.spent_above(person_id, applied, refused)

    def blocked_cards(self) -> list[str]:
        """Cards that staff blocked at this terminal."""
        with reading():
            return [found[0] for found in self._connection.execute("SELECT card_ref FROM blocked_cards")]

    def has_row(self, kind: RowKind, service_date: str) -> bool:
        """Whether a row of this kind speaks of that day. Reads the whole log: for the start of a day, not for a tap."""
        with reading():
            found = self._connection.execute(
                "SELECT 1 FROM transactions WHERE kind = ? AND json_extract(body, '$.service_date') = ? LIMIT 1",
                (kind.value, service_date),
            ).fetchone()
        return found is not None

    def rows_since(self, kinds: Iterable[RowKind], since_ms: int) -> list[OwnRow]:
        """Own rows of these kinds from `since_ms` on. Reads the whole log: for a start, not for each second."""
        return rows_since(lambda: self._connection, kinds, since_ms)

    def prints(self) -> PrintJobs:
        return self._prints

    def documents(self) -> IssuedDocuments:
        return self._documents

    def verify(self) -> log_file.ChainReport:
        """Checks the whole chain: about 0.1 ms a row."""
        with reading():
            return log_file.verify_chain(self._connection)

    def status(self) -> QueueStatus:
        with reading():
            return QueueStatus(
                deliveries.count_pending(self._connection),
                deliveries.oldest_pending_ms(self._connection),
                deliveries.count_refused(self._connection),
                self._chain.last_seq,
                self._chain.head,
            )

    def export(self, path: Path) -> int:
        """Writes every row as stored, one JSON object a line; returns how many. Raises the StorageError family."""
        return log_file.export_rows(self._connection, path)

    def salvage(self, path: Path) -> salvage.Report:
        """Brings the unsent readable rows of a damaged log file over into this one; changes nothing in `path`."""
        found = salvage.read_damaged(path, self._key)
        brought = self._commit(lambda: salvage.bring_over(self._connection, found))
        self._journal.rewrite(deliveries.all_pending(self._connection))
        return salvage.Report(found.readable, len(found.rows), brought)


def _nobody_waits() -> None:
    """Until sync is there."""


def _missing(connection: Connection, kept: Sequence[LogRow]) -> int:
    """How many rows of the journal a log of this file should hold and does not: commits that were lost."""
    numbers = dict(connection.execute("SELECT log_id, log_number FROM logs WHERE salvaged = 0").fetchall())
    ids = [log_file.row_id(numbers[row.log_id], row.seq) for row in kept if row.log_id in numbers]
    return sum(
        connection.execute("SELECT 1 FROM transactions WHERE id = ?", (key,)).fetchone() is None
        for key in ids
    )

"""The second copy must give back every whole record, believe nothing else, and never stop a meal."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from offline_cache.chain import NewRow
from offline_cache.journal import MARK, ROWS_TOGETHER, UnsentJournal
from offline_cache.outbox import Outbox
from offline_cache.wire import LogRow, RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, stamp
from tests.offline_cache.sending import push_all

KEY = b"k" * 32


@pytest.fixture
def written(outbox: Outbox) -> list[NewRow]:
    return [outbox.append(RowKind.MEAL, meal(number), stamp(number)) for number in range(6)]


@pytest.fixture
def rows(written: list[NewRow]) -> list[LogRow]:
    return [row.log_row() for row in written]


@pytest.fixture
def journal(tmp_path: Path, written: list[NewRow]) -> UnsentJournal:
    made = UnsentJournal(tmp_path / "journal", KEY)
    for row in written:
        made.append(row)
    made.close()
    return made


def test_what_was_written_is_read(journal: UnsentJournal, rows: list[LogRow]) -> None:
    assert journal.read() == rows
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_record_costs_itself_only(journal: UnsentJournal, rows: list[LogRow]) -> None:
    """Any one byte, in a mark, a length, a nonce or a text."""
    content = journal.path.read_bytes()
    chance = random.Random(20260921)
    for _ in range(300):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        journal.path.write_bytes(damaged)
        read = journal.read()
        assert len(read) >= len(rows) - 1
        assert all(row in rows for row in read)


def test_a_torn_end_costs_the_last_record_only(journal: UnsentJournal, rows: list[LogRow]) -> None:
    content = journal.path.read_bytes()
    for length in range(content.rfind(MARK) + 1, len(content), 37):
        journal.path.write_bytes(content[:length])
        assert journal.read() == rows[:-1]


def test_another_key_reads_nothing(journal: UnsentJournal) -> None:
    assert UnsentJournal(journal.path, b"x" * 32).read() == []


def test_it_holds_what_is_unsent_and_nothing_else(
    outbox: Outbox, rows: list[LogRow], tmp_path: Path, key: bytes
) -> None:
    journal = UnsentJournal(tmp_path / "unsent.journal", key)
    outbox.catch_up()
    assert [row.seq for row in journal.read()] == [1, 2, 3, 4, 5, 6, 7]
    push_all(outbox, ModelHall())
    assert journal.read() == []
    outbox.append(RowKind.MEAL, meal(9), stamp(9))
    outbox.catch_up()
    assert [row.seq for row in journal.read()] == [8]


def test_a_journal_that_cannot_be_written_stops_no_meal(
    tmp_path: Path, written: list[NewRow], rows: list[LogRow]
) -> None:
    journal = UnsentJournal(tmp_path / "no-such-directory" / "journal", KEY)
    journal.append(written[0])
    journal.flush()
    assert not journal.complete
    journal.path.parent.mkdir()
    journal.rewrite(rows)
    assert journal.complete and journal.read() == rows
    journal.close()


def test_it_is_never_far_behind(outbox: Outbox, tmp_path: Path, key: bytes) -> None:
    """Without anybody asking it to catch up."""
    for number in range(3 * ROWS_TOGETHER):
        outbox.append(RowKind.MEAL, meal(number), stamp(number))
        kept = UnsentJournal(tmp_path / "unsent.journal", key).read()
        assert outbox.last_seq - len(kept) < ROWS_TOGETHER

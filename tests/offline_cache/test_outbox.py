"""The log is what the hall's money rests on: each row once, in its place, linked, and on the disk when it says so."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from offline_cache.db import open_file, transaction
from offline_cache.log_file import ROWS_INDEXED_TOGETHER, verify_chain
from offline_cache.outbox import Outbox
from offline_cache.salvage import Salvaged, bring_over
from offline_cache.wire import GENESIS_HASH, RowKind, chain_hash
from tests.offline_cache.conftest import OpenOutbox
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, slip, stamp, void
from tests.offline_cache.sending import push_all


def test_a_new_log_begins_with_a_row_that_says_so(outbox: Outbox) -> None:
    first = outbox.rows_to_send()[0]
    assert (first.seq, first.kind, first.prev_hash) == (1, RowKind.LOG_OPENED, GENESIS_HASH)
    assert first.body == {
        "previous_log_id": None,
        "previous_seq": 0,
        "previous_hash": GENESIS_HASH,
        "reason": "first",
    }


def test_rows_are_numbered_without_gaps_and_linked(outbox: Outbox) -> None:
    rows = [outbox.append(RowKind.MEAL, meal(number), stamp(number)).log_row() for number in range(5)]
    assert [row.seq for row in rows] == [2, 3, 4, 5, 6]
    for before, after in itertools.pairwise(rows):
        assert after.prev_hash == before.hash
    for row in rows:
        assert row.hash == chain_hash(row.model_dump(mode="json"))
    assert outbox.verify().unbroken and outbox.verify().rows == 6


def test_a_row_comes_back_exactly_as_it_was_written(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    written = outbox.append(RowKind.MEAL, meal(7, purse=0), stamp(3, trusted=False))
    outbox.close()
    assert open_outbox().rows_to_send()[-1] == written.log_row()


def test_the_log_goes_on_after_a_restart(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    last = outbox.append(RowKind.MEAL, meal(), stamp())
    log_id = outbox.log_id
    outbox.close()
    again = open_outbox()
    assert again.log_id == log_id
    assert again.append(RowKind.MEAL, meal(1), stamp(1)).log_row().prev_hash == last.hash
    assert again.verify().unbroken


@pytest.mark.parametrize("statement", ["UPDATE transactions SET body = '{}'", "DELETE FROM transactions"])
def test_a_written_row_cannot_be_changed(outbox: Outbox, tmp_path: Path, key: bytes, statement: str) -> None:
    outbox.append(RowKind.MEAL, meal(), stamp())
    outbox.close()
    connection = open_file(tmp_path / "log.db", key)
    try:
        with pytest.raises(sqlcipher.IntegrityError, match="append only"):
            connection.execute(statement)
    finally:
        connection.close()


def test_verify_names_the_first_bad_row(outbox: Outbox, tmp_path: Path, key: bytes) -> None:
    rows = [outbox.append(RowKind.MEAL, meal(number), stamp(number)) for number in range(4)]
    log_id = outbox.log_id
    outbox.close()
    connection = open_file(tmp_path / "log.db", key)
    connection.execute("DROP TRIGGER transactions_keep")
    connection.execute(
        "UPDATE transactions SET body = replace(body, '450', '45') WHERE seq = ?", (rows[1].seq,)
    )
    report = verify_chain(connection)
    connection.close()
    assert report.first_bad == (log_id, rows[1].seq)
    assert report.reason == "hash"


def test_own_meals_are_found_by_person_by_period_by_card_and_by_transaction(outbox: Outbox) -> None:
    first = outbox.append(RowKind.MEAL, meal(1, person="p"), stamp(1))
    outbox.append(RowKind.MEAL, meal(2, person="q"), stamp(2))
    second = outbox.append(RowKind.MEAL, meal(1, person="p"), stamp(3))
    assert [found.txn_id for found in outbox.own_meals("p", "2026-09-21")] == [first.txn_id, second.txn_id]
    assert outbox.own_meals("p", "2026-09-22") == []
    assert len(outbox.meals_of("2026-09-21", "lunch")) == 3
    latest = outbox.last_meal(f"{1:064x}")
    assert latest is not None and latest.txn_id == second.txn_id
    assert outbox.last_meal("f" * 64) is None
    found = outbox.meal(first.txn_id)
    assert found is not None and found.body["person_id"] == "p" and found.state == "pending"


def test_meals_are_found_before_and_after_they_are_entered_into_the_index(
    outbox: Outbox, open_outbox: OpenOutbox
) -> None:
    count = 2 * ROWS_INDEXED_TOGETHER + 5
    rows = [outbox.append(RowKind.MEAL, meal(number, person="p"), stamp(number)) for number in range(count)]
    outbox.append(RowKind.MEAL_VOIDED, void(rows[0].txn_id), stamp(count))
    outbox.append(RowKind.MEAL_VOIDED, void(rows[-1].txn_id), stamp(count))
    for entered in (False, True):
        if entered:
            outbox.catch_up()
            outbox.close()
        log = open_outbox() if entered else outbox
        assert [found.txn_id for found in log.own_meals("p", "2026-09-21")] == [row.txn_id for row in rows]
        assert len(log.meals_of("2026-09-21", "lunch")) == count
        assert all(log.meal(row.txn_id) is not None for row in rows)
        assert log.spent_above("p", {}, {}).purse == 450 * (count - 2)
        assert log.spent_above("p", {log.log_id: rows[-2].seq}, {}).purse == -450


def test_rows_salvaged_below_those_already_here_are_entered_into_the_index(
    outbox: Outbox, open_outbox: OpenOutbox, tmp_path: Path, key: bytes
) -> None:
    (tmp_path / "other").mkdir()
    other = Outbox.open(tmp_path / "other", key, "CT-03", stamp())
    rows = [
        other.append(RowKind.MEAL, meal(number), stamp(number)).log_row()
        for number in range(2 * ROWS_INDEXED_TOGETHER)
    ]
    other.close()
    outbox.close()
    connection = open_file(tmp_path / "log.db", key)
    for some in (rows[ROWS_INDEXED_TOGETHER:], rows[:ROWS_INDEXED_TOGETHER]):
        with transaction(connection):
            bring_over(connection, Salvaged(rows=some))
    connection.close()
    found = open_outbox().meals_of("2026-09-21", "lunch")
    assert sorted(meal.txn_id for meal in found) == sorted(row.txn_id for row in rows)


def test_a_meal_taken_back_is_marked_until_the_hall_refuses_the_void(outbox: Outbox) -> None:
    row = outbox.append(RowKind.MEAL, meal(1, person="p"), stamp(1))
    outbox.append(RowKind.MEAL_VOIDED, void(row.txn_id), stamp(2))
    assert outbox.own_meals("p", "2026-09-21")[0].voided
    push_all(outbox, ModelHall(refuses=lambda row: row.kind is RowKind.MEAL_VOIDED))
    assert not outbox.own_meals("p", "2026-09-21")[0].voided


def test_a_blocked_card_is_remembered(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    outbox.append(RowKind.CARD_BLOCKED, {"card_ref": "c", "person_id": "p", "staff_id": "s"}, stamp())
    outbox.close()
    assert open_outbox().blocked_cards() == ["c"]


def test_status_counts_what_the_hall_has_not_answered(outbox: Outbox) -> None:
    rows = [outbox.append(RowKind.MEAL, meal(number), stamp(number + 1)) for number in range(3)]
    status = outbox.status()
    assert (status.unsent, status.oldest_ms, status.refused) == (4, stamp().wall_ms, 0)
    assert (status.last_seq, status.head) == (4, rows[-1].hash)
    push_all(outbox, ModelHall(refuses=lambda row: row.seq == 3))
    status = outbox.status()
    assert (status.unsent, status.oldest_ms, status.refused) == (0, None, 1)


def test_refused_rows_keep_their_place_and_block_nothing(outbox: Outbox) -> None:
    for number in range(6):
        outbox.append(RowKind.MEAL, meal(number), stamp(number))
    hall = ModelHall(refuses=lambda row: row.seq in (3, 5))
    push_all(outbox, hall, limit=2)
    assert sorted(hall.stored[outbox.log_id]) == [1, 2, 3, 4, 5, 6, 7]
    assert outbox.rows_to_send() == []


def test_batches_are_oldest_first_and_limited(outbox: Outbox) -> None:
    for number in range(5):
        outbox.append(RowKind.MEAL, meal(number), stamp(number))
    assert [row.seq for row in outbox.rows_to_send(3)] == [1, 2, 3]
    assert len(outbox.rows_to_send()) == 6


def test_the_slip_is_queued_in_the_same_commit(outbox: Outbox, open_outbox: OpenOutbox) -> None:
    row = outbox.append(RowKind.MEAL, meal(), stamp(), slip(1))
    plain = outbox.append(RowKind.MEAL, meal(1), stamp(1))
    outbox.close()
    prints = open_outbox().prints()
    job = prints.job(row.txn_id)
    assert job is not None and (job.state, job.slip, job.copy) == ("queued", slip(1), 1)
    assert prints.job(plain.txn_id) is None


def test_the_row_hook_rings_after_the_commit(outbox: Outbox) -> None:
    heard: list[int] = []
    outbox.on_written = lambda: heard.append(outbox.status().last_seq)
    outbox.append(RowKind.MEAL, meal(), stamp())
    assert heard == [2]


def test_export_writes_every_row_as_stored(outbox: Outbox, tmp_path: Path) -> None:
    rows = [outbox.append(RowKind.MEAL, meal(number), stamp(number)) for number in range(3)]
    target = tmp_path / "rows.jsonl"
    assert outbox.export(target) == 4
    lines = target.read_text("utf-8").splitlines()
    assert lines[-1] == rows[-1].log_row().model_dump_json()
    assert target.stat().st_mode & 0o777 == 0o600

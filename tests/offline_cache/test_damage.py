"""A damaged log never stops a meal and never costs one: every row reaches the hall once, whichever byte was hit."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from offline_cache.db import load_key
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.conftest import OpenOutbox
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, slip, stamp
from tests.offline_cache.sending import push_all

MEALS_BEFORE = 20
MEALS_AFTER = 5
PLACES = 48


def serve(outbox: Outbox, count: int, start: int = 0) -> list[str]:
    return [
        outbox.append(RowKind.MEAL, meal(number), stamp(number), slip(number)).txn_id
        for number in range(start, start + count)
    ]


def flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 0x5A
    path.write_bytes(content)


def offsets(size: int, count: int) -> list[int]:
    return sorted(random.Random(20260921).sample(range(size), count))


def test_wherever_one_byte_is_hit_all_rows_reach_the_hall_once(tmp_path: Path) -> None:
    """The header, tables, indexes, deliveries, free space: places all over the file, one terminal each."""
    for number in range(PLACES):
        directory = tmp_path / str(number)
        key = load_key(directory)
        outbox = Outbox.open(directory, key, "CT-03", stamp())
        hall = ModelHall()
        served = serve(outbox, 4)
        push_all(outbox, hall)
        served += serve(outbox, MEALS_BEFORE, start=4)
        outbox.close()
        path = directory / "log.db"
        flip(path, offsets(path.stat().st_size, PLACES)[number])
        outbox = Outbox.open(directory, key, "CT-03", stamp())
        served += serve(outbox, MEALS_AFTER, start=100)
        push_all(outbox, hall)
        assert outbox.status().unsent == 0
        assert sorted(hall.meal_ids()) == sorted(served)
        assert outbox.verify().unbroken
        outbox.close()
        shutil.rmtree(directory)  # each holds its reserve of disk


@pytest.mark.parametrize("size", [0, 100, 2048, 10_000])
def test_a_log_cut_short_loses_nothing_unsent(
    outbox: Outbox, open_outbox: OpenOutbox, tmp_path: Path, size: int
) -> None:
    served = serve(outbox, MEALS_BEFORE)
    outbox.close()
    with (tmp_path / "log.db").open("r+b") as file:
        file.truncate(size)
    again = open_outbox()
    hall = ModelHall()
    push_all(again, hall)
    assert sorted(hall.meal_ids()) == sorted(served)


def test_a_log_that_is_gone_loses_nothing_unsent(
    outbox: Outbox, open_outbox: OpenOutbox, tmp_path: Path
) -> None:
    served = serve(outbox, MEALS_BEFORE)
    outbox.close()
    (tmp_path / "log.db").unlink()
    hall = ModelHall()
    push_all(open_outbox(), hall)
    assert sorted(hall.meal_ids()) == sorted(served)


def test_commits_lost_with_the_write_ahead_log_are_noticed(tmp_path: Path) -> None:
    """SQLite drops a damaged tail of the write-ahead log without an error; the journal knows better."""
    directory = tmp_path / "terminal"
    key = load_key(directory)
    outbox = Outbox.open(directory, key, "CT-03", stamp())
    served = serve(outbox, MEALS_BEFORE)
    log_id = outbox.log_id
    outbox.catch_up()
    copy = tmp_path / "copy"  # as after a crash: nobody folded the write-ahead log back
    copy.mkdir()
    for file in directory.iterdir():
        if file.name != "ballast":
            (copy / file.name).write_bytes(file.read_bytes())
    outbox.close()
    wal = copy / "log.db-wal"
    assert wal.stat().st_size > 20_000
    flip(wal, wal.stat().st_size // 2)
    again = Outbox.open(copy, key, "CT-03", stamp())
    assert again.quarantined is not None
    assert again.log_id != log_id
    hall = ModelHall()
    push_all(again, hall)
    assert sorted(hall.meal_ids()) == sorted(served)
    again.close()


def test_the_damaged_file_is_kept_and_the_new_log_names_its_last_readable_row(
    outbox: Outbox, open_outbox: OpenOutbox, tmp_path: Path
) -> None:
    serve(outbox, MEALS_BEFORE)
    old_log_id, old_head = outbox.log_id, outbox.status().head
    outbox.close()
    path = tmp_path / "log.db"
    flip(path, path.stat().st_size - 1000)
    damaged = path.read_bytes()
    again = open_outbox()
    assert again.quarantined is not None and again.quarantined.parent.name == "quarantine"
    assert again.quarantined.read_bytes() == damaged
    assert "disk.log_quarantined" in again.notices
    opened = next(row for row in again.rows_to_send() if row.log_id == again.log_id)
    assert opened.body == {
        "previous_log_id": old_log_id,
        "previous_seq": MEALS_BEFORE + 1,
        "previous_hash": old_head,
        "reason": "quarantine",
    }


def test_meals_already_eaten_are_still_known_and_slips_still_offered(
    outbox: Outbox, open_outbox: OpenOutbox, tmp_path: Path
) -> None:
    served = serve(outbox, MEALS_BEFORE)
    push_all(outbox, ModelHall())
    outbox.close()
    path = tmp_path / "log.db"
    with path.open("ab") as file:
        file.write(b"\0" * 1000)  # not a whole page: the check fails, every row can be read
    flip(path, (path.stat().st_size // 2048 - 3) * 2048 + 100)
    again = open_outbox()
    assert again.quarantined is not None
    known = {found.txn_id for found in again.meals_of("2026-09-21", "lunch")}
    assert (
        len(known & set(served)) >= MEALS_BEFORE - 4
    )  # one page of rows may be gone, and those are at the hall
    assert {job.txn_id for job in again.prints().unfinished()} <= set(served)
    assert again.rows_to_send()[0].log_id == again.log_id or again.status().unsent <= 5


def test_damage_found_in_the_middle_of_the_day_does_not_stop_the_meal(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    served = serve(outbox, 400)
    outbox._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "log.db"
    for page in range(1, path.stat().st_size // 2048):
        flip(path, page * 2048 + 700)
    outbox._connection.execute("PRAGMA shrink_memory")
    served += serve(outbox, 3, start=500)
    assert outbox.quarantined is not None
    hall = ModelHall()
    push_all(outbox, hall)
    assert sorted(hall.meal_ids()) == sorted(served)
    outbox.close()


def test_a_damaged_journal_costs_nothing_while_the_log_is_well(
    outbox: Outbox, open_outbox: OpenOutbox, tmp_path: Path
) -> None:
    served = serve(outbox, MEALS_BEFORE)
    outbox.close()
    flip(tmp_path / "unsent.journal", 900)
    hall = ModelHall()
    again = open_outbox()
    assert again.quarantined is None
    push_all(again, hall)
    assert sorted(hall.meal_ids()) == sorted(served)


def test_salvage_by_hand_brings_every_unsent_row_once(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    served = serve(outbox, MEALS_BEFORE)
    outbox.close()
    away = tmp_path / "found-on-a-stick.db"
    (tmp_path / "log.db").rename(away)
    (tmp_path / "unsent.journal").unlink()
    fresh = Outbox.open(tmp_path, key, "CT-03", stamp())
    report = fresh.salvage(away)
    assert (report.readable, report.found, report.brought) == (True, MEALS_BEFORE + 1, MEALS_BEFORE + 1)
    assert fresh.salvage(away).brought == 0
    hall = ModelHall()
    push_all(fresh, hall)
    assert sorted(hall.meal_ids()) == sorted(served)
    assert fresh.verify().unbroken
    fresh.close()


def test_salvage_says_so_when_nothing_can_be_read(outbox: Outbox, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(bytes(10_000))
    report = outbox.salvage(rubbish)
    assert (report.readable, report.found, report.brought) == (False, 0, 0)


def test_a_forged_row_is_not_salvaged(tmp_path: Path) -> None:
    """Only rows that match their own hash come over."""
    key = load_key(tmp_path)
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    serve(outbox, 5)
    outbox._connection.execute("DROP TRIGGER transactions_keep")
    outbox._connection.execute("UPDATE transactions SET body = replace(body, '450', '45') WHERE seq = 4")
    outbox.close()
    (tmp_path / "unsent.journal").unlink()
    again = Outbox.open(tmp_path, key, "CT-03", stamp())
    assert again.quarantined is not None
    hall = ModelHall()
    push_all(again, hall)
    assert len(hall.meal_ids()) == 4
    again.close()

"""Yesterday's disk put back: the hall sees two truths in one place, and no meal is lost or doubled for it."""

from __future__ import annotations

import shutil
from pathlib import Path

from offline_cache.db import load_key
from offline_cache.outbox import Outbox
from offline_cache.wire import Push, PushAnswer, RowKind, RowResult
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, slip, stamp
from tests.offline_cache.sending import push_all


def serve(outbox: Outbox, numbers: range) -> list[str]:
    return [outbox.append(RowKind.MEAL, meal(n), stamp(n), slip(n)).txn_id for n in numbers]


def restored_terminal(
    tmp_path: Path, hall: ModelHall, *, unsent_at_copy: int = 0
) -> tuple[Outbox, list[str], str]:
    """A terminal that sent ten meals, was copied, sent ten more, and got the copy back."""
    directory = tmp_path / "terminal"
    key = load_key(directory)
    outbox = Outbox.open(directory, key, "CT-03", stamp())
    served = serve(outbox, range(10))
    push_all(outbox, hall)
    served += serve(outbox, range(10, 10 + unsent_at_copy))
    outbox.close()
    shutil.copytree(directory, tmp_path / "copy")
    outbox = Outbox.open(directory, key, "CT-03", stamp())
    served += serve(outbox, range(20, 30))
    push_all(outbox, hall)
    log_id = outbox.log_id
    outbox.close()
    shutil.rmtree(directory)
    shutil.copytree(tmp_path / "copy", directory)
    return Outbox.open(directory, key, "CT-03", stamp()), served, log_id


def test_a_restored_log_forks_into_a_new_one_and_every_meal_counts_once(tmp_path: Path) -> None:
    hall = ModelHall()
    outbox, served, old_log = restored_terminal(tmp_path, hall)
    served += serve(outbox, range(40, 45))
    push_all(outbox, hall)
    assert old_log in hall.marked
    assert outbox.log_id != old_log
    served += serve(outbox, range(50, 53))
    push_all(outbox, hall)
    assert sorted(hall.meal_ids()) == sorted(served)
    assert outbox.status().unsent == 0
    assert outbox.verify().unbroken
    outbox.close()


def test_the_new_log_names_the_one_that_forked(tmp_path: Path) -> None:
    hall = ModelHall()
    outbox, _, old_log = restored_terminal(tmp_path, hall)
    serve(outbox, range(40, 42))
    head = outbox.status().head
    push_all(outbox, hall)
    first = hall.stored[outbox.log_id][1]
    assert first.kind is RowKind.LOG_OPENED
    assert first.body == {
        "previous_log_id": old_log,
        "previous_seq": 13,
        "previous_hash": head,
        "reason": "fork",
    }
    outbox.close()


def test_rows_that_the_hall_had_already_are_seen_not_carried(tmp_path: Path) -> None:
    """The copy held rows that were sent later: they are the same rows, so they are simply known."""
    hall = ModelHall()
    outbox, served, _ = restored_terminal(tmp_path, hall, unsent_at_copy=4)
    served += serve(outbox, range(40, 43))
    push_all(outbox, hall)
    assert sorted(hall.meal_ids()) == sorted(served)
    outbox.close()


def test_a_carried_meal_keeps_its_time_its_slip_and_counts_once_here_too(tmp_path: Path) -> None:
    hall = ModelHall()
    outbox, _, _ = restored_terminal(tmp_path, hall)
    (txn_id,) = serve(outbox, range(40, 41))
    push_all(outbox, hall)
    carried = hall.stored[outbox.log_id][2]
    assert (carried.txn_id, carried.occurred_at_ms) == (txn_id, stamp(40).wall_ms)
    (found,) = outbox.own_meals("person-40", "2026-09-21")
    assert (found.txn_id, found.log_id, found.state) == (txn_id, outbox.log_id, "accepted")
    job = outbox.prints().job(txn_id)
    assert job is not None and job.slip == slip(40)
    outbox.close()


def test_a_hall_that_always_says_conflict_does_not_fill_the_disk(tmp_path: Path) -> None:
    class Contrary(ModelHall):
        def push(self, push: Push) -> PushAnswer:
            results = [RowResult(seq=row.seq, result="conflict") for row in push.rows]
            return PushAnswer(results=results, expected_seq=1, log_marked="fork", hall_time_ms=0)

    directory = tmp_path / "terminal"
    outbox = Outbox.open(directory, load_key(directory), "CT-03", stamp())
    serve(outbox, range(5))
    push_all(outbox, Contrary())
    status = outbox.status()
    assert (status.unsent, status.refused) == (0, 5)
    outbox.close()

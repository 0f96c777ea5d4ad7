"""Meals go before sync work, nothing is lost between threads, and nobody waits for the disk without an end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.db import StorageError, load_key
from offline_cache.disk import DiskThread
from offline_cache.outbox import Outbox
from tests.offline_cache.rows import stamp

DEADLINE_S = 10.0


@pytest.fixture
def disk() -> Iterator[DiskThread]:
    thread = DiskThread().start()
    yield thread
    assert thread.stop()


def test_it_runs_on_the_thread_disk(disk: DiskThread) -> None:
    assert disk.call(lambda: threading.current_thread().name) == "disk"


def test_meals_go_before_what_was_handed_in_earlier(disk: DiskThread) -> None:
    gate, done = threading.Event(), []
    blocker = disk.submit(lambda: gate.wait(DEADLINE_S))
    later = [disk.submit(lambda n=n: done.append(f"sync {n}")) for n in range(3)]  # type: ignore[misc]
    urgent = [disk.submit(lambda n=n: done.append(f"meal {n}"), urgent=True) for n in range(3)]  # type: ignore[misc]
    gate.set()
    for future in (blocker, *later, *urgent):
        future.result(DEADLINE_S)
    assert done == ["meal 0", "meal 1", "meal 2", "sync 0", "sync 1", "sync 2"]


def test_an_error_belongs_to_whoever_asked(disk: DiskThread) -> None:
    with pytest.raises(ZeroDivisionError):
        disk.call(lambda: 1 // 0)
    assert disk.call(lambda: "still there") == "still there"


def test_waiting_has_an_end(disk: DiskThread) -> None:
    gate = threading.Event()
    disk.submit(lambda: gate.wait(DEADLINE_S))
    with pytest.raises(StorageError) as caught:
        disk.call(lambda: None, deadline_s=0.05)
    assert caught.value.code == "disk.slow"
    assert disk.busy_for_s() > 0.0
    gate.set()


def test_work_given_up_is_not_done_later(disk: DiskThread) -> None:
    gate, done = threading.Event(), []
    disk.submit(lambda: gate.wait(DEADLINE_S))
    with pytest.raises(StorageError):
        disk.call(lambda: done.append(1), deadline_s=0.05)
    gate.set()
    disk.call(lambda: None)
    assert done == []


def test_a_timeout_raised_by_the_work_itself_stays_what_it_is(disk: DiskThread) -> None:
    def work() -> None:
        raise TimeoutError("of the work")

    with pytest.raises(TimeoutError, match="of the work"):
        disk.call(work)


def test_stopping_finishes_what_was_handed_in() -> None:
    disk, done = DiskThread().start(), []
    futures = [disk.submit(lambda n=n: done.append(n)) for n in range(50)]  # type: ignore[misc]
    assert disk.stop()
    assert all(future.done() for future in futures) and done == list(range(50))
    with pytest.raises(StorageError) as caught:
        disk.submit(lambda: None)
    assert caught.value.code == "disk.closed"


def test_work_of_the_disk_thread_may_ask_it_again(disk: DiskThread) -> None:
    assert disk.call(lambda: disk.call(lambda: 7)) == 7


def test_the_log_refuses_every_other_thread(disk: DiskThread, tmp_path: Path) -> None:
    key = load_key(tmp_path)
    outbox = disk.call(lambda: Outbox.open(tmp_path, key, "CT-03", stamp()))
    with pytest.raises(Exception, match="thread"):
        outbox.status()
    disk.call(outbox.close)

"""Whoever looks into a log that is being written sees a whole one, and the terminal does not notice."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache.copies import copied
from offline_cache.db import DiskBusy, load_key, open_file
from offline_cache.log_file import verify_chain
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.rows import meal, stamp

ROWS = 3000  # the write-ahead log is folded back more than once meanwhile


def test_a_copy_of_a_log_under_way_is_a_whole_chain(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    ready, done = threading.Event(), threading.Event()

    def write() -> None:
        outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
        ready.set()
        for number in range(ROWS):
            outbox.append(RowKind.MEAL, meal(number), stamp(number))
        outbox.close()
        done.set()

    writer = threading.Thread(target=write, name="writer")
    writer.start()
    assert ready.wait(10)
    seen = [0]
    while not done.is_set():
        with copied(tmp_path / "log.db") as copy, closing(open_file(copy, key, read_only=True)) as connection:
            report = verify_chain(connection)
        assert report.unbroken
        seen.append(report.rows)
    writer.join()
    assert seen == sorted(seen)
    assert not list(tmp_path.glob(".copy-*"))


def test_two_cannot_write_one_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline_cache.db.BUSY_TIMEOUT_S", 0.1)
    key = load_key(tmp_path)
    outbox = Outbox.open(tmp_path, key, "CT-03", stamp())
    with pytest.raises(DiskBusy) as caught:
        Outbox.open(tmp_path, key, "CT-03", stamp())
    assert caught.value.code == "disk.busy"
    outbox.close()

"""A full disk costs the reserve, not the meal; a read-only disk is told at once. On real, small file systems."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import ballast
from offline_cache.blobs import Blobs
from offline_cache.db import DiskFull, DiskReadOnly, load_key
from offline_cache.outbox import Outbox
from offline_cache.wire import RowKind
from tests.offline_cache.model_hall import ModelHall
from tests.offline_cache.rows import meal, slip, stamp
from tests.offline_cache.sending import push_all

MIB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MiB of its own."""
    mount = tmp_path / "disk"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(mount)],
        capture_output=True,
        check=False,
        timeout=10,
    )
    if made.returncode:
        pytest.skip(
            "a small file system cannot be mounted here (needs root): " + made.stderr.decode().strip()
        )
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True, timeout=10)


@pytest.fixture
def small_ballast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballast, "BALLAST_BYTES", 2 * MIB)


def fill(directory: Path) -> Path:
    """Takes all the room that is left."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (64 * 1024, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return filler


@pytest.mark.usefixtures("small_ballast")
def test_meals_go_on_when_the_disk_is_full_and_the_hall_gets_them(small_disk: Path) -> None:
    key = load_key(small_disk)
    outbox = Outbox.open(small_disk, key, "CT-03", stamp())
    served = [outbox.append(RowKind.MEAL, meal(0), stamp(0), slip()).txn_id]
    filler = fill(small_disk)
    served += [
        outbox.append(RowKind.MEAL, meal(number), stamp(number), slip()).txn_id for number in range(1, 200)
    ]
    assert "disk.full" in outbox.notices
    assert outbox.verify().unbroken
    hall = ModelHall()
    push_all(outbox, hall)
    assert sorted(hall.meal_ids()) == sorted(served)
    filler.unlink()
    assert outbox.restore_ballast()
    assert "disk.full" not in outbox.notices
    outbox.close()


@pytest.mark.usefixtures("small_ballast")
def test_when_the_reserve_is_gone_too_nothing_half_is_written(small_disk: Path) -> None:
    key = load_key(small_disk)
    outbox = Outbox.open(small_disk, key, "CT-03", stamp())
    served = 0
    fill(small_disk)
    with pytest.raises(DiskFull) as caught:
        for number in range(100_000):
            outbox.append(RowKind.MEAL, meal(number), stamp(number), slip())
            served += 1
    assert caught.value.code == "disk.full"
    assert served > 100
    assert outbox.status().last_seq == served + 1
    assert outbox.verify().unbroken
    (small_disk / "filler").unlink()
    outbox.append(RowKind.MEAL, meal(), stamp(), slip())
    outbox.close()
    again = Outbox.open(small_disk, key, "CT-03", stamp())
    assert again.quarantined is None
    assert again.status().last_seq == served + 2
    again.close()


def test_the_reserve_really_holds_its_room(tmp_path: Path) -> None:
    reserve = ballast.Ballast(tmp_path / "ballast", MIB)
    assert reserve.restore()
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= MIB
    assert reserve.release()
    assert not reserve.release()


def test_a_read_only_disk_is_told_at_start(small_disk: Path) -> None:
    key = load_key(small_disk)
    Outbox.open(small_disk, key, "CT-03", stamp()).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True, timeout=10)
    with pytest.raises(DiskReadOnly) as caught:
        Outbox.open(small_disk, key, "CT-03", stamp())
    assert caught.value.code == "disk.read_only"
    assert not (small_disk / "quarantine").exists()


def test_a_disk_that_turns_read_only_is_told_at_the_next_meal(small_disk: Path) -> None:
    outbox = Outbox.open(small_disk, load_key(small_disk), "CT-03", stamp())
    outbox.append(RowKind.MEAL, meal(), stamp())
    outbox.close()
    # A handle open for writing keeps a file system from turning read-only, as a dying disk does by itself; a file
    # opened for reading only behaves the same way for the log.
    os.sync()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True, timeout=10)
    with pytest.raises(DiskReadOnly):
        load = Outbox.open(small_disk, load_key(small_disk), "CT-03", stamp())
        load.append(RowKind.MEAL, meal(), stamp())
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True, timeout=10)
    again = Outbox.open(small_disk, load_key(small_disk), "CT-03", stamp())
    assert again.status().last_seq == 2
    again.close()


def test_a_paper_that_only_half_fits_is_refused_and_leaves_nothing(small_disk: Path) -> None:
    blobs = Blobs(small_disk, bytes(range(32)))
    blobs.open()
    filler = fill(small_disk)
    os.truncate(filler, filler.stat().st_size - MIB)
    paper = os.urandom(2 * MIB - 1024)
    with pytest.raises(DiskFull):
        blobs.take(paper)
    assert blobs.size() == 0
    filler.unlink()
    blobs.keep(blobs.take(paper))
    assert blobs.read(blobs.kept()[0]) == paper

"""A photographed paper is somebody's: it is unreadable on the disk, comes back byte for byte, and goes when nobody waits
for it; and papers never fill the disk."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from offline_cache import blobs as module
from offline_cache.blobs import Blobs, NoRoomForPapers, PaperGone, PaperTooLarge
from offline_cache.db import DiskDamaged, StorageError
from offline_cache.wire_residents import LARGEST_PAPER

KEY = bytes(range(32))
PAPER = b"the household register of somebody invented" * 100


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    opened = Blobs(tmp_path, KEY)
    opened.open()
    return opened


def files(directory: Path) -> list[Path]:
    return sorted(path for path in (directory / "papers").rglob("*") if path.is_file())


def test_a_paper_comes_back_and_is_unreadable_meanwhile(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.take(PAPER)
    assert name == hashlib.sha256(PAPER).hexdigest()
    blobs.keep(name)
    assert blobs.read(name) == PAPER
    (file,) = files(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"household" not in file.read_bytes()
    assert KEY not in file.read_bytes()


def test_the_same_paper_twice_is_one(blobs: Blobs, tmp_path: Path) -> None:
    assert blobs.take(PAPER) == blobs.take(PAPER)
    assert len(files(tmp_path)) == 1


def test_no_two_files_are_sealed_alike(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.take(PAPER)
    first = files(tmp_path)[0].read_bytes()
    blobs.drop(name)
    blobs.take(PAPER)
    assert files(tmp_path)[0].read_bytes() != first


def test_what_was_not_sent_in_is_gone_after_a_restart(blobs: Blobs, tmp_path: Path) -> None:
    kept, left = blobs.take(b"kept"), blobs.take(b"left")
    blobs.keep(kept)
    (tmp_path / "papers" / "taken" / f"{left}.new").write_bytes(b"half")
    again = Blobs(tmp_path, KEY)
    again.open()
    assert again.kept() == [kept]
    assert not again.has_taken(left)
    assert len(files(tmp_path)) == 1


def test_given_up_and_accepted_ones_leave_nothing(blobs: Blobs, tmp_path: Path) -> None:
    one, other = blobs.take(b"one"), blobs.take(b"other")
    blobs.keep(one)
    blobs.drop_all()
    assert not blobs.has_taken(other)
    blobs.delete(one)
    assert files(tmp_path) == []
    with pytest.raises(PaperGone):
        blobs.read(one)
    with pytest.raises(PaperGone):
        blobs.keep(other)


def test_a_paper_is_two_megabytes_at_most(blobs: Blobs) -> None:
    blobs.take(os.urandom(LARGEST_PAPER))
    for content in (b"", bytes(LARGEST_PAPER + 1)):
        with pytest.raises(PaperTooLarge) as refusal:
            blobs.take(content)
        assert refusal.value.code == "paper.too_large"


def test_there_is_an_end_to_all_papers_together(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 3000)
    blobs.keep(blobs.take(bytes(1400)))
    blobs.take(bytes(1401))
    with pytest.raises(NoRoomForPapers) as refusal:
        blobs.take(bytes(1402))
    assert refusal.value.code == "paper.no_room"
    blobs.drop_all()
    blobs.take(bytes(1402))


@pytest.mark.parametrize("at", [0, 13, -1])
def test_a_damaged_file_is_not_taken_for_the_paper(blobs: Blobs, tmp_path: Path, at: int) -> None:
    name = blobs.take(PAPER)
    blobs.keep(name)
    (file,) = files(tmp_path)
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(DiskDamaged):
        blobs.read(name)
    file.write_bytes(b"short")
    with pytest.raises(DiskDamaged):
        blobs.read(name)


def test_another_papers_file_in_its_place_does_not_open(blobs: Blobs, tmp_path: Path) -> None:
    one, other = blobs.take(b"one"), blobs.take(b"other")
    blobs.keep(one)
    blobs.keep(other)
    kept = tmp_path / "papers" / "kept"
    (kept / one).replace(kept / other)
    with pytest.raises(DiskDamaged):
        blobs.read(other)


def test_a_name_is_no_path(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"stays")
    blobs.drop("../../precious")
    assert not blobs.has_taken("../../precious")
    assert (tmp_path / "precious").exists()


def test_what_was_not_written_down_is_at_hand_again(blobs: Blobs) -> None:
    name = blobs.take(PAPER)
    blobs.keep(name)
    blobs.take_back(name)
    assert blobs.has_taken(name)
    blobs.delete(name)  # as one that belongs to no application
    blobs.keep(name)
    assert blobs.read(name) == PAPER


def test_taking_back_costs_an_earlier_application_nothing(blobs: Blobs) -> None:
    blobs.keep(blobs.take(PAPER))
    name = blobs.take(PAPER)
    blobs.keep(name)
    blobs.take_back(name)
    blobs.drop_all()
    assert blobs.read(name) == PAPER


def test_directories_that_are_gone_are_a_fault_of_the_disk(blobs: Blobs, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "papers")
    for ask in (blobs.kept, blobs.size, blobs.drop_all, lambda: blobs.take(PAPER)):
        with pytest.raises(StorageError):
            ask()

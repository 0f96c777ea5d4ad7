"""A paper reaches the hall whole, once and in parts, whatever the network does in between; it leaves this disk when the
hall has it and not before."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_cache.backoff import Backoff
from offline_cache.blobs import Blobs
from offline_cache.db import StorageError
from offline_cache.hall_error import HallError
from offline_cache.uploads import Uploads
from offline_cache.wire_residents import PAPER_PART, PaperProgress

KEY = bytes(range(32))


class HallOfPapers:
    """Takes parts in as the hall does. `wanted` are the papers that its rows name; `fails` is asked before every call and
    may raise; `loses` counts parts whose answer is lost; `late` arrives just after the hall was asked."""

    def __init__(self) -> None:
        self.wanted: dict[str, int] = {}
        self.held: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.loses = 0
        self.late = b""
        self.fails: Callable[[], None] = lambda: None

    def paper_progress(self, sha256: str) -> PaperProgress:
        self.calls.append("GET")
        self.fails()
        progress = self._progress(sha256)
        if self.late:
            self.held[sha256], self.late = self.late, b""
        return progress

    def send_paper(self, sha256: str, offset: int, part: bytes) -> PaperProgress:
        self.calls.append(f"PUT {offset}")
        self.fails()
        held = self.held.get(sha256, b"")
        assert 0 < len(part) <= PAPER_PART
        if offset != len(held):
            raise HallError("hall.refused", reason="paper.offset", status=409)
        self.held[sha256] = held + part
        if self.loses:
            self.loses -= 1
            raise HallError("hall.silent")
        return self._progress(sha256)

    def _progress(self, sha256: str) -> PaperProgress:
        if sha256 not in self.wanted:
            raise HallError("hall.refused", reason="paper.unknown", status=404)
        held = self.held.get(sha256, b"")
        whole = len(held) == self.wanted[sha256] and hashlib.sha256(held).hexdigest() == sha256
        return PaperProgress(sha256=sha256, received=len(held), complete=whole)


class Stage:
    def __init__(self, directory: Path) -> None:
        self.blobs = Blobs(directory, KEY)
        self.blobs.open()
        self.hall = HallOfPapers()
        self.unsent = 0
        self.uploads = Uploads(self.hall, self.blobs, on_disk=lambda work: work(), unsent=lambda: self.unsent)

    def kept(self, size: int, *, wanted: bool = True) -> tuple[str, bytes]:
        content = os.urandom(size)
        name = self.blobs.take(content)
        self.blobs.keep(name)
        if wanted:
            self.hall.wanted[name] = size
        return name, content

    def fail_at(self, call: int) -> None:
        """The network is gone from this call on."""

        def fails() -> None:
            if len(self.hall.calls) >= call:
                raise HallError("hall.unreachable")

        self.hall.fails = fails


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.mark.parametrize("size", [1, PAPER_PART - 1, PAPER_PART, PAPER_PART + 1, 3 * PAPER_PART])
def test_a_paper_arrives_whole_and_leaves(stage: Stage, size: int) -> None:
    name, content = stage.kept(size)
    assert stage.uploads.round()
    assert stage.hall.held[name] == content
    assert stage.blobs.kept() == []
    assert stage.hall.calls.count("GET") == 1
    assert len(stage.hall.calls) == 1 + -(-size // PAPER_PART)


@pytest.mark.parametrize("call", range(1, 6))
def test_it_goes_on_where_the_line_broke(stage: Stage, call: int) -> None:
    name, content = stage.kept(3 * PAPER_PART + 7)
    stage.fail_at(call)
    with pytest.raises(HallError):
        stage.uploads.round()
    assert stage.blobs.kept() == [name]
    sent = [made for made in stage.hall.calls[:-1] if made.startswith("PUT")]
    stage.hall.fails = lambda: None
    stage.hall.calls.clear()
    assert stage.uploads.round()
    assert stage.hall.held[name] == content
    assert not set(sent) & set(stage.hall.calls), "no part that had arrived is sent again"


def test_a_part_whose_answer_was_lost_is_not_doubled(stage: Stage) -> None:
    name, content = stage.kept(2 * PAPER_PART)
    stage.hall.loses = 1
    with pytest.raises(HallError):
        stage.uploads.round()
    assert stage.uploads.round()
    assert stage.hall.held[name] == content


def test_a_hall_that_has_more_than_it_said_is_believed(stage: Stage) -> None:
    name, content = stage.kept(2 * PAPER_PART)
    stage.hall.late = content[:PAPER_PART]
    assert stage.uploads.round()
    assert stage.hall.held[name] == content


def test_one_whose_row_is_on_its_way_waits(stage: Stage) -> None:
    name, _ = stage.kept(10, wanted=False)
    stage.unsent = 1
    assert not stage.uploads.round()
    assert stage.blobs.kept() == [name]


def test_one_that_belongs_to_no_row_goes_when_every_row_is_there(stage: Stage) -> None:
    stage.kept(10, wanted=False)
    assert stage.uploads.round()
    assert stage.blobs.kept() == []
    assert stage.hall.held == {}


def test_a_damaged_one_is_left_to_the_window(stage: Stage, tmp_path: Path) -> None:
    name, _ = stage.kept(10)
    (tmp_path / "papers" / "kept" / name).write_bytes(b"x" * 50)
    assert stage.uploads.round()
    assert stage.blobs.kept() == []


def test_a_hall_that_gets_nowhere_is_left_alone(stage: Stage) -> None:
    name, _ = stage.kept(2 * PAPER_PART)
    stage.hall.send_paper = lambda sha256, offset, part: PaperProgress(  # type: ignore[method-assign]
        sha256=sha256, received=0, complete=False
    )
    with pytest.raises(HallError) as error:
        stage.uploads.round()
    assert error.value.code == "hall.wrong_answer"
    assert stage.blobs.kept() == [name]


@pytest.mark.parametrize("status", [409, 413, 422])
def test_one_that_the_hall_does_not_take_keeps_no_other_waiting(stage: Stage, status: int) -> None:
    stuck, _ = stage.kept(10)
    name, content = stage.kept(10)
    send = stage.hall.send_paper

    def picky(sha256: str, offset: int, part: bytes) -> PaperProgress:
        if sha256 == stuck:
            raise HallError("hall.refused", reason="paper.size", status=status)
        return send(sha256, offset, part)

    stage.hall.send_paper = picky  # type: ignore[method-assign]
    with pytest.raises(HallError):
        stage.uploads.round()
    assert stage.hall.held == {name: content}
    assert stage.blobs.kept() == [stuck]


@pytest.mark.parametrize("error", [HallError("hall.busy"), HallError("hall.refused", status=401)])
def test_a_hall_that_answers_nobody_is_asked_once_a_round(stage: Stage, error: HallError) -> None:
    stage.kept(10)
    stage.kept(10)

    def fails() -> None:
        raise error

    stage.hall.fails = fails
    with pytest.raises(HallError):
        stage.uploads.round()
    assert stage.hall.calls == ["GET"]


def test_one_that_the_disk_does_not_give_keeps_no_other_waiting(stage: Stage) -> None:
    stuck, _ = stage.kept(10)
    name, content = stage.kept(10)
    read = stage.blobs.read

    def failing(name: str) -> bytes:
        if name == stuck:
            raise StorageError("input/output error")
        return read(name)

    stage.blobs.read = failing  # type: ignore[method-assign]
    with pytest.raises(StorageError):
        stage.uploads.round()
    assert stage.hall.held == {name: content}
    assert stage.blobs.kept() == [stuck]


def test_a_mistake_of_ours_does_not_end_the_thread(stage: Stage) -> None:
    asked = threading.Semaphore(0)

    def mistaken() -> None:
        asked.release()
        raise ValueError

    stage.hall.fails = mistaken
    stage.kept(10)
    stage.uploads = Uploads(
        stage.hall,
        stage.blobs,
        on_disk=lambda work: work(),
        unsent=lambda: 0,
        backoff=Backoff(base_s=0.01, cap_s=0.01),
    ).start()
    assert asked.acquire(timeout=10)
    assert asked.acquire(timeout=10)
    stage.uploads.stop()


def test_the_thread_sends_when_it_is_woken_and_ends_when_it_is_told(stage: Stage) -> None:
    name, content = stage.kept(10)
    gone, delete = threading.Event(), stage.blobs.delete

    def deleted(name: str) -> None:
        delete(name)
        gone.set()

    stage.blobs.delete = deleted  # type: ignore[method-assign]
    stage.uploads.start()
    assert gone.wait(10)
    stage.uploads.stop()
    assert stage.hall.held[name] == content
    assert not stage.uploads._thread.is_alive()

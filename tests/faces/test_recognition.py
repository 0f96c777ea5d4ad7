"""Recognition is kept alive: whatever becomes of its process, the desk is told, and the next one has the whole gallery."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.events_front_desk import (
    ChallengeEnded,
    EnrolmentFailed,
    FaceGone,
    FaceNamed,
    FaceUnknown,
    PoseGuided,
    RecognitionChanged,
)
from kiosk.faces.link import Link
from kiosk.faces.recognition import TRACKS_A_START, Limits, Recognition, RecognitionSettings

COMMAND = (sys.executable, "-m", "tests.faces.scripted_process")
DEADLINE_S = 20.0
VECTOR = b"\x01" * 512
QUICK = Limits(silent_s=0.8, starts=3, within_s=60.0, rest_s=0.2)

Make = Callable[..., "Heard"]


class Heard:
    """What a terminal hears of a Recognition."""

    def __init__(self, make: Callable[[Callable[[object], None]], Recognition], file: Path) -> None:
        self.file = file
        self.events: list[object] = []
        self._changed = threading.Condition()
        self.recognition = make(self._hear)

    @classmethod
    def scripted(cls, file: Path, fault: str, limits: Limits, command: tuple[str, ...] = COMMAND) -> Heard:
        """Of a process that is made for tests, which notes in `file` what it hears."""
        options = {"url": "http://127.0.0.1:9/", "heard": str(file), "fault": fault}
        settings = RecognitionSettings("camera_http", options, nice=0)
        return cls(lambda hear: Recognition(settings, hear, limits=limits, command=command), file)

    def _hear(self, event: object) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[list[object]], bool]) -> list[object]:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.events), DEADLINE_S), self.events
            return list(self.events)

    def codes(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, RecognitionChanged)]

    def wait_for_codes(self, *codes: str) -> None:
        self.wait_for(lambda _: self.codes()[: len(codes)] == list(codes))

    def wait_for_line(self, line: str, times: int = 1) -> None:
        """Until the process has heard a message."""
        ends = time.monotonic() + DEADLINE_S
        with self._changed:
            while self.lines().count(line) < times:
                assert time.monotonic() < ends, self.lines()
                self._changed.wait(0.02)

    def lines(self) -> list[str]:
        return self.file.read_text("utf-8").splitlines() if self.file.exists() else []


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Make]:
    made: list[Heard] = []

    def make(fault: str = "", limits: Limits = QUICK, **more: tuple[str, ...]) -> Heard:
        made.append(Heard.scripted(tmp_path / "heard", fault, limits, **more))
        return made[-1]

    yield make
    for each in made:
        each.recognition.stop()
        assert each.recognition.pid is None


def test_it_works_and_hears_what_it_is_told(heard: Make) -> None:
    desk = heard()
    desk.recognition.load([("c1", [VECTOR]), ("c2", [VECTOR, VECTOR])])
    desk.recognition.start()
    desk.wait_for_codes("")
    desk.recognition.watch()
    desk.wait_for(lambda events: FaceNamed(1, "c1", 300, 1) in events)
    desk.recognition.add("c3", [VECTOR])
    desk.recognition.remove("c2")
    desk.wait_for_line("Remove")
    assert desk.recognition.model_id == "scripted"
    assert desk.lines() == ["Begin", "Load c1,c2,c2 1536 {}", "WatchFaces", "Add", "Remove"]


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGSTOP])
def test_one_that_is_killed_or_stopped_is_back_with_its_whole_gallery(heard: Make, signum: int) -> None:
    desk = heard()
    desk.recognition.load([("c1", [VECTOR])])
    desk.recognition.start()
    desk.recognition.watch()
    desk.wait_for(lambda events: FaceUnknown(2, 1) in events)
    desk.recognition.add("c2", [VECTOR])
    desk.recognition.lower(1, "c1")
    desk.wait_for_line("Lower")
    desk.wait_for(lambda _: bool(desk.recognition._needs))
    desk.recognition.load([("c1", [VECTOR]), ("c2", [VECTOR])])
    pid = desk.recognition.pid
    assert pid is not None
    os.kill(pid, signum)
    began = time.monotonic()
    desk.wait_for_codes("", "faces.stopped")
    assert time.monotonic() - began < 2.0
    desk.wait_for_codes("", "faces.stopped", "")
    assert time.monotonic() - began < 5.0
    assert desk.recognition.pid not in (pid, None)
    desk.wait_for_line("WatchFaces", times=2)
    told_anew = "\n".join(desk.lines()).rpartition("Begin\n")[2].splitlines()
    assert told_anew[:2] == ["Load c1,c2 1024 {'c1': 0.28}", "WatchFaces"]
    events = desk.wait_for(lambda events: FaceNamed(TRACKS_A_START + 1, "c1", 300, 1) in events)
    assert {FaceGone(1), FaceGone(2)} <= set(events)


@pytest.mark.parametrize("fault", ["hangs_once", "gibberish_once", "dies_once"])
def test_one_that_fails_once_is_replaced(heard: Make, fault: str) -> None:
    desk = heard(fault)
    desk.recognition.start()
    desk.wait_for(lambda _: desk.codes()[-2:] == ["faces.stopped", ""])


@pytest.mark.parametrize(("wants_processor", "first_code"), [(True, ""), (False, "faces.stopped")])
def test_one_that_starts_slowly_is_left_alone_while_it_wants_the_processor(
    heard: Make, monkeypatch: pytest.MonkeyPatch, wants_processor: bool, first_code: str
) -> None:
    """On a busy machine its low priority leaves it little, and to begin anew would be to lose what was loaded."""
    monkeypatch.setattr(Link, "is_working", lambda self: wants_processor)
    desk = heard("slow_start", Limits(start_s=0.3, silent_s=20.0))
    desk.recognition.start()
    desk.wait_for_codes(first_code)


def test_one_that_falls_over_again_and_again_rests(heard: Make) -> None:
    desk = heard("dies")
    desk.recognition.start()
    desk.wait_for_codes("faces.stopped", "faces.resting")
    assert desk.lines() == ["Begin"] * QUICK.starts
    desk.wait_for_codes("faces.stopped", "faces.resting", "faces.stopped", "faces.resting")
    assert desk.lines() == ["Begin"] * QUICK.starts * 2


def test_one_that_not_even_a_kill_ends_at_once_is_replaced(
    heard: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits in the kernel for a camera's driver dies when that lets go of it, which may be never."""
    really_wait, stuck, left = subprocess.Popen.wait, set[int](), list[Any]()

    def wait(self: Any, timeout: float | None = None) -> int:
        if self.pid in stuck:
            left.append(self)
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return really_wait(self, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    desk = heard()
    desk.recognition.start()
    desk.wait_for_codes("")
    pid = desk.recognition.pid
    assert pid is not None
    stuck.add(pid)
    os.kill(pid, signal.SIGSTOP)
    desk.wait_for_codes("", "faces.stopped", "")
    really_wait(left[0], DEADLINE_S)


@pytest.mark.parametrize(
    ("fault", "code"), [("no_model", "faces.model_missing"), ("bad_model", "faces.model_damaged")]
)
def test_a_model_that_cannot_be_used_is_named(heard: Make, fault: str, code: str) -> None:
    desk = heard(fault, Limits(rest_s=30.0))
    desk.recognition.start()
    desk.wait_for_codes(code)
    assert desk.lines() == ["Begin"]


def test_a_program_that_is_not_there(heard: Make) -> None:
    desk = heard(command=("/nowhere/python",))
    desk.recognition.start()
    desk.wait_for_codes("faces.stopped", "faces.resting")


class TestAsking:
    def test_only_what_is_asked_now_is_answered(self, heard: Make) -> None:
        desk = heard()
        desk.recognition.start()
        desk.wait_for_codes("")
        desk.recognition.enrol(7)
        events = desk.wait_for(lambda events: any(isinstance(each, PoseGuided) for each in events))
        assert [each.ask_id for each in events if isinstance(each, PoseGuided)] == [7]

    def test_who_enrols_while_it_falls_over_is_told(self, heard: Make) -> None:
        desk = heard()
        desk.recognition.start()
        desk.wait_for_codes("")
        desk.recognition.enrol(7)
        desk.wait_for_line("Enrol")
        pid = desk.recognition.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        desk.wait_for(lambda events: EnrolmentFailed(7, "faces.stopped") in events)
        desk.wait_for_codes("", "faces.stopped", "")
        assert desk.lines().count("Enrol") == 1

    def test_who_failed_is_not_told_twice(self, heard: Make) -> None:
        desk = heard("fails_enrolment")
        desk.recognition.start()
        desk.wait_for_codes("")
        desk.recognition.enrol(7)
        desk.wait_for(lambda events: EnrolmentFailed(7, "face.time") in events)
        desk.recognition.stop()
        assert EnrolmentFailed(7, "faces.stopped") not in desk.events

    def test_before_it_runs(self, heard: Make) -> None:
        desk = heard()
        desk.recognition.challenge(3, "left")
        assert desk.events == [ChallengeEnded(3, False, "faces.stopped")]

    def test_a_challenge(self, heard: Make) -> None:
        desk = heard()
        desk.recognition.start()
        desk.wait_for_codes("")
        desk.recognition.challenge(3, "left")
        desk.wait_for(lambda events: ChallengeEnded(3, True) in events)


def test_a_greeting_on_its_way_after_a_withdrawal_is_not_passed_on(heard: Make) -> None:
    desk = heard()
    desk.recognition.load([("c2", [VECTOR])])
    desk.recognition.start()
    desk.recognition.watch()
    events = desk.wait_for(lambda events: FaceUnknown(2, 1) in events)
    assert not any(isinstance(each, FaceNamed) for each in events)


def test_a_template_of_another_length_is_refused(heard: Make) -> None:
    desk = heard()
    for vectors in ([], [VECTOR[:-1]], [VECTOR, b""]):
        with pytest.raises(ValueError, match="512 bytes"):
            desk.recognition.add("c1", vectors)


def test_removing_and_stopping_overwrite_what_was_held(heard: Make) -> None:
    desk = heard()
    desk.recognition.load([("c1", [VECTOR]), ("c2", [VECTOR])])
    first, second = desk.recognition._vectors["c1"], desk.recognition._vectors["c2"]
    desk.recognition.remove("c1")
    assert not any(first)
    assert any(second)
    desk.recognition.stop()
    assert not any(second)


def test_what_is_replaced_is_overwritten(heard: Make) -> None:
    desk = heard()
    desk.recognition.load([("c1", [VECTOR]), ("c2", [VECTOR])])
    first, second = desk.recognition._vectors["c1"], desk.recognition._vectors["c2"]
    desk.recognition.add("c1", [VECTOR])
    assert not any(first) and any(second)
    desk.recognition.load([("c1", [VECTOR])])
    assert not any(second)
    assert desk.recognition._vectors == {"c1": VECTOR}


def test_the_terminals_side_loads_no_heavy_library() -> None:
    script = "import sys, kiosk.faces.recognition; print(sorted({'numpy','cv2','dlib'} & set(sys.modules)))"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert said.stdout.strip() == "[]"

"""The real process, with dlib and the real camera driver before an emulated camera: it names who is enrolled, it keeps quiet
about a picture, and it is back by itself after whatever happens to it or to its camera.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy
import pytest

from drivers.cameras.sources import load_cv2
from drivers.emulators import camera as emulated
from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.face_sequences import head_turn
from kiosk.events_front_desk import (
    FaceGone,
    FaceNamed,
    FaceUnknown,
    PoseGuided,
    RecognitionChanged,
)
from kiosk.faces.engine import DLIB_5
from kiosk.faces.link import Link
from kiosk.faces.messages import Begin, Ready
from kiosk.faces.recognition import TRACKS_A_START, Recognition, RecognitionSettings
from tests.faces.conftest import engine_named, somebody
from tests.faces.test_recognition import Heard

ENROLLED, STRANGER = 72, 309
SIZE = (640, 400)
FPS = 15.0


@cache
def turning(seed: int) -> tuple[numpy.ndarray, ...]:
    """Somebody who looks to one side and back, for ever: played forwards and backwards."""
    there = list(head_turn(somebody(seed), size=SIZE))
    return (*there, *there[-2:0:-1])


@cache
def vector(seed: int) -> bytes:
    engine = engine_named(DLIB_5)
    rgb = load_cv2().cvtColor(turning(seed)[0], load_cv2().COLOR_BGR2RGB)
    (box,) = engine.detect(rgb)
    return engine.encode(rgb, box).astype("<f4").tobytes()


class Door:
    """A camera before which somebody stands, or nobody, and the recognition that looks through it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.before: tuple[numpy.ndarray, ...] = ()
        self._draw = emulated.draw
        monkeypatch.setattr(emulated, "draw", self._frame)
        self.camera = EmulatedCamera(fps=FPS)
        self.heard = Heard(self._recognition, Path("/dev/null"))

    def _recognition(self, hear: Callable[[object], None]) -> Recognition:
        settings = RecognitionSettings("camera_http", {"url": self.camera.url}, engine=DLIB_5, nice=0)
        return Recognition(settings, hear)

    def _frame(self, scene: str, number: int) -> numpy.ndarray:
        if scene == "shapes" and self.before:
            return self.before[number % len(self.before)]
        return self._draw(scene, number)

    @property
    def recognition(self) -> Recognition:
        return self.heard.recognition

    def names(self, events: list[object]) -> list[str]:
        return [each.consent_id for each in events if isinstance(each, FaceNamed)]

    def close(self) -> None:
        self.recognition.stop()
        self.camera.close()


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    made = Door(monkeypatch)
    made.recognition.load([("c-somebody", [vector(ENROLLED)])])
    made.recognition.watch()
    yield made
    made.close()


def test_who_is_enrolled_is_named_leaving_nothing_on_the_disk_and_it_is_back_after_being_killed(
    door: Door,
) -> None:
    door.before = turning(ENROLLED)
    files = set(Path.cwd().iterdir())
    door.recognition.start()
    door.heard.wait_for_codes("")
    events = door.heard.wait_for(lambda events: "c-somebody" in door.names(events))
    (named,) = (each for each in events if isinstance(each, FaceNamed))
    assert named.distance < 400
    assert named.first_frame_ns < time.monotonic_ns()
    assert door.recognition.model_id == engine_named(DLIB_5).model_id

    pid = door.recognition.pid
    assert pid is not None
    assert_nothing_is_left_on_the_disk(pid)
    assert set(Path.cwd().iterdir()) == files
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    door.heard.wait_for_codes("", "faces.stopped", "")
    back_s = time.monotonic() - began
    events = door.heard.wait_for(lambda events: len(door.names(events)) == 2)
    assert back_s < 5.0
    assert FaceGone(named.track) in events
    again = [each for each in events if isinstance(each, FaceNamed)][-1]
    assert again.track > TRACKS_A_START


def test_a_stranger_is_nobody_and_an_unplugged_camera_is_told(door: Door) -> None:
    door.before = turning(STRANGER)
    door.recognition.start()
    door.heard.wait_for(lambda events: any(isinstance(each, FaceUnknown) for each in events))
    door.camera.unplug()
    door.heard.wait_for_codes("", "camera.gone")
    door.camera.plug()
    door.heard.wait_for_codes("", "camera.gone", "")
    assert door.names(door.heard.events) == []


def test_a_still_picture_is_told_nothing_about(door: Door) -> None:
    """Though it is good enough to be enrolled from, were it to turn; for a second more, in which somebody living would have been
    greeted."""
    frames = [somebody(ENROLLED).frame(scale=160, size=SIZE, number=number) for number in range(8)]
    door.before = tuple(frames)
    door.recognition.start()
    door.heard.wait_for_codes("")
    door.recognition.enrol(1)
    door.heard.wait_for(
        lambda events: any(isinstance(each, PoseGuided) and each.done == 1 for each in events)
    )
    door.recognition.cancel()
    shown = door.camera.number
    while door.camera.number < shown + FPS:
        assert door.camera.next_picture(door.camera.number, 5.0) is not None
    seen = [each for each in door.heard.events if not isinstance(each, PoseGuided)]
    assert seen == [RecognitionChanged("")]


def test_it_ends_with_the_terminal() -> None:
    """Nobody is left who would end it: whoever started it may have been killed."""
    link = Link()
    link.start()
    link.send(Begin(DLIB_5, "", "camera_http", {"url": "http://127.0.0.1:9/"}, (0.8, 0.1), 1, 0))
    said: list[object] = []
    ends = time.monotonic() + 20
    while not any(isinstance(each, Ready) for each in said):
        assert time.monotonic() < ends
        said += link.exchange(0.5)
    process = link._process
    assert process is not None and process.stdin is not None
    process.stdin.close()
    assert process.wait(5) == 0
    link.stop()


def assert_nothing_is_left_on_the_disk(pid: int) -> None:
    """No file is open for writing, none would be written were it to fall over, and what others may read tells nothing."""
    assert written_to(pid) == []
    (core,) = (line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if "core file" in line)
    assert core.split()[4:6] == ["0", "0"], "a core file would hold the frame that it was looking at"
    settings = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    assert b"video.mjpg" not in settings, "an address may hold a password"


def written_to(pid: int) -> list[str]:
    """The regular files that a process holds open for writing, but for its own standard outputs."""
    found = []
    for number in Path(f"/proc/{pid}/fd").iterdir():
        flags = Path(f"/proc/{pid}/fdinfo/{number.name}").read_text("ascii").split()[3]
        path = number.readlink()
        if int(flags, 8) & (os.O_WRONLY | os.O_RDWR) and path.is_file() and number.name not in "12":
            found.append(str(path))
    return found

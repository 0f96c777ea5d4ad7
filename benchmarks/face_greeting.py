"""From the first frame with a face to the event that puts a card on the desk: the whole of recognition, with its process, its camera
driver and an emulated camera at 1280x720, on this machine's cores.

The camera is another process, as a real one is. The peer is the soonest that can be greeted at all: the frame on which
visitors have turned far enough to show that they are no picture.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import face_scenes
from benchmarks.measure import Result, against, percentile
from kiosk.events_front_desk import FaceNamed, RecognitionChanged
from kiosk.faces.engine import DLIB_68
from kiosk.faces.recognition import Recognition, RecognitionSettings

FPS = 25
ENROLLED = 10
VISITS = 36
CYCLE = face_scenes.EMPTY_FRAMES + 2 * face_scenes.TURN_FRAMES
# A head that turns by 26 degrees in these frames has turned by half of it here.
DEPTH_FRAME = face_scenes.TURN_FRAMES * 5 // 8
READY_S = 60.0
LEAST_GREETED = 0.9
P50_MS, P99_MS = 500, 1200

# Nobody comes before the first line of its input. Each further one, monotonic nanoseconds, is answered with the visit of then: whose
# it was, and when its first frame was taken.
CAMERA = f"""
import json, sys
from benchmarks import face_scenes
from drivers.emulators.camera import EmulatedCamera
from drivers.emulators.faces import PEOPLE
people = PEOPLE[:{ENROLLED}]
camera = EmulatedCamera(fps={FPS})
nobody = face_scenes.nobody()
visits = [frame for seed in people for frame in (*nobody, *face_scenes.visit(seed))]
camera.play(nobody)
print(json.dumps(camera.url), flush=True)
sys.stdin.readline()
camera.play(visits)
begun = camera.number
print("true", flush=True)
for line in sys.stdin:
    number = camera.number
    while camera.taken_ns(number) > int(line):
        number -= 1
    visit = (number - begun - 1 - {face_scenes.EMPTY_FRAMES}) // {CYCLE}
    first = begun + 1 + {face_scenes.EMPTY_FRAMES} + visit * {CYCLE}
    print(json.dumps([str(people[visit % len(people)]), camera.taken_ns(first)]), flush=True)
camera.close()
"""

Heard = queue.Queue[tuple[int, object]]


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    names, vectors = face_scenes.enrolled(DLIB_68, ENROLLED)
    heard: Heard = queue.Queue()
    with camera_of_visits() as camera:
        recognition = Recognition(
            RecognitionSettings("camera_http", {"url": camera.url}),
            lambda event: heard.put((time.monotonic_ns(), event)),
        )
        templates = [[vector.astype("<f4").tobytes()] for vector in vectors]
        recognition.load(zip(names, templates, strict=True))
        recognition.start()
        try:
            recognition.watch()
            wait_until_well(heard)
            camera.begin()
            waits_ms, wrong = _greeted(heard, camera)
        finally:
            recognition.stop()
    how = (
        f"{VISITS} visits of {ENROLLED} enrolled, a face of {face_scenes.WIDTH:.0f} pixels from temple to temple that turns by 26 "
        f"degrees in {face_scenes.TURN_FRAMES / FPS:.2f} s, {FPS} frames a second by Motion JPEG over loopback: from taking "
        f"the first frame with the face to the event FaceNamed in the terminal. {len(waits_ms)} were greeted by their name, {wrong} "
        "by another. Peer: when the frame is taken that shows half of the turn."
    )
    return [*_names(len(waits_ms), wrong, how), *_waits(waits_ms, how)]


def _names(right: int, wrong: int, how: str) -> list[Result]:
    """Nobody is to be greeted by another's name, and nearly everybody by the own one."""
    came = "everybody who came"
    return [
        against("face_wrong_names", wrong, "greetings", came, VISITS, how, value_at_most=0),
        against("face_greeted", right, "visits", came, VISITS, how, ratio_at_least=LEAST_GREETED),
    ]


def _waits(waits_ms: list[float], how: str) -> list[Result]:
    """None where nobody was greeted: that goal is missed already."""
    soonest = DEPTH_FRAME / FPS * 1000
    peer = "the frame that shows depth"
    return [
        against(
            f"face_to_event_p{percent}",
            percentile(waits_ms, percent),
            "ms",
            peer,
            soonest,
            how,
            value_at_most=limit,
        )
        for percent, limit in ((50, P50_MS), (99, P99_MS))
        if waits_ms
    ]


def wait_until_well(heard: Heard) -> None:
    end = time.monotonic() + READY_S
    while True:
        _, event = heard.get(timeout=max(0.0, end - time.monotonic()))
        if event == RecognitionChanged(""):
            return


def _greeted(heard: Heard, camera: CameraOfVisits) -> tuple[list[float], int]:
    """How long each visitor waited who was greeted by the own name while VISITS visits went by, and how many greetings said another."""
    waits_ms: list[float] = []
    wrong = 0
    visits: set[int] = set()
    end = time.monotonic() + VISITS * CYCLE / FPS
    while time.monotonic() < end:
        try:
            heard_ns, event = heard.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            break
        if not isinstance(event, FaceNamed):
            continue
        name, first_ns = camera.visit_at(event.first_frame_ns)
        if event.consent_id != name:
            wrong += 1
        elif first_ns not in visits:  # else he was lost and greeted a second time
            visits.add(first_ns)
            waits_ms.append((heard_ns - first_ns) / 1e6)
    return waits_ms, wrong


class CameraOfVisits:
    """An emulated camera before which people come and go once it is told to begin."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = str(self._answer())

    def begin(self) -> None:
        """Nobody for a moment, and then the first visit."""
        self._say("begin")
        self._answer()

    def visit_at(self, then_ns: int) -> tuple[str, int]:
        """Who came last before `then_ns` (monotonic), and when the first frame of that visit was taken."""
        self._say(str(then_ns))
        name, first_ns = self._answer()
        return name, first_ns

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@contextmanager
def camera_of_visits() -> Iterator[CameraOfVisits]:
    """Another process, as a real camera is another machine."""
    with subprocess.Popen(
        [sys.executable, "-c", CAMERA],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield CameraOfVisits(process)

"""Whether the screen stays fluent while recognition works: the gaps between frames of the front desk's board, which is drawn anew 30
times a second, with and without recognition looking at visitors on the same two cores.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import face_scenes
from benchmarks.desk_frames import FRAMES_A_SECOND, PANEL
from benchmarks.face_greeting import ENROLLED, camera_of_visits, wait_until_well
from benchmarks.measure import Result, against, percentile, take_turns
from benchmarks.windows import TOP, display
from deploy.programs import end_with_parent
from kiosk.faces.engine import DLIB_68
from kiosk.faces.recognition import Recognition, RecognitionSettings

ROUNDS = 3
BLOCK_S = 10.0
SETTLE_S = 2.0
END_S = 15.0
P99_MS, RATIO = 50, 2

Gaps = Callable[[], list[float]]


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    names, vectors = face_scenes.enrolled(DLIB_68, ENROLLED)
    templates = [[vector.astype("<f4").tobytes()] for vector in vectors]
    with_faces: list[float] = []
    without: list[float] = []
    with (
        camera_of_visits() as camera,
        display(int(PANEL.width), int(PANEL.height)) as screen,
        _board(screen, directory / "board.log") as gaps,
    ):

        def working() -> float:
            with _recognising(camera.url, names, templates):
                return _block(gaps, with_faces)

        camera.begin()
        # In its first seconds the board builds, between frames, the pages that nobody has opened yet.
        _block(gaps, [])
        take_turns(working, lambda: _block(gaps, without), ROUNDS)
    how = (
        f"{ROUNDS} blocks of {BLOCK_S:g} s each way, in turn: {len(with_faces)} gaps between frames of the desk's board "
        f"({PANEL.width}x{PANEL.height}, all of it drawn {FRAMES_A_SECOND} times a second by software), while recognition looks at "
        "an emulated camera with visitors at 1280x720 and 25 frames a second. Peer: the same page without recognition."
    )
    peer = "the same page without recognition"
    p99, bare_p99 = percentile(with_faces, 99), percentile(without, 99)
    return [
        against("screen_frame_gap_with_faces_p99", p99, "ms", peer, bare_p99, how, value_at_most=P99_MS),
        against("screen_frame_gap_with_faces_p99_ratio", p99, "ms", peer, bare_p99, how, ratio_at_most=RATIO),
    ]


def _block(gaps: Gaps, into: list[float]) -> float:
    threading.Event().wait(SETTLE_S)
    block = gaps()
    into += block
    return percentile(block, 99)


@contextlib.contextmanager
def _board(screen: str, log: Path) -> Iterator[Gaps]:
    """A way to ask for the milliseconds between frames of the next BLOCK_S."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.desk_frames"],
            cwd=TOP,
            env=os.environ | {"DISPLAY": screen, "KIVY_NO_CONSOLELOG": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            preexec_fn=end_with_parent,
        )
        assert process.stdin is not None and process.stdout is not None
        asking, answers = process.stdin, process.stdout
        if answers.readline().strip() != "ready":
            raise RuntimeError(f"no board; the end of its log:\n{log.read_text('utf-8')[-2000:]}")

        def gaps() -> list[float]:
            print(BLOCK_S, file=asking, flush=True)
            return [float(gap) for gap in json.loads(answers.readline())]

        try:
            yield gaps
        finally:
            asking.close()
            try:
                process.wait(timeout=END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=END_S)


@contextlib.contextmanager
def _recognising(url: str, names: list[str], templates: list[list[bytes]]) -> Iterator[None]:
    """Recognition that is at work."""
    heard: queue.Queue[tuple[int, object]] = queue.Queue()
    recognition = Recognition(
        RecognitionSettings("camera_http", {"url": url}),
        lambda event: heard.put((time.monotonic_ns(), event)),
    )
    recognition.load(zip(names, templates, strict=True))
    recognition.start()
    try:
        recognition.watch()
        wait_until_well(heard)
        yield
    finally:
        recognition.stop()

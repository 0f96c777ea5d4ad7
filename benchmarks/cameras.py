"""How old a camera's picture is when it is handed over, against OpenCV read directly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import Result, against, percentile
from drivers.base import Camera, Picture
from drivers.cameras.sources import load_cv2
from drivers.emulators.camera import read_number
from drivers.registry import make

FPS = 25
BLOCK = 100
BLOCKS = 5
WARM_UP = 10
FRAME_S = 2.0
DEADLINE_S = 20.0

# The camera is another process, as a real one is: it says when it took which picture.
CAMERA = f"""
import json, sys
from drivers.emulators.camera import EmulatedCamera
camera = EmulatedCamera(fps={FPS})
print(camera.url, flush=True)
for line in sys.stdin:
    print(json.dumps([camera.taken_ns(number) for number in json.loads(line)]), flush=True)
camera.close()
"""


def run(directory: Path) -> list[Result]:
    directory.mkdir(parents=True)
    ours: list[float] = []
    bare: list[float] = []
    with emulated_camera() as (url, taken_ns):
        for _ in range(BLOCKS):
            ours += driver_ages_ms(url, taken_ns)
            bare += bare_ages_ms(url, taken_ns)
    how = (
        f"{len(ours)} pictures of an emulated camera (another process, 640x480 at {FPS} a second, Motion JPEG over "
        f"loopback) in blocks of {BLOCK}: from taking a picture, before it is drawn and encoded, to its being in the "
        "consumer's hands. Peer: cv2.VideoCapture.read in a loop that does nothing else."
    )
    peer = "cv2 read directly"
    return [
        against("camera_frame_age_p50", percentile(ours, 50), "ms", peer, percentile(bare, 50), how),
        against(
            "camera_frame_age_p99",
            percentile(ours, 99),
            "ms",
            peer,
            percentile(bare, 99),
            how,
            value_at_most=1000 / FPS,
        ),
    ]


TakenNs = Callable[[list[int]], list[int]]


@contextmanager
def emulated_camera() -> Iterator[tuple[str, TakenNs]]:
    """A camera's address, and a way to ask when it took pictures."""
    command = [sys.executable, "-c", CAMERA]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        asking, answers = process.stdin, process.stdout
        url = answers.readline().strip()

        def taken_ns(numbers: list[int]) -> list[int]:
            print(json.dumps(numbers), file=asking, flush=True)
            return list(json.loads(answers.readline()))

        yield url, taken_ns


def driver_ages_ms(url: str, taken_ns: TakenNs) -> list[float]:
    """Ages of pictures from the driver, each newer than the last."""
    camera: Camera = make("camera_http", {"url": url})  # type: ignore[assignment]
    camera.open()
    number = 0

    def newest() -> Any:
        nonlocal number
        picture = camera.newest(DEADLINE_S if not number else FRAME_S, number)
        assert isinstance(picture, Picture)
        number = picture.number
        return picture.pixels

    try:
        return _ages_ms(newest, taken_ns)
    finally:
        camera.close()


def bare_ages_ms(url: str, taken_ns: TakenNs) -> list[float]:
    """Ages of pictures read directly."""
    cv2 = load_cv2()
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    try:
        return _ages_ms(lambda: capture.read()[1], taken_ns)
    finally:
        capture.release()


def _ages_ms(newest: Callable[[], Any], taken_ns: TakenNs) -> list[float]:
    numbers, had_ns = [], []
    for _ in range(WARM_UP + BLOCK):
        pixels = newest()
        had_ns.append(time.monotonic_ns())
        numbers.append(read_number(pixels))
    taken = taken_ns(numbers[WARM_UP:])
    return [(had - then) / 1e6 for had, then in zip(had_ns[WARM_UP:], taken, strict=True)]

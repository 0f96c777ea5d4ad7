"""What is wrong with the camera is said in the desk's words, and ends by itself. On a scripted driver and clock, so that nobody
waits; the real driver has tests of its own, and test_process pulls its cable."""

from __future__ import annotations

from collections.abc import Mapping

import numpy
import pytest

from drivers.base import Camera, DeviceError, DeviceGone, DeviceStatus, Health, Picture
from drivers.cameras.camera import OpenCvCamera
from drivers.cameras.watchdog import Limits
from kiosk.faces.camera import OPEN_AGAIN_NS, WatchedCamera, watched

FRAME_NS = 40_000_000


class ScriptedCamera:
    """Gives the pictures and raises the errors that a test puts before it."""

    kind = "scripted"

    def __init__(self) -> None:
        self.now_ns = 1_000_000_000
        self.pixels: numpy.ndarray | None = None
        self.error: DeviceError | None = None
        self.open_error: DeviceError | None = None
        self.opened = 0
        self._number = 0

    def open(self) -> None:
        if self.open_error is not None:
            raise self.open_error
        self.opened += 1

    def close(self) -> None:
        self.opened = 0

    def probe(self) -> DeviceStatus:
        return DeviceStatus(Health.OK, "", {})

    def diagnostics(self) -> Mapping[str, str]:
        return {}

    def newest(self, timeout_s: float, after_number: int = 0) -> Picture | None:
        self.now_ns += FRAME_NS
        if self.error is not None:
            raise self.error
        if self.pixels is None:
            return None
        self._number += 1
        return Picture(self.pixels, self._number, self.now_ns)


@pytest.fixture
def scripted() -> ScriptedCamera:
    return ScriptedCamera()


@pytest.fixture
def camera(scripted: ScriptedCamera) -> WatchedCamera:
    driver: Camera = scripted
    return WatchedCamera(lambda: driver, Limits(), lambda: scripted.now_ns)


def noise(seed: int, level: int = 120, spread: int = 60) -> numpy.ndarray:
    return numpy.random.default_rng(seed).integers(
        level - spread, level + spread + 1, (90, 160, 3), numpy.uint8
    )


def shown(camera: WatchedCamera, scripted: ScriptedCamera, frames: list[numpy.ndarray]) -> list[bool]:
    """Which of these frames were passed on."""
    passed = []
    for pixels in frames:
        scripted.pixels = pixels
        passed.append(camera.newest(0.1) is not None)
    return passed


def test_a_good_camera(camera: WatchedCamera, scripted: ScriptedCamera) -> None:
    assert camera.code is None
    assert all(shown(camera, scripted, [noise(seed) for seed in range(100)]))
    assert camera.code == ""
    assert scripted.opened == 1


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([numpy.zeros((90, 160, 3), numpy.uint8)] * 60, "camera.black"),
        ([noise(seed, 60, 1) for seed in range(60)], "camera.covered"),
        ([noise(1)] * 140, "camera.frozen"),
    ],
)
def test_a_camera_that_shows_nothing(
    camera: WatchedCamera, scripted: ScriptedCamera, frames: list[numpy.ndarray], code: str
) -> None:
    assert shown(camera, scripted, [noise(7)]) == [True]
    passed = shown(camera, scripted, frames)
    assert camera.code == code
    assert not passed[-1], "who looks at it any longer would greet from an old picture"
    assert shown(camera, scripted, [noise(8)]) == [True]
    assert camera.code == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DeviceGone("pulled"), "camera.gone"),
        (DeviceError("stuck", code="device.wedged"), "camera.gone"),
        (DeviceError("nothing", code="camera.no_picture"), "camera.gone"),
        (DeviceError("silent", code="camera.stalled"), "camera.gone"),
        (DeviceError("dark", code="camera.black"), "camera.black"),
        (DeviceError("still", code="camera.frozen"), "camera.frozen"),
    ],
)
def test_what_the_driver_says(
    camera: WatchedCamera, scripted: ScriptedCamera, error: DeviceError, code: str
) -> None:
    shown(camera, scripted, [noise(1)])
    scripted.error = error
    assert camera.newest(0.1) is None
    assert camera.code == code
    scripted.error = None
    scripted.pixels = None
    assert camera.newest(0.1) is None
    assert camera.code == code, "only a picture ends it"
    assert shown(camera, scripted, [noise(2)]) == [True]
    assert camera.code == ""


def test_one_that_is_not_there_is_tried_each_second(camera: WatchedCamera, scripted: ScriptedCamera) -> None:
    scripted.open_error = DeviceGone("not there")
    assert camera.newest(0.1) is None
    assert camera.code == "camera.gone"
    scripted.open_error = None
    scripted.pixels = noise(1)
    assert camera.newest(0.1) is None
    assert scripted.opened == 0
    scripted.now_ns += OPEN_AGAIN_NS
    assert camera.newest(0.1) is not None
    assert (camera.code, scripted.opened) == ("", 1)


def test_a_camera_of_the_configuration() -> None:
    made = watched("camera_http", {"url": "http://127.0.0.1:9/video.mjpg"})
    assert made.newest(0.05) is None
    assert made.code == "camera.gone"
    made.close()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("camera_http", {"url": "http://127.0.0.1:9/video.mjpg"}),
        ("camera_rtsp", {"url": "rtsp://127.0.0.1:9/stream"}),
        ("camera_v4l2", {"path": "/dev/v4l/by-id/none-video-index0"}),
    ],
)
@pytest.mark.parametrize("ailed_with", ["camera.black", "camera.frozen", "camera.stalled"])
def test_one_that_ailed_for_an_hour_is_looked_at_again_as_soon_as_any(
    kind: str, options: dict[str, object], ailed_with: str
) -> None:
    """The driver's own pauses grow to ten seconds, and it has to be well again within five."""
    driver = watched(kind, options)._camera
    assert isinstance(driver, OpenCvCamera)
    for _ in range(8):
        driver._back_off.failed(ailed_with, 0)
    assert 0 < driver._back_off.left_s(0) <= 2.0

"""The camera driver on an emulated camera: the newest picture, its faults by name, and back again without anybody's help."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.base import DeviceError, DeviceGone, Health, Picture
from drivers.cameras.camera import MOST_ABANDONED, STALE_NS, OpenCvCamera
from drivers.cameras.grabber import BackOff
from drivers.cameras.sources import NO_PICTURE, Capture, StreamSource
from drivers.cameras.watchdog import Limits
from drivers.emulators.camera import HEIGHT, WIDTH, EmulatedCamera, draw, read_number

QUICK = Limits(no_frame_s=1.0, frozen_frames=5, frozen_s=0.3, dark_s=0.3)
BACK_OFF_S = (0.1, 0.2)
DEADLINE_S = 8.0


@pytest.fixture
def emulated() -> Iterator[EmulatedCamera]:
    camera = EmulatedCamera(fps=30)
    yield camera
    camera.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mute camera is told as well after a shorter time."""
    monkeypatch.setattr("drivers.cameras.sources.READ_MS", 1200)
    monkeypatch.setattr("drivers.cameras.sources.OPEN_MS", 800)


@pytest.fixture
def camera(emulated: EmulatedCamera) -> Iterator[OpenCvCamera]:
    driver = OpenCvCamera(StreamSource("camera_http", emulated.url), QUICK, back_off_s=BACK_OFF_S)
    driver.open()
    assert driver.newest(DEADLINE_S) is not None
    yield driver
    driver.close()


def until_code(driver: OpenCvCamera, code: str) -> None:
    """Asks for new frames until the driver says so, "" for a frame."""
    deadline = time.monotonic() + DEADLINE_S
    said, number = "?", 0
    while said != code:
        assert time.monotonic() < deadline, f"never said {code!r}, at last {said!r}"
        try:
            picture = driver.newest(0.2, number)
            said, number = ("", picture.number) if picture else ("?", number)
        except DeviceError as error:
            said = error.reason
            number = 0
            threading.Event().wait(0.01)


def test_pictures_are_whole_numbered_and_new(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    seen: list[Picture] = []
    for _ in range(5):
        picture = camera.newest(DEADLINE_S, seen[-1].number if seen else 0)
        assert picture is not None
        seen.append(picture)
    assert all(picture.pixels.shape == (HEIGHT, WIDTH, 3) for picture in seen)
    assert [picture.number for picture in seen] == sorted({picture.number for picture in seen})
    taken = [read_number(picture.pixels) for picture in seen]
    assert taken == sorted(set(taken))
    assert all(
        emulated.taken_ns(number) < picture.stamp_ns for number, picture in zip(taken, seen, strict=True)
    )


def test_a_slow_reader_gets_the_newest_and_not_the_next(
    emulated: EmulatedCamera, camera: OpenCvCamera
) -> None:
    first = camera.newest(DEADLINE_S)
    assert first is not None
    emulated_then = read_number(first.pixels)
    threading.Event().wait(0.5)
    asked_ns = time.monotonic_ns()
    picture = camera.newest(DEADLINE_S, first.number)
    assert picture is not None
    assert read_number(picture.pixels) >= emulated_then + 5
    assert picture.stamp_ns > asked_ns - STALE_NS


def test_no_frame_above_a_number_is_none_and_in_time(camera: OpenCvCamera) -> None:
    started = time.monotonic()
    assert camera.newest(0.2, after_number=10_000) is None
    assert time.monotonic() - started < 1.0


def test_the_real_rate_is_told(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    emulated.fps = 15
    camera.close()
    camera.open()
    first = camera.newest(DEADLINE_S)
    assert first is not None
    assert camera.newest(DEADLINE_S, first.number + 12) is not None
    said = camera.diagnostics()
    assert 8.0 < float(said["fps"]) < 18.0
    assert said["size"] == f"{WIDTH}x{HEIGHT}"
    assert int(said["frame_age_ms"]) < 1000


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (EmulatedCamera.freeze, "camera.frozen"),
        (EmulatedCamera.black, "camera.black"),
        (EmulatedCamera.unplug, "device.gone"),
    ],
)
def test_a_fault_has_its_name_and_passes(
    emulated: EmulatedCamera, camera: OpenCvCamera, fault: Callable[[EmulatedCamera], None], code: str
) -> None:
    fault(emulated)
    until_code(camera, code)
    assert camera.probe().code == code
    emulated.plug()
    emulated.recover()
    until_code(camera, "")
    assert camera.probe().health is Health.OK


def test_a_frozen_camera_stays_frozen_when_it_is_closed_and_opened(
    emulated: EmulatedCamera, camera: OpenCvCamera
) -> None:
    emulated.freeze()
    until_code(camera, "camera.frozen")
    camera.close()
    camera.open()
    assert camera.probe().code == "camera.frozen"


def test_a_mute_camera_is_stalled(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    emulated.mute()
    until_code(camera, "camera.stalled")
    assert camera.probe().health is Health.DOWN
    deadline = time.monotonic() + DEADLINE_S
    while camera.diagnostics()["fps"] != "0.0":
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def test_a_covered_lens_is_told_and_still_shown(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    emulated.cover()
    deadline = time.monotonic() + DEADLINE_S
    while (status := camera.probe()).code != "camera.covered":
        assert time.monotonic() < deadline, status
    assert status.health is Health.DEGRADED
    assert camera.newest(DEADLINE_S) is not None


def test_a_dropped_connection_is_made_again(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    emulated.drop_connection()
    until_code(camera, "camera.stalled")
    until_code(camera, "")
    assert int(camera.diagnostics()["opened"]) >= 2


def test_corrupt_pictures_end_nothing(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    picture = camera.newest(DEADLINE_S)
    assert picture is not None
    emulated.corrupt(5)
    later = camera.newest(DEADLINE_S, picture.number + 10)
    assert later is not None
    assert camera.probe().health is Health.OK
    assert camera.diagnostics()["opened"] == "1"


def test_a_closed_camera_gives_nothing(camera: OpenCvCamera) -> None:
    camera.close()
    with pytest.raises(DeviceGone):
        camera.newest(0.1)


def test_a_wrong_password_is_no_picture() -> None:
    guarded = EmulatedCamera(user="gate", password="right")
    driver = OpenCvCamera(StreamSource("camera_http", guarded.url.replace("right", "wrong")))
    try:
        driver.open()
        with pytest.raises(DeviceError) as caught:
            driver.newest(DEADLINE_S)
        assert caught.value.reason == "camera.no_picture"
        assert "wrong" not in str(caught.value)
    finally:
        driver.close()
        guarded.close()


class StuckSource:
    """A camera whose vendor's code never comes back, until it is let go."""

    kind = "camera_v4l2"
    name = "stuck"
    limits = Limits()
    frames_to_drop = 0

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.released = 0

    def reach(self) -> None:
        """It is there."""

    def open(self) -> Capture:
        return StuckCapture(self)


class StuckCapture:
    settings: dict[str, str] = {}  # noqa: RUF012 - a property in the protocol

    def __init__(self, source: StuckSource) -> None:
        self._source = source

    def read(self) -> None:
        self._source.let_go.wait(60)

    def release(self) -> None:
        self._source.released += 1


def test_a_stuck_call_is_given_up_and_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.cameras.camera.CLOSE_S", 0.05)
    monkeypatch.setattr("drivers.cameras.grabber.WEDGED_S", 0.05)
    source = StuckSource()
    driver = OpenCvCamera(source)
    for _ in range(MOST_ABANDONED):
        driver.open()
        threading.Event().wait(0.1)
        with pytest.raises(DeviceError) as caught:
            driver.newest(0.05)
        assert caught.value.reason == "device.wedged"
        driver.close()
    with pytest.raises(DeviceError) as caught:
        driver.open()
    assert caught.value.reason == "device.wedged"
    assert driver.probe().health is Health.WEDGED
    assert driver.diagnostics()["stuck_calls"] == str(MOST_ABANDONED)
    source.let_go.set()
    deadline = time.monotonic() + DEADLINE_S
    while source.released < MOST_ABANDONED:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    driver.close()


class PulledWhileOpening(StuckSource):
    """A camera whose cable is pulled between the look whether it is there and the opening."""

    def __init__(self, *, opens: bool) -> None:
        super().__init__()
        self.opens = opens
        self.opening = threading.Event()

    def reach(self) -> None:
        if self.opening.is_set():
            raise DeviceGone("pulled")

    def open(self) -> Capture:
        self.opening.set()
        if self.opens:
            return super().open()
        raise DeviceError("it is there, but gives no picture", code=NO_PICTURE)


@pytest.mark.parametrize("opens", [False, True], ids=["opening fails", "opened and mute"])
def test_a_camera_that_is_pulled_while_it_is_opened_is_gone(
    opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.cameras.camera.FRAME_S", 0.2)
    source = PulledWhileOpening(opens=opens)
    driver = OpenCvCamera(source)
    driver.open()
    assert source.opening.wait(DEADLINE_S)
    assert driver.probe().code == "device.gone"
    source.let_go.set()
    driver.close()


def test_the_pauses_grow_to_ten_seconds_and_begin_anew() -> None:
    back_off = BackOff()
    pauses = []
    for _ in range(6):
        back_off.failed("camera.frozen", 0)
        pauses.append(back_off.left_s(0))
    assert pauses == [1.0, 2.0, 5.0, 10.0, 10.0, 10.0]
    assert back_off.left_s(4_000_000_000) == 6.0
    back_off.recovered()
    assert back_off.left_s(0) == 0.0
    back_off.failed("camera.black", 0)
    assert back_off.left_s(0) == 1.0
    back_off.failed("device.gone", 0)  # it is looked for each second, and may be another one
    assert (back_off.left_s(0), back_off.code) == (0.0, "")


def test_a_picture_carries_its_number() -> None:
    for number in (0, 1, 77, 2**31):
        assert read_number(draw("shapes", number)) == number

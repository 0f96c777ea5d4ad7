"""The camera driver over RTSP: OpenCV's own client against an emulated camera that speaks RTP with JPEG in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from drivers.base import DeviceError
from drivers.cameras.camera import OpenCvCamera
from drivers.cameras.sources import NO_PICTURE, StreamSource
from drivers.cameras.watchdog import Limits
from drivers.emulators.camera import HEIGHT, WIDTH, EmulatedCamera, draw, encode, read_number
from drivers.emulators.rtsp import LARGEST_PAYLOAD, RtspServer, UnsendableJpeg, packets, scan_of

QUICK = Limits(no_frame_s=1.0, frozen_frames=5, frozen_s=0.3, dark_s=0.3)
DEADLINE_S = 10.0


@pytest.fixture
def emulated() -> Iterator[EmulatedCamera]:
    camera = EmulatedCamera(fps=20)
    yield camera
    camera.close()


@pytest.fixture
def server(emulated: EmulatedCamera) -> Iterator[RtspServer]:
    serving = RtspServer(emulated)
    yield serving
    serving.close()


@pytest.fixture
def camera(server: RtspServer) -> Iterator[OpenCvCamera]:
    driver = OpenCvCamera(StreamSource("camera_rtsp", server.url), QUICK, back_off_s=(0.1, 0.2))
    driver.open()
    yield driver
    driver.close()


def until_code(driver: OpenCvCamera, code: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    said, number = "?", 0
    while said != code:
        assert time.monotonic() < deadline, f"never said {code!r}, at last {said!r}"
        try:
            picture = driver.newest(0.2, number)
            said, number = ("", picture.number) if picture else ("?", number)
        except DeviceError as error:
            said, number = error.reason, 0
            threading.Event().wait(0.01)


def test_pictures_come_whole_and_in_order(camera: OpenCvCamera) -> None:
    taken, number = [], 0
    for _ in range(5):
        picture = camera.newest(DEADLINE_S, number)
        assert picture is not None and picture.pixels.shape == (HEIGHT, WIDTH, 3)
        number = picture.number
        taken.append(read_number(picture.pixels))
    assert taken == sorted(set(taken))


def test_a_frozen_picture_is_told_and_moves_again(emulated: EmulatedCamera, camera: OpenCvCamera) -> None:
    until_code(camera, "")
    emulated.freeze()
    until_code(camera, "camera.frozen")
    emulated.recover()
    until_code(camera, "")


def test_a_dropped_connection_comes_back_by_itself(server: RtspServer, camera: OpenCvCamera) -> None:
    until_code(camera, "")
    server.drop_connection()
    until_code(camera, "camera.stalled")
    until_code(camera, "")


def test_a_wrong_password_is_no_picture() -> None:
    locked = EmulatedCamera(fps=20, user="hall", password="right")
    serving = RtspServer(locked)
    url = serving.url.replace("right", "wrong")
    driver = OpenCvCamera(StreamSource("camera_rtsp", url), QUICK, back_off_s=(0.1, 0.2))
    try:
        with pytest.raises(DeviceError) as caught:
            driver.open()
            until_code(driver, NO_PICTURE)
            raise DeviceError(code=NO_PICTURE)
        assert caught.value.reason == NO_PICTURE
    finally:
        driver.close()
        serving.close()
        locked.close()


def test_a_frame_is_cut_into_packets_that_put_together_are_the_scan() -> None:
    picture = scan_of(encode(draw("shapes", 7)))
    sent = list(packets(picture, 65_530, 1))
    assert all(len(packet) <= 12 + 8 + LARGEST_PAYLOAD for packet in sent)
    assert [packet[1] >> 7 for packet in sent] == [0] * (len(sent) - 1) + [1]
    assert sent[0][20 : 24 + 128] == bytes((0, 0, 0, 128)) + picture.tables
    parts = [packet[20 + (132 if number == 0 else 0) :] for number, packet in enumerate(sent)]
    assert b"".join(parts) == picture.scan


@pytest.mark.parametrize(
    "jpeg", [b"", b"\x89PNG\r\n", b"\xff\xd8\xff\xd9", b"\xff\xd8" + b"\xff\xdb\x00\x02" * 9]
)
def test_what_has_no_rtp_form_is_not_sent(jpeg: bytes) -> None:
    with pytest.raises(UnsendableJpeg):
        scan_of(jpeg)

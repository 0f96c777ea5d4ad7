"""How cameras are opened where there is none: passwords stay in, settings go in order, and what is missing is said at once."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.base import DeviceDenied, DeviceError, DeviceGone, Health, ProtocolError
from drivers.cameras.camera import OpenCvCamera
from drivers.cameras.sources import (
    Capture,
    OpenCvCapture,
    StreamSource,
    load_cv2,
    negotiate,
    shown,
)
from drivers.cameras.watchdog import Limits
from drivers.emulators.camera import draw, read_number
from drivers.kinds import MissingOption, WrongOption
from drivers.registry import make

SECRETS = ("admin", "hunter2", "tlJwpbo6", "0f3a9c")
URLS = [
    ("rtsp://admin:hunter2@10.0.0.5/Streaming/Channels/101", "rtsp://10.0.0.5:554"),
    ("rtsp://10.0.0.5:8554/user=admin&password=tlJwpbo6&channel=1.sdp", "rtsp://10.0.0.5:8554"),
    ("http://cam.hall.lan/video.mjpg?user=admin&token=0f3a9c", "http://cam.hall.lan:80"),
    ("https://admin:hunter2@[fe80::1]:8443/", "https://fe80::1:8443"),
]


@pytest.mark.parametrize(("url", "name"), URLS)
def test_nothing_that_is_shown_holds_a_password(url: str, name: str) -> None:
    kind = "camera_rtsp" if url.startswith("rtsp") else "camera_http"
    driver = make(kind, {"url": url})
    assert shown(url) == name
    said = " ".join([str(driver.diagnostics()), repr(StreamSource(kind, url)), repr(driver)])
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize(
    "url",
    [
        "10.0.0.5/stream",
        "rtsp://",
        "rtsp://admin:hun ter2@10.0.0.5/",
        "rtsp://admin:hunter2@10.0.0.5:70000/",
        "http://admin:hunter2@10.0.0.5/",
        "file:///etc/hunter2",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(WrongOption) as caught:
        make("camera_rtsp", {"url": url})
    assert "hunter2" not in str(caught.value)
    assert "rtsp://" in str(caught.value)


def test_an_address_is_needed() -> None:
    with pytest.raises(MissingOption):
        make("camera_http", {})


@pytest.mark.parametrize("kind", ["camera_rtsp", "camera_http"])
def test_a_refused_connection_is_gone_at_once(kind: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and not listening
        scheme = kind.removeprefix("camera_")
        driver = make(kind, {"url": f"{scheme}://admin:hunter2@127.0.0.1:{nobody.getsockname()[1]}/live"})
        started = time.monotonic()
        with pytest.raises(DeviceGone) as caught:
            driver.open()
        status = driver.probe()
    assert time.monotonic() - started < 1.0
    assert (status.health, status.code) == (Health.DOWN, "device.gone")
    assert "hunter2" not in str(caught.value) + str(status)


def test_a_refused_rtsp_session_is_no_picture(capfd: pytest.CaptureFixture[str]) -> None:
    """Something takes the connection and hangs up: FFmpeg would write about it, on standard output."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = StreamSource("camera_rtsp", f"rtsp://admin:hunter2@127.0.0.1:{server.getsockname()[1]}/live")
        server.settimeout(5)
        hanging_up = threading.Thread(target=lambda: server.accept()[0].close())
        hanging_up.start()
        with pytest.raises(DeviceError) as caught:
            source.open()
        hanging_up.join()
    assert caught.value.reason == "camera.no_picture"
    assert "hunter2" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_opencv_is_quiet_because_it_was_told_so() -> None:
    """In a process of its own, since FFmpeg reads its level once: the control, that it does write when it may."""
    script = """
import socket, threading
from drivers.base import DeviceError
from drivers.cameras.sources import StreamSource

def answer():
    with server.accept()[0] as peer:
        peer.recv(999)
        peer.sendall(b"RTSP/1.0 200 OK\\r\\nCSeq: 1\\r\\n\\r\\n")
        peer.recv(999)

server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=answer, daemon=True).start()
try:
    StreamSource("camera_rtsp", f"rtsp://127.0.0.1:{server.getsockname()[1]}/password=hunter2").open()
except DeviceError as error:
    print(error.reason)
"""
    for level, is_loud in (({}, False), ({"OPENCV_FFMPEG_LOGLEVEL": "56"}, True)):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONPATH": str(Path(__file__).parents[3])} | level,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        said = done.stdout + done.stderr
        assert ("hunter2" in said) is is_loud
        assert is_loud or said == "camera.no_picture\n"


def test_a_camera_that_is_not_plugged_in_is_gone(tmp_path: Path) -> None:
    driver = make("camera_v4l2", {"path": str(tmp_path / "usb-Camera-video-index0")})
    with pytest.raises(DeviceGone):
        driver.open()
    assert driver.probe().code == "device.gone"


def test_a_camera_without_rights_is_denied(
    tmp_path: Path, without_rights: Callable[[Path], AbstractContextManager[None]]
) -> None:
    node = tmp_path / "video0"
    node.touch()
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o111)
    with without_rights(node), pytest.raises(DeviceDenied):
        make("camera_v4l2", {"path": str(node)}).open()


def test_a_node_that_is_no_camera_gives_no_picture(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.touch()
    assert make("camera_v4l2", {"path": str(node)}).probe().code == "camera.no_picture"


class Capturing:
    """Stands for a cv2.VideoCapture whose driver cannot do what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []

    def set(self, what: str, value: object) -> bool:
        self.asked.append((what, value))
        return True

    def get(self, what: str) -> float:
        return {"fourcc": 0x56595559, "width": 352.0, "height": 288.0, "fps": 15.0}[what]


def test_settings_go_in_order_and_are_read_back() -> None:
    cv2 = SimpleNamespace(
        CAP_PROP_FOURCC="fourcc",
        CAP_PROP_FRAME_WIDTH="width",
        CAP_PROP_FRAME_HEIGHT="height",
        CAP_PROP_FPS="fps",
        VideoWriter=SimpleNamespace(fourcc=lambda *letters: "".join(letters)),
    )
    capture = Capturing()
    said = negotiate(cv2, capture, "MJPG", 640, 480, 25)
    assert capture.asked == [("fourcc", "MJPG"), ("width", 640), ("height", 480), ("fps", 25)]
    assert said == {"asked": "MJPG 640x480 25", "does": "YUYV 352x288 15"}


def test_a_frame_that_cannot_be_decoded_is_a_protocol_error() -> None:
    class Undecodable(Exception):
        pass

    def fail() -> None:
        raise Undecodable

    cv2 = SimpleNamespace(error=Undecodable)
    with pytest.raises(ProtocolError):
        OpenCvCapture(cv2, SimpleNamespace(read=fail), {}, "camera").read()


class FileSource:
    """Pictures from files, through the same OpenCV and the same grabber as a camera's."""

    kind = "camera_v4l2"
    frames_to_drop = 2

    def __init__(self, path: Path, backend: str) -> None:
        self.name = str(path)
        self.limits = Limits()
        self._backend = backend

    def reach(self) -> None:
        """Files are always there."""

    def open(self) -> Capture:
        cv2 = load_cv2()
        return OpenCvCapture(cv2, cv2.VideoCapture(self.name, getattr(cv2, self._backend)), {}, self.name)


def write_sequence(directory: Path) -> tuple[Path, str]:
    cv2 = load_cv2()
    for number in range(1, 7):
        cv2.imwrite(str(directory / f"f_{number:03d}.png"), draw("shapes", number))
    return directory / "f_%03d.png", "CAP_IMAGES"


def write_film(directory: Path) -> tuple[Path, str]:
    cv2 = load_cv2()
    film = directory / "film.avi"
    picture = draw("shapes", 1)
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 25, picture.shape[1::-1])
    for number in range(1, 7):
        writer.write(draw("shapes", number))
    writer.release()
    return film, "CAP_FFMPEG"


@pytest.mark.parametrize("write", [write_sequence, write_film])
def test_files_play_through_the_same_grabber(
    tmp_path: Path, write: Callable[[Path], tuple[Path, Any]]
) -> None:
    """The first frames are dropped, the newest stays, and the end of the film is a camera that has stopped."""
    driver = OpenCvCamera(FileSource(*write(tmp_path)), back_off_s=(30.0,))
    driver.open()
    with pytest.raises(DeviceError) as caught:
        driver.newest(5.0, after_number=100)
    assert caught.value.reason == "camera.stalled"
    assert driver.diagnostics()["frames"] == "4"
    grabber = driver._grabber
    assert grabber is not None and grabber._picture is not None
    assert read_number(grabber._picture.pixels) == 6
    driver.close()

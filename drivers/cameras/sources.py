"""How each kind of camera is opened by OpenCV, and what is set before and after.

cv2 is imported by the first `open` only, because its settings are read from the environment once, at its import:

| variable                               | why                                                                          |
|----------------------------------------|------------------------------------------------------------------------------|
| `OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT`    | V4L2 would wait 10 s for a frame; 2 s                                        |
| `OPENCV_FFMPEG_CAPTURE_OPTIONS`        | RTSP over TCP: UDP loses packets behind a busy switch; no frame is held back |
| `OPENCV_FFMPEG_LOGLEVEL`, `OPENCV_LOG_LEVEL` | FFmpeg writes to standard output on every lost packet, and may quote the address, where some cameras want their password: silent |

A variable that is already set is left alone, so that a technician can make FFmpeg talk.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from drivers.base import DeviceError, ProtocolError
from drivers.cameras.watchdog import Limits
from drivers.transport import device_error

if TYPE_CHECKING:
    import numpy

ENVIRONMENT = {
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "2",
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "rtsp_transport;tcp|flags;low_delay",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "OPENCV_LOG_LEVEL": "SILENT",
}
REACH_S = 1.0
OPEN_MS = 3000
READ_MS = 2500
NO_PICTURE = "camera.no_picture"
PORTS = {"rtsp": 554, "http": 80, "https": 443}

# A compressing camera repeats itself on a still scene until its next key frame, which may be ten seconds away.
STREAM_LIMITS = Limits(frozen_s=12.0)


class Capture(Protocol):
    """An opened camera. Every call may block for seconds; all are made by one thread."""

    @property
    def settings(self) -> Mapping[str, str]:
        """What it was asked for and what it does, where the kind can be asked."""
        ...

    def read(self) -> numpy.ndarray | None:
        """The next frame (height x width x 3, BGR, uint8), None when it has no more. Raises DeviceError."""
        ...

    def release(self) -> None:
        """Lets the camera go."""
        ...


class Source(Protocol):
    """Where pictures come from. `name` is for people and holds no password; `frames_to_drop` come before the camera has
    found its exposure."""

    kind: str
    name: str
    limits: Limits
    frames_to_drop: int

    def reach(self) -> None:
        """Whether the device is there at all, within about a second. Raises DeviceError."""
        ...

    def open(self) -> Capture:
        """Opens it. Raises DeviceError."""
        ...


class OpenCvCapture:
    """A cv2.VideoCapture that was opened."""

    def __init__(self, cv2: Any, capture: Any, settings: Mapping[str, str], name: str) -> None:
        self.settings = settings
        self._error: type[Exception] = cv2.error
        self._capture = capture
        self._name = name

    def read(self) -> numpy.ndarray | None:
        """See `Capture.read`."""
        try:
            there, pixels = self._capture.read()
        except self._error as error:
            raise ProtocolError(f"{self._name}: frame cannot be decoded") from error
        return pixels if there else None

    def release(self) -> None:
        """See `Capture.release`."""
        self._capture.release()


class V4l2Source:
    """A camera of this machine. `path` should be a stable name (`/dev/v4l/by-id/…-video-index0`): a USB camera has two
    nodes, and their numbers change. `width` and `height` are pixels, `fps` frames a second, `fourcc` the format on the
    cable: MJPG, without which two cameras do not fit on one USB."""

    kind = "camera_v4l2"
    limits = Limits()
    frames_to_drop = 4

    def __init__(self, path: str, width: int, height: int, fps: int, fourcc: str) -> None:
        self.name = path
        self._wanted = (fourcc, width, height, fps)

    def reach(self) -> None:
        """See `Source.reach`. Opens the node and asks it nothing, so that a camera in use is not disturbed."""
        try:
            os.close(os.open(self.name, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
        except OSError as error:
            raise device_error(error, self.name) from error

    def open(self) -> Capture:
        """See `Source.open`."""
        cv2 = load_cv2()
        capture = cv2.VideoCapture(str(Path(self.name).resolve()), cv2.CAP_V4L2)
        _require_open(capture, self.name)
        return OpenCvCapture(cv2, capture, negotiate(cv2, capture, *self._wanted), self.name)


class StreamSource:
    """A camera on the network. `url` may hold a user's name and password, in any part of it (some cameras want them in
    the path), so nothing but scheme, host and port is ever shown."""

    frames_to_drop = 0

    def __init__(self, kind: str, url: str) -> None:
        self.kind = kind
        self.limits = STREAM_LIMITS if kind == "camera_rtsp" else Limits()
        self.name = shown(url)
        self._url = url

    def reach(self) -> None:
        """See `Source.reach`."""
        parts = urlsplit(self._url)
        address = (parts.hostname or "", parts.port or PORTS[parts.scheme])
        try:
            socket.create_connection(address, timeout=REACH_S).close()
        except OSError as error:
            raise device_error(error, self.name) from None  # the error below may quote the whole address

    def open(self) -> Capture:
        """See `Source.open`."""
        cv2 = load_cv2()
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_MS]
        # One decoding thread: each more holds a frame back.
        capture = cv2.VideoCapture(self._url, cv2.CAP_FFMPEG, [*limits, cv2.CAP_PROP_N_THREADS, 1])
        _require_open(capture, self.name)
        return OpenCvCapture(cv2, capture, {}, self.name)

    def __repr__(self) -> str:
        return f"StreamSource({self.name})"


def load_cv2() -> Any:
    """cv2, silent and with its time limits. Raises DeviceError where it is not installed."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        import cv2
    except ImportError as error:
        raise DeviceError(f"OpenCV cannot be loaded: {error}", code="camera.library") from error
    return cv2


def negotiate(cv2: Any, capture: Any, fourcc: str, width: int, height: int, fps: int) -> dict[str, str]:
    """Asks for a format in the order that drivers understand: what goes over the cable, then its size, then its rate.
    Returns what was asked and what the camera does, because a driver that cannot do it says nothing."""
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*fourcc))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_FPS, fps)
    code = int(capture.get(cv2.CAP_PROP_FOURCC))
    does = [
        code.to_bytes(4, "little", signed=code < 0).decode("ascii", "replace"),
        f"{capture.get(cv2.CAP_PROP_FRAME_WIDTH):.0f}x{capture.get(cv2.CAP_PROP_FRAME_HEIGHT):.0f}",
        f"{capture.get(cv2.CAP_PROP_FPS):.0f}",
    ]
    return {"asked": f"{fourcc} {width}x{height} {fps}", "does": " ".join(does)}


def shown(url: str) -> str:
    """An address as it may be shown: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


def _require_open(capture: Any, name: str) -> None:
    if not capture.isOpened():
        capture.release()
        raise DeviceError(f"{name}: it is there, but gives no picture", code=NO_PICTURE)

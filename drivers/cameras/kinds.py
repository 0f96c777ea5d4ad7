"""The kinds of cameras. OpenCV is imported when one is opened, not before."""

from __future__ import annotations

from drivers.base import Driver
from drivers.kinds import Datasheet, DeviceType, Kind, Link, Option, Options, Place, Surroundings, text, whole

_PORT = r"(:([1-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?"
_HOST = r"([^/\s@]*@)?([\w.-]+|\[[0-9a-fA-F:]+\])" + _PORT + r"(/\S*)?"


def _v4l2(options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cameras.camera import OpenCvCamera
    from drivers.cameras.grabber import pauses
    from drivers.cameras.sources import V4l2Source

    size = whole(options, "width"), whole(options, "height")
    source = V4l2Source(text(options, "path"), *size, whole(options, "fps"), text(options, "fourcc"))
    return OpenCvCamera(source, back_off_s=pauses(surroundings.longest_pause_s))


def _rtsp(options: Options, surroundings: Surroundings) -> Driver:
    return _stream("camera_rtsp", options, surroundings)


def _http(options: Options, surroundings: Surroundings) -> Driver:
    return _stream("camera_http", options, surroundings)


def _stream(kind: str, options: Options, surroundings: Surroundings) -> Driver:
    from drivers.cameras.camera import OpenCvCamera
    from drivers.cameras.grabber import pauses
    from drivers.cameras.sources import StreamSource

    return OpenCvCamera(
        StreamSource(kind, text(options, "url")), back_off_s=pauses(surroundings.longest_pause_s)
    )


def _url(schemes: str, example: str) -> dict[str, Option]:
    return {
        "url": Option(
            str, place=Place.URL, pattern=f"({schemes})://{_HOST}", reason=f"an address like {example}"
        )
    }


KINDS = (
    Kind(
        name="camera_v4l2",
        device=DeviceType.CAMERA,
        link=Link.CAMERA,
        make=_v4l2,
        options={
            "path": Option(str, place=Place.DEVICE_FILE),
            "width": Option(int, 640, lowest=64, highest=7680),
            "height": Option(int, 480, lowest=64, highest=4320),
            "fps": Option(int, 25, lowest=1, highest=120),
            "fourcc": Option(str, "MJPG", choices=("MJPG", "YUYV")),
        },
        datasheet=Datasheet(
            models="USB cameras of the kernel's uvcvideo",
            not_supported="sound, infra-red light, zoom; no emulator: only errors and settings are tried",
        ),
    ),
    Kind(
        name="camera_rtsp",
        device=DeviceType.CAMERA,
        link=Link.CAMERA,
        make=_rtsp,
        options=_url("rtsp", "rtsp://USER:PASSWORD@192.168.1.20:554/stream"),
        datasheet=Datasheet(
            models="IP cameras with RTSP over TCP",
            not_supported="RTSP over UDP, ONVIF, sound; other codecs than Motion JPEG are FFmpeg's and untried",
            emulated="drivers/emulators/rtsp.py",
        ),
    ),
    Kind(
        name="camera_http",
        device=DeviceType.CAMERA,
        link=Link.CAMERA,
        make=_http,
        options=_url("http|https", "http://USER:PASSWORD@192.168.1.20/video.mjpg"),
        datasheet=Datasheet(
            models="IP cameras and phones with Motion JPEG over HTTP",
            not_supported="single pictures (snapshot addresses), sound",
            emulated="drivers/emulators/camera.py",
        ),
    ),
)

"""Cameras by V4L2, RTSP and HTTP (Motion JPEG), through OpenCV.

| what                | how                                                                                     |
|---------------------|-----------------------------------------------------------------------------------------|
| Models              | USB cameras with the kernel's uvcvideo; IP cameras that give RTSP or MJPEG over HTTP    |
| `camera_v4l2`       | `/dev/v4l/by-id/…-video-index0`; format, size and rate are asked for and read back      |
| `camera_rtsp`       | `rtsp://…`, over TCP, any codec that FFmpeg in OpenCV's wheel decodes                   |
| `camera_http`       | `http(s)://…`, `multipart/x-mixed-replace` of JPEGs; Basic and Digest by the address    |
| Supported           | the newest frame, its real rate, a watchdog, opening again by itself                    |
| Not supported       | sound, recording, zoom, infra-red light, ONVIF discovery, RTSP over UDP                 |
| Frozen, black, …    | see `watchdog`; frozen, black and stalled cameras are opened again after 1, 2, 5, 10 s  |
| Unplugged           | looked for each second                                                                  |
| Tried on            | HTTP: the emulator (`drivers/emulators/camera.py`). V4L2: a missing node, a node that is no camera, and its order of settings; RTSP: a refused connection. Neither is emulated. |

A stamp says when the frame came out of OpenCV: what the camera and the network held back before is not in it. Source for
the limits and the order of settings: OpenCV's videoio back ends for V4L2 and FFmpeg.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from drivers.base import (
    DeviceBusy,
    DeviceDenied,
    DeviceError,
    DeviceGone,
    DeviceStatus,
    DeviceTimeout,
    Health,
    Picture,
    ProtocolError,
)
from drivers.cameras.grabber import BACK_OFF_S, BackOff, Grabber
from drivers.cameras.sources import NO_PICTURE, Source
from drivers.cameras.watchdog import BLACK, COVERED, Limits, Watchdog

CLOSE_S = 3.0  # a read takes 2.5 s at most before it gives up
FRAME_S = 4.0  # to the first frame after `open`: a connection takes 3 s at most before it gives up
STALE_NS = 500_000_000
WEDGED = "device.wedged"
MOST_ABANDONED = 2
DEGRADED = frozenset({BLACK, COVERED})

_ERRORS: dict[str, type[DeviceError]] = {
    kind.code: kind for kind in (DeviceGone, DeviceBusy, DeviceDenied, DeviceTimeout, ProtocolError)
}


class OpenCvCamera:
    """The driver. `limits` and `back_off_s` (seconds) are for tests that cannot wait."""

    def __init__(
        self,
        source: Source,
        limits: Limits | None = None,
        *,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.kind = source.kind
        self._source = source
        self._monotonic_ns = monotonic_ns
        # Both outlive a grabber: a camera that is closed and opened is as frozen as before until a frame says otherwise.
        self._watchdog = Watchdog(limits or source.limits, monotonic_ns())
        self._back_off = BackOff(back_off_s)
        self._grabber: Grabber | None = None
        self._abandoned: list[Grabber] = []

    def open(self) -> None:
        """Begins to grab; the first frame comes a moment later. Raises DeviceError when the camera is not there, or was
        given up as stuck too often."""
        self.close()
        self._abandoned = [grabber for grabber in self._abandoned if grabber.alive]
        if len(self._abandoned) >= MOST_ABANDONED:
            raise DeviceError(
                f"{self._source.name}: {len(self._abandoned)} calls never returned", code=WEDGED
            )
        self._source.reach()
        self._grabber = Grabber(self._source, self._watchdog, self._back_off, self._monotonic_ns)
        self._grabber.start()

    def close(self) -> None:
        """Lets the camera go, within CLOSE_S. Never raises. A grabber that is stuck in a call is left to itself: it lets
        the camera go when the call comes back."""
        grabber, self._grabber = self._grabber, None
        if grabber is not None and not grabber.stop(CLOSE_S):
            self._abandoned.append(grabber)

    def newest(self, timeout_s: float, after_number: int = 0) -> Picture | None:
        """The newest frame with a number above `after_number`, at most half a second old; None when none came in
        `timeout_s`. Raises DeviceError: device.gone, device.wedged, camera.frozen, camera.black, camera.stalled or
        camera.no_picture. A covered lens raises nothing: its picture shows it."""
        grabber = self._open_grabber()
        picture = grabber.newest(timeout_s, after_number, self._monotonic_ns() - STALE_NS)
        if picture is None:
            self._complain(grabber)
        return picture

    def probe(self) -> DeviceStatus:
        """Waits for one frame, FRAME_S at most, and says what the watchdog thinks."""
        was_open = self._grabber is not None
        try:
            if not was_open:
                self.open()
            return self._status(self._open_grabber())
        except DeviceError as error:
            health = Health.WEDGED if error.reason == WEDGED else Health.DOWN
            return DeviceStatus(health, error.reason, self.diagnostics())
        finally:
            if not was_open:
                self.close()

    def diagnostics(self) -> Mapping[str, str]:
        """Where it is, its real frame rate, size and age of the newest frame, openings, stuck calls. No password, no
        picture."""
        said = {"kind": self.kind, "port": self._source.name, "stuck_calls": str(len(self._abandoned))}
        return said | (self._grabber.diagnostics() if self._grabber is not None else {})

    def _status(self, grabber: Grabber) -> DeviceStatus:
        seen = int(grabber.diagnostics()["frames"])
        if grabber.newest(FRAME_S, seen) is None:
            code = grabber.code()
            if code in DEGRADED:
                return DeviceStatus(Health.DEGRADED, code, self.diagnostics())
            self._complain(grabber)
            self._source.reach()  # its thread may not have learnt yet that it was unplugged
            return DeviceStatus(Health.DOWN, NO_PICTURE, self.diagnostics())
        code = grabber.code()
        return DeviceStatus(Health.DEGRADED if code else Health.OK, code, self.diagnostics())

    def _complain(self, grabber: Grabber) -> None:
        """Raises what is wrong with the camera, if anything is."""
        if grabber.wedged():
            raise DeviceError(f"{self._source.name}: a call does not return", code=WEDGED)
        code = grabber.code()
        if code and code != COVERED:
            raise _ERRORS.get(code, DeviceError)(f"{self._source.name}: {code}", code=code)

    def _open_grabber(self) -> Grabber:
        if self._grabber is None:
            raise DeviceGone(f"{self._source.name}: not open")
        return self._grabber

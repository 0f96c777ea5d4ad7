"""The camera that recognition owns: opened again by itself, and what is wrong with it in the words that a desk shows.

| code             | when                                                                          |
|------------------|-------------------------------------------------------------------------------|
| `camera.gone`    | it is not there, gives no picture, or a call into its driver does not return   |
| `camera.frozen`  | it repeats one picture                                                        |
| `camera.black`   | no light, or a dead sensor                                                    |
| `camera.covered` | a hand or a sticker on the lens                                               |

Each ends by itself with the first frame that contradicts it. Which frames mean what: drivers/cameras/watchdog.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from drivers.base import Camera, DeviceError, Picture
from drivers.cameras.sources import STREAM_LIMITS
from drivers.cameras.watchdog import BLACK, COVERED, FROZEN, Limits, Watchdog, look_at

GONE = "camera.gone"
TOLD_AS_IT_IS = frozenset({BLACK, COVERED, FROZEN})
OPEN_AGAIN_NS = 1_000_000_000
# Who was black or frozen for an hour is well within five seconds too.
LONGEST_PAUSE_S = 2.0
STREAM = "camera_rtsp"


class WatchedCamera:
    """One camera; `make` gives its driver and does no I/O. `code` is what is wrong with it, "" nothing, None: not known yet. Used by
    one thread."""

    def __init__(
        self,
        make: Callable[[], Camera],
        limits: Limits,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.code: str | None = None
        self._camera = make()
        self._monotonic_ns = monotonic_ns
        # The driver judges its frames too, but raises nothing for a covered lens, whose pictures some can use.
        self._watchdog = Watchdog(limits, monotonic_ns())
        self._is_open = False
        self._tried_ns: int | None = None
        self._number = 0

    def newest(self, timeout_s: float) -> Picture | None:
        """The next frame that shows something, within `timeout_s` or the second that opening takes; None, and `code` says why
        where something is wrong."""
        if not self._is_open and not self._open():
            return None
        try:
            picture = self._camera.newest(timeout_s, self._number)
        except DeviceError as error:
            self.code = _told(error.reason)
            return None
        if picture is None:
            return None
        self._number = picture.number
        self._watchdog.frame(look_at(picture.pixels), picture.stamp_ns)
        self.code = self._watchdog.verdict(picture.stamp_ns)
        return None if self.code else picture

    def close(self) -> None:
        """Lets the camera go. Never raises."""
        self._camera.close()
        self._is_open = False

    def _open(self) -> bool:
        now_ns = self._monotonic_ns()
        if self._tried_ns is not None and now_ns - self._tried_ns < OPEN_AGAIN_NS:
            return False
        self._tried_ns = now_ns
        try:
            self._camera.open()
        except DeviceError as error:
            self.code = _told(error.reason)
            return False
        self._is_open, self._number = True, 0
        return True


def watched(kind: str, options: dict[str, object]) -> WatchedCamera:
    """The camera of a configuration's slot. Raises UnknownKind and OptionError."""
    from drivers.kinds import Surroundings
    from drivers.registry import make

    limits = STREAM_LIMITS if kind == STREAM else Limits()
    surroundings = Surroundings(longest_pause_s=LONGEST_PAUSE_S)
    return WatchedCamera(lambda: cast(Camera, make(kind, options, surroundings)), limits)


def _told(code: str) -> str:
    return code if code in TOLD_AS_IT_IS else GONE

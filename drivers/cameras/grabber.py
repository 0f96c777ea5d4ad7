"""The thread that empties a camera: it keeps the newest frame only, and opens the camera again when it fails.

OpenCV queues frames, so whoever reads seldom sees the past; this thread reads always. It also makes every call that may
block for seconds, `release` included, so that the driver's own thread never waits for one without a deadline.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from drivers.base import DeviceError, DeviceGone, Picture
from drivers.cameras.sources import Capture, Source
from drivers.cameras.watchdog import BLACK, FROZEN, STALLED, Watchdog, look_at

if TYPE_CHECKING:
    import numpy

Value = TypeVar("Value")

BACK_OFF_S = (1.0, 2.0, 5.0, 10.0)
GONE_S = 1.0  # to look whether it is plugged in again costs nothing, so it is done each second
WEDGED_S = 8.0  # the longest bounded call (reach and open) takes four
RATE_NS = 2_000_000_000  # the rate is counted over so long
MOST_STAMPS = 500
# A covered lens is not cured by opening the camera again.
REOPENS = frozenset({BLACK, FROZEN})


def pauses(longest_s: float) -> tuple[float, ...]:
    """BACK_OFF_S, none longer than this (seconds)."""
    return tuple(min(each, longest_s) for each in BACK_OFF_S)


class BackOff:
    """When an ailing camera is opened again, and why it was closed: it outlives the grabber, so that who closes and
    opens the driver meanwhile does not make it forget. Times are monotonic nanoseconds."""

    def __init__(self, pauses_s: tuple[float, ...] = BACK_OFF_S) -> None:
        self.code = ""
        self._pauses_s = pauses_s
        self._failures = 0
        self._due_ns = 0

    def failed(self, code: str, now_ns: int) -> None:
        """It has to be opened again, for this reason. An unplugged camera is not ailing."""
        if code == DeviceGone.code:
            self.recovered()
            return
        self.code = code
        self._due_ns = now_ns + round(self._pauses_s[min(self._failures, len(self._pauses_s) - 1)] * 1e9)
        self._failures += 1

    def recovered(self) -> None:
        """A good frame came, or it is another camera now: the pauses begin anew."""
        self.code = ""
        self._failures = 0
        self._due_ns = 0

    def left_s(self, now_ns: int) -> float:
        """How long to wait yet."""
        return max(0.0, (self._due_ns - now_ns) / 1e9)


class Grabber:
    """Grabs from one source until it is stopped; it is used once. What it saw is asked for from another thread."""

    def __init__(
        self,
        source: Source,
        watchdog: Watchdog,
        back_off: BackOff,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._source = source
        self._monotonic_ns = monotonic_ns
        self._stopping = threading.Event()
        self._changed = threading.Condition()  # guards everything below
        self._watchdog = watchdog
        self._back_off = back_off
        self._picture: Picture | None = None
        self._fault = back_off.code
        self._settings: Mapping[str, str] = {}
        self._stamps_ns: deque[int] = deque(maxlen=MOST_STAMPS)
        self._opened = 0
        self._opened_ns = 0
        self._calling_since_ns: int | None = None
        self._thread = threading.Thread(target=self._run, name=f"grabber:{source.kind}", daemon=True)

    def start(self) -> None:
        """Begins to grab."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Ends grabbing; whether the camera was let go within `timeout_s`."""
        self._stopping.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """Whether its thread runs, and so may hold the camera."""
        return self._thread.is_alive()

    def code(self) -> str:
        """What is wrong now, "" when nothing is."""
        with self._changed:
            return self._code()

    def wedged(self) -> bool:
        """Whether a call to the camera has not come back in its time."""
        since_ns = self._calling_since_ns
        return since_ns is not None and self._monotonic_ns() - since_ns > WEDGED_S * 1e9

    def newest(self, timeout_s: float, after_number: int, oldest_ns: int = 0) -> Picture | None:
        """The newest frame with a greater number, stamped after `oldest_ns`; None when there is none within `timeout_s`,
        or something is wrong (`code`)."""

        def fresh() -> Picture | None:
            picture = self._picture
            wanted = picture is not None and picture.number > after_number and picture.stamp_ns > oldest_ns
            return picture if wanted else None

        with self._changed:
            self._changed.wait_for(lambda: bool(self._fault) or fresh() is not None, timeout_s)
            return None if self._fault else fresh()

    def diagnostics(self) -> dict[str, str]:
        """Rate, size and age of the frames, and how often the camera was opened. No picture."""
        with self._changed:
            picture, now_ns = self._picture, self._monotonic_ns()
            said = {
                "fps": f"{self._rate(now_ns):.1f}",
                "frames": str(picture.number if picture else 0),
                "opened": str(self._opened),
            }
            if picture is not None:
                height, width = picture.pixels.shape[:2]
                said["size"] = f"{width}x{height}"
                said["frame_age_ms"] = str((now_ns - picture.stamp_ns) // 1_000_000)
            return said | dict(self._settings)

    def _run(self) -> None:
        """The thread."""
        try:
            while not self._stopping.wait(self._back_off.left_s(self._monotonic_ns())):
                code = self._play()
                self._fail(code)
                if code == DeviceGone.code:
                    self._stopping.wait(GONE_S)
        finally:
            # An error that nobody foresaw ends the thread; whoever waits for a frame must learn of it.
            if not self._stopping.is_set():
                self._fail(DeviceError.code)

    def _play(self) -> str:
        """Opens the camera and grabs until something is wrong; the code of what it is."""
        try:
            self._called(self._source.reach)
            capture = self._called(self._open)
        except DeviceError as error:
            return error.reason
        try:
            self._begin(capture)
            return self._grab(capture)
        except DeviceError as error:
            return error.reason
        finally:
            self._called(capture.release)

    def _open(self) -> Capture:
        """Opens it; one that was unplugged meanwhile is gone, not a camera without a picture."""
        try:
            return self._source.open()
        except DeviceError:
            self._source.reach()
            raise

    def _begin(self, capture: Capture) -> None:
        with self._changed:
            self._opened += 1
            self._settings = capture.settings
            self._stamps_ns.clear()
            self._opened_ns = self._monotonic_ns()
            self._watchdog.opened(self._opened_ns)

    def _grab(self, capture: Capture) -> str:
        to_drop = self._source.frames_to_drop
        while not self._stopping.is_set():
            pixels = self._called(capture.read)
            if self._stopping.is_set():
                break  # perhaps long given up: another grabber judges by the same watchdog now
            if pixels is None:
                self._called(self._source.reach)  # raises where it was unplugged
                return STALLED
            if to_drop:
                to_drop -= 1
                continue
            code = self._take(pixels, self._monotonic_ns())
            if code in REOPENS:
                return code
        return ""

    def _take(self, pixels: numpy.ndarray, now_ns: int) -> str:
        """Makes it the newest frame; what the watchdog says to it."""
        look = look_at(pixels)
        with self._changed:
            self._watchdog.frame(look, now_ns)
            code = self._watchdog.verdict(now_ns)
            self._fault = code if code in REOPENS else ""
            if not self._fault:
                self._back_off.recovered()
            number = self._picture.number + 1 if self._picture else 1
            self._picture = Picture(pixels, number, now_ns)
            self._stamps_ns.append(now_ns)
            self._changed.notify_all()
            return code

    def _fail(self, code: str) -> None:
        with self._changed:
            self._fault = code
            if code:
                self._back_off.failed(code, self._monotonic_ns())
            self._changed.notify_all()

    def _code(self) -> str:
        return self._fault or (self._watchdog.verdict(self._monotonic_ns()) if self._picture else "")

    def _rate(self, now_ns: int) -> float:
        """Frames a second, counted over RATE_NS, or since it was opened."""
        span_ns = min(RATE_NS, now_ns - self._opened_ns)
        return sum(1 for stamp_ns in self._stamps_ns if now_ns - stamp_ns < span_ns) * 1e9 / max(span_ns, 1)

    def _called(self, call: Callable[[], Value]) -> Value:
        """Makes a call that may block, so that one that does not come back is seen."""
        self._calling_since_ns = self._monotonic_ns()
        try:
            return call()
        finally:
            self._calling_since_ns = None

"""The camera over the paper: its picture on the page, and the photograph that is kept.

Frames stay in memory: only what a person chose to photograph reaches the disk, encrypted. Everything that touches a
frame runs on the camera's own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivers.base import DeviceError, Picture
from kiosk.events_resident import CameraTold
from kiosk.services.pictures import PictureSeen
from offline_cache.wire_residents import LARGEST_PAPER

if TYPE_CHECKING:
    import numpy

    from kiosk.services.devices import DeviceThread

NONE, UNCLEAR, TOO_LARGE = "camera.none", "paper.unclear", "paper.too_large"
FRAME_S = 2.0
ENCODE_S = 5.0
PAUSE_S = 0.08  # a dozen pictures a second are enough to aim by, and leave the screen its time
QUALITIES = (92, 85, 75, 60, 45)
# The spread of grey levels of a frame: a lens cap, a hand over it or an empty glass plate has next to none.
LEAST_SPREAD = 6.0


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG of at most LARGEST_PAPER bytes; or why there is none, a code of PaperRefused's."""

    content: bytes = field(default=b"", repr=False)
    code: str = ""


class PaperCamera:
    """`device` is the camera's thread, None without one. `publish` hears PictureSeen while it is open, and
    CameraTold when pictures begin to come or do not."""

    def __init__(
        self,
        device: DeviceThread[Any] | None,
        publish: Callable[[object], None],
    ) -> None:
        self._device = device
        self._publish = publish
        self._visit = 0
        self._closed = threading.Event()
        self._closed.set()

    def open(self, ask_id: int) -> None:
        """Pictures follow until `close`. Like `close` on the disk thread; returns at once."""
        self._visit += 1
        self._closed.clear()
        if self._device is None:
            self._publish(CameraTold(ask_id, NONE))
        else:
            self._look(ask_id, self._visit, 0)

    def close(self) -> None:
        self._closed.set()

    def photograph(self, done: Callable[[Photograph], None]) -> None:
        """`done` is called once, on the camera's thread or, without one, at once."""
        if self._device is None:
            done(Photograph(code=NONE))
        else:
            asked = self._device.ask(_photograph, FRAME_S + ENCODE_S)
            asked.add_done_callback(lambda future: done(_outcome(future)))

    def _look(self, ask_id: int, visit: int, after: int) -> None:
        assert self._device is not None

        def newest(camera: Any) -> Picture | None:
            self._closed.wait(PAUSE_S)
            found: Picture | None = camera.newest(FRAME_S, after)
            return found

        asked = self._device.ask(newest, FRAME_S * 2)
        asked.add_done_callback(lambda future: self._looked(ask_id, visit, after, future))

    def _looked(self, ask_id: int, visit: int, after: int, future: Future[Picture | None]) -> None:
        """On the camera's thread. Shows the frame and asks for the next one, while the page is there."""
        if self._closed.is_set() or visit != self._visit:
            return
        try:
            picture = future.result()
        except DeviceError as error:
            self._publish(CameraTold(ask_id, error.reason))
        except CancelledError:
            self._publish(CameraTold(ask_id, NONE))
        else:
            if picture is not None:
                if not after:
                    self._publish(CameraTold(ask_id, ""))
                self._publish(PictureSeen(picture.pixels))
                after = picture.number
            self._look(ask_id, visit, after)


def _photograph(camera: Any) -> Photograph:
    picture: Picture | None = camera.newest(FRAME_S)
    return Photograph(code=UNCLEAR) if picture is None else as_jpeg(picture.pixels)


def _outcome(future: Future[Photograph]) -> Photograph:
    try:
        return future.result()
    except DeviceError as error:
        return Photograph(code=error.reason)
    except CancelledError:
        return Photograph(code=NONE)


def as_jpeg(pixels: numpy.ndarray) -> Photograph:
    """Height x width x 3, BGR, as a JPEG that is as good as its greatest size allows."""
    from drivers.cameras.sources import load_cv2

    cv2 = load_cv2()

    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    if float(grey.std()) < LEAST_SPREAD:
        return Photograph(code=UNCLEAR)
    for quality in QUALITIES:
        is_done, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if is_done and len(encoded) <= LARGEST_PAPER:
            return Photograph(encoded.tobytes())
    return Photograph(code=TOO_LARGE)

"""The recognition process: `python -m kiosk.faces.process`, started and fed by kiosk.faces.recognition.

Messages come by standard input and go by standard output (see kiosk.faces.messages). It ends with its input. It owns the
camera, has no disk and no key, and keeps to one core at low priority, so that the screen's frames stay fluent.

The loop that does the work is the one that says it is alive: were that a thread of its own, a stuck one would look well.
"""

from __future__ import annotations

import logging
import os
import queue
import resource
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kiosk.faces.messages import Alive, Begin, Condition, MessageDamaged, Ready, Unpacker, packed

if TYPE_CHECKING:
    from kiosk.faces.camera import WatchedCamera
    from kiosk.faces.recogniser import Recogniser

log = logging.getLogger(__name__)

ALIVE_NS = 250_000_000
FRAME_S = 0.2
BEGIN_S = 10.0
READ_BYTES = 1 << 20
# How it ended, for who started it.
ENDED, MODEL_MISSING, NOT_BEGUN, MODEL_DAMAGED = 0, 3, 4, 5


class Pipe:
    """Both ends of the way to the terminal. What comes is taken by a thread of its own, so that a gallery comes in while the models are
    loaded and the end of the input is noticed in the middle of anything."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._source = source
        self._target = target
        self._received: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._alive_ns = 0
        self.ended = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._read, name="pipe", daemon=True).start()

    def say(self, message: Any) -> None:
        """Tells the terminal; when it is not there any more, this process is over."""
        try:
            self._target.write(packed(message))
            self._target.flush()
        except OSError:
            self.ended.set()

    def beat(self) -> None:
        """Says that the work goes on, when it is time to."""
        now_ns = time.monotonic_ns()
        if now_ns - self._alive_ns >= ALIVE_NS:
            self._alive_ns = now_ns
            self.say(Alive())

    def next(self, timeout_s: float = 0.0) -> Any | None:
        """The next message, None when there is none within `timeout_s`."""
        try:
            return self._received.get(timeout=timeout_s) if timeout_s else self._received.get_nowait()
        except queue.Empty:
            return None

    def _read(self) -> None:
        unpacker = Unpacker()
        try:
            while received := os.read(self._source.fileno(), READ_BYTES):
                for message in unpacker.feed(received):
                    self._received.put(message)
        except (OSError, MessageDamaged) as error:
            log.error("faces: %s", type(error).__name__)
        finally:
            self.ended.set()


def main() -> int:
    """Works until its input ends."""
    # Libraries write to standard output; it is the pipe, so they get the error output in its place.
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    pipe = Pipe(sys.stdin.buffer, target)
    pipe.start()
    begin = pipe.next(BEGIN_S)
    if not isinstance(begin, Begin):
        return NOT_BEGUN
    os.nice(begin.nice)
    # Were this process to fall over, its memory must not be written to the disk: there are faces in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return _work(pipe, begin)


def _work(pipe: Pipe, begin: Begin) -> int:
    from drivers.cameras.sources import load_cv2
    from kiosk.faces.camera import watched
    from kiosk.faces.engine import make_engine
    from kiosk.faces.liveness import LivingSigns
    from kiosk.faces.matching import Strangers
    from kiosk.faces.models import ModelDamaged, ModelMissing
    from kiosk.faces.recogniser import Recogniser

    load_cv2().setNumThreads(1)
    try:
        engine = make_engine(begin.engine, Path(begin.encoder) if begin.encoder else None)
    except (ModelMissing, ModelDamaged) as error:
        log.error("%s", error.code)
        return MODEL_MISSING if isinstance(error, ModelMissing) else MODEL_DAMAGED
    recogniser = Recogniser(engine, pipe.say, LivingSigns, Strangers(*begin.strangers), begin.first_track)
    pipe.say(Ready(engine.model_id))
    camera = watched(begin.camera, begin.options)
    try:
        _loop(pipe, camera, recogniser)
    finally:
        camera.close()
    return ENDED


def _loop(pipe: Pipe, camera: WatchedCamera, recogniser: Recogniser) -> None:
    told: str | None = None
    while not pipe.ended.is_set():
        pipe.beat()
        while (message := pipe.next()) is not None:
            recogniser.hear(message, time.monotonic_ns())
        picture = camera.newest(FRAME_S)
        code = recogniser.fault or camera.code
        # Whoever says that it is at work must know who is enrolled.
        if code is not None and code != told and recogniser.has_gallery:
            told = code
            pipe.say(Condition(code))
        if picture is not None:
            recogniser.see(picture.pixels, picture.stamp_ns)
        elif camera.code:
            pipe.ended.wait(FRAME_S)


if __name__ == "__main__":
    sys.exit(main())

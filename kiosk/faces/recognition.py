"""The terminal's side of recognition: it starts the process, gives it the gallery, and keeps it alive.

The process says several times a second that it works. One that has been silent for SILENT_S is killed and started again, with its
whole gallery, and so is one that has died; one that wants the processor and does not get it is slow, not stuck, and has
longer. Five starts in a minute are enough to know that it will not stay up: then it rests for a minute, and says so.

Staff are told by RecognitionChanged, and go on with cards. Nothing here loads numpy, OpenCV or dlib.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.events_front_desk import (
    ChallengeEnded,
    EnrolmentEncoded,
    EnrolmentFailed,
    FaceAlike,
    FaceGone,
    FaceNamed,
    FaceUnknown,
    PoseGuided,
    RecognitionChanged,
)
from kiosk.faces.link import COMMAND, Link, LinkEnded
from kiosk.faces.messages import (
    VECTOR_BYTES,
    Add,
    Alive,
    Begin,
    Cancel,
    Challenge,
    Condition,
    Enrol,
    Load,
    Lower,
    Lowered,
    MessageDamaged,
    Ready,
    Remove,
    StopWatching,
    WatchFaces,
)

log = logging.getLogger(__name__)

STOPPED, RESTING = "faces.stopped", "faces.resting"
# By what kiosk.faces.process ends with: why it need not be started again at once.
NO_MODEL = {3: "faces.model_missing", 5: "faces.model_damaged"}
# numpy's float is not needed to say what matching assumes: kiosk.faces.matching.Strangers.
ASSUMED_STRANGERS = (0.83, 0.0893)
TRACKS_A_START = 1_000_000
LOOK_S = 0.25
END_S = 1.5  # in which the process lets its camera go


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `start_s` from the start to Ready, or `starved_start_s` while it wants the processor; afterwards `silent_s`
    without a sign of life, or `starved_s` while it wants the processor; at most `starts` within `within_s`, then `rest_s`
    without any."""

    start_s: float = 15.0
    # Loading takes a second and a half of a core, of which its low priority leaves it a tenth on a busy machine; to begin anew
    # would be to lose what was loaded.
    starved_start_s: float = 60.0
    silent_s: float = 1.7
    starved_s: float = 5.0
    starts: int = 5
    within_s: float = 60.0
    rest_s: float = 60.0


@dataclass(frozen=True, slots=True)
class RecognitionSettings:
    """`engine` and `encoder` ("" the one that comes along) as in kiosk.faces.engine; `camera` and `options` as in the slot `camera` of
    the configuration; `strangers` as in kiosk.faces.matching.Strangers; `nice` is added to this process's."""

    camera: str
    options: Mapping[str, object] = field(repr=False)
    engine: str = "dlib_68"
    encoder: str = ""
    strangers: tuple[float, float] = ASSUMED_STRANGERS
    nice: int = 10


class Recognition:
    """Every method may be called from any thread and returns at once, `stop` excepted. `publish` hears the events of
    kiosk.events_front_desk's first section, on the thread `faces` or that of the caller."""

    def __init__(
        self,
        settings: RecognitionSettings,
        publish: Callable[[object], None],
        *,
        limits: Limits | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._settings = settings
        self._publish = publish
        self._limits = limits or Limits()
        self._command = command
        self._lock = threading.Lock()  # guards what a fresh process has to be told
        self._vectors: dict[str, bytearray] = {}
        self._needs: dict[str, float] = {}
        self._is_watching = False
        self._asked: Enrol | Challenge | None = None
        self._link: Link | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="faces", daemon=True)
        # Of the thread alone.
        self._code: str | None = None
        self._starts: deque[float] = deque()
        self._started = 0
        self._announced: set[int] = set()
        self.model_id = ""

    @property
    def pid(self) -> int | None:
        """Of the process, None while there is none."""
        link = self._link
        return None if link is None else link.pid

    def start(self) -> None:
        """Starts the process, and keeps it running until `stop`."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ends the process and overwrites the gallery that is held for it."""
        self._stopping.set()
        link = self._link
        if link is not None:
            link.wake()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        with self._lock:
            self._wipe()

    def load(self, templates: Iterable[tuple[str, Sequence[bytes]]]) -> None:
        """The whole gallery: each consent and its vectors (512 bytes each), in place of any before. Who was corrected stays so.
        Raises ValueError."""
        loaded = {consent_id: _joined(vectors) for consent_id, vectors in templates}
        with self._lock:
            self._wipe()
            self._vectors = loaded
            self._needs = {each: needs for each, needs in self._needs.items() if each in loaded}
            if self._link is not None:
                self._link.send(self._whole())

    def add(self, consent_id: str, vectors: Sequence[bytes]) -> None:
        """One more person, or other vectors of one. Raises ValueError."""
        joined = _joined(vectors)
        with self._lock:
            self._wipe_one(consent_id)
            self._vectors[consent_id] = joined
            self._send(Add(consent_id, bytes(joined)))

    def remove(self, consent_id: str) -> None:
        """Nobody is matched to this consent from the next frame on. Twice is harmless."""
        with self._lock:
            self._wipe_one(consent_id)
            self._send(Remove(consent_id))

    def lower(self, track: int, consent_id: str) -> None:
        """不是本人: this track is not greeted as this person again, and others have to be nearer to her than it was."""
        self._tell(Lower(track, consent_id))

    def watch(self) -> None:
        """Greet from now on."""
        with self._lock:
            self._is_watching = True
            self._send(WatchFaces())

    def stop_watching(self) -> None:
        """Greet nobody; the camera stays open, so that what is wrong with it is known."""
        with self._lock:
            self._is_watching = False
            self._send(StopWatching())

    def enrol(self, ask_id: int) -> None:
        """Answered by PoseGuided again and again, then EnrolmentEncoded or EnrolmentFailed."""
        self._ask(Enrol(ask_id))

    def challenge(self, ask_id: int, direction: str) -> None:
        """A turn of the head to the `left` or `right` of whoever turns. Answered by PoseGuided, then ChallengeEnded."""
        self._ask(Challenge(ask_id, direction))

    def cancel(self) -> None:
        """What is under way is over, and what was taken of the face is wiped. No answer."""
        with self._lock:
            self._asked = None
            self._send(Cancel())

    # --- from any thread, under the lock ------------------------------------------------------------------------------

    def _tell(self, message: Any) -> None:
        with self._lock:
            self._send(message)

    def _send(self, message: Any) -> None:
        """To the process, where one runs: a fresh one is told everything that it needs."""
        if self._link is not None:
            self._link.send(message)

    def _ask(self, asked: Enrol | Challenge) -> None:
        with self._lock:
            self._asked = asked
            if self._link is not None:
                self._link.send(asked)
                return
        self._fail_asked(STOPPED)

    def _wipe(self) -> None:
        """Overwrites the gallery that is held."""
        for vectors in self._vectors.values():
            vectors[:] = bytes(len(vectors))
        self._vectors.clear()

    def _wipe_one(self, consent_id: str) -> None:
        vectors = self._vectors.pop(consent_id, None)
        if vectors is not None:
            vectors[:] = bytes(len(vectors))
        self._needs.pop(consent_id, None)

    def _whole(self) -> Load:
        consents = [
            consent_id
            for consent_id, vectors in self._vectors.items()
            for _ in range(len(vectors) // VECTOR_BYTES)
        ]
        return Load(tuple(consents), b"".join(self._vectors.values()), dict(self._needs))

    # --- the thread ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            code = self._live()
            if self._stopping.is_set():
                return
            self._note(code)
            self._end_what_was_under_way()
            if code in NO_MODEL.values():
                self._stopping.wait(self._limits.rest_s)
            elif not self._may_start():
                self._note(RESTING)
                self._stopping.wait(self._limits.rest_s)
                self._starts.clear()

    def _live(self) -> str:
        """One process from start to end; why it ended, as a code."""
        self._starts.append(time.monotonic())
        link = Link(self._command)
        try:
            link.start()
        except OSError as error:
            log.error("faces: %s", type(error).__name__)
            link.stop()
            return STOPPED
        try:
            self._introduce(link)
            self._serve(link)
        except (LinkEnded, MessageDamaged) as error:
            log.warning("faces: %s", type(error).__name__)
        finally:
            with self._lock:
                self._link = None
            ended_with = None if self._stopping.is_set() else link.wait(LOOK_S)
            link.stop(timeout_s=END_S if self._stopping.is_set() else 0.0)
        return STOPPED if ended_with is None else NO_MODEL.get(ended_with, STOPPED)

    def _introduce(self, link: Link) -> None:
        """Everything that a fresh process has to know."""
        settings = self._settings
        begin = Begin(
            settings.engine,
            settings.encoder,
            settings.camera,
            dict(settings.options),
            settings.strangers,
            # A track's number means somebody: those of a process that is gone are not given again.
            1 + self._started * TRACKS_A_START,
            settings.nice,
        )
        self._started += 1
        with self._lock:
            link.send(begin)
            link.send(self._whole())
            if self._is_watching:
                link.send(WatchFaces())
            self._link = link

    def _serve(self, link: Link) -> None:
        """Hears the process until it ends, is silent for too long, or is not wanted any more. Raises LinkEnded and MessageDamaged."""
        heard_at = time.monotonic()
        limit_s, starved_s = self._limits.start_s, self._limits.starved_start_s
        while not self._stopping.is_set():
            messages = link.exchange(LOOK_S)
            now = time.monotonic()
            for message in messages:
                heard_at = now
                if isinstance(message, Ready):
                    limit_s, starved_s = self._limits.silent_s, self._limits.starved_s
                self._hear(message)
            silent_s = now - heard_at
            if silent_s > limit_s and (silent_s > starved_s or not link.is_working()):
                log.warning("faces: silent for %.1f s", silent_s)
                return

    def _hear(self, message: Any) -> None:
        match message:
            case Alive():
                return
            case Ready(model_id):
                self.model_id = model_id
            case Condition(code):
                self._note(code)
            case Lowered(consent_id, distance):
                with self._lock:
                    if consent_id in self._vectors:
                        self._needs[consent_id] = distance
            case FaceNamed() | FaceAlike() | FaceUnknown():
                self._greet(message)
            case FaceGone(track):
                self._announced.discard(track)
                self._publish(message)
            case PoseGuided() | EnrolmentEncoded() | EnrolmentFailed() | ChallengeEnded():
                self._answer(message)

    def _greet(self, greeting: FaceNamed | FaceAlike | FaceUnknown) -> None:
        """Passes it on, unless it names somebody whose consent was over while it was on its way."""
        with self._lock:
            match greeting:
                case FaceNamed(consent_id=consent_id) if consent_id not in self._vectors:
                    return
                case FaceAlike(consent_ids=consent_ids) if not self._vectors.keys() >= set(consent_ids):
                    return
        self._announced.add(greeting.track)
        self._publish(greeting)

    def _answer(self, message: PoseGuided | EnrolmentEncoded | EnrolmentFailed | ChallengeEnded) -> None:
        """Passes it on where it answers what is asked now; what was cancelled is answered no more."""
        with self._lock:
            asked = self._asked
            if asked is None or asked.ask_id != message.ask_id:
                return
            is_whole = isinstance(message, PoseGuided) and message.done == message.total
            if is_whole or isinstance(message, EnrolmentFailed | ChallengeEnded):
                self._asked = None
        self._publish(message)

    def _end_what_was_under_way(self) -> None:
        """The process is gone, and with it whoever stood there, as far as we know."""
        for track in sorted(self._announced):
            self._publish(FaceGone(track))
        self._announced.clear()
        self._fail_asked(STOPPED)

    def _fail_asked(self, code: str) -> None:
        with self._lock:
            asked, self._asked = self._asked, None
        if isinstance(asked, Enrol):
            self._publish(EnrolmentFailed(asked.ask_id, code))
        elif isinstance(asked, Challenge):
            self._publish(ChallengeEnded(asked.ask_id, False, code))

    def _note(self, code: str) -> None:
        if code != self._code:
            self._code = code
            log.info("recognition: %s", code or "at work")
            self._publish(RecognitionChanged(code))

    def _may_start(self) -> bool:
        now = time.monotonic()
        while self._starts and now - self._starts[0] > self._limits.within_s:
            self._starts.popleft()
        return len(self._starts) < self._limits.starts


def _joined(vectors: Sequence[bytes]) -> bytearray:
    if not vectors or any(len(vector) != VECTOR_BYTES for vector in vectors):
        raise ValueError(f"a vector is {VECTOR_BYTES} bytes")
    return bytearray(b"".join(vectors))

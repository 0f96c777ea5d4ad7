"""What the recognition process does with messages and frames, without process, pipe or camera: it is told, it is shown, it says.

One thing at a time: while somebody enrols or turns her head, nobody is greeted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from kiosk.events_front_desk import ChallengeEnded, EnrolmentFailed
from kiosk.faces.engine import DIMENSIONS, FaceEngine
from kiosk.faces.enrolment import Enrolment, HeadTurn, Sitting, TurnSigns
from kiosk.faces.matching import Gallery, Strangers
from kiosk.faces.messages import (
    Add,
    Cancel,
    Challenge,
    Enrol,
    Load,
    Lower,
    Lowered,
    Remove,
    StopWatching,
    WatchFaces,
)
from kiosk.faces.observation import Observer
from kiosk.faces.pipeline import Pipeline

PAUSED, GALLERY_DAMAGED = "face.paused", "faces.gallery_damaged"
MOST_FAILURES = 5
PAUSE_NS = 30_000_000_000


class Patience:
    """After MOST_FAILURES head turns in a row that nobody made, none is tried for a while: who holds up one picture after the
    other has to wait between them."""

    def __init__(self) -> None:
        self._failures = 0
        self._paused_until_ns: int | None = None

    def ended(self, failed: bool, now_ns: int) -> None:
        """One enrolment or challenge is over."""
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= MOST_FAILURES:
            self._failures, self._paused_until_ns = 0, now_ns + PAUSE_NS

    def is_paused(self, now_ns: int) -> bool:
        """Whether none may begin now."""
        return self._paused_until_ns is not None and now_ns < self._paused_until_ns


class Recogniser:
    """Used by one thread. `say` hears events and messages; `signs` makes the judge of one track's signs of life. `has_gallery`: it was
    told who is enrolled, be it nobody. `fault`: why it greets fewer than it was told of, "" when it does not."""

    def __init__(
        self,
        engine: FaceEngine,
        say: Callable[[Any], None],
        signs: Callable[[], TurnSigns],
        strangers: Strangers,
        first_track: int = 1,
    ) -> None:
        self._model_id = engine.model_id
        self._say = say
        self._signs = signs
        self._gallery = Gallery(strangers)
        self._observer = Observer(engine, first_track=first_track)
        self._pipeline = Pipeline(self._observer, self._gallery, signs)
        self._patience = Patience()
        self._sitting: Sitting | None = None
        self._is_watching = False
        self.has_gallery = False
        self.fault = ""

    @property
    def is_looking(self) -> bool:
        """Whether frames are worth showing to it."""
        return self._is_watching or self._sitting is not None

    def hear(self, message: Any, now_ns: int) -> None:
        """One message from the terminal. `now_ns` is monotonic."""
        match message:
            case Load(consent_ids, vectors, needs):
                self._load(consent_ids, vectors, needs)
            case Add(consent_id, vectors):
                self._add(consent_id, vectors)
            case Remove(consent_id):
                self._gallery.remove(consent_id)
                self._pipeline.withdrawn(consent_id)
            case Lower(track, consent_id):
                self._lower(track, consent_id)
            case WatchFaces():
                self._is_watching = True
            case StopWatching():
                self._is_watching = False
                self._forget()
            case Enrol(ask_id):
                self._sit(
                    Enrolment(ask_id, self._observer, self._model_id, self._signs),
                    now_ns,
                    EnrolmentFailed(ask_id, PAUSED),
                )
            case Challenge(ask_id, direction):
                self._sit(
                    HeadTurn(ask_id, direction, self._signs), now_ns, ChallengeEnded(ask_id, False, PAUSED)
                )
            case Cancel():
                self._end_sitting()

    def see(self, frame: numpy.ndarray, stamp_ns: int) -> None:
        """One frame (height x width x 3, BGR, uint8)."""
        if not self.is_looking:
            return
        sitting = self._sitting
        if sitting is None:
            greetings = self._pipeline.see(frame, stamp_ns).greetings
        else:
            observation = self._observer.observe(frame, stamp_ns)
            greetings = tuple(self._pipeline.ended(observation))
            for told in sitting.see(observation):
                self._say(told)
            if sitting.is_over:
                self._patience.ended(sitting.failed_as_picture, stamp_ns)
                self._end_sitting()
        for greeting in greetings:
            self._say(greeting)

    def _load(self, consent_ids: tuple[str, ...], vectors: bytes, needs: dict[str, float]) -> None:
        self.has_gallery, self.fault = True, ""
        try:
            self._gallery.replace(consent_ids, as_rows(vectors))
        except ValueError:  # what is no number is near to everybody, or to nobody
            self._gallery.clear()
            self.fault = GALLERY_DAMAGED
        for consent_id, distance in needs.items():
            self._gallery.restrict(consent_id, distance)

    def _add(self, consent_id: str, vectors: bytes) -> None:
        try:
            self._gallery.add(consent_id, as_rows(vectors))
        except ValueError:
            self._gallery.remove(consent_id)
            self.fault = GALLERY_DAMAGED

    def _lower(self, track: int, consent_id: str) -> None:
        distance = self._pipeline.lower(track, consent_id)
        if distance is not None:
            self._say(Lowered(consent_id, distance))

    def _sit(self, sitting: Sitting, now_ns: int, refused: EnrolmentFailed | ChallengeEnded) -> None:
        self._end_sitting()
        if self._patience.is_paused(now_ns):
            self._say(refused)
        else:
            self._sitting = sitting

    def _end_sitting(self) -> None:
        if self._sitting is not None:
            self._sitting.wipe()
            self._sitting = None
        if not self._is_watching:
            self._forget()

    def _forget(self) -> None:
        for gone in self._pipeline.forget():
            self._say(gone)


def as_rows(vectors: bytes) -> numpy.ndarray:
    """Vectors as they cross the pipe, as rows of 128 float32. Raises ValueError."""
    return numpy.frombuffer(vectors, "<f4").reshape(-1, DIMENSIONS)

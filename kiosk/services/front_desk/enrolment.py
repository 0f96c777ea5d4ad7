"""An enrolment: recognition takes three poses, and what it made of them is held until a card confirms it, or wiped.

The numbers of a face are nowhere but in recognition, here for as long as one person stands before the screen, and then in the
encrypted gallery.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk import commands
from kiosk import commands_front_desk as wishes
from kiosk.commands_resident import EndSession
from kiosk.events_front_desk import EnrolmentEncoded, EnrolmentFailed
from offline_cache.clock import Stamp

NO_FACES = "faces.none"
HELD_MS = 180_000


class TakesPoses(Protocol):
    """What an enrolment wants of recognition (kiosk.faces.recognition.Recognition)."""

    def enrol(self, ask_id: int) -> None: ...

    def cancel(self) -> None: ...


class Enrolment:
    """A DeskService. `recognition` is None where there is no camera."""

    hears: tuple[type, ...] = (EnrolmentEncoded,)

    def __init__(
        self, recognition: TakesPoses | None, now: Callable[[], Stamp], publish: Callable[[object], None]
    ) -> None:
        self._recognition = recognition
        self._now = now
        self._publish = publish
        self._asked: int | None = None
        self._held: EnrolmentEncoded | None = None
        self._until_ms = 0

    def begin(self) -> None:
        pass

    def refresh(self) -> None:
        if self._held is not None and self._now().monotonic_ms >= self._until_ms:
            self._end()

    def perform(self, command: commands.Command) -> bool:
        match command:
            case wishes.StartEnrolment(ask_id):
                self._start(ask_id)
            case wishes.CancelEnrolment():
                self._end()
            case EndSession():
                if self._asked is not None:
                    self._end()
                return False  # her session is the resident's desk's to end
            case _:
                return False
        return True

    def hear(self, event: object) -> None:
        if isinstance(event, EnrolmentEncoded) and event.ask_id == self._asked:
            self._held = event
            self._until_ms = self._now().monotonic_ms + HELD_MS

    @property
    def is_possible(self) -> bool:
        return self._recognition is not None

    def held(self) -> bool:
        return self._held is not None

    def take(self) -> EnrolmentEncoded | None:
        """What was taken of the face that stood here, once: it is held no longer."""
        held, self._held, self._asked = self._held, None, None
        return held

    def _start(self, ask_id: int) -> None:
        self._held = None
        self._asked = ask_id
        if self._recognition is None:
            self._publish(EnrolmentFailed(ask_id, NO_FACES))
        else:
            self._recognition.enrol(ask_id)

    def _end(self) -> None:
        if self._recognition is not None:
            self._recognition.cancel()
        self._asked = self._held = None

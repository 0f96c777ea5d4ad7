"""The devices that a terminal listens to or asks: each on its own supervised thread.

What a device says goes to the bus as an event; a card's number ends here, everything behind knows its reference only.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from drivers.base import (
    ButtonPressed,
    CardId,
    CardIncomplete,
    CardLifted,
    CardReader,
    CardSeen,
    CardUnreadable,
    CodeScanned,
    DeviceBusy,
    DeviceError,
    DeviceStatus,
    Driver,
    Health,
)
from drivers.documents import Document, DocumentKind
from kiosk import events
from kiosk.events import CardHolder, CardRests, CardTaken
from kiosk.services.supervision import (
    WEDGED,
    AnyDriver,
    DeviceHealthChanged,
    Duty,
    RetryPolicy,
    Supervision,
)

__all__ = ["DeviceHealthChanged", "DeviceThread", "ReaderThread", "card_reference", "listen", "look_after"]

READ_S = 0.5
LOOK_S = 1.0  # an unplugged device that says nothing by itself is seen within 2 s
WEDGED_S = 5.0  # a read that should take 0.5 s and has not come back
OPEN_S = 15.0  # a camera over the network takes its time
START_S = 3.0  # what was asked and could not begin by then is not wanted any more
STILL_RESTING_S = 2.0
INCOMPLETE = "card.incomplete"

Result = TypeVar("Result")
Publish = Callable[[object], None]


class Listener(Protocol):
    """A driver that is listened to: card reader, code scanner, button receiver."""

    def read(self, timeout_s: float) -> Any: ...


def card_reference(card_key: bytes, card: CardId) -> str:
    """The keyed digest by which a card is known on disk and at the hall: hex HMAC-SHA256 of "family:uid hex"."""
    return hmac.new(card_key, f"{card.family}:{card.reveal().hex()}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody wants of a device."""

    work: Callable[[Any], Any]
    limit_s: float
    begin_by: float
    future: Future[Any] = field(default_factory=Future)


class DeviceThread(Supervision[AnyDriver]):
    """Opens a device, takes one `step` after the other, and does between steps what others `ask` of it.

    A step returns in about a second and raises DeviceError when the device has to be opened anew: see `listen` and
    `look_after`. `opened` is called after each open.
    """

    def __init__(
        self,
        slot: str,
        make: Callable[[], AnyDriver],
        step: Callable[[Duty[AnyDriver]], None],
        publish: Publish,
        *,
        opened: Callable[[], None] = lambda: None,
        open_limit_s: float = OPEN_S,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(slot, make, self._session, publish, retry=retry, clock=clock)
        self._step = step
        self._opened = opened
        self._open_limit_s = open_limit_s
        self._asked: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._answering: Future[Any] | None = None

    def ask(
        self, work: Callable[[AnyDriver], Result], limit_s: float = WEDGED_S, *, within_s: float = START_S
    ) -> Future[Result]:
        """Runs `work(driver)` on the device's thread, between two steps. The Future raises DeviceError: where the device
        is not open, and device.busy when the work could not begin `within_s`, because a door must not open when nobody
        expects it any more. Wait for it with a time-out. `limit_s` is when the watch calls the work wedged."""
        asked = _Asked(work, limit_s, self._clock() + within_s)
        self._asked.put(asked)
        self.wake()
        return asked.future

    def relieved(self) -> None:
        """Nobody waits for what a stuck thread was asked."""
        if self._answering is not None:
            _fail(self._answering, DeviceError(code=WEDGED))

    def _session(self, duty: Duty[AnyDriver]) -> None:
        try:
            duty.call(duty.driver.open, self._open_limit_s)
            self._opened()
            while not duty.over:
                self._answer_all(duty)
                self._step(duty)
        except DeviceError as error:
            self._refuse_all(error)
            raise

    def _answer_all(self, duty: Duty[AnyDriver]) -> None:
        while not duty.over:
            try:
                asked = self._asked.get_nowait()
            except queue.Empty:
                return
            if self._clock() > asked.begin_by:
                _fail(asked.future, DeviceBusy(f"{self.slot}: had other things to do"))
            elif asked.future.set_running_or_notify_cancel():
                self._answering = asked.future
                self._answer(duty, asked)
                self._answering = None

    def _answer(self, duty: Duty[AnyDriver], asked: _Asked) -> None:
        try:
            result = duty.call(lambda: asked.work(duty.driver), asked.limit_s)
        except DeviceError as error:
            _fail(asked.future, error)
        except Exception as error:
            _fail(asked.future, error)
            raise
        else:
            with contextlib.suppress(InvalidStateError):
                asked.future.set_result(result)

    def _refuse_all(self, error: DeviceError) -> None:
        while True:
            try:
                asked = self._asked.get_nowait()
            except queue.Empty:
                return
            _fail(asked.future, error)


def _fail(future: Future[Any], error: Exception) -> None:
    with contextlib.suppress(InvalidStateError):  # it was answered, cancelled or given up a moment ago
        future.set_exception(error)


# --- steps ------------------------------------------------------------------------------------------------------------


def listen(hear: Callable[[Duty[Any], Any], None], limit_s: float = WEDGED_S) -> Callable[[Duty[Any]], None]:
    """A step of a device that speaks by itself: `hear(duty, reading)` is told what `read` gave, None left out."""

    def step(duty: Duty[Any]) -> None:
        reading = duty.call(lambda: duty.driver.read(READ_S), limit_s)
        duty.say(DeviceStatus(Health.OK, details=duty.driver.diagnostics()))
        if reading is not None:
            hear(duty, reading)

    return step


def look_after(limit_s: float = WEDGED_S) -> Callable[[Duty[Any]], None]:
    """A step of a device that says nothing unless it is asked (relay, camera, page printer): looks whether it is still
    there once a second, or as soon as somebody wants something."""

    def step(duty: Duty[Any]) -> None:
        status: DeviceStatus = duty.call(duty.driver.probe, limit_s)
        duty.say(status)
        if status.health in (Health.DOWN, Health.WEDGED):
            raise DeviceError(code=status.code)
        duty.pause(LOOK_S)

    return step


# --- what is heard ----------------------------------------------------------------------------------------------------


def holder_of(document: Document | None, slot: str, tracks_presence: bool) -> CardHolder:
    """What a page may show of a card: never more of its number than the first six and the last four digits."""
    if document is None:
        return CardHolder(slot=slot, tracks_presence=tracks_presence)
    social_security = document.kind is DocumentKind.SOCIAL_SECURITY
    return CardHolder(
        way="social_security" if social_security else "id_card",
        slot=slot,
        masked_number=document.number.masked(),
        valid_to=_iso_date(document.valid_to),
        tracks_presence=tracks_presence,
    )


def _iso_date(digits: str) -> str:
    """YYYYMMDD as an ISO date; "" for 长期 and for what is no date."""
    try:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        return ""


class CardsHeard:
    """Makes events of what the card reader in `slot` says. `reference_of` gives the reference of a card's number."""

    def __init__(
        self,
        reference_of: Callable[[CardId], str],
        clock: Callable[[], float] = time.monotonic,
        *,
        slot: str = "card_reader",
    ) -> None:
        self._slot = slot
        self._reference_of = reference_of
        self._clock = clock
        self._resting = ""
        self._told_resting = False
        self._opened_at = 0.0
        self._is_first = False

    def opened(self) -> None:
        """The reader was opened: what lies on it now may have lain there before the cable was pulled."""
        self._opened_at = self._clock()
        self._is_first = True

    def __call__(self, duty: Duty[CardReader], reading: object) -> None:
        match reading:
            case CardSeen():
                self._seen(duty, reading)
            case CardLifted():
                self._lifted(duty)
            case CardUnreadable(code):
                duty.publish(events.CardTorn(code, slot=self._slot))
            case CardIncomplete(chip):
                duty.publish(events.CardTorn(INCOMPLETE, chip, self._slot))
        self._is_first = False

    def looked(self, duty: Duty[CardReader]) -> None:
        """The reader was listened to. Some find out only after a read whether they tell when a card is taken."""
        if self._resting and not self._told_resting and duty.driver.tracks_presence:
            self._told_resting = True
            duty.publish(CardRests(self._resting, self._slot))

    def _seen(self, duty: Duty[CardReader], seen: CardSeen) -> None:
        tracks_presence = bool(duty.driver.tracks_presence)
        try:
            holder = holder_of(seen.document, self._slot, tracks_presence)
        finally:
            if seen.document is not None:
                seen.document.wipe()  # before anything else, since what follows may fail
        reference = self._reference_of(seen.card)
        if tracks_presence:
            if self._has_not_moved(reference):
                return
            self._lifted(duty)  # two cards do not lie on one reader: the one before was taken unseen
        self._resting, self._told_resting = reference, tracks_presence
        duty.publish(events.CardTapped(reference, seen.stamp_ns, seen.chip, holder))

    def _lifted(self, duty: Duty[CardReader]) -> None:
        reference, self._resting = self._resting, ""
        if reference:
            duty.publish(CardTaken(reference, self._slot))

    def _has_not_moved(self, reference: str) -> bool:
        """A loose plug must not charge anybody twice: the card that rested before is still the same tap."""
        soon = self._clock() - self._opened_at < STILL_RESTING_S
        return self._is_first and soon and bool(reference) and reference == self._resting


def hear_code(duty: Duty[Any], reading: CodeScanned) -> None:
    """A code was scanned. Whoever consumes the event wipes its content."""
    if not duty.publish(events.CodeScanned(reading.content, reading.stamp_ns)):
        reading.content.wipe()


def hear_button(duty: Duty[Any], reading: ButtonPressed) -> None:
    """A call button was pressed."""
    duty.publish(events.ButtonCalled(reading.address, reading.key, reading.stamp_ns))


class ReaderThread(DeviceThread[CardReader]):
    """A card reader whose cards become CardTapped, CardRests, CardTaken and CardTorn."""

    def __init__(
        self,
        slot: str,
        make: Callable[[], CardReader],
        reference_of: Callable[[CardId], str],
        publish: Publish,
        *,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        heard = CardsHeard(reference_of, clock, slot=slot)
        listened = listen(heard)

        def step(duty: Duty[Any]) -> None:
            listened(duty)
            heard.looked(duty)

        super().__init__(slot, make, step, publish, opened=heard.opened, retry=retry, clock=clock)


def scanner_thread(slot: str, make: Callable[[], Driver], publish: Publish) -> DeviceThread[Driver]:
    """A code scanner whose codes become CodeScanned."""
    return DeviceThread(slot, make, listen(hear_code), publish)


def button_thread(slot: str, make: Callable[[], Driver], publish: Publish) -> DeviceThread[Driver]:
    """A receiver whose buttons become ButtonCalled."""
    return DeviceThread(slot, make, listen(hear_button), publish)

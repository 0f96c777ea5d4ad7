"""A whole terminal without a face: devices, disk, rules, role and hall, wired from a configuration.

`Terminal` is the one place where the parts meet. It lives on the main thread: a face (or `kiosk.headless`) drains its
bus, ticks it once a second, hands it presses, and is told what to show through `on_shown`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from drivers.base import CardId
from kiosk import commands, events, views
from kiosk.bookkeeping import Bookkeeping
from kiosk.bus import Bus
from kiosk.config import Settings
from kiosk.equipment import Equipment, make_clock, make_voice
from kiosk.glass import Glass
from kiosk.hall_lines import HallLines
from kiosk.outlet import Outlet
from kiosk.roles import ROLES
from kiosk.roles.with_diagnostics import WithDiagnostics
from kiosk.service_state import ServiceState
from kiosk.services.bars import Bars, QueueChanged
from kiosk.services.books import Books, BooksOpened, BooksRefused, DiskMended, DiskNotices, Doors, PlaceTold
from kiosk.services.device_trials import DeviceTrials
from kiosk.services.devices import DeviceHealthChanged, card_reference
from kiosk.services.diagnosis import DEVICE_PREFIX, HEALTH, Item
from kiosk.services.pictures import PictureSeen
from kiosk.services.printing import PrintFinished
from kiosk.services.status import StatusSocket
from kiosk.services.technician import Technician
from offline_cache.clock import FileClockStore, TrustedClock
from offline_cache.identity import Identity, IdentityError
from offline_cache.sync import DiskTroubled, HallReached, LogMarked, ReferenceChanged, RowsSettled
from offline_cache.wire import ReferenceKind

if TYPE_CHECKING:
    from kiosk.events_front_desk import RecognitionChanged
    from kiosk.services.meals import Meals

log = logging.getLogger(__name__)

DISK_RETRY_TICKS = 10
# What only the hall can put right: staff read it under the banner, while meals go on.
HALL_KNOWS_US_NOT = frozenset({"identity.expired", "token.terminal_revoked", "token.terminal_unknown"})


@dataclass(frozen=True, slots=True)
class SlipCommitted:
    """A slip is on the disk and may print, once its verdict is on the glass."""

    txn_id: str


@dataclass(frozen=True, slots=True)
class VoiceHealth:
    """What the voice says of itself: a code, "" when it is heard."""

    code: str


class Terminal:
    """One terminal. `make_meals` is how a canteen's meals are served; the fault campaign's control hands in a wrong one.

    Raises nothing at start: what is missing (enrolment, disk, a needed device) is shown as an out-of-service page.
    """

    def __init__(self, settings: Settings, *, make_meals: Callable[..., Meals] | None = None) -> None:
        self.bus = Bus()
        self.on_shown: Callable[[views.Shown], object] = lambda shown: None
        self._settings = settings
        self._role = ROLES[settings.terminal.role]
        flow = self._role.flow(self._ask, settings.terminal.locale, settings.front_desk.cover_after_s)
        self._flow = WithDiagnostics(flow, self._ask, settings.terminal.id)
        bars = Bars(
            machine=settings.terminal.machine,
            window=settings.terminal.window,
            zone=ZoneInfo(settings.terminal.timezone),
        )
        self._glass = Glass(self._flow.start(), bars, lambda shown: self.on_shown(shown))
        self._known_cards: frozenset[str] = frozenset()
        self._prints: Counter[str] = Counter()
        self._out_of_service = ""
        self._ticks = 0
        self._stopped = False
        self._facts: dict[str, Any] = {}
        self._slips: list[str] = []
        self._identity: Identity | None = None
        self._machine_clock = make_clock(settings)
        self._clock = TrustedClock(self._machine_clock, FileClockStore(settings.terminal.data_dir))
        self._bookkeeping = Bookkeeping(settings, self._clock, self.bus.publish, make_meals)
        self._voice_code = ""
        self._recognition: str | None = None
        self._voice = make_voice(settings, self._voice_said)
        self._outlet = Outlet(self._bookkeeping, self._voice, headset=settings.voice.headset)
        self._equipment = Equipment(
            settings,
            self._reference_of,
            self._is_known,
            lambda: self._bookkeeping.opened().outbox.prints(),
            self._bookkeeping.disk.submit,
            self.bus.publish,
        )
        self._service = ServiceState(self._role.needs, self._equipment.sections)
        self._printer = self._equipment.printer
        self._hall: HallLines | None = None
        self._technician: Technician | None = None
        self._status = StatusSocket(
            settings.terminal.data_dir / "status.sock",
            self.snapshot,
            {"case": self._equipment.case, "salvage": self._bookkeeping.salvage},
        )
        self._subscribe()

    # --- what a face calls, on the main thread ----------------------------------------------------------------------

    def start(self) -> None:
        """Open everything. Returns at once; what happens is shown."""
        self._settings.terminal.data_dir.mkdir(parents=True, exist_ok=True)
        self._tell_flow(events.Ticked(self._now_s()))
        self._tell_flow(events.ChromeChanged(self._glass.chrome))
        self._show(self._glass.view)
        self._bookkeeping.disk.start()
        self._status.start()
        if self._voice is not None:
            self._voice.start()
        try:
            self._identity = Identity.load(self._settings.terminal.data_dir)
        except IdentityError as error:
            self._serve_or_not(disk_trouble=error.code)
            return
        self._open_books()

    def press(self, action: str, value: str = "") -> None:
        """A button of the page that is shown."""
        self._tell_flow(events.Pressed(action, value, self._now_s()))

    def tick(self) -> None:
        """Once a second: time passes for the flow, the bars and the watch over the devices."""
        self._ticks += 1
        self._print_what_waits()
        self._tell_flow(events.Ticked(self._now_s()))
        self._equipment.watch()
        self._look_again()
        self._refresh_bars()

    def drawn(self, view: views.View) -> None:
        """The face has put this view on the glass; told again when only the bars around it have changed."""
        if self._glass.drawn(view):
            self._print_what_waits()

    def _now_s(self) -> float:
        """Time as it passes for the flow."""
        if self._role.demonstrable_time:
            return self._machine_clock.monotonic_ms() / 1000
        return time.monotonic()

    def stop(self) -> None:
        """Stop taking input, close the devices, finish the disk's work. Takes at most about ten seconds; a second
        call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._equipment.stop()
        if self._hall is not None:
            self._hall.stop()
        if self._technician is not None:
            self._technician.stop()
        if self._voice is not None:
            self._voice.stop()
        self._status.stop()
        self._outlet.stop()
        self._bookkeeping.stop()
        for event in self.bus.give_up():
            if isinstance(event, events.CodeScanned):
                event.content.wipe()

    def snapshot(self) -> Mapping[str, Any]:
        """For the status socket, from its thread: facts without a person in them."""
        return {**self._facts, **self._glass.drawn_facts()}

    # --- opening ----------------------------------------------------------------------------------------------------

    def _open_books(self) -> None:
        assert self._identity is not None
        doors = Doors(
            publish=self.bus.publish,
            online=self._is_online,
            on_disk=self._bookkeeping.disk.call,
            later=lambda work: self._bookkeeping.submit(lambda books: work(), urgent=True),
            slip_queued=self._slip_queued if self._printer is not None else None,
            printer=self._printer,
            device=self._equipment.device,
            speaker=self._voice,
        )
        self._bookkeeping.open(self._identity, doors)

    def _books_opened(self, event: BooksOpened) -> None:
        self._bookkeeping.books = event.books
        for kind in event.books.services.hears:
            self.bus.subscribe(kind, self._tell_services)
        self._serve_or_not(disk_trouble="")
        self._equipment.start()
        self._meet_the_hall(event.books)

    def _meet_the_hall(self, books: Books) -> None:
        settings, identity, clock, publish = self._settings, self._identity, self._clock, self.bus.publish
        assert identity is not None
        self._hall = HallLines(settings, identity, clock, self._bookkeeping.disk, books, publish)
        trials = DeviceTrials(
            self._equipment,
            self._voice,
            lambda: self._voice_code,
            lambda: clock.stamp().wall_ms,
            terminal_id=settings.terminal.id,
            zone=ZoneInfo(settings.terminal.timezone),
            locale=settings.terminal.locale,
        )
        self._technician = Technician(
            settings, self._equipment, clock, identity, self._hall.client.twin(), trials, publish
        )
        self._outlet.help_line, self._outlet.technician = self._hall.help, self._technician.perform

    def _voice_said(self, code: str) -> None:
        """On the voice's thread."""
        self._voice_code = code
        self.bus.publish(VoiceHealth(code))

    # --- events -----------------------------------------------------------------------------------------------------

    def _subscribe(self) -> None:
        handlers: Mapping[type, Callable[[Any], None]] = {
            BooksOpened: self._books_opened,
            BooksRefused: lambda event: self._serve_or_not(disk_trouble=event.code),
            DiskMended: lambda event: self._serve_or_not(disk_trouble=""),
            PlaceTold: self._place_told,
            DiskNotices: lambda event: self._note("disk", event.codes),
            QueueChanged: lambda event: self._set_bars(queue=event),
            DeviceHealthChanged: self._device_changed,
            PrintFinished: self._print_finished,
            HallReached: self._hall_reached,
            ReferenceChanged: self._reference_changed,
            RowsSettled: lambda event: self._look_again(),
            LogMarked: lambda event: self._note("log", [f"log.{event.mark or 'fork'}"]),
            DiskTroubled: lambda event: self._serve_or_not(disk_trouble=event.code),
            PictureSeen: lambda event: self._glass.show_picture(event.picture, event.slide_id),
            VoiceHealth: lambda event: self._note("voice", [event.code] if event.code else []),
            SlipCommitted: self._slip_committed,
            events.LimitsChanged: lambda event: self._note("limits", event.codes),
            events.CountsChanged: lambda event: self._set_bars(counts=event.counts),
            events.SampleKept: lambda event: self._set_bars(sample_kept=event.kept),
        }
        for kind, handler in handlers.items():
            self.bus.subscribe(kind, handler)
        for kind in (*events.CommonEvent.__args__, *self._role.events()):
            hear = self._code_scanned if kind is events.CodeScanned else self._tell_flow
            self.bus.subscribe(kind, hear)
            if (
                kind.__name__ == "RecognitionChanged"
            ):  # its class is loaded only with a role that has faces to know
                self.bus.subscribe(kind, self._recognition_changed)
        self.bus.subscribe(events.MealServed, self._meal_served)
        self.bus.subscribe(events.TrialStepped, self._picture_taken)

    def _tell_flow(self, event: Any) -> None:
        view = self._flow.on(event)
        if view is not None:
            self._show(view)

    def _code_scanned(self, event: events.CodeScanned) -> None:
        """A code may be somebody's number: it is gone when the flow has heard it, whatever came of that."""
        try:
            self._tell_flow(event)
        finally:
            event.content.wipe()

    def _place_told(self, event: PlaceTold) -> None:
        self._known_cards = event.cards
        self._set_bars(place_zh=event.name_zh, place_en=event.name_en)

    def _device_changed(self, event: DeviceHealthChanged) -> None:
        self._service.device_is(event.slot, event.status)
        # What puts the whole page out of service is said there.
        quiet = not event.status.code or self._service.is_alone(event.slot)
        self._note(event.slot, [] if quiet else [event.status.code])
        severity = HEALTH[event.status.health.value]
        self._tell_flow(
            events.DeviceChanged(Item(DEVICE_PREFIX + event.slot, severity, code=event.status.code))
        )
        self._judge_service()

    def _recognition_changed(self, event: RecognitionChanged) -> None:
        self._recognition = event.code
        self._note("recognition", [event.code] if event.code not in ("", "faces.none") else [])

    def _slip_queued(self, txn_id: str) -> None:
        self.bus.publish(SlipCommitted(txn_id))

    def _slip_committed(self, event: SlipCommitted) -> None:
        """Laying out a slip takes the interpreter from the screen: the verdict is drawn first, a second at most."""
        self._slips.append(event.txn_id)
        if event.txn_id == self._glass.verdict:
            self._print_what_waits()

    def _print_what_waits(self) -> None:
        slips, self._slips = self._slips, []
        for txn_id in slips:
            assert self._printer is not None
            self._printer.queued(txn_id)

    def _print_finished(self, event: PrintFinished) -> None:
        self._prints[event.outcome.state.value] += 1

    def _hall_reached(self, event: HallReached) -> None:
        self._set_bars(online=event.online)
        self._note("hall", [event.code] if event.code in HALL_KNOWS_US_NOT else [])

    def _reference_changed(self, event: ReferenceChanged) -> None:
        if self._bookkeeping.books is not None and event.kinds & {ReferenceKind.CARD, ReferenceKind.SITE}:
            self._bookkeeping.submit(Books.tell_place)
        self._look_again()

    def _meal_served(self, event: events.MealServed) -> None:
        if not event.repeated and self._hall is not None:
            self._hall.sync.wake()

    # --- in or out of service ---------------------------------------------------------------------------------------

    def _serve_or_not(self, *, disk_trouble: str) -> None:
        """Out of service without the disk or a device that the role needs; the first reason is told."""
        self._service.disk_trouble = disk_trouble
        self._judge_service()

    def _judge_service(self) -> None:
        code = self._service.code()
        if code != self._out_of_service:
            self._out_of_service = code
            if code:
                log.error("out of service: %s", code)
                self._ask(commands.Speak("out_of_service"))
            self._tell_flow(events.ServiceChanged(code))

    def _look_again(self) -> None:
        """Ask the disk what is new; try a disk that failed now and then."""
        if self._bookkeeping.books is not None and not self._service.disk_trouble:
            self._bookkeeping.look()
        elif self._service.disk_trouble and self._ticks % DISK_RETRY_TICKS == 0:
            self._try_disk_again()

    def _try_disk_again(self) -> None:
        if self._bookkeeping.books is not None:
            self._bookkeeping.submit(Books.prove_writable)
        elif self._identity is not None:
            self._open_books()

    # --- commands ---------------------------------------------------------------------------------------------------

    def _ask(self, command: commands.Command) -> None:
        """The flow's outlet."""
        self._outlet(command)

    def _tell_services(self, event: object) -> None:
        """What the role's services want to hear of, on their own thread."""
        self._bookkeeping.submit(lambda books: books.services.hear(event), urgent=True)

    # --- cards and time ---------------------------------------------------------------------------------------------

    def _reference_of(self, card: CardId) -> str:
        assert self._identity is not None
        return card_reference(self._identity.card_key(), card)

    def _is_known(self, card: CardId) -> bool:
        return self._reference_of(card) in self._known_cards

    def _is_online(self) -> bool:
        return self._hall is not None and self._hall.sync.online

    # --- showing ----------------------------------------------------------------------------------------------------

    def _note(self, source: str, codes: Iterable[str]) -> None:
        self._glass.note(source, codes)
        self._refresh_bars()

    def _set_bars(self, **facts: Any) -> None:
        self._glass.set_bars(**facts)
        self._refresh_bars()

    def _refresh_bars(self) -> None:
        if self._glass.refresh(self._clock):
            self._tell_flow(events.ChromeChanged(self._glass.chrome))
            self._show(self._glass.view)
        self._facts = self._gather_facts()

    def _show(self, view: views.View) -> None:
        slide = self._glass.show(view)
        if slide:
            from kiosk.commands_resident import ShowSlide  # only a role that shows slides loads it

            self._outlet(ShowSlide(slide))
        self._facts = self._gather_facts()

    def _picture_taken(self, event: events.TrialStepped) -> None:
        if event.picture is not None:
            self._glass.show_picture(event.picture)

    def _gather_facts(self) -> dict[str, Any]:
        return self._glass.facts() | {
            "out_of_service": self._out_of_service,
            "devices": self._equipment.facts(),
            "prints": dict(self._prints),
            "recognition": self._recognition,
        }

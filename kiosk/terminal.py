"""A whole terminal without a face: devices, disk, rules, role and hall, wired from a configuration.

`Terminal` is the one place where the parts meet. It lives on the main thread: a face (or `kiosk.headless`) drains its
bus, ticks it once a second, hands it presses, and is told what to show through `on_shown`.
"""

from __future__ import annotations

import logging
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from drivers.base import CardId, Health
from kiosk import commands, events, views
from kiosk.bus import Bus
from kiosk.config import Settings
from kiosk.equipment import Equipment, make_clock, make_voice
from kiosk.roles import ROLES
from kiosk.roles.with_diagnostics import WithDiagnostics
from kiosk.services.bars import Bars, QueueChanged, TimeTold
from kiosk.services.books import (
    Books,
    BooksOpened,
    BooksRefused,
    DiskMended,
    DiskNotices,
    Doors,
    PlaceTold,
)
from kiosk.services.device_trials import DeviceTrials
from kiosk.services.devices import DeviceHealthChanged, card_reference
from kiosk.services.diagnosis import DEVICE_PREFIX, Item
from kiosk.services.examination import HEALTH
from kiosk.services.help_line import HelpLine
from kiosk.services.meals import Meals
from kiosk.services.printing import PrintFinished
from kiosk.services.status import StatusSocket
from kiosk.services.technician import Technician
from kiosk.views_diagnostics import DeviceTestPage
from offline_cache.clock import FileClockStore, TrustedClock
from offline_cache.db import StorageError
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity, IdentityError
from offline_cache.sync import (
    DiskTroubled,
    HallReached,
    LogMarked,
    ReferenceChanged,
    RowsSettled,
    Sync,
)
from offline_cache.wire import ReferenceKind

log = logging.getLogger(__name__)

DISK_RETRY_TICKS = 10


@dataclass(frozen=True, slots=True)
class SlipCommitted:
    """A slip is on the disk and may print, once its verdict is on the glass."""

    txn_id: str


@dataclass(frozen=True, slots=True)
class VoiceHealth:
    """What the voice says of itself: a code, "" when it is heard."""

    code: str


class Terminal:
    """One terminal. `make_meals` is how its meals are served; the fault campaign's control hands in a wrong one.

    Raises nothing at start: what is missing (enrolment, disk, a needed device) is shown as an out-of-service page.
    """

    def __init__(self, settings: Settings, *, make_meals: Callable[..., Meals] = Meals) -> None:
        self.bus = Bus()
        self.on_shown: Callable[[views.Shown], object] = lambda shown: None
        self._settings = settings
        self._role = ROLES[settings.terminal.role]
        self._flow = WithDiagnostics(self._role.flow(self._ask), self._ask, settings.terminal.id)
        self._make_meals = make_meals
        self._view: views.View = self._flow.start()
        self._bars = Bars(
            machine=settings.terminal.machine,
            window=settings.terminal.window,
            zone=ZoneInfo(settings.terminal.timezone),
        )
        self._chrome = self._bars.chrome()
        self._known_cards: frozenset[str] = frozenset()
        self._health: dict[str, DeviceHealthChanged] = {}
        self._prints: Counter[str] = Counter()
        self._out_of_service = ""
        self._disk_trouble = ""
        self._ticks = 0
        self._stopped = False
        self._look: Future[None] | None = None
        self._facts: dict[str, Any] = {}
        self._drawn = ("", 0)
        self._slips: list[str] = []
        self._books: Books | None = None
        self._identity: Identity | None = None
        self._clock = TrustedClock(make_clock(settings), FileClockStore(settings.terminal.data_dir))
        self._disk = DiskThread()
        self._pins = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pin")
        self._voice_code = ""
        self._voice = make_voice(settings, self._voice_said)
        self._picture: Any = None
        self._equipment = Equipment(
            settings,
            self._reference_of,
            self._is_known,
            lambda: self._opened().outbox.prints(),
            self._disk.submit,
            self.bus.publish,
        )
        self._printer = self._equipment.printer
        self._sync: Sync | None = None
        self._help: HelpLine | None = None
        self._technician: Technician | None = None
        self._status = StatusSocket(
            settings.terminal.data_dir / "status.sock",
            self.snapshot,
            {"case": self._equipment.case, "salvage": self._salvage},
        )
        self._subscribe()

    # --- what a face calls, on the main thread ----------------------------------------------------------------------

    def start(self) -> None:
        """Open everything. Returns at once; what happens is shown."""
        self._settings.terminal.data_dir.mkdir(parents=True, exist_ok=True)
        self._tell_flow(events.Ticked(time.monotonic()))
        self._tell_flow(events.ChromeChanged(self._chrome))
        self._show(self._view)
        self._disk.start()
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
        self._tell_flow(events.Pressed(action, value, time.monotonic()))

    def tick(self) -> None:
        """Once a second: time passes for the flow, the bars and the watch over the devices."""
        self._ticks += 1
        self._print_what_waits()
        self._tell_flow(events.Ticked(time.monotonic()))
        self._equipment.watch()
        self._look_again()
        self._refresh_bars()

    def drawn(self, view: views.View) -> None:
        """The face has put this view on the glass; told again when only the bars around it have changed."""
        if isinstance(view, views.Served) and view.txn_id != self._drawn[0]:
            self._drawn = (view.txn_id, time.monotonic_ns())
            self._print_what_waits()

    def stop(self) -> None:
        """Stop taking input, close the devices, finish the disk's work. Takes at most about ten seconds; a second
        call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._equipment.stop()
        if self._sync is not None:
            self._sync.stop()
        if self._help is not None:
            self._help.stop()
        if self._technician is not None:
            self._technician.stop()
        if self._voice is not None:
            self._voice.stop()
        self._status.stop()
        self._pins.shutdown(wait=False, cancel_futures=True)
        if self._books is not None:
            self._disk.submit(self._books.close)
        self._disk.stop()
        for event in self.bus.give_up():
            if isinstance(event, events.CodeScanned):
                event.content.wipe()

    def snapshot(self) -> Mapping[str, Any]:
        """For the status socket, from its thread: facts without a person in them."""
        txn_id, drawn_ns = self._drawn
        return {**self._facts, "drawn_txn_id": txn_id, "drawn_ns": drawn_ns}

    def _salvage(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """For `kiosk queue salvage` beside this terminal, which shares its log with nobody."""
        damaged = Path(str(question.get("file", "")))
        try:
            return asdict(self._disk.call(lambda: self._opened().outbox.salvage(damaged)))
        except StorageError as error:
            return {"code": error.code}

    # --- opening ----------------------------------------------------------------------------------------------------

    def _open_books(self) -> None:
        identity = self._identity
        assert identity is not None

        doors = Doors(
            publish=self.bus.publish,
            online=self._is_online,
            on_disk=self._disk.call,
            slip_queued=self._slip_queued if self._printer is not None else None,
            reprint=self._printer.reprint if self._printer is not None else None,
        )

        def work() -> None:
            try:
                Books.open(self._settings, identity, self._clock, doors, self._make_meals).begin()
            except StorageError as error:
                log.error("the disk cannot be used: %s", error)
                self.bus.publish(BooksRefused(error.code))

        self._disk.submit(lambda: self._on_disk(work), urgent=True)

    def _books_opened(self, event: BooksOpened) -> None:
        self._books = event.books
        self._serve_or_not(disk_trouble="")
        self._equipment.start()
        self._meet_the_hall(event.books)

    def _meet_the_hall(self, books: Books) -> None:
        settings = self._settings
        client = HallClient(
            settings.terminal.hall_url,
            self._identity,
            connect_s=settings.sync.connect_timeout_s,
            answer_s=settings.sync.read_timeout_s,
        )
        self._help = HelpLine(client.twin())
        self._technician = self._make_technician(client.twin())
        self._sync = Sync(
            client,
            self._disk,
            books.outbox,
            books.reference,
            self._clock,
            self.bus.publish,
            bulk_return_jitter_s=settings.sync.bulk_return_jitter_s,
            poll_s=settings.sync.pull_every_s,
        ).start()

    def _make_technician(self, client: HallClient) -> Technician:
        settings, identity = self._settings, self._identity
        assert identity is not None
        zone = ZoneInfo(settings.terminal.timezone)
        trials = DeviceTrials(
            self._equipment,
            self._voice,
            lambda: self._voice_code,
            terminal_id=settings.terminal.id,
            zone=zone,
            locale=settings.terminal.locale,
        )
        return Technician(
            settings, self._equipment, self._clock, identity, client, trials, zone, self.bus.publish
        )

    def _voice_said(self, code: str) -> None:
        """On the voice's thread."""
        self._voice_code = code
        self.bus.publish(VoiceHealth(code))

    def _opened(self) -> Books:
        if self._books is None:
            raise StorageError("the disk is not open yet", "disk.closed")
        return self._books

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
            VoiceHealth: lambda event: self._note("voice", [event.code] if event.code else []),
            SlipCommitted: self._slip_committed,
            events.LimitsChanged: lambda event: self._note("limits", event.codes),
            events.CountsChanged: lambda event: self._set_bars(counts=event.counts),
            events.SampleKept: lambda event: self._set_bars(sample_kept=event.kept),
        }
        for kind, handler in handlers.items():
            self.bus.subscribe(kind, handler)
        for kind in events.Event.__args__:
            hear = self._code_scanned if kind is events.CodeScanned else self._tell_flow
            self.bus.subscribe(kind, hear)
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
        self._health[event.slot] = event
        # What puts the whole page out of service is said there.
        quiet = not event.status.code or self._needed_of(event.slot) == [event.slot]
        self._note(event.slot, [] if quiet else [event.status.code])
        severity = HEALTH[event.status.health.value]
        self._tell_flow(
            events.DeviceChanged(Item(DEVICE_PREFIX + event.slot, severity, code=event.status.code))
        )
        self._serve_or_not(disk_trouble=self._disk_trouble)

    def _slip_queued(self, txn_id: str) -> None:
        self.bus.publish(SlipCommitted(txn_id))

    def _slip_committed(self, event: SlipCommitted) -> None:
        """Laying out a slip takes the interpreter from the screen: the verdict is drawn first, a second at most."""
        self._slips.append(event.txn_id)
        if event.txn_id == self._drawn[0]:
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

    def _reference_changed(self, event: ReferenceChanged) -> None:
        books = self._books
        if books is not None and event.kinds & {ReferenceKind.CARD, ReferenceKind.SITE}:
            self._disk.submit(lambda: self._on_disk(books.tell_place))
        self._look_again()

    def _meal_served(self, event: events.MealServed) -> None:
        if not event.repeated and self._sync is not None:
            self._sync.wake()

    # --- in or out of service ---------------------------------------------------------------------------------------

    def _serve_or_not(self, *, disk_trouble: str) -> None:
        """Out of service without the disk or a device that the role needs; the first reason is told."""
        self._disk_trouble = disk_trouble
        code = disk_trouble or next(filter(None, map(self._missing_of, self._role.needs)), "")
        if code != self._out_of_service:
            self._out_of_service = code
            if code:
                log.error("out of service: %s", code)
                self._ask(commands.Speak("out_of_service"))
            self._tell_flow(events.ServiceChanged(code))

    def _needed_of(self, slot: str) -> list[str]:
        """The configured devices of which the role needs one, `slot` among them."""
        groups = [group for group in self._role.needs if slot in group]
        return [each for group in groups for each in group if each in self._equipment.sections]

    def _missing_of(self, group: tuple[str, ...]) -> str:
        """The code of what is wrong when no configured device of `group` works."""
        codes = [
            self._health[slot].status.code if self._is_down(slot) else ""
            for slot in group
            if slot in self._equipment.sections
        ]
        return codes[0] if codes and all(codes) else ""

    def _is_down(self, slot: str) -> bool:
        return slot in self._health and self._health[slot].status.health in (Health.DOWN, Health.WEDGED)

    def _look_again(self) -> None:
        """Ask the disk what is new, unless the last look is still waiting; try a disk that failed now and then."""
        if self._books is None or self._disk_trouble:
            if self._identity is not None and self._disk_trouble and self._ticks % DISK_RETRY_TICKS == 0:
                self._try_disk_again()
            return
        if self._look is None or self._look.done():
            books = self._books
            self._look = self._disk.submit(lambda: self._on_disk(books.look))

    def _try_disk_again(self) -> None:
        books = self._books
        if books is None:
            self._open_books()
        else:
            self._disk.submit(lambda: self._on_disk(books.prove_writable))

    def _on_disk(self, work: Callable[[], None]) -> None:
        """On another thread: what the disk cannot do is said, not raised into nowhere."""
        try:
            work()
        except StorageError as error:
            log.error("the disk: %s", error)
            self.bus.publish(DiskTroubled(error.code))
        except Exception as error:  # noqa: BLE001 - a mistake of ours must be seen on the screen, not lost in a Future
            # Without its message, which might quote a person.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.critical("%s\n%s", type(error).__name__, where)
            self.bus.publish(DiskTroubled("disk.failed"))

    # --- commands ---------------------------------------------------------------------------------------------------

    def _ask(self, command: commands.Command) -> None:
        """The flow's outlet."""
        match command:
            case commands.Speak(phrase):
                if self._voice is not None:
                    self._voice.speak(phrase)
            case commands.CallHelp(on):
                if self._help is not None:
                    self._help.call(on)
            case commands.CheckPin():
                self._pins.submit(lambda: self._on_disk(lambda: self._opened().canteen.check_pin(command)))
            case commands.RestartTerminal(staff_id):
                log.warning("restarted by %s", staff_id)
                signal.raise_signal(signal.SIGTERM)  # ends in good order; the system starts it again
            case _ if self._technician is not None and self._technician.perform(command):
                pass
            case _:
                self._disk.submit(lambda: self._on_disk(lambda: self._opened().perform(command)), urgent=True)

    # --- cards and time ---------------------------------------------------------------------------------------------

    def _reference_of(self, card: CardId) -> str:
        assert self._identity is not None
        return card_reference(self._identity.card_key(), card)

    def _is_known(self, card: CardId) -> bool:
        return self._reference_of(card) in self._known_cards

    def _is_online(self) -> bool:
        return self._sync is not None and self._sync.online

    # --- showing ----------------------------------------------------------------------------------------------------

    def _note(self, source: str, codes: Iterable[str]) -> None:
        self._bars = self._bars.noticing(source, codes)
        self._refresh_bars()

    def _set_bars(self, **facts: Any) -> None:
        self._bars = replace(self._bars, **facts)
        self._refresh_bars()

    def _refresh_bars(self) -> None:
        stamp = self._clock.stamp()
        told = TimeTold(stamp.wall_ms, stamp.trusted, self._clock.last_sync_ms())
        self._bars = replace(self._bars, time=told)
        chrome = self._bars.chrome()
        if chrome != self._chrome:
            self._chrome = chrome
            self._tell_flow(events.ChromeChanged(chrome))
            self._show(self._view)
        self._facts = self._gather_facts()

    def _show(self, view: views.View) -> None:
        self._view = view
        if not self._is_live():
            self._picture = None
        self._facts = self._gather_facts()
        self.on_shown(views.Shown(view, self._chrome, self._picture))

    def _picture_taken(self, event: events.TrialStepped) -> None:
        """A camera's frame goes from memory to the glass, and only while its page is there."""
        if event.picture is not None and self._is_live():
            self._picture = event.picture
            self._show(self._view)

    def _is_live(self) -> bool:
        return isinstance(self._view, DeviceTestPage) and self._view.live

    def _gather_facts(self) -> dict[str, Any]:
        status = self._bars.queue
        return {
            "view": type(self._view).__name__,
            "txn_id": getattr(self._view, "txn_id", ""),
            "online": self._bars.online,
            "queued": status.unsent,
            "refused": status.under_review,
            "last_seq": status.last_seq,
            "log_id": status.log_id,
            "clock_trusted": self._bars.time.trusted,
            "banner": self._chrome.banner,
            "period": self._bars.counts.period,
            "out_of_service": self._out_of_service,
            "devices": self._equipment.facts(),
            "prints": dict(self._prints),
            "notices": list(self._bars.all_notices()),
        }

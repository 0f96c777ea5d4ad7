"""From a configuration to devices: the one place where a kind in the file becomes a driver, a clock or a voice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from drivers import registry
from drivers.base import CardId
from drivers.emulators.clock import EmulatedClock
from drivers.kinds import DeviceType, Surroundings
from drivers.wire_log import WireLog
from kiosk.config import Settings
from kiosk.config_devices import SLOT_TYPES, DeviceSection
from kiosk.services.cases import make_case
from kiosk.services.devices import DeviceThread, ReaderThread, button_thread, look_after, scanner_thread
from kiosk.services.page_printing import PagePrinterThread
from kiosk.services.player import find_player
from kiosk.services.printing import PrinterThread, PrintQueue
from kiosk.services.supervision import Supervision
from kiosk.services.voice import Voice
from offline_cache.clock import Clock, SystemClock

Publish = Callable[[object], None]

FACE_ROLES = ("front_desk", "visitor")

WIRE_LINES = 200
"""How many reads and writes of each device are kept for a case file."""


def make_clock(settings: Settings) -> Clock:
    """The machine's clock; one that can be moved only where the configuration is for demonstration."""
    if settings.clock.kind == "emulated" and settings.clock.path is not None:
        return EmulatedClock(settings.clock.path)
    return SystemClock()


class Equipment:
    """Every configured device with its thread. Constructing it does no I/O.

    `prints` and `submit` are the slip printer's way to its queue; `reference_of` and `is_known` are the card readers'.
    """

    def __init__(
        self,
        settings: Settings,
        reference_of: Callable[[CardId], str],
        is_known: Callable[[CardId], bool],
        prints: Callable[[], PrintQueue],
        submit: Callable[[Callable[[], Any]], Future[Any]],
        publish: Publish,
    ) -> None:
        self.sections = _sections(settings)
        self.wire_logs = {slot: WireLog(WIRE_LINES) for slot in self.sections}
        self.printer: PrinterThread | None = None
        self.threads: dict[str, Supervision[Any]] = {}
        for slot, section in self.sections.items():
            make = _maker(section, Surroundings(known=is_known, wire_log=self.wire_logs[slot]))
            match SLOT_TYPES[slot]:
                case DeviceType.CARD_READER:
                    self.threads[slot] = ReaderThread(slot, make, reference_of, publish)
                case DeviceType.CODE_SCANNER:
                    self.threads[slot] = scanner_thread(slot, make, publish)
                case DeviceType.BUTTON_RECEIVER:
                    self.threads[slot] = button_thread(slot, make, publish)
                case DeviceType.SLIP_PRINTER:
                    self.printer = PrinterThread(slot, make, prints, submit, publish)
                    self.threads[slot] = self.printer
                case DeviceType.PAGE_PRINTER:
                    self.threads[slot] = PagePrinterThread(slot, make, publish)
                case DeviceType.CAMERA | DeviceType.RELAY:
                    self.threads[slot] = DeviceThread(slot, make, look_after(), publish)

    def start(self) -> None:
        """Opens every device on its own thread. Returns at once; twice is harmless."""
        for thread in self.threads.values():
            thread.start()

    def watch(self) -> None:
        """To be called each second: says which devices are stuck, and tries them anew by policy."""
        for thread in self.threads.values():
            thread.watch()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Closes every device, within `timeout_s` for all of them together."""
        ends = time.monotonic() + timeout_s
        for thread in self.threads.values():
            thread.end()
        for thread in self.threads.values():
            thread.stop(max(0.0, ends - time.monotonic()))

    def device(self, slot: str) -> DeviceThread[Any] | None:
        """The thread that can be asked things of the device in `slot`; None where there is none."""
        thread = self.threads.get(slot)
        return thread if isinstance(thread, DeviceThread) else None

    def case(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """For the status socket: the case file of the slot that is asked for, as `text`; or a `code`."""
        slot = str(question.get("slot"))
        if slot not in self.threads:
            return {"code": "case.no_slot", "slots": sorted(self.threads)}
        case = make_case(slot, self.sections[slot], self.threads[slot], self.wire_logs[slot])
        return {"text": case.text()}

    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        """How every device is that has said so, for the status socket. Names no card."""
        said = {slot: thread.status for slot, thread in self.threads.items()}
        return {
            slot: {
                "health": status.health.value,
                "code": status.code,
                "kind": self.sections[slot].kind,
                "details": dict(status.details),
            }
            for slot, status in said.items()
            if status is not None
        }


def _sections(settings: Settings) -> dict[str, DeviceSection]:
    """The slots whose devices are opened here. The camera of a desk or a door is recognition's, whose process opens it where faces
    are looked at; where they are not, nobody opens it."""
    sections = dict(settings.devices.filled())
    if settings.terminal.role in FACE_ROLES:
        sections.pop("camera", None)
    return sections


def _maker(section: DeviceSection, surroundings: Surroundings) -> Callable[[], Any]:
    return lambda: registry.make(section.kind, section.options, surroundings)


def make_voice(settings: Settings, report: Callable[[str], None]) -> Voice | None:
    if not settings.voice.enabled:
        return None
    return Voice(
        settings.terminal.data_dir / "voice",
        find_player(),
        locale=settings.terminal.locale,
        recordings_dir=settings.voice.recordings_dir,
        report=report,
    )

"""From a configuration to devices: the one place where a kind in the file becomes a driver, a clock or a voice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from drivers import registry
from drivers.base import CardId
from drivers.emulators.clock import EmulatedClock
from drivers.kinds import Surroundings
from kiosk.config import Settings
from kiosk.services.devices import ReaderThread
from kiosk.services.player import find_player
from kiosk.services.printing import PrinterThread, PrintQueue
from kiosk.services.voice import Voice
from offline_cache.clock import Clock, SystemClock

Publish = Callable[[object], None]


def make_clock(settings: Settings) -> Clock:
    """The machine's clock; one that can be moved only where the configuration is for demonstration."""
    if settings.clock.kind == "emulated" and settings.clock.path is not None:
        return EmulatedClock(settings.clock.path)
    return SystemClock()


def make_reader_thread(
    settings: Settings,
    slot: str,
    reference_of: Callable[[CardId], str],
    is_known: Callable[[CardId], bool],
    publish: Publish,
) -> ReaderThread | None:
    section = settings.devices.card_reader
    if section is None:
        return None
    surroundings = Surroundings(known=is_known)
    return ReaderThread(
        slot,
        lambda: registry.make_reader(section.kind, section.options, surroundings),
        reference_of,
        publish,
    )


def make_printer_thread(
    settings: Settings,
    slot: str,
    prints: Callable[[], PrintQueue],
    submit: Callable[[Callable[[], Any]], Future[Any]],
    publish: Publish,
) -> PrinterThread | None:
    section = settings.devices.receipt_printer
    if section is None:
        return None
    return PrinterThread(
        slot, lambda: registry.make_printer(section.kind, section.options), prints, submit, publish
    )


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

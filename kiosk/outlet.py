"""Where a flow's wishes go: each to whoever carries it out. On the main thread; returns at once."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from kiosk import commands
from kiosk.bookkeeping import Bookkeeping
from kiosk.services.help_line import HelpLine
from kiosk.services.reading_aloud import ReadingAloud
from kiosk.services.voice import Voice

log = logging.getLogger(__name__)


class Outlet:
    """`headset`: one is plugged in for what nobody else should hear. `help_line` and `technician` (what performs a technician's commands, False for others) are there once the hall
    was met."""

    def __init__(self, bookkeeping: Bookkeeping, voice: Voice | None, *, headset: bool = False) -> None:
        self.help_line: HelpLine | None = None
        self.technician: Callable[[commands.Command], bool] = lambda command: False
        self._bookkeeping = bookkeeping
        self._voice = voice
        self._reading_aloud = ReadingAloud(voice, headset=headset)
        self._pins = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pin")

    def __call__(self, command: commands.Command) -> None:
        match command:
            case commands.Speak(phrase, locale):
                if self._voice is not None:
                    self._voice.speak(phrase, locale)
            case commands.ReadAloud():
                self._reading_aloud.perform(command)
            case commands.CallHelp(on):
                if self.help_line is not None:
                    self.help_line.call(on)
            case commands.CheckPin():
                self._pins.submit(self._bookkeeping.attempt, lambda books: books.services.check_pin(command))
            case commands.RestartTerminal(staff_id):
                log.warning("restarted by %s", staff_id)
                signal.raise_signal(signal.SIGTERM)  # ends in good order; the system starts it again
            case _ if self.technician(command):
                pass
            case _:
                self._to_the_books(command)

    def stop(self) -> None:
        self._pins.shutdown(wait=False, cancel_futures=True)

    def _to_the_books(self, command: commands.Command) -> None:
        self._bookkeeping.submit(lambda books: books.perform(command), urgent=True)

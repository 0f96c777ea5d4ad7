"""The main thread's way to the books: everything is done on the disk's thread, and what fails there is said on the bus."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.config import Settings
from kiosk.services.books import Books, BooksRefused, Doors
from offline_cache.clock import TrustedClock
from offline_cache.db import StorageError
from offline_cache.disk import DiskThread
from offline_cache.identity import Identity
from offline_cache.sync import DiskTroubled

if TYPE_CHECKING:
    from kiosk.services.meals import Meals

log = logging.getLogger(__name__)


class Bookkeeping:
    """`disk` is the thread; `books` are None until they are open (`BooksOpened`) and kept."""

    def __init__(
        self,
        settings: Settings,
        clock: TrustedClock,
        publish: Callable[[object], None],
        make_meals: Callable[..., Meals] | None,
    ) -> None:
        self.disk = DiskThread()
        self.books: Books | None = None
        self._settings = settings
        self._clock = clock
        self._publish = publish
        self._make_meals = make_meals
        self._look: Future[None] | None = None

    def open(self, identity: Identity, doors: Doors) -> None:
        """Publishes BooksOpened or BooksRefused."""

        def work() -> None:
            try:
                Books.open(self._settings, identity, self._clock, doors, self._make_meals).begin()
            except StorageError as error:
                log.error("the disk cannot be used: %s", error)
                self._publish(BooksRefused(error.code))

        self.disk.submit(lambda: self._told(work), urgent=True)

    def opened(self) -> Books:
        """Raises StorageError disk.closed before the books are open."""
        if self.books is None:
            raise StorageError("the disk is not open yet", "disk.closed")
        return self.books

    def submit(self, work: Callable[[Books], None], *, urgent: bool = False) -> Future[None]:
        """Work for the disk's thread."""
        return self.disk.submit(lambda: self.attempt(work), urgent=urgent)

    def attempt(self, work: Callable[[Books], None]) -> None:
        """Work on the calling thread. What fails is published as DiskTroubled, not raised into nowhere."""
        self._told(lambda: work(self.opened()))

    def look(self) -> None:
        """Ask the disk what is new, unless the last look is still waiting."""
        if self._look is None or self._look.done():
            self._look = self.submit(Books.look)

    def salvage(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """For `kiosk queue salvage` beside this terminal, which shares its log with nobody."""
        damaged = Path(str(question.get("file", "")))
        try:
            return asdict(self.disk.call(lambda: self.opened().outbox.salvage(damaged)))
        except StorageError as error:
            return {"code": error.code}

    def stop(self) -> None:
        """Finish what was handed in, then close the books."""
        if self.books is not None:
            self.disk.submit(self.books.close)
        self.disk.stop()

    def _told(self, work: Callable[[], None]) -> None:
        try:
            work()
        except StorageError as error:
            log.error("the disk: %s", error)
            self._publish(DiskTroubled(error.code))
        except Exception as error:  # noqa: BLE001 - a mistake of ours must be seen on the screen, not lost in a Future
            # Without its message, which might quote a person.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.critical("%s\n%s", type(error).__name__, where)
            self._publish(DiskTroubled("disk.failed"))

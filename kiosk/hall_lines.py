"""A terminal's lines to the hall, each on a connection and a thread of its own: synchronising, and 人工帮助."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.config import Settings
from kiosk.services.books import Books
from kiosk.services.help_line import HelpLine
from offline_cache.clock import TrustedClock
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity
from offline_cache.sync import Sync


class HallLines:
    """Open from the start. `client` is for making twins of it: the one here is the synchronising thread's."""

    def __init__(
        self,
        settings: Settings,
        identity: Identity,
        clock: TrustedClock,
        disk: DiskThread,
        books: Books,
        publish: Callable[[object], None],
    ) -> None:
        self.client = HallClient(
            settings.terminal.hall_url,
            identity,
            connect_s=settings.sync.connect_timeout_s,
            answer_s=settings.sync.read_timeout_s,
        )
        self.help = HelpLine(self.client.twin())
        self.sync = Sync(
            self.client,
            disk,
            books.outbox,
            books.reference,
            clock,
            publish,
            bulk_return_jitter_s=settings.sync.bulk_return_jitter_s,
            poll_s=settings.sync.pull_every_s,
        ).start()

    def stop(self) -> None:
        self.sync.stop()
        self.help.stop()

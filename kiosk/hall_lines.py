"""A terminal's lines to the hall, each on a connection and a thread of its own: synchronising, 人工帮助, and what the
role asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.config import Settings
from kiosk.services.books import Books
from kiosk.services.help_line import HelpLine
from offline_cache.clock import TrustedClock
from offline_cache.db import StorageError
from offline_cache.disk import DiskThread
from offline_cache.hall_client import HallClient
from offline_cache.identity import Identity
from offline_cache.sync import Sync
from offline_cache.wire import Token

log = logging.getLogger(__name__)


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
        directory = settings.terminal.data_dir

        def keep(token: Token) -> None:
            disk.submit(lambda: _renew(identity, directory, token))

        self.client = HallClient(
            settings.terminal.hall_url,
            identity,
            connect_s=settings.sync.connect_timeout_s,
            answer_s=settings.sync.read_timeout_s,
            on_token=keep,
        )
        self.help = HelpLine(self.client.twin())
        self._of_the_role = books.services.open_lines(self.client, disk)
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
        for line in self._of_the_role:
            line.stop()


def _renew(identity: Identity, directory: Path, token: Token) -> None:
    try:
        identity.renew(directory, token)
    except StorageError as error:
        log.warning("what the hall says of the enrolment is not kept: %s", error.code)

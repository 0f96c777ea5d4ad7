"""Sending photographed papers to the hall, in parts, after the rows that name them.

A thread of its own (`hall:papers`), so that nothing else waits behind two megabytes. The hall says how far it has come,
and each try goes on from there. A paper is deleted here when the hall holds all of it; one that the hall does not ask
for, while it has every row of this terminal, belongs to no application and is deleted as well.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

from offline_cache.backoff import Backoff, Chance
from offline_cache.blobs import PaperGone
from offline_cache.db import DiskDamaged, StorageError
from offline_cache.hall_error import HallError
from offline_cache.wire_residents import PAPER_PART, PaperProgress

THREAD = "hall:papers"
UNKNOWN_PAPER = "paper.unknown"
OFFSET = "paper.offset"
STOP_S = 1.0
# A row that a paper waits for is sent within seconds; one that is under review takes the hall's staff much longer.
LOOK_AGAIN_S = 60.0
_NOT_LET_IN = frozenset({401, 403})

log = logging.getLogger(__name__)


class PaperCalls(Protocol):
    """The hall's side; both raise HallError."""

    def paper_progress(self, sha256: str) -> PaperProgress: ...

    def send_paper(self, sha256: str, offset: int, part: bytes) -> PaperProgress: ...


class KeptPapers(Protocol):
    """The disk's side (Blobs), for the disk thread."""

    def kept(self) -> list[str]: ...

    def read(self, name: str) -> bytes: ...

    def delete(self, name: str) -> None: ...


class Uploads:
    """`on_disk` runs something on the disk thread and waits; `unsent` says there how many rows the hall has not answered
    to; `hang_up` ends the call under way. Nothing runs before `start`."""

    def __init__(
        self,
        calls: PaperCalls,
        papers: KeptPapers,
        *,
        on_disk: Callable[[Callable[[], Any]], Any],
        unsent: Callable[[], int],
        hang_up: Callable[[], None] = lambda: None,
        chance: Chance | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._calls = calls
        self._papers = papers
        self._on_disk = on_disk
        self._unsent = unsent
        self._hang_up = hang_up
        self._backoff = backoff or Backoff(chance=chance)
        self._bell = threading.Condition()
        self._wanted = self._stopping = False
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=True)

    def start(self) -> Uploads:
        self._thread.start()
        return self

    def wake(self) -> None:
        """There may be something to send: an application was kept, or the hall has answered to rows."""
        with self._bell:
            self._wanted = True
            self._bell.notify_all()

    def stop(self) -> None:
        with self._bell:
            self._stopping = True
            self._bell.notify_all()
        self._hang_up()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def round(self) -> bool:
        """Once through all papers. True when none is left to be sent. Raises HallError, StorageError: the first of those
        that concern one paper alone when the others have had their turn."""
        waiting = 0
        troubles: list[HallError | StorageError] = []
        for name in self._on_disk(self._papers.kept):
            if self._stopping:
                return True
            try:
                waiting += not self._settled(name)
            except (HallError, StorageError) as error:
                if not _concerns_one(error):
                    raise
                troubles.append(error)
        if troubles:
            raise troubles[0]
        return not waiting

    # --- the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping:
            self._rest(self._attempt())

    def _attempt(self) -> float | None:
        """One round; how long to rest, None until woken."""
        with self._bell:
            self._wanted = False
        try:
            done = self.round()
        except HallError as error:
            log.info("papers wait: %s", error.code)
            return self._backoff.failed(error.retry_after_s)
        except StorageError as error:
            log.warning("papers wait: %s", error.code)
            return self._backoff.failed()
        except Exception:  # the end of this thread would end all sending without a word
            log.exception("sending papers failed")
            return self._backoff.failed()
        self._backoff.succeeded()
        return None if done else LOOK_AGAIN_S

    def _rest(self, seconds: float | None) -> None:
        with self._bell:
            # While the hall is away, a new paper changes nothing.
            early = self._backoff.failures == 0
            self._bell.wait_for(lambda: self._stopping or (early and self._wanted), seconds)

    # --- one paper ----------------------------------------------------------------------------------------------

    def _settled(self, name: str) -> bool:
        """Whether this paper needs nothing more from here."""
        # Before the hall is asked: a row may be on its way just now.
        had_all_rows = bool(self._on_disk(self._unsent) == 0)
        try:
            progress = self._calls.paper_progress(name)
        except HallError as error:
            if error.reason != UNKNOWN_PAPER:
                raise
            if had_all_rows:
                log.warning("a paper that belongs to no application is deleted")
                self._delete(name)
            return had_all_rows
        if progress.complete or self._sent(name, progress.received):
            self._delete(name)
        return True

    def _sent(self, name: str, received: int) -> bool:
        """Sends what is missing; False where there is nothing here any more that could be sent."""
        try:
            content = self._on_disk(lambda: self._papers.read(name))
        except PaperGone:
            return False
        except DiskDamaged as damage:
            # Its owner is asked to bring it: at the hall it stays awaited.
            log.error("a paper cannot be read and is deleted: %s", damage)
            return True
        while not self._stopping:
            progress = self._next_part(name, content, received)
            if progress.complete:
                return True
            if not received < progress.received < len(content):
                raise HallError("hall.wrong_answer", "the paper does not get on")
            received = progress.received
        return False

    def _next_part(self, name: str, content: bytes, offset: int) -> PaperProgress:
        try:
            return self._calls.send_paper(name, offset, content[offset : offset + PAPER_PART])
        except HallError as error:
            if error.reason != OFFSET:
                raise
        # An earlier part has arrived, though its answer did not.
        found = self._calls.paper_progress(name)
        if found.complete:
            return found
        return self._calls.send_paper(name, found.received, content[found.received :][:PAPER_PART])

    def _delete(self, name: str) -> None:
        self._on_disk(lambda: self._papers.delete(name))


def _concerns_one(error: HallError | StorageError) -> bool:
    """Whether another paper may fare better: not with a hall that is away, or that lets this terminal in no more."""
    if isinstance(error, HallError):
        return error.code == "hall.refused" and error.status not in _NOT_LET_IN
    return True

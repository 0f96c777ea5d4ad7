"""A person's records: asked of the hall, kept where the policy allows, and each query written down.

`ask` and what ends a query run on the disk thread; asking the hall runs on the line's. Who asked for which record, and
what came of it, is a row of the log before anything is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Literal

from kiosk import commands_resident as commands
from kiosk.events_resident import RecordKindsTold, RecordRefused, RecordTold
from kiosk.services.residents.line import ResidentLine
from kiosk.services.residents.printable import RecordSource
from kiosk.services.residents.session import Session
from offline_cache.clock import Stamp
from offline_cache.db import StorageError
from offline_cache.hall_client import HallError
from offline_cache.outbox import Outbox
from offline_cache.record_cache import CachedRecord, RecordCache
from offline_cache.reference_residents import ResidentReference
from offline_cache.resident_calls import PAGE_ROWS, RecordTooLong, ResidentCalls
from offline_cache.wire import RowKind
from offline_cache.wire_residents import RecordKind, RecordPage, RecordQueriedBody, RecordQuery

log = logging.getLogger(__name__)

ANSWER_S = 12.0
NOT_ALLOWED, NEEDS_ID_CARD = "record.not_allowed", "record.needs_id_card"
AWAY = frozenset({"hall.unreachable", "hall.silent", "hall.busy"})

Result = Literal["ok", "empty", "away", "refused"]


@dataclass(frozen=True, slots=True)
class _Query:
    """One question on its way."""

    wish: commands.AskRecord
    kind: RecordKind
    session: Session


class Records:
    """Answers AskRecord and ListRecordKinds through `publish`. `line` is None until the hall was met; `online` is what
    synchronising knows of the hall."""

    def __init__(
        self,
        *,
        reference: ResidentReference,
        cache: RecordCache,
        outbox: Outbox,
        zone: tzinfo,
        now: Callable[[], Stamp],
        online: Callable[[], bool],
        on_disk: Callable[[Callable[[], Any]], Any],
        publish: Callable[[object], None],
    ) -> None:
        self.line: ResidentLine | None = None
        self._reference = reference
        self._cache = cache
        self._outbox = outbox
        self._zone = zone
        self._now = now
        self._online = online
        self._on_disk = on_disk
        self._publish = publish

    def list_kinds(self, wish: commands.ListRecordKinds) -> None:
        """Publishes RecordKindsTold."""
        self._publish(RecordKindsTold(wish.ask_id, tuple(self._reference.record_kinds())))

    def ask(self, wish: commands.AskRecord, session: Session) -> None:
        """Publishes RecordTold or RecordRefused, within ANSWER_S and what the disk takes."""
        kind = self._reference.record_kind(wish.kind)
        if kind is None:
            self._publish(RecordRefused(wish.ask_id, NOT_ALLOWED))
            return
        query = _Query(wish if kind.years else replace(wish, year=None), kind, session)
        refusal = _refusal(query)
        if refusal:
            self._refuse(query, refusal, "refused")
        elif self.line is None or (not self._online() and self._cached(query)):
            self._without_hall(query, "hall.unreachable")
        else:
            self.line.ask(lambda calls: self._fetch(calls, query))

    def expire(self) -> None:
        """Deletes what may not be kept any longer."""
        self._cache.expire(self._now().wall_ms)

    # --- on the line's thread -----------------------------------------------------------------------------------

    def _fetch(self, calls: ResidentCalls, query: _Query) -> None:
        try:
            page = calls.record(_on_the_wire(query), ANSWER_S)
        except RecordTooLong as too_long:
            code = too_long.code
            self._finish(query, lambda: self._refuse(query, code, "refused"))
        except HallError as error:
            refused = error
            self._finish(query, lambda: self._not_told(query, refused))
        else:
            self._finish(query, lambda: self._told(query, page))

    def _finish(self, query: _Query, end: Callable[[], None]) -> None:
        try:
            self._on_disk(end)
        except StorageError as error:  # what could not be written down is not told either
            self._say(query, RecordRefused(query.wish.ask_id, error.code))

    # --- on the disk thread -------------------------------------------------------------------------------------

    def _told(self, query: _Query, page: RecordPage) -> None:
        self._write_down(query, "ok" if page.rows else "empty", "hall")
        self._keep(query, page)
        self._hand_over(query, page, "")

    def _keep(self, query: _Query, page: RecordPage) -> None:
        """What cannot be kept is told all the same."""
        wish = query.wish
        try:
            self._cache.keep(wish.person_id, wish.year, page, self._now().wall_ms, query.kind.cache_s)
        except StorageError as error:
            log.warning("a record is not kept: %s", error.code)

    def _not_told(self, query: _Query, error: HallError) -> None:
        if error.code in AWAY:
            self._without_hall(query, error.code)
        elif error.code == "hall.refused":
            self._refuse(query, error.reason or error.code, "refused")
        else:
            self._refuse(query, error.code, "away")

    def _without_hall(self, query: _Query, code: str) -> None:
        cached = self._cached(query)
        if cached is None:
            self._refuse(query, code, "away")
            return
        self._write_down(query, "ok" if cached.page.rows else "empty", "cache")
        kept = datetime.fromtimestamp(cached.kept_ms / 1000, self._zone)
        self._hand_over(query, cached.page, f"{kept:%Y-%m-%d %H:%M}")

    def _cached(self, query: _Query) -> CachedRecord | None:
        if query.kind.cache_s <= 0:
            return None
        wish = query.wish
        return self._cache.find(wish.person_id, wish.kind, wish.year, self._now().wall_ms)

    def _refuse(self, query: _Query, code: str, result: Result) -> None:
        self._write_down(query, result, "hall")
        self._say(query, RecordRefused(query.wish.ask_id, code))

    def _hand_over(self, query: _Query, page: RecordPage, cached_at: str) -> None:
        session, wish = query.session, query.wish
        if not session.is_over:
            session.records[wish.ask_id] = RecordSource(page, session.holder(wish.person_id))
        self._say(query, RecordTold(query.wish.ask_id, page, cached_at))

    def _say(self, query: _Query, event: object) -> None:
        if not query.session.is_over:
            self._publish(event)

    def _write_down(self, query: _Query, result: Result, source: Literal["hall", "cache"]) -> None:
        wish = query.wish
        body = RecordQueriedBody(
            person_id=wish.person_id,
            kind=wish.kind,
            purpose=query.kind.purpose,
            year=wish.year,
            result=result,
            source=source,
        )
        self._outbox.append(RowKind.RECORD_QUERIED, body, self._now())


def _refusal(query: _Query) -> str:
    """Why the hall is not even asked; "" when it is."""
    if not query.session.knows(query.wish.person_id):
        return NOT_ALLOWED
    is_enough = not query.kind.strict or query.session.showed_id_card(query.wish.person_id)
    return "" if is_enough else NEEDS_ID_CARD


def _on_the_wire(query: _Query) -> RecordQuery:
    wish, kind = query.wish, query.kind
    return RecordQuery(
        person_id=wish.person_id,
        kind=wish.kind,
        purpose=kind.purpose,
        year=wish.year,
        limit=PAGE_ROWS,
    )

"""Answering what somebody asks about herself: is it allowed, which source has it, and the entry in the access log.

No answer leaves the hall before its entry is written. A source that is late or away costs nobody else anything: each
has so many calls at a time, and every call its deadline.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import anyio
from anyio import CapacityLimiter, to_thread

from hall.database import Database
from hall.errors import HallProblem
from hall.services import feed
from hall.services.residents import access_log
from hall.services.residents.record_source import Asked, CursorUnknown, RecordSource, SourceAway, SourcePage
from hall.services.residents.sources import SOURCES
from offline_cache.wire import ReferenceKind
from offline_cache.wire_residents import RecordKind, RecordPage, RecordQuery

DEADLINE_S = 8.0
CALLS_A_SOURCE = 4
log = logging.getLogger("hall.records")


@dataclass
class Records:
    """The record desk of a running hall. `deadline_s` is how long a source may take, waiting for its turn included."""

    sources: Mapping[str, RecordSource] = field(default_factory=lambda: SOURCES)
    deadline_s: float = DEADLINE_S
    _turns: dict[str, CapacityLimiter] = field(default_factory=dict)

    async def answer(
        self, database: Database, terminal_id: str, query: RecordQuery, now_ms: int
    ) -> RecordPage:
        """A page of a person's rows. The year counts where the kind is asked for by year.

        Raises HallProblem: record.unknown_kind, record.unknown_person (404), record.purpose (403), record.cursor (422),
        record.source_away (503)."""
        write_down = partial(_write_down, database, terminal_id, query, now_ms)
        try:
            kind = await to_thread.run_sync(_allowed, database, query)
            page = await self._ask(database, query, query.year if kind.years else None, now_ms)
        except HallProblem as problem:
            result = "away" if problem.status == 503 else "refused"
            await to_thread.run_sync(write_down, 0, result)
            raise
        await to_thread.run_sync(write_down, len(page.rows), "ok" if page.count else "empty")
        return _as_wire(kind, query.person_id, page, now_ms)

    async def _ask(self, database: Database, query: RecordQuery, year: int | None, now_ms: int) -> SourcePage:
        source = self.sources.get(query.kind)
        asked = Asked(query.person_id, query.kind, year, query.cursor, query.limit, now_ms)
        turn = self._turns.setdefault(query.kind, CapacityLimiter(CALLS_A_SOURCE))
        try:
            if source is None:
                raise SourceAway("no source is set up")
            with anyio.fail_after(self.deadline_s):
                return await to_thread.run_sync(
                    source.page, database, asked, abandon_on_cancel=True, limiter=turn
                )
        except (SourceAway, TimeoutError) as error:
            log.warning("record source %s is away: %s", query.kind, str(error) or "late")
            raise HallProblem(503, "record.source_away", "This record cannot be looked up now.") from error
        except CursorUnknown as error:
            raise HallProblem(422, "record.cursor", "This cursor was not given out here.") from error


def _allowed(database: Database, query: RecordQuery) -> RecordKind:
    with database.reading() as session:
        kinds = feed.find(session, ReferenceKind.RECORD_KIND, [query.kind])
        people = feed.find(session, ReferenceKind.RESIDENT, [query.person_id])
    if query.kind not in kinds:
        raise HallProblem(404, "record.unknown_kind", "There is no such kind of record.")
    kind = RecordKind.model_validate(kinds[query.kind])
    if query.purpose != kind.purpose:
        raise HallProblem(403, "record.purpose", "This kind of record is not given out for this purpose.")
    if query.person_id not in people:
        raise HallProblem(404, "record.unknown_person", "There is no such resident.")
    return kind


def _write_down(
    database: Database, terminal_id: str, query: RecordQuery, now_ms: int, rows: int, result: str
) -> None:
    with database.writing() as session:
        access_log.note_answer(session, terminal_id, query, rows, result, now_ms)


def _as_wire(kind: RecordKind, person_id: str, page: SourcePage, now_ms: int) -> RecordPage:
    return RecordPage(
        kind=kind.kind,
        person_id=person_id,
        title_zh=kind.title_zh,
        title_en=kind.title_en,
        period_zh=page.period_zh,
        period_en=page.period_en,
        note_zh=page.note_zh,
        note_en=page.note_en,
        columns=list(page.columns),
        rows=[list(row) for row in page.rows],
        total=list(page.total),
        next_cursor=page.next_cursor,
        count=page.count,
        as_of_ms=now_ms,
    )

"""The change feed: publishing records for terminals, reading them page by page, looking them up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, delete, func, insert, or_, select, type_coerce
from sqlalchemy.orm import Session

from hall.models import Log, Meal, Published, Row
from offline_cache.wire import Account, Change, Changes, ReferenceKind, Shape

LARGEST_PAGE = 4 * 1024 * 1024  # characters of JSON
AT_ONCE = 100
COLUMNS = (Published.number, Published.kind, Published.id, Published.data)


@dataclass(frozen=True)
class Record:
    """One record to publish. `data` None is a tombstone. `site_id` limits it to the terminals of one site, `site_ids` to
    those of several; `service_date` (ISO) lets it fall out of the feed when that day is long past."""

    kind: ReferenceKind
    id: str
    data: Shape | None
    site_id: str | None = None
    service_date: str | None = None
    site_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """Who reads the feed: a terminal, its site, the kinds its role may see, and the oldest day it is told."""

    terminal_id: str
    site_id: str
    kinds: frozenset[ReferenceKind]
    since: str


def publish(session: Session, records: Iterable[Record]) -> None:
    """Give each record the next number. Only inside `Database.writing`, where one writer at a time gives numbers."""
    newest = {(record.kind, record.id): record for record in records}
    if not newest:
        return
    # Read before the delete: the record being replaced may hold the highest number, and numbers are never used twice.
    number = last_number(session)
    rows = [_row(number + place, record) for place, record in enumerate(newest.values(), start=1)]
    connection = session.connection()
    replaced = delete(Published).where(Published.kind == bindparam("k"), Published.id == bindparam("i"))
    connection.execute(replaced, [{"k": kind.value, "i": id} for kind, id in newest])
    connection.execute(insert(Published), rows)


def publish_changed(session: Session, records: Iterable[Record]) -> None:
    """Publish those of these records that say something else than the one they replace, or have none to replace."""
    by_kind: dict[ReferenceKind, dict[str, Record]] = {}
    for record in records:
        by_kind.setdefault(record.kind, {})[record.id] = record
    for kind, wanted in by_kind.items():
        held = find(session, kind, wanted)
        changed = [each for id, each in wanted.items() if held.get(id) != _data(each)]
        publish(session, changed)


def _data(record: Record) -> dict[str, Any] | None:
    return None if record.data is None else record.data.model_dump(mode="json")


def _row(number: int, record: Record) -> dict[str, Any]:
    return {
        "number": number,
        "kind": record.kind.value,
        "id": record.id,
        "data": _data(record),
        "site_id": f" {' '.join(record.site_ids)} " if record.site_ids else record.site_id,
        "service_date": record.service_date,
    }


def last_number(session: Session) -> int:
    return session.scalar(select(func.max(Published.number))) or 0


def publish_accounts(session: Session, accounts: Iterable[Account]) -> None:
    publish(session, (Record(ReferenceKind.ACCOUNT, account.person_id, account) for account in accounts))


def find(session: Session, kind: ReferenceKind, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The newest records of these ids; those that do not exist, or are tombstones, are left out."""
    found = session.execute(
        select(Published.id, Published.data).where(Published.kind == kind.value, Published.id.in_(ids))
    )
    return {id: data for id, data in found if data is not None}


def all_of(session: Session, kind: ReferenceKind) -> dict[str, dict[str, Any]]:
    """Every record of a kind, in the order of their numbers."""
    query = (
        select(Published.id, Published.data).where(Published.kind == kind.value).order_by(Published.number)
    )
    found = session.execute(query)
    return {id: data for id, data in found if data is not None}


def of_kinds(kinds: Iterable[ReferenceKind]) -> ColumnElement[bool]:
    """For walking through the feed by number. The kind's own index is kept out of it: by that, SQLite would read and sort
    all that there is of these kinds, for every page and for every poll that finds nothing."""
    return Published.kind.concat("").in_([kind.value for kind in kinds])


def read(session: Session, reader: Reader, cursor: int, limit: int, now_ms: int) -> Changes:
    """The page after `cursor`, with this terminal's applied and refused rows of the same snapshot."""
    visible = (
        of_kinds(reader.kinds),
        or_(
            Published.site_id.is_(None),
            Published.site_id == reader.site_id,
            Published.site_id.contains(f" {reader.site_id} ", autoescape=True),
        ),
        or_(Published.service_date.is_(None), Published.service_date >= reader.since),
    )
    query = (
        select(*COLUMNS)
        .where(Published.number > cursor, *visible)
        .order_by(Published.number)
        .limit(limit + 1)
    )
    page, more = _page(session, query, limit)
    end = page[-1].number if more else max(last_number(session), cursor)
    if more and ReferenceKind.ACCOUNT in reader.kinds:
        page += _accounts_ahead(session, reader.terminal_id, end)
    applied, refused = _applied(session, reader.terminal_id)
    changes = [Change(kind=ReferenceKind(row.kind), id=row.id, data=row.data) for row in page]
    return Changes(
        cursor=end, more=more, changes=changes, applied=applied, refused=refused, hall_time_ms=now_ms
    )


def _page(session: Session, query: Select[Any], limit: int) -> tuple[list[Any], bool]:
    """The records of a page, and whether more follow. It ends at `limit` records or before LARGEST_PAGE: a few hundred
    pictures in one answer would be more than a terminal reads."""
    size = func.coalesce(func.length(type_coerce(Published.data, Text)), 0)
    page: list[Any] = []
    total = 0
    with session.execute(query.add_columns(size).execution_options(yield_per=AT_ONCE)) as found:
        for row in found:
            total += row[-1]
            if len(page) == limit or (page and total > LARGEST_PAGE):
                return page, True
            page.append(row)
    return page, False


def _accounts_ahead(session: Session, terminal_id: str, end: int) -> list[Any]:
    """The accounts beyond this page that this terminal's rows have touched.

    `applied` speaks of now, so these accounts must be of now as well: on a later page they would leave the terminal,
    for as long as it takes to fetch that page, with rows that are counted nowhere."""
    diners = select(Meal.person_id).where(Meal.terminal_id == terminal_id)
    query = select(*COLUMNS).where(
        Published.number > end, Published.kind == ReferenceKind.ACCOUNT.value, Published.id.in_(diners)
    )
    return list(session.execute(query))


def _applied(session: Session, terminal_id: str) -> tuple[dict[str, int], dict[str, list[int]]]:
    logs = session.execute(select(Log.log_id, Log.last_seq).where(Log.terminal_id == terminal_id))
    applied = dict(logs.all())
    refused: dict[str, list[int]] = {}
    rows = session.execute(
        select(Row.log_id, Row.seq)
        .where(Row.terminal_id == terminal_id, Row.state == "refused")
        .order_by(Row.log_id, Row.seq)
    )
    for log_id, seq in rows:
        refused.setdefault(log_id, []).append(seq)
    return applied, refused

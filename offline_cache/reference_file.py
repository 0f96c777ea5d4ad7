"""The reference's file: one table of records, each found by its id and by at most two other keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from offline_cache import wire
from offline_cache.damaged import DamagedFile
from offline_cache.db import Connection
from offline_cache.wire import ReferenceKind, Shape

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    key1 TEXT,
    key2 TEXT,
    stale INTEGER NOT NULL DEFAULT 0,  -- read out of a damaged file: goes when the hall has told everything again
    UNIQUE (kind, id)
) STRICT;
CREATE INDEX IF NOT EXISTS records_key1 ON records (kind, key1, id) WHERE key1 IS NOT NULL;
CREATE INDEX IF NOT EXISTS records_key2 ON records (kind, key2, id) WHERE key2 IS NOT NULL;
CREATE TABLE IF NOT EXISTS blocked_here (card_ref TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS notices_read (person_id TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
"""
UPSERT = (
    "INSERT INTO records (kind, id, data, key1, key2, stale) VALUES (?,?,?,?,?,?) ON CONFLICT (kind, id) DO UPDATE"
    " SET data = excluded.data, key1 = excluded.key1, key2 = excluded.key2, stale = excluded.stale"
)
DAYS_KEPT = 35

_MOST_RECORDS = 1 << 32

Keys = Callable[[Any], tuple[str | None, str | None]]
_SHAPES: dict[ReferenceKind, tuple[type[Shape], Keys]] = {
    ReferenceKind.RESIDENT: (
        wire.Resident,
        lambda r: (r.short_number, r.birth_date[5:7] + r.birth_date[8:10]),
    ),
    ReferenceKind.CARD: (wire.Card, lambda r: (r.person_id, None)),
    ReferenceKind.ACCOUNT: (wire.Account, lambda r: (None, None)),
    ReferenceKind.ENTITLEMENT: (wire.Entitlement, lambda r: (r.person_id, None)),
    ReferenceKind.TARIFF: (wire.Tariff, lambda r: (None, None)),
    ReferenceKind.MENU: (wire.Menu, lambda r: (None, r.service_date)),
    ReferenceKind.ORDER_COUNT: (wire.OrderCount, lambda r: (None, r.service_date)),
    ReferenceKind.STAFF: (wire.Staff, lambda r: (r.card_ref, None)),
    ReferenceKind.SITE: (wire.Site, lambda r: (None, None)),
    ReferenceKind.NOTICE: (wire.Notice, lambda r: (None, None)),
    ReferenceKind.DENY: (wire.Deny, lambda r: (None, None)),
    ReferenceKind.CLAIM: (wire.Claim, lambda r: (None, r.service_date)),
    ReferenceKind.CLOSING: (wire.Closing, lambda r: (None, r.service_date)),
}
_DATED = (ReferenceKind.MENU, ReferenceKind.ORDER_COUNT, ReferenceKind.CLAIM, ReferenceKind.CLOSING)


def _shape_of(kind: ReferenceKind) -> tuple[type[Shape], Keys]:
    """The matters of residents and of the front desk have many shapes, which take long to load and which a canteen is never
    told of."""
    if kind in _SHAPES:
        return _SHAPES[kind]
    from offline_cache import reference_residents

    if kind in reference_residents.SHAPES:
        return reference_residents.SHAPES[kind]
    from offline_cache import reference_front_desk

    return reference_front_desk.SHAPES[kind]


@dataclass(frozen=True, slots=True)
class Record:
    kind: ReferenceKind
    id: str
    shape: Shape = field(repr=False)
    data: str = field(repr=False)

    def columns(self, *, stale: bool = False) -> tuple[object, ...]:
        key1, key2 = _shape_of(self.kind)[1](self.shape)
        return (self.kind.value, self.id, self.data, key1, key2, int(stale))


@dataclass(slots=True)
class Remains:
    """What could be read of a damaged reference."""

    records: list[Record] = field(default_factory=list)
    blocked_here: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)


def record_of(kind: ReferenceKind, id: str, data: dict[str, Any]) -> Record:
    """Raises pydantic.ValidationError when `data` is not of the kind's shape."""
    shape = _shape_of(kind)[0].model_validate(data)
    return Record(kind, id, shape, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def prune_before(connection: Connection, now_ms: int) -> None:
    """Forgets days long past: the feed sends no tombstones for them."""
    oldest = (datetime.fromtimestamp(now_ms / 1000, UTC) - timedelta(days=DAYS_KEPT)).date().isoformat()
    for kind in _DATED:
        connection.execute("DELETE FROM records WHERE kind = ? AND key2 < ?", (kind.value, oldest))


def read_damaged(path: Path, key: bytes) -> Remains:
    """Everything readable. Accounts are worth nothing without the marks of the rows they hold, and go with them."""
    file = DamagedFile(path, key)
    remains = Remains()
    try:
        for name in ("applied", "refused"):
            value = file.value(f"SELECT value FROM meta WHERE key = '{name}'")
            if value is not None:
                remains.meta[name] = value
        blocked = "SELECT rowid, card_ref FROM blocked_here WHERE rowid > ? AND rowid < ? ORDER BY rowid"
        remains.blocked_here = [str(found[1]) for found in file.rows(blocked, 0, _MOST_RECORDS)]
        select = "SELECT number, kind, id, data FROM records WHERE number > ? AND number < ? ORDER BY number"
        for _, kind, id, data in file.rows(select, 0, _MOST_RECORDS):
            try:
                remains.records.append(record_of(ReferenceKind(kind), id, json.loads(data)))
            except (ValidationError, ValueError):
                continue
    finally:
        file.close()
    if len(remains.meta) < 2:
        remains.meta.clear()
        remains.records = [record for record in remains.records if record.kind is not ReferenceKind.ACCOUNT]
    return remains

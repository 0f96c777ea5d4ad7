"""What the hall has told this terminal: residents, cards, accounts, tariffs and so on, in an encrypted file of its own.

It comes as a feed of changes behind a cursor, each page in one commit with the marks that belong to its accounts. The
file holds nothing that the hall does not have: damaged, it is put aside and pulled again from the start, and meals go
on with what could be read. All of it is to be used on the disk thread; look-ups raise the StorageError family.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from offline_cache import wire
from offline_cache.db import (
    Connection,
    DiskDamaged,
    OtherFormat,
    StorageError,
    check_format,
    check_integrity,
    open_file,
    reading,
    set_aside,
    transaction,
)
from offline_cache.reference_file import (
    SCHEMA,
    UPSERT,
    Record,
    prune_before,
    read_damaged,
    record_of,
)
from offline_cache.wire import Changes, Period, ReferenceKind

FILE_NAME = "reference.db"

_DAY_S = 86_400
GREATEST_AGE_S: dict[ReferenceKind, int] = {
    ReferenceKind.DENY: 7 * _DAY_S,
    ReferenceKind.CARD: 7 * _DAY_S,
    ReferenceKind.ACCOUNT: 7 * _DAY_S,
    ReferenceKind.CLAIM: 7 * _DAY_S,
    ReferenceKind.CLOSING: 7 * _DAY_S,
    ReferenceKind.STAFF: 7 * _DAY_S,
    ReferenceKind.MENU: 7 * _DAY_S,
    ReferenceKind.ORDER_COUNT: _DAY_S,
    ReferenceKind.NOTICE: 7 * _DAY_S,
    ReferenceKind.RESIDENT: 35 * _DAY_S,
    ReferenceKind.ENTITLEMENT: 35 * _DAY_S,
    ReferenceKind.TARIFF: 35 * _DAY_S,
    ReferenceKind.SITE: 35 * _DAY_S,
    ReferenceKind.RECORD_KIND: 35 * _DAY_S,
    ReferenceKind.SERVICE_ITEM: 35 * _DAY_S,
    ReferenceKind.NORM: 35 * _DAY_S,
    ReferenceKind.ROOT: 35 * _DAY_S,
    ReferenceKind.PLACE: 35 * _DAY_S,
    ReferenceKind.SLIDE: 7 * _DAY_S,
    ReferenceKind.PRIVACY_NOTICE: 35 * _DAY_S,
    ReferenceKind.APPLICATION: 7 * _DAY_S,
    ReferenceKind.CONSENT_TEXT: 35 * _DAY_S,
    ReferenceKind.CONSENT: 7 * _DAY_S,
    ReferenceKind.WITHDRAWAL: 7 * _DAY_S,
    ReferenceKind.DESK_PERSON: 7 * _DAY_S,
    ReferenceKind.VISIT: _DAY_S,
    ReferenceKind.TICKET: _DAY_S,
    ReferenceKind.DESK_WINDOW: 35 * _DAY_S,
    ReferenceKind.ALARM_SENDER: 35 * _DAY_S,
    ReferenceKind.ALARM: _DAY_S,
    ReferenceKind.CARE_CASE: _DAY_S,
}
"""Older than this, a kind should be flagged. No age refuses a meal."""

Found = TypeVar("Found", bound=wire.Shape)
Result = TypeVar("Result")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Marks:
    """Which own rows the accounts already hold: per log_id the seq up to which they are counted, and the refused."""

    applied: dict[str, int]
    refused: dict[str, list[int]]


class Reference:
    """Made by `Reference.open`. `rebuilt`: the file was damaged and is being pulled again from the start;
    `skipped` counts records of this run that were not of their shape."""

    def __init__(self, directory: Path, key: bytes) -> None:
        self.rebuilt = False
        self.skipped = 0
        self._path = directory / FILE_NAME
        self._key = key
        self._connection: Connection

    @classmethod
    def open(cls, directory: Path, key: bytes) -> Reference:
        """Raises DiskReadOnly, DiskFull, KeyWrong; a damaged file is put aside and begun anew."""
        reference = cls(directory, key)
        try:
            reference._connection = reference._checked()
        except (DiskDamaged, OtherFormat) as damage:
            reference._rebuild(damage)
        return reference

    def close(self) -> None:
        self._connection.close()

    def _checked(self) -> Connection:
        connection = open_file(self._path, self._key)
        try:
            with reading():
                check_format(connection, self._path)
                connection.executescript(SCHEMA)
                check_integrity(connection, self._path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _rebuild(self, damage: StorageError) -> None:
        _log.error("the reference cannot be used and will be pulled anew: %s", damage)
        aside = set_aside(self._path, "damaged")
        self._connection = self._checked()
        left = read_damaged(aside, self._key)
        with transaction(self._connection):
            self._connection.executemany(UPSERT, [record.columns(stale=True) for record in left.records])
            self._connection.executemany(
                "INSERT OR IGNORE INTO blocked_here VALUES (?)",
                [(card_ref,) for card_ref in left.blocked_here],
            )
            for name, value in left.meta.items():
                self._set(name, value)
            self._set("cursor", "0")
            self._set("rebuilding", "1")
        self.rebuilt = True

    # --- the feed -----------------------------------------------------------------------------------------------

    def cursor(self) -> int:
        return int(self._get("cursor", "0"))

    def apply(self, changes: Changes) -> frozenset[ReferenceKind]:
        """Takes in one page: records, tombstones, cursor and marks in one commit. Returns the kinds that changed.

        A record that is not of its shape is left out and counted: one bad record must not stop the feed.
        """
        records, gone = self._sort_out(changes)
        self._living(lambda: self._store(changes, records, gone))
        return frozenset(change.kind for change in changes.changes)

    def _sort_out(self, changes: Changes) -> tuple[list[Record], list[tuple[str, str]]]:
        records: list[Record] = []
        gone: list[tuple[str, str]] = []
        newest = {(change.kind, change.id): change for change in changes.changes}
        for change in newest.values():
            if change.data is None:
                gone.append((change.kind.value, change.id))
                continue
            try:
                records.append(record_of(change.kind, change.id, change.data))
            except ValidationError as error:
                self.skipped += 1
                _log.warning(
                    "a %s record is not of its shape: %s", change.kind.value, error.errors()[0]["type"]
                )
        return records, gone

    def _store(self, changes: Changes, records: list[Record], gone: list[tuple[str, str]]) -> None:
        with transaction(self._connection):
            execute, executemany = self._connection.execute, self._connection.executemany
            executemany("DELETE FROM records WHERE kind = ? AND id = ?", gone)
            executemany(UPSERT, [record.columns() for record in records])
            executemany("DELETE FROM blocked_here WHERE card_ref = ?", _blocked_by_hall(records))
            self._set("cursor", str(changes.cursor))
            self._set("applied", json.dumps(changes.applied))
            self._set("refused", json.dumps(changes.refused))
            if not changes.more:
                self._set("complete_ms", str(changes.hall_time_ms))
                if self._get("rebuilding", "0") == "1":
                    execute("DELETE FROM records WHERE stale = 1")
                    self._set("rebuilding", "0")
                prune_before(self._connection, changes.hall_time_ms)

    def marks(self) -> Marks:
        return Marks(json.loads(self._get("applied", "{}")), json.loads(self._get("refused", "{}")))

    def age_s(self, kind: ReferenceKind, now_ms: int) -> int | None:
        """Seconds since everything the hall had of this kind was here; None: it never was."""
        complete_ms = int(self._get("complete_ms", "0"))
        if not complete_ms or self._get("rebuilding", "0") == "1":
            return None
        return max(0, now_ms - complete_ms) // 1000

    def too_old(self, kind: ReferenceKind, now_ms: int) -> bool:
        age_s = self.age_s(kind, now_ms)
        return age_s is None or age_s > GREATEST_AGE_S[kind]

    # --- look-ups -----------------------------------------------------------------------------------------------

    def card(self, card_ref: str) -> wire.Card | None:
        return self._one(wire.Card, ReferenceKind.CARD, card_ref)

    def cards_of(self, person_id: str) -> list[wire.Card]:
        return self._by(wire.Card, ReferenceKind.CARD, "key1", person_id)

    def card_refs(self) -> list[str]:
        """Every card the hall has told of."""
        return [id for (id,) in self._rows("SELECT id FROM records WHERE kind = ?", ReferenceKind.CARD.value)]

    def resident(self, person_id: str) -> wire.Resident | None:
        return self._one(wire.Resident, ReferenceKind.RESIDENT, person_id)

    def residents_by_short_number(self, short_number: str) -> list[wire.Resident]:
        return self._by(wire.Resident, ReferenceKind.RESIDENT, "key1", short_number)

    def residents_by_birth_day(self, birth_day: str) -> list[wire.Resident]:
        """`birth_day` is "MMDD"."""
        return self._by(wire.Resident, ReferenceKind.RESIDENT, "key2", birth_day)

    def account(self, person_id: str) -> wire.Account | None:
        return self._one(wire.Account, ReferenceKind.ACCOUNT, person_id)

    def entitlements(self, person_id: str) -> list[wire.Entitlement]:
        return self._by(wire.Entitlement, ReferenceKind.ENTITLEMENT, "key1", person_id)

    def tariff(self, tariff_id: str) -> wire.Tariff | None:
        return self._one(wire.Tariff, ReferenceKind.TARIFF, tariff_id)

    def site(self, site_id: str) -> wire.Site | None:
        return self._one(wire.Site, ReferenceKind.SITE, site_id)

    def sites(self) -> list[wire.Site]:
        return self._by(wire.Site, ReferenceKind.SITE, "kind", ReferenceKind.SITE.value)

    def menu(self, site_id: str, service_date: str, period: Period | str) -> wire.Menu | None:
        return self._one(wire.Menu, ReferenceKind.MENU, _dated(site_id, service_date, period))

    def orders(self, site_id: str, service_date: str, period: Period | str) -> wire.OrderCount | None:
        return self._one(wire.OrderCount, ReferenceKind.ORDER_COUNT, _dated(site_id, service_date, period))

    def closed(self, site_id: str, service_date: str, period: Period | str) -> wire.Closing | None:
        return self._one(wire.Closing, ReferenceKind.CLOSING, _dated(site_id, service_date, period))

    def claim(self, person_id: str, service_date: str, period: Period | str) -> wire.Claim | None:
        return self._one(wire.Claim, ReferenceKind.CLAIM, _dated(person_id, service_date, period))

    def staff(self, staff_id: str) -> wire.Staff | None:
        return self._one(wire.Staff, ReferenceKind.STAFF, staff_id)

    def staff_by_card(self, card_ref: str) -> wire.Staff | None:
        found = self._by(wire.Staff, ReferenceKind.STAFF, "key1", card_ref)
        return found[0] if found else None

    def staff_of_site(self, site_id: str) -> list[wire.Staff]:
        everyone = self._by(wire.Staff, ReferenceKind.STAFF, "kind", ReferenceKind.STAFF.value)
        return [person for person in everyone if site_id in person.site_ids]

    def notices(self) -> list[wire.Notice]:
        return self._by(wire.Notice, ReferenceKind.NOTICE, "kind", ReferenceKind.NOTICE.value)

    def denied(self, card_ref: str) -> str:
        """Why this card is not to be accepted: lost, stolen, closed; "" when it may be. A card blocked at this
        terminal is lost from that moment on, until the hall speaks for itself."""
        deny = self._one(wire.Deny, ReferenceKind.DENY, card_ref)
        if deny is not None:
            return deny.reason
        blocked = self._rows("SELECT 1 FROM blocked_here WHERE card_ref = ?", card_ref)
        return "lost" if blocked else ""

    def block_here(self, card_refs: Iterable[str]) -> None:
        """Blocks cards at this terminal at once. The rows in the log are what blocks them everywhere."""
        refs = [(card_ref,) for card_ref in card_refs]

        def store() -> None:
            with transaction(self._connection):
                self._connection.executemany("INSERT OR IGNORE INTO blocked_here VALUES (?)", refs)

        self._living(store)

    def notice_read(self, person_id: str) -> int:
        """The newest version of the privacy notice that this person has read at this terminal; 0: none."""
        found = self._rows("SELECT version FROM notices_read WHERE person_id = ?", person_id)
        return int(found[0][0]) if found else 0

    def note_notice_read(self, person_id: str, version: int) -> None:
        """Kept here beside the row in the log, which nobody could search in time. A rebuilt file shows it once more."""

        def store() -> None:
            with transaction(self._connection):
                self._connection.execute(
                    "INSERT INTO notices_read VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version"
                    " WHERE excluded.version > version",
                    (person_id, version),
                )

        self._living(store)

    def count(self, kind: ReferenceKind) -> int:
        return int(self._rows("SELECT count(*) FROM records WHERE kind = ?", kind.value)[0][0])

    def find(self, shape: type[Found], kind: ReferenceKind, id: str) -> Found | None:
        """One record of a kind that has no look-up of its own here: see reference_residents."""
        return self._one(shape, kind, id)

    def all_of(self, shape: type[Found], kind: ReferenceKind) -> list[Found]:
        """Every record of a kind, in the order in which the hall has first told of them."""
        found = self._rows("SELECT data FROM records WHERE kind = ? ORDER BY number", kind.value)
        return [shape.model_validate_json(data) for (data,) in found]

    def all_with(
        self, shape: type[Found], kind: ReferenceKind, *, key1: str = "", key2: str = ""
    ) -> list[Found]:
        """Every record of a kind under one of its further keys: see reference_front_desk."""
        return self._by(shape, kind, "key1" if key1 else "key2", key1 or key2)

    # --- inside -------------------------------------------------------------------------------------------------

    def _one(self, shape: type[Found], kind: ReferenceKind, id: str) -> Found | None:
        found = self._rows("SELECT data FROM records WHERE kind = ? AND id = ?", kind.value, id)
        return shape.model_validate_json(found[0][0]) if found else None

    def _by(self, shape: type[Found], kind: ReferenceKind, column: str, value: str) -> list[Found]:
        found = self._rows(
            f"SELECT data FROM records WHERE kind = ? AND {column} = ? ORDER BY id", kind.value, value
        )
        return [shape.model_validate_json(data) for (data,) in found]

    def _get(self, name: str, otherwise: str) -> str:
        found = self._rows("SELECT value FROM meta WHERE key = ?", name)
        return str(found[0][0]) if found else otherwise

    def _set(self, name: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value)
        )

    def _rows(self, select: str, *values: str) -> list[tuple[Any, ...]]:
        def read() -> list[tuple[Any, ...]]:
            with reading():
                return list(self._connection.execute(select, values))

        return self._living(read)

    def _living(self, work: Callable[[], Result]) -> Result:
        """Does it once more on a rebuilt file when the file turns out damaged in the middle of the day."""
        try:
            return work()
        except DiskDamaged as damage:
            self._connection.close()
            self._rebuild(damage)
            return work()


def _dated(owner: str, service_date: str, period: Period | str) -> str:
    return f"{owner}/{service_date}/{Period(period).value}"


def _blocked_by_hall(records: Iterable[Record]) -> list[tuple[str]]:
    """Cards of which the hall now says itself that they are not to be used."""
    shapes = [record.shape for record in records]
    denied = [shape.card_ref for shape in shapes if isinstance(shape, wire.Deny)]
    lost = [shape.card_ref for shape in shapes if isinstance(shape, wire.Card) and shape.state != "active"]
    return [(card_ref,) for card_ref in denied + lost]

"""What is kept of people's comings and goings ends: visits and tickets after 90 days, logs after three years, and not only in
the tables but in the stored rows; while the chains of the logs still hold."""

from __future__ import annotations

from sqlalchemy import func, select

from hall.models import Base, Published, Row
from hall.models_front_desk import (
    AlarmStep,
    ConsentEntry,
    DeskAlarm,
    DeskTicket,
    DeskVisit,
    StaffSigned,
    VisitAnswer,
)
from hall.models_residents import AccessEntry
from hall.services.front_desk import timers
from offline_cache.wire import ReferenceKind, RowKind
from tests.contract.terminals import LUNCH_MS
from tests.hall.desks import (
    DAY_MS,
    DeskHall,
    alarm,
    alarm_step,
    answer,
    consent,
    deletion,
    ticket,
    visit,
    withdrawal,
)

LOOK = {"person_id": "P1", "staff_id": "S-1", "visit_id": "v-1", "what": "full_name"}


def held(desks: DeskHall, *tables: type[Base]) -> list[int]:
    with desks.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def swept(desks: DeskHall, days: int) -> None:
    timers.turn_day(desks.database, LUNCH_MS + days * DAY_MS)


def traces(desks: DeskHall, kind: RowKind) -> list[bool]:
    """Whether stored rows of this kind still say something."""
    with desks.database.reading() as session:
        return [row.body != {} for row in session.scalars(select(Row).where(Row.kind == kind.value))]


def test_visits_and_tickets_are_gone_after_90_days(desks: DeskHall) -> None:
    desks.desk.push(visit(desks.desk), answer(desks.desk, "received"), ticket(desks.desk))
    desks.hall.clock.time_ms += 89 * DAY_MS
    swept(desks, 89)
    assert held(desks, DeskVisit, VisitAnswer, DeskTicket) == [1, 1, 1]
    assert traces(desks, RowKind.VISIT_NOTED) == [True]
    swept(desks, 91)
    assert held(desks, DeskVisit, VisitAnswer, DeskTicket) == [0, 0, 0]
    for kind in (RowKind.VISIT_NOTED, RowKind.VISIT_ANSWERED, RowKind.TICKET_ISSUED):
        assert traces(desks, kind) == [False]
    rows = desks.hall.get("/v1/ledger", terminal="FD-01")["rows"]
    assert [one["row"]["prev_hash"] for one in rows[1:]] == [one["row"]["hash"] for one in rows[:-1]]


def test_the_feed_counts_on_after_its_newest_number_was_swept(desks: DeskHall) -> None:
    desks.desk.push(visit(desks.desk))
    with desks.database.reading() as session:
        newest = session.scalar(select(func.max(Published.number))) or 0
    swept(desks, 91)
    desks.desk.push(visit(desks.desk, "v-2"))
    with desks.database.reading() as session:
        after = session.scalar(select(Published.number).where(Published.id == "v-2")) or 0
    assert after > newest


def test_logs_are_gone_after_three_years(desks: DeskHall) -> None:
    signed = {"staff_id": "S-1", "signed": "in", "why": ""}
    desks.desk.push(
        desks.desk.log.add(RowKind.CARD_VIEWED, LOOK),
        desks.desk.log.add(RowKind.STAFF_SIGNED, signed),
        alarm(desks.desk),
        alarm_step(desks.desk, "closed", LUNCH_MS, outcome="on_site"),
        alarm(desks.desk, "a-open"),
    )
    swept(desks, 3 * 365 - 1)
    assert held(desks, AccessEntry, StaffSigned, DeskAlarm, AlarmStep) == [1, 1, 2, 1]
    swept(desks, 3 * 365 + 1)
    assert held(desks, AccessEntry, StaffSigned, DeskAlarm, AlarmStep) == [0, 0, 1, 0]  # one is still open
    assert traces(desks, RowKind.CARD_VIEWED) == [False]


def test_a_consent_is_kept_for_as_long_as_it_stands(desks: DeskHall) -> None:
    until_ms = LUNCH_MS + 3650 * DAY_MS
    desks.desk.push(
        consent(desks.desk, until_ms=until_ms), consent(desks.desk, "c-2", person_id="P2", until_ms=until_ms)
    )
    desks.desk.push(withdrawal(desks.desk, person_id="P2"), deletion(desks.desk, "c-2"))
    swept(desks, 3 * 365 + 1)
    assert held(desks, ConsentEntry) == [1]
    assert list(desks.all_told(ReferenceKind.CONSENT)) == ["c-1"]
    assert desks.all_told(ReferenceKind.WITHDRAWAL) == {}


def test_a_look_at_a_desk_is_in_the_access_log(desks: DeskHall) -> None:
    row = desks.desk.log.add(RowKind.CARD_VIEWED, LOOK)
    desks.desk.push(row)
    (entry,) = desks.hall.get("/v1/access-log", person="P1")
    assert entry == {
        "entry_id": row.txn_id, "written_by": "terminal", "terminal_id": "FD-01", "person_id": "P1", "kind": "desk.full_name",
        "purpose": "desk.visit", "year": None, "rows": 0, "result": "ok", "source": "cache", "at_ms": LUNCH_MS, "staff_id": "S-1",
    }  # fmt: skip

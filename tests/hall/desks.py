"""A hall with two front desks, a screen at the door and people of several ages; and rows that are valid unless a test spoils
them."""

from __future__ import annotations

from typing import Any

from hall.catalogue import load_desk
from hall.services import catalogue, feed
from hall.services.catalogue import Contents
from hall.services.feed import Record
from offline_cache.wire import LogRow, ReferenceKind, Resident, RowKind, Staff
from tests.contract.conftest import TestHall
from tests.contract.terminals import DATE, LUNCH_MS, MINUTE_MS, TestTerminal

DAY_MS = 24 * 60 * MINUTE_MS
YEAR_MS = 365 * DAY_MS
BORN = {"P1": "1948-05-01", "P2": "1950-01-01", "CHILD": "2013-06-01", "TEEN": "2010-01-01"}
DUTIES = {"S-1": ["desk"], "S-2": ["desk"], "S-G": ["desk", "grid"], "S-C": ["meals"]}


class DeskHall:
    """`hall` stands at 2026-03-02, 15:30; rows say what happened at 11:30 unless told otherwise."""

    def __init__(self, hall: TestHall) -> None:
        self.hall = hall
        self.database = hall.hall.database
        with self.database.writing() as session:
            contents = Contents(consent_texts=load_desk.consent_texts(), windows=load_desk.windows())
            catalogue.publish(session, contents, LUNCH_MS)
            feed.publish(session, [_resident(id, born) for id, born in BORN.items()])
            feed.publish(session, [_staff(id, duties) for id, duties in DUTIES.items()])
        self.desk = hall.terminal("FD-01", "C3", "front_desk")
        self.other = hall.terminal("FD-02", "C3", "front_desk")
        self.door = hall.terminal("VT-01", "C3", "visitor")

    def now_ms(self) -> int:
        return self.hall.clock.now_ms()

    def told(self, kind: ReferenceKind, id: str) -> dict[str, Any] | None:
        """The newest record in the feed."""
        with self.database.reading() as session:
            return feed.find(session, kind, [id]).get(id)

    def all_told(self, kind: ReferenceKind) -> dict[str, dict[str, Any]]:
        with self.database.reading() as session:
            return feed.all_of(session, kind)


def _resident(id: str, born: str) -> Record:
    person = Resident(person_id=id, name="王样本", birth_date=born, short_number=id, home=["T-01"])
    return Record(ReferenceKind.RESIDENT, id, person)


def _staff(id: str, duties: list[str]) -> Record:
    staff = Staff(
        staff_id=id,
        name="样",
        card_ref=f"{id}-card",
        pin_salt="",
        pin_hash="",
        site_ids=["C3"],
        duties=duties,
    )
    return Record(ReferenceKind.STAFF, id, staff, "C3")


def code_of(terminal: TestTerminal, row: LogRow) -> str:
    """Push one row, twice. The code of its refusal, "" when it was taken."""
    (result,) = terminal.push(row).results
    return result.code


# --- rows -------------------------------------------------------------------------------------------------------


def consent(terminal: TestTerminal, id: str = "c-1", at_ms: int = LUNCH_MS, **changes: Any) -> LogRow:
    trusted = changes.pop("trusted", True)
    body = {
        "consent_id": id,
        "person_id": "P1",
        "purpose": "recognition",
        "text_version": 1,
        "given_by": "self",
        "guardian_id": "",
        "staff_id": "S-1",
        "until_ms": at_ms + YEAR_MS,
        "model_id": "dlib",
        "help": [],
        **changes,
    }
    return terminal.log.add(RowKind.CONSENT_GIVEN, body, at_ms, trusted)


def withdrawal(
    terminal: TestTerminal, id: str = "w-1", person_id: str = "P1", at_ms: int = LUNCH_MS + MINUTE_MS, trusted: bool = True
) -> LogRow:  # fmt: skip
    body = {"request_id": id, "person_id": person_id, "staff_id": ""}
    return terminal.log.add(RowKind.CONSENTS_WITHDRAWN, body, at_ms, trusted)


def deletion(terminal: TestTerminal, id: str = "c-1", at_ms: int = LUNCH_MS + 2 * MINUTE_MS) -> LogRow:
    return terminal.log.add(RowKind.TEMPLATE_DELETED, {"consent_id": id, "reason": "withdrawn"}, at_ms)


def visit(terminal: TestTerminal, id: str = "v-1", at_ms: int = LUNCH_MS, **changes: Any) -> LogRow:
    body = {
        "visit_id": id,
        "person_id": "P1",
        "how": "face",
        "distance": 300,
        "one_of": 1,
        "ticket": "",
        **changes,
    }
    return terminal.log.add(RowKind.VISIT_NOTED, body, at_ms)


def answer(
    terminal: TestTerminal, outcome: str, id: str = "v-1", at_ms: int = LUNCH_MS + MINUTE_MS, **changes: Any
) -> LogRow:
    body = {
        "visit_id": id,
        "outcome": outcome,
        "staff_id": "S-1",
        "person_id": "",
        "window": "",
        "ticket": "",
        **changes,
    }
    return terminal.log.add(RowKind.VISIT_ANSWERED, body, at_ms)


def ticket(terminal: TestTerminal, number: str = "A017", at_ms: int = LUNCH_MS, **changes: Any) -> LogRow:
    body = {"number": number, "date": DATE, "queue": "general", "visit_id": "", "window": "", **changes}
    return terminal.log.add(RowKind.TICKET_ISSUED, body, at_ms)


def call(
    terminal: TestTerminal, window: str, state: str = "called", at_ms: int = LUNCH_MS + MINUTE_MS, number: str = "A017"
) -> LogRow:  # fmt: skip
    body = {"number": number, "date": DATE, "window": window, "staff_id": "S-1", "state": state}
    return terminal.log.add(RowKind.TICKET_CALLED, body, at_ms)


def alarm(terminal: TestTerminal, id: str = "a-1", at_ms: int = LUNCH_MS, sender: str = "C0FFE/1") -> LogRow:
    body = {"alarm_id": id, "sort": "call_box", "sender": sender}
    return terminal.log.add(RowKind.ALARM_RAISED, body, at_ms)


def alarm_step(
    terminal: TestTerminal, step: str, at_ms: int, id: str = "a-1", at: str = "", outcome: str = ""
) -> LogRow:
    body = {
        "alarm_id": id,
        "step": step,
        "staff_id": "",
        "at": at or terminal.terminal_id,
        "outcome": outcome,
    }
    return terminal.log.add(RowKind.ALARM_STEPPED, body, at_ms)


def care_done(terminal: TestTerminal, case_id: str, sort: str, outcome: str, at_ms: int) -> LogRow:
    body = {"case_id": case_id, "sort": sort, "outcome": outcome, "staff_id": "S-1"}
    return terminal.log.add(RowKind.CARE_DONE, body, at_ms)

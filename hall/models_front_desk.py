"""The hall's tables of the front desk: the consent ledger, who came, tickets, alarms, the care list, what is said of a person.

As in `hall.models`: time is integer milliseconds UTC, dates are ISO text. None of these tables holds a face, a picture of one
or a template. Several hold facts as they came, from which a state is worked out that does not depend on their order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hall.models import Base

# --- the consent ledger -----------------------------------------------------------------------------------------


class ConsentEntry(Base):
    """A consent as it was given, where its row stands in which log, and in the last block what became of it.

    `until_ms` is as given; `used_ms` the last time that a face was known by it, from which it lasts as long again."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_active", "purpose", "state", "person_id"),)

    consent_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    purpose: Mapped[str]
    terminal_id: Mapped[str]
    log_id: Mapped[str]
    seq: Mapped[int]
    clock_trusted: Mapped[bool]
    text_version: Mapped[int]
    given_ms: Mapped[int]
    given_by: Mapped[str]
    guardian_id: Mapped[str]
    staff_id: Mapped[str]
    until_ms: Mapped[int]
    model_id: Mapped[str]
    help: Mapped[list[Any]]
    used_ms: Mapped[int] = mapped_column(default=0)

    state: Mapped[str] = mapped_column(default="active")
    request_id: Mapped[str] = mapped_column(default="")


class ConsentRefusals(Base):
    """How often a version of a text was refused: a count, and nobody's name."""

    __tablename__ = "consent_refusals"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    text_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    refused: Mapped[int]


class ConsentWithdrawal(Base):
    """Somebody took all of her consents back."""

    __tablename__ = "consent_withdrawals"

    request_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    terminal_id: Mapped[str]
    log_id: Mapped[str]
    seq: Mapped[int]
    clock_trusted: Mapped[bool]
    staff_id: Mapped[str]
    requested_ms: Mapped[int]


class TemplateDeletion(Base):
    """A terminal's word that a template is gone. May arrive before the consent, when a log had to be salvaged."""

    __tablename__ = "template_deletions"

    consent_id: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    deleted_ms: Mapped[int]


# --- who came ---------------------------------------------------------------------------------------------------


class DeskVisit(Base):
    """Somebody came. `person_id` is as the terminal saw it, "" for nobody known; `state` and `received_as` follow from the
    newest answer of staff. `day` is the local date."""

    __tablename__ = "visits"

    visit_id: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str]
    site_id: Mapped[str]
    person_id: Mapped[str] = mapped_column(index=True)
    how: Mapped[str]
    distance: Mapped[int]
    one_of: Mapped[int]
    ticket: Mapped[str]
    at_ms: Mapped[int]
    day: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="here")
    received_as: Mapped[str] = mapped_column(default="")


class VisitAnswer(Base):
    __tablename__ = "visit_answers"

    txn_id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(index=True)
    outcome: Mapped[str]
    staff_id: Mapped[str]
    person_id: Mapped[str]
    window: Mapped[str]
    ticket: Mapped[str]
    at_ms: Mapped[int]


class DeskTicket(Base):
    """`window` is where it is served: given with the ticket, or the one that called it first. `state_ms` is the stamp of what
    made the state, so that an older row changes nothing."""

    __tablename__ = "tickets"

    date: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str]
    terminal_id: Mapped[str]
    queue: Mapped[str]
    visit_id: Mapped[str]
    issued_ms: Mapped[int]
    window: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    state_ms: Mapped[int] = mapped_column(default=0)


# --- alarms -----------------------------------------------------------------------------------------------------


class DeskAlarm(Base):
    """A call for help. `sort` is call_box, bracelet, or care for one that a care case made, which officers alone see.
    `first_turn` is the terminal that is to answer first, "" where there is none. The last block follows from the steps;
    `due_ms` is when the hall passes it on if nobody took it, None once somebody has."""

    __tablename__ = "desk_alarms"
    __table_args__ = (
        Index("uq_desk_alarms_event", "sender", "event_id", unique=True),
        Index("ix_desk_alarms_due", "due_ms"),
    )

    alarm_id: Mapped[str] = mapped_column(primary_key=True)
    sort: Mapped[str]
    sender: Mapped[str]
    event_id: Mapped[str]
    first_turn: Mapped[str]
    person_id: Mapped[str]
    raised_ms: Mapped[int]
    day: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="raised")
    turn: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    due_ms: Mapped[int | None]


class AlarmStep(Base):
    """What was done about an alarm, as it came. `made_by` is a terminal, an officer's name, or "hall" for its own timer."""

    __tablename__ = "alarm_steps"

    step_id: Mapped[str] = mapped_column(primary_key=True)
    alarm_id: Mapped[str] = mapped_column(index=True)
    step: Mapped[str]
    staff_id: Mapped[str]
    at: Mapped[str]
    outcome: Mapped[str]
    made_by: Mapped[str]
    at_ms: Mapped[int]


class FamilyContact(Base):
    """Whom a person wants to be told when she calls for help. Never part of the feed."""

    __tablename__ = "family_contacts"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str]


class FamilyMessage(Base):
    """A message to the family about an alarm. `state`: asked, sent (the carrier answered so), failed (it was tried often
    enough). `next_ms` is when it is tried next."""

    __tablename__ = "family_messages"

    alarm_id: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int]
    next_ms: Mapped[int]
    asked_ms: Mapped[int]
    answered_ms: Mapped[int | None]


class SandboxMessage(Base):
    """What `SandboxFamilyMessages` was given instead of a carrier. Nobody was told anything."""

    __tablename__ = "sandbox_family_messages"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    phone: Mapped[str]
    text: Mapped[str]
    answer: Mapped[str]


# --- the care list ----------------------------------------------------------------------------------------------


class CareEntry(Base):
    """Somebody of whom nobody has seen a sign since the date `since`. `first` is what was due first, on `opened`; the last
    block follows from what was done, and from signs of life."""

    __tablename__ = "care_cases"

    case_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    since: Mapped[str]
    opened: Mapped[str]
    opened_by: Mapped[str]
    first: Mapped[str]
    next: Mapped[str]
    due: Mapped[str]
    state: Mapped[str] = mapped_column(default="open", index=True)
    closed_for: Mapped[str] = mapped_column(default="")


class CareStep(Base):
    """What was done, or (`sort` sign) a sign of life that was seen; `outcome` then says of what sort."""

    __tablename__ = "care_steps"

    step_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(index=True)
    sort: Mapped[str]
    outcome: Mapped[str]
    staff_id: Mapped[str]
    terminal_id: Mapped[str]
    at_ms: Mapped[int]


# --- what is said of a person ---------------------------------------------------------------------------------


class DeskFile(Base):
    """What the desk knows of a person besides her matters. `place_*` and `phone` are told with alarms and care cases alone."""

    __tablename__ = "desk_files"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    grid_worker: Mapped[str]
    place_zh: Mapped[str]
    place_en: Mapped[str]
    phone: Mapped[str]
    last_visit_ms: Mapped[int] = mapped_column(default=0)


class DeskMatter(Base):
    """Something of a person that is under way and is no application: a need, a paper to fetch."""

    __tablename__ = "desk_matters"

    number: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    note_zh: Mapped[str]
    note_en: Mapped[str]
    icon: Mapped[str]
    state: Mapped[str]
    sensitive: Mapped[bool]
    need: Mapped[bool]
    closed: Mapped[bool] = mapped_column(default=False)


class MatterWorker(Base):
    """Who has a matter or an application in hand."""

    __tablename__ = "matter_workers"

    number: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str]
    assigned_by: Mapped[str]
    assigned_ms: Mapped[int]


class DeskAppointment(Base):
    """`at` is local "HH:MM" of `date`."""

    __tablename__ = "appointments"

    appointment_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    date: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    window: Mapped[str]


class StaffSigned(Base):
    """Who sat at which desk, and when."""

    __tablename__ = "staff_signed"

    txn_id: Mapped[str] = mapped_column(primary_key=True)
    terminal_id: Mapped[str]
    staff_id: Mapped[str] = mapped_column(index=True)
    signed: Mapped[str]
    why: Mapped[str]
    at_ms: Mapped[int]

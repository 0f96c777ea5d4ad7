"""Shapes of the front desk that officers and the platforms of bracelets see. What terminals see is in
`offline_cache.wire_front_desk`. No shape here has room for a face, a picture of one or a template."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hall.shapes import IsoDay
from offline_cache.wire import Shape

# --- consents -----------------------------------------------------------------------------------------------------


class RefusalCount(Shape):
    purpose: str
    text_version: int
    refused: int


class ConsentView(Shape):
    """One line of the ledger. `given_by`: self or guardian."""

    consent_id: str
    person_id: str
    purpose: str
    terminal_id: str
    text_version: int
    given_ms: int
    given_by: str
    guardian_id: str
    staff_id: str
    until_ms: int
    state: Literal["active", "revoked", "deleted"]
    request_id: str


# --- alarms -------------------------------------------------------------------------------------------------------


class AlarmIntake(Shape):
    """POST /v1/alarms, by the platform of a vendor of bracelets. `event_id` is the vendor's own, one a press; `pressed_ms` by
    the vendor's clock. What a bracelet measures of its wearer has no place here."""

    event_id: str = Field(min_length=1, max_length=100)
    sender: str = Field(min_length=1, max_length=100)
    pressed_ms: int = Field(ge=0, le=2**53)


class AlarmTaken(Shape):
    """`new` false: this event has been reported before."""

    alarm_id: str
    new: bool


class OfficerStep(Shape):
    step: Literal["acknowledged", "closed"]
    outcome: Literal["", "on_site", "by_phone", "false_alarm", "emergency_services"] = ""


class AlarmStepView(Shape):
    """`at` is who is to answer from now on, or who took it on; `made_by` a terminal, an officer, or "hall" for its timer."""

    step: str
    at: str
    made_by: str
    staff_id: str
    outcome: str
    at_ms: int


class AlarmView(Shape):
    """`sort` care: made by a care case, whose id is `sender`. `family` as in `wire_front_desk.Alarm`."""

    alarm_id: str
    sort: Literal["call_box", "bracelet", "care"]
    sender: str
    person_id: str
    raised_ms: int
    state: Literal["raised", "escalated", "acknowledged", "closed"]
    turn: str
    outcome: str
    family: Literal["", "asked", "sent", "failed"]
    steps: list[AlarmStepView]


# --- the care list ------------------------------------------------------------------------------------------------


class CareOpened(Shape):
    """POST /v1/care-cases. `since` is the date of the last sign of life."""

    person_id: str = Field(max_length=64)
    since: IsoDay


class SignOfLife(Shape):
    """`seen`: how, in the officer's words."""

    seen: str = Field(min_length=1, max_length=200)


class CareStepView(Shape):
    sort: str
    outcome: str
    staff_id: str
    terminal_id: str
    at_ms: int


class CareView(Shape):
    case_id: str
    person_id: str
    since: str
    days: int
    next: Literal["remind", "call", "visit"]
    due: str
    state: Literal["open", "closed"]
    closed_for: str
    opened_by: str
    steps: list[CareStepView]


# --- what is said of a person -------------------------------------------------------------------------------------


class WorkerAssigned(Shape):
    """POST /v1/matters/{number}/worker: who has this matter, or application, in hand."""

    staff_id: str = Field(max_length=64)


class MatterWorkerView(Shape):
    number: str
    staff_id: str


class MatterBody(Shape):
    """PUT /v1/matters/{number}. `sensitive` unless it is said not to be: then its worker alone reads its words."""

    person_id: str = Field(max_length=64)
    title_zh: str = Field(min_length=1, max_length=60, repr=False)
    title_en: str = Field(default="", max_length=120, repr=False)
    note_zh: str = Field(default="", max_length=200, repr=False)
    note_en: str = Field(default="", max_length=200, repr=False)
    state: Literal["ready", "open", "waiting"]
    sensitive: bool = True
    need: bool = False
    closed: bool = False


class MatterView(Shape):
    """What was entered, without its words."""

    number: str
    person_id: str
    state: Literal["ready", "open", "waiting"]
    sensitive: bool
    need: bool
    closed: bool


class AppointmentBody(Shape):
    """PUT /v1/appointments/{appointment_id}. `at` is local "HH:MM"; `item` the code of what it is about."""

    person_id: str = Field(max_length=64)
    date: IsoDay
    at: str = Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    item: str = Field(max_length=64)
    window: str = Field(default="", max_length=10)
    cancelled: bool = False


class AppointmentView(Shape):
    appointment_id: str
    person_id: str
    date: str
    at: str
    window: str
    cancelled: bool

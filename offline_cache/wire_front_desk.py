"""The shapes of the front desk on the wire: consents, visits, tickets, alarms, the care list.

As in `wire_residents`. No shape holds a face, a picture of one or a template, and none may: what crosses is a person's id,
the id of a consent and, for a recognition, how near it was in thousandths.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from offline_cache.wire import Shape

TICKET_PATTERN = r"^[A-Z]\d{3,4}$"
"""`A017`: a terminal's own letter, and a count of that terminal's day."""

How = Literal["face", "card", "ticket", "staff"]
"""By what somebody was known as they came."""

HELP_WISHES = (
    "large_print",
    "speak_slowly",
    "speak_up",
    "write_down",
    "wheelchair",
    "sit_down",
    "come_along",
)
"""The help somebody may ask for. None of it names an illness, an aid or a status."""


# --- the feed ------------------------------------------------------------------------------------------------------


class ConsentLine(Shape):
    icon: str
    head_zh: str
    head_en: str
    text_zh: str
    text_en: str


class ConsentText(Shape):
    """Published as ReferenceKind.CONSENT_TEXT, `id` is `purpose`. Each purpose is asked for separately. A new `version` asks
    anew. `full_*` are the paragraphs behind 看全文."""

    purpose: Literal["recognition", "preferred_help"]
    version: int
    title_zh: str
    title_en: str
    lead_zh: str
    lead_en: str
    lines: list[ConsentLine]
    full_zh: list[str]
    full_en: list[str]


class Consent(Shape):
    """ReferenceKind.CONSENT. `terminal_id` is where the template lies, "" for a purpose without one. `revoked`: withdrawn or
    over, the template not yet known to be deleted; `deleted`: its terminal has said so."""

    consent_id: str
    person_id: str
    purpose: Literal["recognition", "preferred_help"]
    terminal_id: str
    text_version: int
    given_ms: int
    until_ms: int
    state: Literal["active", "revoked", "deleted"]
    request_id: str = ""


class Withdrawal(Shape):
    """ReferenceKind.WITHDRAWAL. `waiting` are the terminals from which the hall has not yet heard that they deleted."""

    request_id: str
    person_id: str
    requested_ms: int
    state: Literal["pending", "deleted"]
    deleted: list[str]
    waiting: list[str]


class Matter(Shape):
    """Something of a person that is under way. `sensitive`: its words are empty for everybody but `worker`, who gets them
    from DeskCard. `state`: ready, open, waiting."""

    number: str
    title_zh: str = ""
    title_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    icon: str = "file"
    state: Literal["ready", "open", "waiting"] = "open"
    sensitive: bool = False
    need: bool = False


class Appointment(Shape):
    """`at` is local "HH:MM" of `date` (ISO)."""

    date: str
    at: str
    title_zh: str
    title_en: str
    window: str = ""


class DeskPerson(Shape):
    """ReferenceKind.DESK_PERSON, `id` is `person_id`: what any member of the desk may see of somebody who comes. `help` only
    where she set it herself. Nothing of health, aid or correction is here."""

    person_id: str
    grid_worker: str = Field("", repr=False)
    last_visit_ms: int = 0
    matters: list[Matter] = Field(default_factory=list)
    appointments: list[Appointment] = Field(default_factory=list)
    help: list[str] = Field(default_factory=list)


class Visit(Shape):
    """ReferenceKind.VISIT: somebody came, today, at any terminal of the hall. `person_id` "": a visitor with a ticket."""

    visit_id: str
    terminal_id: str
    person_id: str = ""
    how: How
    at_ms: int
    ticket: str = ""
    state: Literal["here", "received", "handed_over", "not_this_person"] = "here"


class Ticket(Shape):
    """ReferenceKind.TICKET, `id` is "date/number"."""

    number: str = Field(pattern=TICKET_PATTERN)
    date: str
    queue: str
    terminal_id: str
    issued_ms: int
    window: str = ""
    state: Literal["waiting", "called", "came", "absent"] = "waiting"


class DeskWindow(Shape):
    """ReferenceKind.DESK_WINDOW. `queues`: what is done there."""

    window: str
    title_zh: str
    title_en: str
    queues: list[str]


class AlarmSender(Shape):
    """ReferenceKind.ALARM_SENDER, `id` is "address/key" of a call box, or the number of a bracelet. `place_*` is where it hangs,
    or where its person lives. `phone` is whom to ring back."""

    sender: str
    sort: Literal["call_box", "bracelet"]
    person_id: str = ""
    place_zh: str = Field("", repr=False)
    place_en: str = Field("", repr=False)
    phone: str = Field("", repr=False)


class Alarm(Shape):
    """ReferenceKind.ALARM: one that is not closed, or was closed today. `turn` is the terminal that is to answer. `family`:
    "" nobody is told, asked (a message is under way), sent (only after the carrier's answer), failed."""

    alarm_id: str
    sort: Literal["call_box", "bracelet"]
    sender: str
    raised_ms: int
    person_id: str = ""
    place_zh: str = Field("", repr=False)
    place_en: str = Field("", repr=False)
    phone: str = Field("", repr=False)
    state: Literal["raised", "acknowledged", "escalated", "closed"] = "raised"
    turn: str = ""
    outcome: str = ""
    family: Literal["", "asked", "sent", "failed"] = ""


class CareCase(Shape):
    """ReferenceKind.CARE_CASE: somebody to look after. `days` without a sign of life, `next` what is due on `due` (ISO date)."""

    case_id: str
    person_id: str
    place_zh: str = Field("", repr=False)
    place_en: str = Field("", repr=False)
    phone: str = Field("", repr=False)
    days: int
    next: Literal["remind", "call", "visit"]
    due: str
    state: Literal["open", "closed"] = "open"


# --- bodies of rows -------------------------------------------------------------------------------------------------


class ConsentGivenBody(Shape):
    """RowKind.CONSENT_GIVEN. `given_by` guardian under 14, whose id is `guardian_id`. `model_id` names the encoder that the
    template was made by, "" for a purpose without one."""

    consent_id: str
    person_id: str
    purpose: Literal["recognition", "preferred_help"]
    text_version: int
    given_by: Literal["self", "guardian"]
    guardian_id: str = ""
    staff_id: str = ""
    until_ms: int
    model_id: str = ""
    help: list[str] = Field(default_factory=list)


class ConsentRefusedBody(Shape):
    """RowKind.CONSENT_REFUSED: counted, without an identity."""

    purpose: Literal["recognition", "preferred_help"]
    text_version: int


class ConsentsWithdrawnBody(Shape):
    """RowKind.CONSENTS_WITHDRAWN: every consent of the person, on every terminal. `staff_id` "": she did it herself by card."""

    request_id: str
    person_id: str
    staff_id: str = ""


class TemplateDeletedBody(Shape):
    """RowKind.TEMPLATE_DELETED: it is gone from this terminal's disk and memory."""

    consent_id: str
    reason: Literal["withdrawn", "expired", "replaced", "damaged", "other_model"]


class VisitBody(Shape):
    """RowKind.VISIT_NOTED. `distance` in thousandths for a face, else 0; `one_of` how many it might have been (2: look-alikes,
    `person_id` then empty)."""

    visit_id: str
    person_id: str = ""
    how: How
    distance: int = 0
    one_of: int = 1
    ticket: str = ""


class VisitAnsweredBody(Shape):
    """RowKind.VISIT_ANSWERED by staff. `person_id`: who it was, where the visit did not know or was wrong about it."""

    visit_id: str
    outcome: Literal["received", "not_this_person", "handed_over"]
    staff_id: str
    person_id: str = ""
    window: str = ""
    ticket: str = ""


class CardViewedBody(Shape):
    """RowKind.CARD_VIEWED: who looked at whose card, why, and at what."""

    person_id: str
    staff_id: str
    visit_id: str = ""
    what: Literal["card", "full_name", "phone", "care"]


class TicketIssuedBody(Shape):
    """RowKind.TICKET_ISSUED."""

    number: str = Field(pattern=TICKET_PATTERN)
    date: str
    queue: str
    visit_id: str = ""
    window: str = ""


class TicketCalledBody(Shape):
    """RowKind.TICKET_CALLED."""

    number: str
    date: str
    window: str
    staff_id: str
    state: Literal["called", "came", "absent"]


class AlarmRaisedBody(Shape):
    """RowKind.ALARM_RAISED: heard by this terminal's own receiver."""

    alarm_id: str
    sort: Literal["call_box", "bracelet"]
    sender: str


class AlarmStepBody(Shape):
    """RowKind.ALARM_STEPPED. `at` says who took it on: a terminal's id, or "bell" for the bell of this hall. `staff_id` "" for an
    escalation, which nobody presses."""

    alarm_id: str
    step: Literal["acknowledged", "escalated", "closed"]
    staff_id: str = ""
    at: str = ""
    outcome: Literal["", "on_site", "by_phone", "false_alarm", "emergency_services"] = ""


class CareDoneBody(Shape):
    """RowKind.CARE_DONE."""

    case_id: str
    sort: Literal["remind", "call", "visit"]
    outcome: Literal["well", "away", "no_answer", "needs_help"]
    staff_id: str


class StaffSignedBody(Shape):
    """RowKind.STAFF_SIGNED at a desk. `why` of an end: asked, idle, other."""

    staff_id: str
    signed: Literal["in", "out"]
    why: str = ""


# --- asked while staff look -----------------------------------------------------------------------------------------


class DeskCardQuery(Shape):
    """POST /v1/desk/cards: what this member of staff may see of this person now. Logged."""

    person_id: str = Field(max_length=64)
    staff_id: str = Field(max_length=64)
    purpose: Literal["visit", "care", "alarm"]


class DeskCard(Shape):
    """The answer, field by field as her duties allow: a sensitive matter has its words only for its worker."""

    person: DeskPerson


class EnrolledCount(Shape):
    """GET /v1/consents/count: distinct persons with an active recognition consent. `alarm`: "", near (80,000), full (95,000)."""

    persons: int
    alarm: Literal["", "near", "full"]

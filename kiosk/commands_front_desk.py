"""What the flows of the front desk and of the door wish done. Each says which event answers it.

`staff_id` is who is signed in at the desk; a service refuses a wish of the desk without one (desk.nobody_signed_in).
"""

from __future__ import annotations

from dataclasses import dataclass

# --- the desk ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignStaff:
    """Somebody's PIN was right (`signed` "in"), or she went: `why` asked, idle, other. A row each. No answer."""

    staff_id: str
    signed: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class NoteVisit:
    """A resident's card at the desk: the same card without a face. Answered by ArrivalsTold with `newest`."""

    card_ref: str


@dataclass(frozen=True, slots=True)
class OpenPersonCard:
    """Logged. Answered by PersonCardTold, at once from the disk, and again when the hall told her worker more."""

    ask_id: int
    visit_id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class ShowFullName:
    """Logged. Answered by FullNameTold."""

    ask_id: int
    visit_id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class AnswerVisit:
    """`outcome`: received, not_this_person (lowers that pair at once), handed_over (with `window`: issues a ticket). `person_id` chosen of
    look-alikes. Answered by VisitAnswered, or DeskRefused."""

    ask_id: int
    visit_id: str
    outcome: str
    staff_id: str
    person_id: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class ListTickets:
    """Answered by TicketsTold."""


@dataclass(frozen=True, slots=True)
class CallTicket:
    """`number` "": the longest waiting one. `state`: called, came, absent. Said aloud when called. Answered by TicketsTold, or
    DeskRefused (ticket.none)."""

    ask_id: int
    number: str
    window: str
    state: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class ListAppointments:
    """Answered by AppointmentsTold."""


@dataclass(frozen=True, slots=True)
class ListNeeds:
    """Answered by NeedsTold."""


@dataclass(frozen=True, slots=True)
class AcknowledgeAlarm:
    """Answered by AlarmsTold. `staff_id` may be empty: an alarm is answered by whoever is there."""

    alarm_id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class ShowAlarmPhone:
    """Whom to ring back. Logged. Answered by AlarmPhoneTold."""

    alarm_id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class CloseAlarm:
    """`outcome` as in wire_front_desk.AlarmStepBody. Answered by AlarmsTold, or DeskRefused."""

    ask_id: int
    alarm_id: str
    outcome: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class RecordCare:
    """Offline too. Answered by CareTold, or DeskRefused."""

    ask_id: int
    case_id: str
    sort: str
    outcome: str
    staff_id: str


# --- the visitor ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakeTicket:
    """A number to wait with, printed. Answered by TicketIssued, or DeskRefused."""

    ask_id: int
    queue: str
    locale: str


@dataclass(frozen=True, slots=True)
class TellConsentText:
    """Answered by ConsentTextTold, from the disk."""

    ask_id: int
    purpose: str


@dataclass(frozen=True, slots=True)
class MayAsk:
    """How this person stands to face recognition. Answered by ConsentStanding."""

    ask_id: int
    person_id: str


@dataclass(frozen=True, slots=True)
class RefuseConsent:
    """Counted, without an identity. `card_ref` "" or the card she shows later: then its keyed digest is kept here for 90 days, only so
    that she is not asked again. No answer."""

    purpose: str
    text_version: int
    card_ref: str = ""


@dataclass(frozen=True, slots=True)
class StartEnrolment:
    """Answered by PoseGuided again and again, then EnrolmentEncoded (to the services) and PoseGuided with done == total, or
    EnrolmentFailed."""

    ask_id: int


@dataclass(frozen=True, slots=True)
class CancelEnrolment:
    """What was taken of the face is wiped. No answer."""


@dataclass(frozen=True, slots=True)
class KeepConsent:
    """Keep the consent of the person whose card was shown, with the template of this enrolment (recognition) or her wishes (`help`,
    preferred_help). Answered by ConsentKept or ConsentRefused."""

    ask_id: int
    person_id: str
    purpose: str
    text_version: int
    guardian_id: str = ""
    staff_id: str = ""
    help: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Every consent of this person, everywhere; matching stops here before it answers. Answered by WithdrawalTold, again and again
    while the page is open."""

    ask_id: int
    person_id: str
    locale: str
    staff_id: str = ""


@dataclass(frozen=True, slots=True)
class PrintWithdrawal:
    """The proof, or while machines are missing the pending slip. Answered by WithdrawalTold."""

    ask_id: int
    number: str
    locale: str


FrontDeskCommand = (
    SignStaff
    | NoteVisit
    | OpenPersonCard
    | ShowFullName
    | AnswerVisit
    | ListTickets
    | CallTicket
    | ListAppointments
    | ListNeeds
    | AcknowledgeAlarm
    | ShowAlarmPhone
    | CloseAlarm
    | RecordCare
    | TakeTicket
    | TellConsentText
    | MayAsk
    | RefuseConsent
    | StartEnrolment
    | CancelEnrolment
    | KeepConsent
    | Withdraw
    | PrintWithdrawal
)

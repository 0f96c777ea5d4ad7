"""What the services of a desk and of the door may answer to each wish, and the buttons of their pages."""

from __future__ import annotations

from kiosk import commands_front_desk as wishes
from kiosk import events
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.views_resident import TURN
from tests.flows.visitor_stage import consent_text

_TURNS = ((TURN, "+1"), (TURN, "-1"))
BUTTONS: dict[type, tuple[tuple[str, str], ...]] = {
    pages.ConsentPage: ((pages.AGREE, ""), (pages.REFUSE, ""), (pages.FULL_TEXT, "")),
    pages.ConsentTextPage: _TURNS,
}


def visitor_answers(command: object) -> list[events.Event]:
    """As resident_catalogue.answers, for what a visitor wishes."""
    ask_id = getattr(command, "ask_id", 0)
    match command:
        case wishes.TellConsentText():
            text = consent_text(command.purpose)
            return [told.ConsentTextTold(ask_id, text), told.ConsentTextTold(ask_id, None)]
        case wishes.MayAsk():
            states = ("may_ask", "too_young", "asked_before", "enrolled", "full")
            return [told.ConsentStanding(ask_id, state, "2027-11-20", ("speak_up",)) for state in states]
        case wishes.StartEnrolment():
            return [
                told.PoseGuided(ask_id, "left", (400, 300, 600, 600), "turn", 1, 3),
                told.PoseGuided(ask_id, "right", None, "", 3, 3),
                told.EnrolmentFailed(ask_id, "face.picture"),
            ]
        case wishes.KeepConsent():
            kept = told.ConsentKept(ask_id, "consent-1", "2027-11-20")
            return [kept, told.ConsentRefused(ask_id, "consent.guardian_needed")]
        case wishes.TakeTicket():
            issued = told.TicketIssued(ask_id, "A017", 3, "1", printed=True)
            return [issued, told.DeskRefused(ask_id, "ticket.used_up")]
        case wishes.Withdraw() | wishes.PrintWithdrawal():
            deleted = told.WithdrawalTold(ask_id, "deleted", "W-1", ("FD-01",), slip="printed")
            pending = told.WithdrawalTold(ask_id, "pending", "W-1", (), ("FD-01",))
            return [deleted, pending, told.WithdrawalTold(ask_id, "none", "")]
        case _:
            return []

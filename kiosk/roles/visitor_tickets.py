"""A number to wait with: no card is needed, and nothing is known of who takes it."""

from __future__ import annotations

import math

from kiosk import views
from kiosk.commands_front_desk import TakeTicket
from kiosk.events_front_desk import TicketIssued
from kiosk.roles import visitor_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_waits import Asking
from kiosk.views_front_desk import TicketPage

TICKET_S = 12.0


def take_ticket(errand: Errand, queue: str = "") -> None:
    errand.open(
        Asking(
            errand,
            words.MAKING_TICKET,
            lambda ask_id: TakeTicket(ask_id, queue, errand.desk.locale),
            lambda event: errand.open(Ticket(errand, event)),
        )
    )


class Ticket(Step):
    """The number. Goes by itself: the slip says the same."""

    waits = True

    def __init__(self, errand: Errand, issued: TicketIssued) -> None:
        super().__init__(errand)
        self._issued = issued
        self._left_s = TICKET_S

    def view(self) -> TicketPage:
        issued = self._issued
        left_s = max(0, math.ceil(self._left_s))
        return TicketPage(
            self.desk.around(), issued.number, issued.ahead, issued.window, issued.printed, left_s
        )

    def pressed(self, action: str, value: str) -> None:
        if action in (views.DONE, views.BACK):
            self.errand.home()

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._left_s <= 0:
            self.errand.home()

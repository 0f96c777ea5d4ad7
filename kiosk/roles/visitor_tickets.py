"""A number to wait with: no card is needed, and nothing is known of who takes it."""

from __future__ import annotations

import math

from kiosk import views
from kiosk.commands_front_desk import TakeTicket
from kiosk.events_front_desk import TicketIssued
from kiosk.roles import visitor_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_guides import rows_a_page
from kiosk.roles.resident_query import turned
from kiosk.roles.resident_waits import Asking
from kiosk.roles.resident_words import data
from kiosk.views_front_desk import TicketPage
from kiosk.views_resident import TURN, ListPage, Row

TICKET_S = 12.0
TICKET_ICON = "ticket-fill"


def take_ticket(errand: Errand) -> None:
    """What for is asked only where there is a choice."""
    queues = errand.desk.facts.queues
    if len(queues) > 1:
        errand.open(Queues(errand))
    else:
        errand.open(make_ticket(errand, queues[0][0] if queues else ""))


def make_ticket(errand: Errand, queue: str) -> Asking:
    locale = errand.desk.locale
    return Asking(
        errand,
        words.MAKING_TICKET,
        lambda ask_id: TakeTicket(ask_id, queue, locale),
        lambda event: errand.open(Ticket(errand, event)),
    )


class Queues(Step):
    """What the number is for."""

    def __init__(self, errand: Errand) -> None:
        super().__init__(errand)
        self._page = 0

    def view(self) -> ListPage:
        queues, height = self.desk.facts.queues, rows_a_page(self.desk)
        pages = max(1, math.ceil(len(queues) / height))
        self._page = min(self._page, pages - 1)
        rows = tuple(
            Row(queue, data(self.desk.of(title_zh, title_en)), icon=TICKET_ICON)
            for queue, title_zh, title_en in queues[self._page * height : (self._page + 1) * height]
        )
        return ListPage(self.desk.around(), words.WHICH_QUEUE, rows, page=self._page, pages=pages)

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action == views.CHOOSE and value in [queue for queue, _, _ in self.desk.facts.queues]:
            self.errand.replace(make_ticket(self.errand, value))


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

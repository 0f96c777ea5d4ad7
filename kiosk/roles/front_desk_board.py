"""30: who has come, the card of one of them, and who is to be looked after today."""

from __future__ import annotations

import math
from dataclasses import replace

from kiosk.commands_front_desk import AnswerVisit, OpenPersonCard, ShowFullName
from kiosk.events_front_desk import (
    ArrivalsTold,
    CareTold,
    FullNameTold,
    PersonCardTold,
    TicketsTold,
    VisitAnswered,
)
from kiosk.roles import front_desk_words as words
from kiosk.roles.front_desk_post import Post
from kiosk.views_front_desk import Arrival, CareRow, DeskBoard, PersonCard

ARRIVALS_A_PAGE = 4
CARE_A_PAGE = 3
FULL_NAME_S = 10.0
# A card that was answered stays for who reads it on; then the next visitor's takes its place.
READ_ON_S = 10.0
LAID_DOWN_S = 5.0
NOTICE_S = 10.0
HERE, NOT_THIS_PERSON, RECEIVED = "here", "not_this_person", "received"
NO_FACES = "faces.none"


class Board:
    """The state behind DeskBoard. Nothing of a person is kept in it while the desk is covered, but what arrivals and the care
    list say, which `view` leaves out."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._arrivals: tuple[Arrival, ...] = ()
        self._care: tuple[CareRow, ...] = ()
        self._waiting = 0
        self._page = self._care_page = 0
        self._chosen = ""
        self._card: PersonCard | None = None
        self._card_ask_id = self._name_ask_id = 0
        self._name_left_s = 0.0
        self._next_visit = ""
        self._untouched_s = 0.0
        self._laid_down_s = 0.0
        self._recognition = ""
        self._notice = ""
        self._notice_left_s = 0.0

    # --- what happened ------------------------------------------------------------------------------------------------

    def arrived(self, event: ArrivalsTold) -> None:
        """Who lays a card down at the desk stands before it, and is shown at once; anybody else once there is room."""
        self._arrivals = event.arrivals
        if self.find(self._chosen) is None:
            self.close()  # a visit of yesterday
        if event.newest == self._chosen or self.find(event.newest) is None:
            return
        self._next_visit = event.newest
        if self._laid_down_s > 0 and not self._post.is_covered:
            self._laid_down_s = 0.0
            self.open(event.newest)
        self.show_next()

    def card_laid_down(self) -> None:
        """Somebody who may be a resident stands before the desk."""
        self._laid_down_s = LAID_DOWN_S

    def card_was_staffs(self) -> None:
        self._laid_down_s = 0.0

    def card_told(self, event: PersonCardTold) -> None:
        if event.ask_id != self._card_ask_id or event.card.visit_id != self._chosen:
            return
        before = self._card
        self._card = event.card
        if before is not None:
            answered = before.state if event.card.state == HERE else event.card.state
            ticket = event.card.ticket or before.ticket
            self._card = replace(event.card, full_name=before.full_name, state=answered, ticket=ticket)

    def name_told(self, event: FullNameTold) -> None:
        if self._card is not None and event.ask_id == self._name_ask_id and event.visit_id == self._chosen:
            self._card = replace(self._card, full_name=event.name)
            self._name_left_s = FULL_NAME_S

    def answered(self, event: VisitAnswered) -> None:
        card = self._card
        if event.visit_id != self._chosen or card is None:
            return
        if event.outcome == NOT_THIS_PERSON:
            self.close()
            self.show_next()
        elif event.outcome == RECEIVED and card.one_of:
            self.open(event.visit_id)  # it is known now whose card it is
        else:
            self._card = replace(card, state=event.outcome, ticket=event.ticket or card.ticket)

    def care_told(self, event: CareTold) -> None:
        self._care = event.rows

    def tickets_told(self, event: TicketsTold) -> None:
        self._waiting = sum(ticket.state == "waiting" for ticket in event.tickets)

    def recognition_changed(self, code: str) -> None:
        self._recognition = code

    def say(self, code: str) -> None:
        """A notice for a while."""
        self._notice, self._notice_left_s = code, NOTICE_S

    def pass_time(self, seconds: float) -> None:
        self._untouched_s += seconds
        self._laid_down_s = max(0.0, self._laid_down_s - seconds)
        self._notice_left_s = max(0.0, self._notice_left_s - seconds)
        if self._name_left_s:
            self._name_left_s = max(0.0, self._name_left_s - seconds)
            if not self._name_left_s and self._card is not None:
                self._card = replace(self._card, full_name="")
        self.show_next()

    def touched(self) -> None:
        self._untouched_s = 0.0

    # --- the card -----------------------------------------------------------------------------------------------------

    @property
    def card(self) -> PersonCard | None:
        return self._card

    def find(self, visit_id: str) -> Arrival | None:
        return next((arrival for arrival in self._arrivals if arrival.visit_id == visit_id), None)

    def find_care(self, case_id: str) -> CareRow | None:
        return next((row for row in self._care if row.case_id == case_id), None)

    def show_next(self) -> None:
        """Who came last is shown by itself where nobody else's card is being read."""
        is_free = not self._chosen or (
            self._card is not None and self._card.state != HERE and self._untouched_s >= READ_ON_S
        )
        if self._next_visit and is_free and not self._post.is_covered:
            self.open(self._next_visit)

    def open(self, visit_id: str) -> None:
        if self._next_visit == visit_id:
            self._next_visit = ""
        self._chosen, self._card, self._name_left_s = visit_id, None, 0.0
        self._untouched_s = 0.0
        self._card_ask_id = self._post.number()
        self._post.ask(OpenPersonCard(self._card_ask_id, visit_id, self._post.staff_id))

    def close(self) -> None:
        self._chosen, self._card, self._name_left_s = "", None, 0.0

    def is_refused(self, ask_id: int) -> None:
        if ask_id == self._card_ask_id and self._card is None:
            self.close()

    def cover(self) -> None:
        """Nobody is signed in any more: whose card was open is shown again to whoever signs in, if she is still here."""
        if self._chosen and (self._card is None or self._card.state == HERE):
            self._next_visit = self._next_visit or self._chosen
        self.close()

    def show_full_name(self) -> None:
        self._name_ask_id = self._post.number()
        self._post.ask(ShowFullName(self._name_ask_id, self._chosen, self._post.staff_id))

    def answer(self, outcome: str, *, person_id: str = "", window: str = "") -> None:
        """What staff say of the visit whose card is open."""
        wish = AnswerVisit(
            self._post.number(),
            self._chosen,
            outcome,
            self._post.staff_id,
            person_id=person_id,
            window=window,
        )
        self._post.ask(wish)

    # --- pages --------------------------------------------------------------------------------------------------------

    def turn(self, step: int) -> None:
        self._page = min(max(0, self._page + step), _pages(self._arrivals, ARRIVALS_A_PAGE) - 1)

    def turn_care(self, step: int) -> None:
        self._care_page = min(max(0, self._care_page + step), _pages(self._care, CARE_A_PAGE) - 1)

    def view(self) -> DeskBoard:
        covered = self._post.is_covered
        pages, care_pages = _pages(self._arrivals, ARRIVALS_A_PAGE), _pages(self._care, CARE_A_PAGE)
        page, care_page = min(self._page, pages - 1), min(self._care_page, care_pages - 1)
        arrivals = self._arrivals[page * ARRIVALS_A_PAGE : (page + 1) * ARRIVALS_A_PAGE]
        care = self._care[care_page * CARE_A_PAGE : (care_page + 1) * CARE_A_PAGE]
        if covered:
            arrivals = tuple(replace(arrival, masked_name="") for arrival in arrivals)
            care = tuple(replace(row, masked_name="", age=0, place_zh="", place_en="") for row in care)
        return DeskBoard(
            self._post.around(),
            self._post.staff.masked_name if self._post.staff else "",
            covered,
            arrivals,
            len(self._arrivals),
            "" if covered else self._chosen,
            None if covered else self._card,
            care,
            len(self._care),
            self._waiting,
            self._notices(),
            self._face(),
            page,
            pages,
            care_page,
            care_pages,
        )

    def _face(self) -> str:
        return {"": "on", NO_FACES: "none"}.get(self._recognition, "off")

    def _notices(self) -> tuple[str, ...]:
        """What matters first comes first: the answer to a touch, then how to go on without faces, then why."""
        code = self._recognition
        answer = (self._notice,) if self._notice_left_s else ()
        by_card = (words.BY_CARD,) if code.startswith("camera.") else ()
        why = (code,) if code and code != NO_FACES else ()
        return (*answer, *by_card, *why)


def _pages(rows: tuple[object, ...], height: int) -> int:
    return max(1, math.ceil(len(rows) / height))

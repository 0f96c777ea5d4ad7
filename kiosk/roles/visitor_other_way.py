"""The other way, wherever the face is not used or cannot be: a number, a card, a person. It is as short."""

from __future__ import annotations

from kiosk import views
from kiosk.roles import resident_words, visitor_words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.visitor_tickets import take_ticket
from kiosk.views_front_desk import TAKE_TICKET
from kiosk.views_resident import MessagePage

ANSWERS = "consent."
CHOICES = (visitor_words.TAKE_A_NUMBER, resident_words.ASK_A_PERSON, resident_words.GO_BACK)


class OtherWay(Step):
    """What is so (`code`), and what can be done instead."""

    def __init__(self, errand: Errand, code: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(errand)
        self._code = code
        self._lines = lines

    def view(self) -> MessagePage:
        return MessagePage(
            self.desk.around(), self._code, self._lines, CHOICES, warm=not is_answer(self._code)
        )

    def pressed(self, action: str, value: str) -> None:
        if action == TAKE_TICKET:
            self.errand.replace_by(lambda: take_ticket(self.errand))
        elif action in (views.BACK, views.DONE, views.CANCEL):
            self.errand.back()


def is_answer(code: str) -> bool:
    """Whether this says how somebody stands, which is nobody's trouble."""
    return code.startswith(ANSWERS)


def other_way(errand: Errand, code: str, lines: tuple[str, ...] = ()) -> None:
    errand.open(OtherWay(errand, code, lines))

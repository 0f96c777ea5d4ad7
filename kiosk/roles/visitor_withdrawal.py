"""A consent is taken back, at any terminal and by one card: it stops here at once, and every machine has to answer."""

from __future__ import annotations

import math

from kiosk import events, views
from kiosk.commands_front_desk import PrintWithdrawal, Withdraw
from kiosk.events_front_desk import DeskRefused, WithdrawalTold
from kiosk.roles import visitor_words as words
from kiosk.roles.resident_errand import Ending, Errand, Step
from kiosk.roles.resident_identify import with_person
from kiosk.roles.resident_waits import ANSWER_S, NO_ANSWER, Message, refusal
from kiosk.roles.resident_words import ONE_MOMENT, SAY_PRINTING
from kiosk.views_front_desk import WITHDRAW, WithdrawnPage
from kiosk.views_resident import MessagePage, Waiting

WITHDRAWN_S = 60.0
# A machine that is online answers within this; who waits longer gets the slip that says what is still missing.
PENDING_SLIP_S = 8.0
CONFIRM = "consent.withdraw"
NOTHING_GIVEN = "consent.none"
PENDING, DELETED = "pending", "deleted"
ON_PAPER_OR_NOT = ("printed", "failed")


def withdraw(errand: Errand) -> None:
    with_person(errand, lambda: errand.open(ConfirmWithdrawal(errand)))


class ConfirmWithdrawal(Step):
    """What goes with it, once. Nothing is asked why."""

    def view(self) -> MessagePage:
        choices = (words.TAKE_IT_BACK, words.KEEP_AS_IT_IS)
        return MessagePage(self.desk.around(), CONFIRM, (), choices, warm=False)

    def pressed(self, action: str, value: str) -> None:
        if action == WITHDRAW:
            self.errand.replace(Withdrawal(self.errand))
        elif action in (views.BACK, views.CANCEL):
            self.errand.back()


class Withdrawal(Step):
    """Under way, then what has come of it. The proof is printed once every machine has deleted; a slip that says what is
    missing where one does not answer in time."""

    waits = True

    def __init__(self, errand: Errand) -> None:
        super().__init__(errand)
        self._ask_id = 0
        self._told: WithdrawalTold | None = None
        self._printed_for = ""
        self._leaves_after_slip = False
        self._waited_s = 0.0
        self._left_s = WITHDRAWN_S

    def entered(self) -> None:
        if not self._ask_id:
            self._ask_id = self.desk.number()
            self.desk.ask(Withdraw(self._ask_id, self.desk.person_id, self.desk.locale))

    def view(self) -> WithdrawnPage | Waiting:
        told = self._told
        if told is None:
            return Waiting(self.desk.around(), ONE_MOMENT, words.WITHDRAWING)
        left_s = max(0, math.ceil(self._left_s))
        return WithdrawnPage(
            self.desk.around(), told.state, told.number, told.deleted, told.waiting, told.slip, left_s
        )

    def on(self, event: events.Event) -> None:
        if isinstance(event, DeskRefused) and event.ask_id == self._ask_id:
            self.errand.replace(refusal(self.errand, event.code, self._again))
        elif isinstance(event, WithdrawalTold) and self._is_about_this(event):
            self._hear(event)

    def pressed(self, action: str, value: str) -> None:
        if self._told is None or action not in (views.DONE, views.BACK):
            return
        if not self._can_print() or self._told.slip in ON_PAPER_OR_NOT:
            self._finish()
            return
        self._leaves_after_slip = True
        if not self._printed_for:
            self._print()

    def pass_time(self, seconds: float) -> None:
        self._waited_s += seconds
        if self._told is None:
            if self._waited_s >= ANSWER_S:
                self.errand.replace(refusal(self.errand, NO_ANSWER, self._again))
            return
        self._left_s -= seconds
        if self._left_s <= 0:
            self._finish()
        elif self._waited_s >= PENDING_SLIP_S and not self._printed_for:
            self._print()

    def _is_about_this(self, told: WithdrawalTold) -> bool:
        return told.ask_id == self._ask_id or (self._told is not None and told.number == self._told.number)

    def _hear(self, told: WithdrawalTold) -> None:
        if told.state == "none":
            self.errand.replace(Message(self.errand, NOTHING_GIVEN))
            return
        if self._told is None:
            self._waited_s = 0.0
        self._told = told
        if told.state == DELETED and self._printed_for != DELETED:
            self._print()
        elif self._leaves_after_slip and told.slip in ON_PAPER_OR_NOT:
            self._finish()

    def _can_print(self) -> bool:
        return "slip" in self.desk.facts.media

    def _print(self) -> None:
        told = self._told
        if told is None or not self._can_print():
            return
        self._printed_for = told.state
        self.desk.say(SAY_PRINTING)
        self.desk.ask(PrintWithdrawal(self.desk.number(), told.number, self.desk.locale))

    def _finish(self) -> None:
        session, told = self.desk.session, self._told
        slip = ("slip",) if told is not None and told.slip in ("printing", "printed") else ()
        take = (*(session.belongings() if session else ()), *slip)
        number = told.number if told is not None else ""
        self.errand.finish(Ending(words.WITHDRAWN, take, subject="", number=number))

    def _again(self) -> None:
        self.errand.open(Withdrawal(self.errand))

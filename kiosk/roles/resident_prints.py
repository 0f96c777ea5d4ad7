"""Onto paper, or onto a phone: while it prints, when it does not end, and the code that a phone takes it along by."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk import events, views
from kiosk.commands_resident import BindDocument, DismissDocument, IssueDocument, MakeHandOff, PrintAgain
from kiosk.events_resident import (
    DocumentBound,
    DocumentIssued,
    DocumentPrinted,
    DocumentRefused,
    HandOffReady,
    HandOffRefused,
    PrintStepped,
)
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Ending, Errand, Step
from kiosk.roles.resident_waits import ANSWER_S, NO_ANSWER, Message, refusal
from kiosk.views_resident import (
    AGAIN,
    TAKE_ALONG,
    WAIT,
    WINDOW,
    HandOffPage,
    PrintingPage,
    PrintTrouble,
    Steps,
    Waiting,
)

SILENT_S = 120.0
SLOWEST = 4  # times as long as it was thought to take
PICK_UP_S = 20.0
STALLED = "printer.stalled"
EXPIRED = "hand_off.expired"
PAPER_OUT = "printer.paper_out"
ON_PAPER = ("printed", "probably")


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be printed or taken along: `sort` and `key` as in IssueDocument. `labels` of its stepper. `number` once
    it is issued."""

    sort: str
    key: str
    title: str
    medium: str = ""
    copies: int = 1
    labels: tuple[str, ...] = ()
    number: str = ""

    def steps(self) -> Steps:
        return Steps(self.labels, len(self.labels) - 1) if self.labels else Steps()


class Printing(Step):
    """Until the printer says what became of it. What is known of progress is what it confirmed."""

    waits = True

    def __init__(self, errand: Errand, document: Document, *, goes_on: bool = False) -> None:
        """`goes_on`: the printer has taken it up again by itself, and is not asked anew."""
        super().__init__(errand)
        self._document = document
        self._number = document.number
        self._goes_on = goes_on
        self._is_settled = False
        self._copy = 1
        self._percent = -1
        self._seconds = 0
        self._ask_id = 0
        self._quiet_s = 0.0

    @classmethod
    def again(cls, errand: Errand, number: str) -> Printing:
        """Print what has a number already, under it. Which paper it is on, its number does not say."""
        media = errand.desk.facts.media
        medium = media[0] if len(media) == 1 else ""
        return cls(errand, Document("", "", words.WAITING_DOCUMENTS, medium, number=number))

    def entered(self) -> None:
        desk, document = self.desk, self._document
        self._ask_id = desk.number()
        if self._goes_on:
            return
        if self._number:
            desk.ask(PrintAgain(self._ask_id, desk.person_id, self._number))
        else:
            desk.ask(
                IssueDocument(
                    self._ask_id,
                    desk.person_id,
                    document.sort,
                    document.key,
                    document.medium,
                    document.copies,
                    desk.locale,
                )
            )
        desk.say(words.SAY_PRINTING)

    def view(self) -> PrintingPage:
        document = self._document
        return PrintingPage(
            self.desk.around(),
            document.steps(),
            document.title,
            self._copy,
            document.copies,
            document.medium,
            self._seconds,
            self._percent,
        )

    def pressed(self, action: str, value: str) -> None:
        """What is being printed cannot be left by going back; leaving for good is on the bar."""

    def on(self, event: events.Event) -> None:
        match event:
            case DocumentIssued(ask_id) if ask_id == self._ask_id:
                self._issued_now(event)
            case DocumentRefused(ask_id, code) if ask_id == self._ask_id:
                self._give_up(code, waits=False)
            case PrintStepped(number, copy_number, percent) if self._is_mine(number):
                self._copy, self._percent, self._quiet_s = copy_number, percent, 0.0
            case DocumentPrinted(number) if self._is_mine(number):
                self._ended(event)

    def pass_time(self, seconds: float) -> None:
        self._quiet_s += seconds
        patience_s = max(SILENT_S, SLOWEST * self._seconds * self._document.copies)
        if self._quiet_s >= (patience_s if self._number else ANSWER_S):
            self._give_up(STALLED, waits=bool(self._number))

    def closing(self) -> None:
        """Who leaves while it prints may not have all of it: it waits for her."""
        if self._number and not self._is_settled:
            self.desk.ask(BindDocument(self.desk.number(), self._number))

    def _issued_now(self, issued: DocumentIssued) -> None:
        self._number, self._seconds, self._quiet_s = issued.number, issued.seconds, 0.0
        if not self._document.medium:
            self._document = replace(self._document, medium="pages" if issued.pages > 1 else "slip")

    def _is_mine(self, number: str) -> bool:
        return bool(self._number) and number == self._number

    def _issued(self) -> Document:
        return replace(self._document, number=self._number)

    def _ended(self, printed: DocumentPrinted) -> None:
        if printed.state in ON_PAPER:
            self._is_settled = True
            finish(self.errand, self._issued(), sure=printed.state == "printed")
        else:
            self._give_up(printed.code or STALLED, waits=printed.waits)

    def _give_up(self, code: str, *, waits: bool) -> None:
        self._is_settled = True
        self.errand.replace(Trouble(self.errand, self._issued(), code, waits=waits))


class Trouble(Step):
    """The print did not end. What is safe is said first; then it goes to a phone, waits for her, or is tried again.

    A document whose session ends here is bound to its person, whatever she chose.
    """

    def __init__(self, errand: Errand, document: Document, code: str, *, waits: bool) -> None:
        super().__init__(errand)
        self._document = document
        self._code = code
        self._waits_for_printer = waits
        self._told_at = self.desk.facts.clock
        self._bound = 0
        self._is_settled = False

    def entered(self) -> None:
        if self._code == PAPER_OUT:
            self.desk.say(words.SAY_PAPER_OUT)

    def view(self) -> PrintTrouble:
        document = self._document
        choices = words.trouble_choices(
            on_paper_later=self._waits_for_printer or not self._can_print(),
            phone=bool(document.sort) and self.desk.facts.online,
            bindable=bool(document.number),
        )
        safe = (words.RECORD_IS_SAFE, words.NOTHING_TWICE) if document.number else (words.NOTHING_TWICE,)
        return PrintTrouble(self.desk.around(), self._code, safe, self._told_at, choices)

    def _can_print(self) -> bool:
        medium = self._document.medium
        return not medium or medium in self.desk.facts.media

    def pressed(self, action: str, value: str) -> None:
        offered = [choice.action for choice in self.view().choices]
        if action == views.BACK and not self._document.number:
            self.errand.back()
        elif action not in offered:
            return
        elif action == TAKE_ALONG:
            self.errand.open(HandOff(self.errand, self._document, self._taken_along))
        elif action in (WAIT, WINDOW):
            self._bind()
        elif action == AGAIN:
            self._is_settled = True
            self.errand.replace(Printing(self.errand, self._document))

    def on(self, event: events.Event) -> None:
        match event:
            case PrintStepped(number) if (
                number and number == self._document.number and self._waits_for_printer
            ):
                self._is_settled = True  # it has paper again
                self.errand.replace(Printing(self.errand, self._document, goes_on=True))
            case DocumentPrinted(number, state) if number and number == self._document.number:
                if state in ON_PAPER:
                    self._is_settled = True
                    finish(self.errand, self._document, sure=state == "printed")
                else:
                    self._code, self._waits_for_printer = event.code or self._code, event.waits

    def closing(self) -> None:
        if self._document.number and not self._is_settled:
            self._is_settled = True
            self.desk.ask(BindDocument(self.desk.number(), self._document.number))

    def _taken_along(self) -> None:
        """Her phone has it: nothing waits for her here."""
        if self._document.number:
            self.desk.ask(DismissDocument(self._document.number))
        self._is_settled = True

    def _bind(self) -> None:
        self._is_settled = True
        self.errand.replace(PickUp(self.errand, self._document, self._code, self._told_at))


class PickUp(Step):
    """It waits for her: the number that finds it, and then the session is over."""

    waits = True

    def __init__(self, errand: Errand, document: Document, code: str, told_at: str) -> None:
        super().__init__(errand)
        self._document = document
        self._code = code
        self._told_at = told_at
        self._ask_id = 0
        self._bound: DocumentBound | None = None
        self._left_s = PICK_UP_S

    def entered(self) -> None:
        self._ask_id = self.desk.number()
        self.desk.ask(BindDocument(self._ask_id, self._document.number))

    def view(self) -> PrintTrouble:
        bound = self._bound
        return PrintTrouble(
            self.desk.around(),
            self._code,
            (words.RECORD_IS_SAFE,),
            self._told_at,
            (words.DONE,),
            pick_up=bound.pick_up if bound else "",
            until=bound.until if bound else "",
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.DONE:
            self._finish()

    def on(self, event: events.Event) -> None:
        if isinstance(event, DocumentBound) and event.ask_id == self._ask_id:
            self._bound = event

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._left_s <= 0:
            self._finish()

    def _finish(self) -> None:
        number = self._bound.pick_up if self._bound else self._document.number
        ending = Ending(words.KEPT_FOR_YOU, belongings(self.errand), self._document.sort, number=number)
        self.errand.finish(ending)


class HandOff(Step):
    """A code for a phone, once, and it expires. Going back leads to the page it was asked from."""

    def __init__(self, errand: Errand, document: Document, taken: Callable[[], None] | None = None) -> None:
        """`taken` is done when the person says that her phone has it."""
        super().__init__(errand)
        self._document = document
        self._taken = taken
        self._ask_id = 0
        self._ready: HandOffReady | None = None
        self._left_s = 0.0

    @property
    def waits(self) -> bool:
        return self._ready is None

    def entered(self) -> None:
        desk, document = self.desk, self._document
        self._ready, self._left_s = None, ANSWER_S
        self._ask_id = desk.number()
        desk.ask(MakeHandOff(self._ask_id, desk.person_id, document.sort, document.key, desk.locale))

    def view(self) -> views.View:
        if self._ready is None:
            return Waiting(self.desk.around(), words.ONE_MOMENT, words.MAKING_CODE)
        return HandOffPage(
            self.desk.around(), self._document.title, self._ready.url, max(0, math.ceil(self._left_s))
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action in (views.DONE, views.NEXT) and self._ready is not None:
            if self._taken is not None:
                self._taken()
            ending = Ending(words.TAKEN_ALONG, belongings(self.errand), self._document.sort)
            self.errand.finish(ending)

    def on(self, event: events.Event) -> None:
        match event:
            case HandOffReady(ask_id) if ask_id == self._ask_id:
                self._ready, self._left_s = event, float(event.seconds)
            case HandOffRefused(ask_id, code) if ask_id == self._ask_id:
                self.errand.replace(refusal(self.errand, code, self._again))

    def pass_time(self, seconds: float) -> None:
        self._left_s -= seconds
        if self._left_s > 0:
            return
        if self._ready is None:
            self.errand.replace(refusal(self.errand, NO_ANSWER, self._again))
        else:
            self.errand.replace(Message(self.errand, EXPIRED, again=self._again, choices=(words.NEW_CODE,)))

    def _again(self) -> None:
        self.errand.open(HandOff(self.errand, self._document, self._taken))


def belongings(errand: Errand) -> tuple[str, ...]:
    """What of hers lies on a reader or may: it is said on every last page."""
    session = errand.desk.session
    return session.belongings() if session else ()


def finish(errand: Errand, document: Document, *, sure: bool) -> None:
    """It is on paper: say what not to forget; the session is over."""
    paper = (document.medium,) if document.medium else ()
    ending = Ending(
        words.PRINTED,
        (*belongings(errand), *paper),
        document.sort or "record",
        sure=sure,
        number=document.number,
    )
    errand.finish(ending)

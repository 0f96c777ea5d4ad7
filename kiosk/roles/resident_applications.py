"""Applying for something: the form, its papers, a signature, one more look, and the number that it has from then on.

Somebody may act for another, who is known by a card that lies here, or by the code of a phone; for the latter the one
who acts signs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk import events, views
from kiosk.commands_resident import DropPapers, KnownOf, Submit
from kiosk.events_resident import KnownTold, ResidentIdentified, Submitted
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Ending, Errand, Step
from kiosk.roles.resident_forms import Form, ask_again, ask_all
from kiosk.roles.resident_identify import CardAsked, CardPage, with_person
from kiosk.roles.resident_papers import SIGNATURE, Paper, Papers, Sign, photograph_all
from kiosk.roles.resident_prints import Document, HandOff, Printing, belongings
from kiosk.roles.resident_session import PHONE_CODE, Principal
from kiosk.roles.resident_waits import Asking, refusal
from kiosk.views_resident import (
    CHANGE,
    PRINT,
    TAKE_ALONG,
    TURN,
    ListPage,
    ReceiptPage,
    ReviewPage,
    Row,
    Steps,
    Waiting,
)
from offline_cache.wire_residents import ServiceItem

LINES_A_PAGE = 6
LINES_A_PAGE_ELDER = 4
FILLING, PHOTOGRAPHING, SIGNING, LOOKING = range(4)
SAME_PERSON = "agent.same"
RELATIONS = ("spouse", "child", "parent", "relative", "staff", "other")


def apply_for(errand: Errand, item: ServiceItem) -> None:
    """For herself."""
    with_person(errand, lambda: errand.open(Application(errand, item)))


def apply_for_another(errand: Errand, item: ServiceItem) -> None:
    """For somebody else: first who stands here, then whom it is for."""
    with_person(errand, lambda: errand.open(PrincipalCard(errand, item)))


class PrincipalCard(CardPage):
    """The card, or the phone's code, of the person who is acted for."""

    whose = "principal"

    def __init__(self, errand: Errand, item: ServiceItem) -> None:
        super().__init__(errand)
        self._item = item

    def accept(self, known: ResidentIdentified, asked: CardAsked) -> None:
        if known.person_id == self.desk.person_id:
            self.trouble = SAME_PERSON
            return
        proof = "signed" if asked.holder.way == PHONE_CODE else "card"
        self.desk.say(words.SAY_READ)
        self.errand.replace(Relation(self.errand, self._item, known, proof))


class Relation(Step):
    """What they are to each other: it is kept with the authorisation."""

    def __init__(self, errand: Errand, item: ServiceItem, known: ResidentIdentified, proof: str) -> None:
        super().__init__(errand)
        self._item = item
        self._known = known
        self._proof = proof

    def view(self) -> ListPage:
        rows = tuple(Row(relation, words.RELATIONS[relation]) for relation in RELATIONS)
        return ListPage(self.desk.around(), words.WHICH_RELATION, rows)

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == views.CHOOSE and value in RELATIONS:
            known = self._known
            principal = Principal(known.person_id, known.masked_name, value, self._proof)
            self.errand.replace(Application(self.errand, self._item, principal))


class Application(Step):
    """Lies under the pages of one application, and leads from one to the next. Back from the first page gives it up, and
    what was photographed for it goes."""

    def __init__(self, errand: Errand, item: ServiceItem, principal: Principal | None = None) -> None:
        super().__init__(errand)
        desk = self.desk
        self._item = item
        self._principal = principal
        self._title = words.data(desk.of(item.title_zh, item.title_en))
        self._form = Form(self._title, item.form, steps=self._steps(FILLING))
        self._papers = Papers(tuple(item.papers))
        self._is_begun = False
        self._is_sent = False

    @property
    def _needs_signature(self) -> bool:
        return self._item.signature or (self._principal is not None and self._principal.proof == "signed")

    def entered(self) -> None:
        if self._is_begun:
            self.errand.back()
            return
        self._is_begun = True
        if self.desk.session is not None:
            self.desk.session.principal = self._principal
        person_id = self._principal.person_id if self._principal else self.desk.person_id
        self.errand.open(
            Asking(
                self.errand,
                words.ONE_MOMENT,
                lambda ask_id: KnownOf(ask_id, person_id),
                self._known,
                self._steps(FILLING),
                otherwise=lambda code: self._ask(),
            )
        )

    def closing(self) -> None:
        if self.desk.session is not None:
            self.desk.session.principal = None
        if self._papers.names() and not self._is_sent:
            self.desk.ask(DropPapers(self._papers.names()))

    def view(self) -> views.View:
        return Waiting(self.desk.around(), words.ONE_MOMENT, self._title)

    # --- from page to page --------------------------------------------------------------------------------------------

    def _steps(self, current: int) -> Steps:
        return Steps(words.APPLY_STEPS, current)

    def _known(self, event: KnownTold) -> None:
        self._form.take_known(event.values)
        self._ask()

    def _ask(self) -> None:
        ask_all(self.errand, self._form, self._photograph)

    def _photograph(self) -> None:
        photograph_all(self.errand, self._papers, self._sign, self._title, self._steps(PHOTOGRAPHING))

    def _sign(self, then: Callable[[], None] | None = None) -> None:
        if not self._needs_signature:
            self._look_once_more()
            return
        lines = words.AGENT_STATEMENT if self._principal is not None else words.STATEMENT
        then = then or self._look_once_more
        self.errand.open(Sign(self.errand, self._papers, then, self._title, lines, self._steps(SIGNING)))

    def _look_once_more(self) -> None:
        self.errand.open(Review(self.errand, self._title, self._lines, self._change, self._send))

    def _lines(self) -> list[tuple[str, str]]:
        desk = self.desk
        text = desk.words().text
        lines = self._form.lines(desk)
        for paper in self._papers.asked:
            photographed = paper.paper in self._papers.taken
            state = (
                words.PHOTOGRAPHED if photographed else words.BROUGHT if paper.required else words.LEFT_OUT
            )
            lines.append((words.data(desk.of(paper.label_zh, paper.label_en)), text(state)))
        if self._needs_signature:
            lines.append((words.SIGNATURE, text(words.SIGNED_HERE)))
        return lines

    def _change(self, index: int) -> None:
        """Back to what a line of the review says, and to the review again."""
        questions, papers = list(self._form.questions), self._papers
        if index < len(questions):
            ask_again(self.errand, self._form, questions[index].field)
        elif index < len(questions) + len(papers.asked):
            self._one_paper_again(index - len(questions))
        elif self._needs_signature:
            self._sign(self.errand.back)

    def _one_paper_again(self, index: int) -> None:
        steps = self._steps(PHOTOGRAPHING)
        self.errand.open(Paper(self.errand, self._papers, index, self.errand.back, self._title, steps))

    # --- sending it in --------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        self.errand.open(
            Asking(
                self.errand,
                words.IS_BEING_SENT,
                self._wish,
                self._sent,
                self._steps(LOOKING),
                otherwise=self._refused,
            )
        )

    def _wish(self, ask_id: int) -> Submit:
        principal, own = self._principal, self.desk.person_id
        return Submit(
            ask_id,
            self._item.code,
            principal.person_id if principal else own,
            self._form.entered(),
            self._papers.sent(),
            self._papers.signature[0] if self._papers.signature else "",
            agent_id=own if principal else "",
            relation=principal.relation if principal else "",
            proof=principal.proof if principal else "",
        )

    def _refused(self, code: str = "") -> None:
        """A question that the hall will not take is asked again; anything else is said in words. Nothing is lost."""
        name = code.removeprefix("form.")
        if name == SIGNATURE:
            self._sign(self.errand.back)
        elif code.startswith("form.") and name in [question.field for question in self._form.questions]:
            ask_again(self.errand, self._form, name, words.ANSWER_NOT_TAKEN)
        else:
            self.errand.open(refusal(self.errand, code, self._send))

    def _sent(self, event: Submitted) -> None:
        self._is_sent = True
        awaited = tuple(
            words.data(self.desk.of(paper.label_zh, paper.label_en)) for paper in self._papers.awaited()
        )
        lines = [(words.FOR_WHAT, self.desk.of(self._item.title_zh, self._item.title_en))]
        if self._principal is not None:
            lines.append((words.FOR_WHOM, self._principal.masked_name))
        if event.due:
            lines.append((words.ANSWER_BY, event.due))
        self.errand.open(Receipt(self.errand, event.number, tuple(lines), event.online, awaited))


class Review(Step):
    """Look once more. `lines` are asked for each time, since any of them may have been changed."""

    def __init__(
        self,
        errand: Errand,
        title: str,
        lines: Callable[[], list[tuple[str, str]]],
        change: Callable[[int], None],
        send: Callable[[], None],
    ) -> None:
        super().__init__(errand)
        self._title = title
        self._lines = lines
        self._change = change
        self._send = send
        self._page = 0

    def view(self) -> ReviewPage:
        lines, height = self._lines(), self._height()
        pages = max(1, math.ceil(len(lines) / height))
        self._page = min(self._page, pages - 1)
        shown = tuple(lines[self._page * height : (self._page + 1) * height])
        return ReviewPage(
            self.desk.around(),
            self._title,
            shown,
            words.SEND_IT_IN,
            self._page,
            pages,
            Steps(words.APPLY_STEPS, LOOKING),
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN and value in ("+1", "-1"):
            self._page = max(0, self._page + int(value))
        elif action == views.NEXT:
            self._send()
        elif action == CHANGE and value.isascii() and value.isdigit() and len(value) < 4:
            index = self._page * self._height() + int(value)
            if int(value) < self._height() and index < len(self._lines()):
                self._change(index)

    def _height(self) -> int:
        return LINES_A_PAGE_ELDER if self.desk.is_large else LINES_A_PAGE


class Receipt(Step):
    """It is on the disk, whatever the network does: its number, on the screen, on paper, on a phone."""

    def __init__(
        self,
        errand: Errand,
        number: str,
        lines: tuple[tuple[str, str], ...],
        online: bool,
        awaited: tuple[str, ...],
        printable: bool = True,
    ) -> None:
        super().__init__(errand)
        self._number = number
        self._lines = lines
        self._online = online
        self._awaited = awaited
        self._printable = printable

    def view(self) -> ReceiptPage:
        return ReceiptPage(
            self.desk.around(),
            words.RECEIVED,
            self._number,
            self._lines,
            self._choices(),
            self._online,
            self._awaited,
        )

    def pressed(self, action: str, value: str) -> None:
        if action not in [choice.action for choice in self._choices()]:
            return
        if action == PRINT:
            self.errand.open(Printing(self.errand, self._document()))
        elif action == TAKE_ALONG:
            self.errand.open(HandOff(self.errand, self._document()))
        else:
            ending = Ending(
                words.RECEIVED, belongings(self.errand), subject="application", number=self._number
            )
            self.errand.finish(ending)

    def on(self, event: events.Event) -> None:
        """Whatever comes late is of no interest here."""

    def _choices(self) -> tuple[views.Choice, ...]:
        facts = self.desk.facts
        printing = (words.PRINT_IT,) if facts.media and self._printable else ()
        taking = (words.TAKE_IT,) if facts.online and self._printable else ()
        return (*printing, *taking, words.DONE)

    def _document(self) -> Document:
        medium = next(iter(self.desk.facts.media), "")
        return Document("receipt", self._number, words.RECEIVED, medium)

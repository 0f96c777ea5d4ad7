"""Norms of community work: their steps one after the other, what is recorded in each, the standard, the evaluation.

A run keeps each step as soon as it is recorded, so that it may stop after any of them; the number of the run finds it
again. What a step asks, and how many steps there are, is data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kiosk import views
from kiosk.commands_resident import KnownOf, ListItems, OpenItem, RecordNormStep
from kiosk.events_resident import ItemsTold, ItemTold, KnownTold, NormStepKept
from kiosk.roles import resident_words as words
from kiosk.roles.resident_applications import Receipt
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_forms import Form, ask_again, ask_all
from kiosk.roles.resident_identify import with_person
from kiosk.roles.resident_query import turned
from kiosk.roles.resident_waits import Asking, refusal
from kiosk.views_resident import APPLY, TURN, GuidePage, ListPage, Row, Waiting
from offline_cache.wire_residents import FormField, Norm

EVALUATION = "evaluation"
PARTS_A_PAGE = 2
NEEDS_ROWS = 6
NEEDS_ROWS_ELDER = 4


def open_norm_of(errand: Errand, code: str) -> None:
    """One norm by its code; where this hall has it not, those it has."""

    def told(event: ItemTold) -> None:
        if event.norm is not None:
            open_norm(errand, event.norm)
        else:
            say_need(errand)

    errand.open(
        Asking(
            errand,
            words.FETCHING_GUIDES,
            lambda ask_id: OpenItem(ask_id, code),
            told,
            otherwise=lambda code: say_need(errand),
        )
    )


def say_need(errand: Errand) -> None:
    """What a resident may ask the community for: the norms that can be worked through, by name."""
    most = NEEDS_ROWS_ELDER if errand.desk.is_large else NEEDS_ROWS

    def told(event: ItemsTold) -> None:
        errand.open(Needs(errand, event))

    errand.desk.say(words.SAY_NEED)
    errand.open(
        Asking(
            errand,
            words.FETCHING_GUIDES,
            lambda ask_id: ListItems(ask_id, only="norms", most=most * 2),
            told,
        )
    )


class Needs(Step):
    """Choose what it is about. What is only a sample is left out: nobody could do anything about it."""

    def __init__(self, errand: Errand, told: ItemsTold) -> None:
        super().__init__(errand)
        self._items = tuple(item for item in told.items if not item.sample)
        self._page = 0

    def view(self) -> ListPage:
        height = NEEDS_ROWS_ELDER if self.desk.is_large else NEEDS_ROWS
        pages = max(1, math.ceil(len(self._items) / height))
        self._page = min(self._page, pages - 1)
        shown = self._items[self._page * height : (self._page + 1) * height]
        rows = tuple(Row(item.code, words.data(self.desk.of(item.title_zh, item.title_en))) for item in shown)
        return ListPage(
            self.desk.around(),
            words.WHAT_NEED,
            rows,
            page=self._page,
            pages=pages,
            empty=words.NO_NEEDS,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action == views.CHOOSE and value in [item.code for item in self._items]:
            open_norm_of(self.errand, value)


def open_norm(errand: Errand, norm: Norm) -> None:
    errand.open(NormGuide(errand, norm))


class NormGuide(Step):
    """What a norm says, before anybody begins: its steps, and what good work is."""

    def __init__(self, errand: Errand, norm: Norm) -> None:
        super().__init__(errand)
        self._norm = norm
        self._page = 0

    def view(self) -> GuidePage:
        norm, desk = self._norm, self.desk
        parts = self._parts()
        pages = max(1, math.ceil(len(parts) / PARTS_A_PAGE))
        self._page = min(self._page, pages - 1)
        return GuidePage(
            desk.around(),
            words.data(desk.of(norm.title_zh, norm.title_en)),
            parts[self._page * PARTS_A_PAGE : (self._page + 1) * PARTS_A_PAGE],
            self._choices(),
            sample=norm.sample,
            page=self._page,
            pages=pages,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action == APPLY and self._choices():
            with_person(self.errand, lambda: self.errand.open(NormRun(self.errand, self._norm)))

    def _parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        norm, desk = self._norm, self.desk
        steps = tuple(words.data(desk.of(step.title_zh, step.title_en)) for step in norm.steps)
        standard = tuple(map(words.data, desk.lines(norm.standard.zh, norm.standard.en)))
        return tuple(
            (label, lines) for label, lines in ((words.STEPS, steps), (words.STANDARD, standard)) if lines
        )

    def _choices(self) -> tuple[views.Choice, ...]:
        return (words.BEGIN,) if self._norm.steps and not self._norm.sample else ()


class NormRun(Step):
    """Lies under the pages of one run, and leads from step to step. Back from the first page leaves it."""

    def __init__(self, errand: Errand, norm: Norm) -> None:
        super().__init__(errand)
        self._norm = norm
        self._title = words.data(self.desk.of(norm.title_zh, norm.title_en))
        self._number = ""
        self._known: Sequence[tuple[str, str, str]] = ()
        self._is_begun = False

    def entered(self) -> None:
        if self._is_begun:
            self.errand.back()
            return
        self._is_begun = True
        self.errand.open(
            Asking(
                self.errand,
                words.ONE_MOMENT,
                lambda ask_id: KnownOf(ask_id, self.desk.person_id),
                self._take_known,
                otherwise=lambda code: self.lead(0),
            )
        )

    def view(self) -> Waiting:
        return Waiting(self.desk.around(), words.ONE_MOMENT, self._title)

    def lead(self, index: int) -> None:
        """To the step of this number, then to the evaluation, then to the end."""
        norm = self._norm
        if index < len(norm.steps):
            self.errand.open(NormStepPage(self.errand, self, norm, index))
        elif index == len(norm.steps) and norm.evaluation:
            self.ask(EVALUATION, norm.evaluation, index)
        else:
            self.stop()

    def ask(self, step: str, questions: Sequence[FormField], index: int) -> None:
        """What has to be written down in a step; then it is kept, and the next one comes."""
        form = Form(self._title, questions)
        form.take_known(self._known)
        ask_all(self.errand, form, lambda: self._keep(step, form, index))

    def stop(self) -> None:
        """Here it ends, for today or for good."""
        if not self._number:
            self.errand.back_to(self)
            return
        norm = self._norm
        lines = ((words.FOR_WHAT, self.desk.of(norm.title_zh, norm.title_en)),)
        facts = self.desk.facts
        self.errand.open(Receipt(self.errand, self._number, lines, facts.online, (), printable=False))

    @property
    def is_kept(self) -> bool:
        """Whether a step of it is on the disk."""
        return bool(self._number)

    def _take_known(self, event: KnownTold) -> None:
        self._known = event.values
        self.lead(0)

    def _keep(self, step: str, form: Form, index: int) -> None:
        def wish(ask_id: int) -> RecordNormStep:
            return RecordNormStep(
                ask_id, self._norm.code, step, self._number, self.desk.person_id, form.entered()
            )

        def kept(event: NormStepKept) -> None:
            self._number = event.number
            self.lead(index + 1)

        def again() -> None:
            self._keep(step, form, index)

        def refused(code: str) -> None:
            name = code.removeprefix("form.")
            if code.startswith("form.") and name in [question.field for question in form.questions]:
                ask_again(self.errand, form, name, words.ANSWER_NOT_TAKEN, again)
            else:
                self.errand.open(refusal(self.errand, code, again))

        self.errand.open(Asking(self.errand, words.IS_BEING_SENT, wish, kept, otherwise=refused))


class NormStepPage(Step):
    """What is done in a step, before what is asked in it."""

    def __init__(self, errand: Errand, run: NormRun, norm: Norm, index: int) -> None:
        super().__init__(errand)
        self._run = run
        self._norm = norm
        self._index = index

    def view(self) -> GuidePage:
        norm, desk, step = self._norm, self.desk, self._norm.steps[self._index]
        text = desk.of(step.text_zh, step.text_en)
        label = words.data(f"{self._index + 1}/{len(norm.steps)}  {desk.of(step.title_zh, step.title_en)}")
        return GuidePage(
            desk.around(),
            words.data(desk.of(norm.title_zh, norm.title_en)),
            ((label, tuple(words.data(line) for line in text.splitlines() if line)),),
            (words.GO_ON, words.ENOUGH) if self._run.is_kept else (words.GO_ON,),
        )

    def pressed(self, action: str, value: str) -> None:
        step = self._norm.steps[self._index]
        if action == views.NEXT:
            self._run.ask(step.step, step.record, self._index)
        elif action == views.DONE and self._run.is_kept:
            self._run.stop()
        elif action == views.BACK and not self._run.is_kept:
            self.errand.back()

"""A form, one question a page: nobody is asked what the hall knows, and any answer can be changed before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kiosk import events, views
from kiosk.events_resident import Converted
from kiosk.roles import resident_fields as fields
from kiosk.roles import resident_words as words
from kiosk.roles.resident_errand import Desk, Errand, Step
from kiosk.roles.resident_keyboard import FOR_TEXT, Keyboard
from kiosk.views_resident import SKIP, FieldPage, Row, Steps
from offline_cache.wire_residents import FormField


@dataclass
class Form:
    """The questions and what was answered. `known` maps a question to how its known answer is shown, masked."""

    title: str
    questions: Sequence[FormField]
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    known: dict[str, str] = field(default_factory=dict, repr=False)
    steps: Steps = field(default_factory=Steps)

    def take_known(self, values: Sequence[tuple[str, str, str]]) -> None:
        """(known, value, masked) of KnownTold: these are not asked again."""
        by_name = {known: (value, masked) for known, value, masked in values if value}
        for question in self.questions:
            if question.known in by_name:
                self.answers[question.field], self.known[question.field] = by_name[question.known]

    def asked(self) -> list[FormField]:
        """The questions that the hall could not answer."""
        return [question for question in self.questions if question.field not in self.known]

    def lines(self, desk: Desk) -> list[tuple[str, str]]:
        """(label, value) of every question, as a review shows them."""
        return [
            (words.data(desk.of(question.label_zh, question.label_en)), self._shown(question, desk))
            for question in self.questions
        ]

    def entered(self) -> tuple[tuple[str, str], ...]:
        """What is sent: (field, answer), without those left empty."""
        answers = ((question.field, self.answers.get(question.field, "")) for question in self.questions)
        return tuple((name, answer) for name, answer in answers if answer)

    def _shown(self, question: FormField, desk: Desk) -> str:
        if question.field in self.known:
            return self.known[question.field]
        return fields.shown_answer(question, self.answers.get(question.field, ""), desk)


def ask_all(errand: Errand, form: Form, done: Callable[[], None]) -> None:
    """Ask one question after the other, then go on."""
    _ask_from(errand, form, 0, done)


def _ask_from(errand: Errand, form: Form, index: int, done: Callable[[], None]) -> None:
    asked = form.asked()
    if index >= len(asked):
        done()
        return
    place = (index + 1, len(asked))
    errand.open(Question(errand, form, asked[index], place, lambda: _ask_from(errand, form, index + 1, done)))


def ask_again(
    errand: Errand, form: Form, name: str, error: str = "", then: Callable[[], None] | None = None
) -> None:
    """One question again, by its name; then back to where it was asked from, or what else is to be done `then`."""
    go_on = errand.back if then is None else lambda: errand.replace_by(then)
    for index, question in enumerate(form.questions):
        if question.field == name:
            place = (index + 1, len(form.questions))
            errand.open(Question(errand, form, question, place, go_on, error))


class Question(Step):
    """One question. `place` is its number and how many there are; `then` goes on once it is answered."""

    def __init__(
        self,
        errand: Errand,
        form: Form,
        question: FormField,
        place: tuple[int, int],
        then: Callable[[], None],
        error: str = "",
    ) -> None:
        super().__init__(errand)
        self._form = form
        self._question = question
        self._place = place
        self._then = then
        self._error = error
        # What the hall knows was never shown here in full, so that it is typed anew.
        answer = "" if question.field in form.known else form.answers.get(question.field, "")
        self._chosen = answer if question.sort in fields.CHOSEN_SORTS else ""
        sort = fields.keyboard_of(question, self.desk)
        typed = fields.typed_of(question, answer)
        others = FOR_TEXT if question.sort == "text" else ()
        self._keyboard = Keyboard(self.desk, sort, fields.longest(question), typed, others) if sort else None

    def view(self) -> FieldPage:
        question, desk, keyboard = self._question, self.desk, self._keyboard
        typed = keyboard.text if keyboard else ""
        return FieldPage(
            around=desk.around(),
            title=self._form.title,
            label=words.data(desk.of(question.label_zh, question.label_en)),
            hint=words.data(desk.of(question.hint_zh, question.hint_en)),
            sort=question.sort,
            entered=fields.while_typing(question, typed),
            number=self._place[0],
            total=self._place[1],
            options=self._options(),
            keys=keyboard.keys() if keyboard else None,
            error=self._error,
            required=question.required,
            steps=self._form.steps,
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == views.NEXT:
            self._answer(self._typed())
        elif action == SKIP and not self._question.required:
            self._answer("")
        elif action == views.CHOOSE and value in [row.value for row in self._options()]:
            self._chosen, self._error = value, ""
        elif self._keyboard is not None and self._keyboard.pressed(action, value):
            self._error = fields.TOO_LONG if self._keyboard.is_full else ""

    def on(self, event: events.Event) -> None:
        if isinstance(event, Converted) and self._keyboard is not None:
            self._keyboard.on(event)

    def _typed(self) -> str:
        return self._keyboard.finish() if self._keyboard is not None else self._chosen

    def _answer(self, typed: str) -> None:
        question = self._question
        self._error = fields.wrong_with(question, typed)
        if self._error:
            return
        self._form.known.pop(question.field, None)
        self._form.answers[question.field] = fields.answer_of(question, typed)
        self._then()

    def _options(self) -> tuple[Row, ...]:
        question, desk = self._question, self.desk
        if question.sort == "yes_no":
            return tuple(Row(code, label, mark=code == self._chosen) for code, label in fields.YES_NO)
        return tuple(
            Row(code, words.data(desk.of(zh, en)), mark=code == self._chosen)
            for code, zh, en in question.choices
        )

"""One question of a form, in every sort: words, digits, a date, one of several, yes or no."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import CHOOSE, NEXT, Chrome
from kiosk.views_resident import SKIP, Around, FieldPage, Keys, Row
from screens.pages.page import Page, load_layout
from screens.theme import by_mode
from screens.widgets import keyboard as _keyboard  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets import resident_forms as _forms  # noqa: F401
from screens.widgets.keyboard import LETTERS, PINYIN
from screens.widgets.resident_forms import MASKED
from screens.widgets.touch import Touchable

MOST_HIGH_ROWS = 5
CHOICE, YES_NO = "choice", "yes_no"
NO_ROW, YES_ROW = Row("no", "No"), Row("yes", "Yes")

# How digits are told apart in groups, by the sort of question.
GROUPS = {"phone": (3, 4, 4), "id_number": (6, 8, 4)}
EXAMPLES = {
    "date": "Like 1950-03-08",
    "phone": "Eleven digits",
    "id_number": "Eighteen digits, X may be the last",
}


def as_read(sort: str, entered: str) -> str:
    """What was entered, as people read it: digits in groups, dates with their dashes, masks as wide signs."""
    plain = entered.replace(" ", "")
    if sort == "date" and plain.isdigit():
        return "-".join(part for part in (plain[:4], plain[4:6], plain[6:]) if part)
    if sort in GROUPS:
        parts, at = [], 0
        for length in GROUPS[sort]:
            parts.append(plain[at : at + length])
            at += length
        entered = " ".join(part for part in (*parts, plain[at:]) if part)
    return entered.replace("*", MASKED)


class AnswerButton(Touchable):
    """Yes or no: two of the same size, neither filled."""

    value = StringProperty("")
    say = StringProperty("")
    chosen = BooleanProperty(False)


class FieldScreen(Page):
    title = StringProperty("")
    place = StringProperty("")
    headline = StringProperty("")
    hint = StringProperty("")
    error = StringProperty("")
    entered = StringProperty("")
    letters = StringProperty("")
    example = StringProperty("")
    wrong = BooleanProperty(False)
    typing = BooleanProperty(True)
    pair = BooleanProperty(False)
    wide_keys = BooleanProperty(False)
    row_height = NumericProperty(128)
    go = StringProperty("")
    go_action = StringProperty(NEXT)
    can_go = BooleanProperty(False)

    rehearsal = FieldPage(
        Around(),
        "data:申请",
        "data:您的姓名",
        "data:按证件填写",
        "text",
        "样例",
        1,
        5,
        keys=Keys("pinyin", "yang"),
    )

    def show(self, view: FieldPage, chrome: Chrome) -> None:
        words = self.words
        self.ids.stepper.show(view.steps, words)
        self.title, self.headline = words.label(view.title), words.label(view.label)
        self.place = words.text("Question {number} of {total}", number=view.number, total=view.total)
        composing = view.keys is not None and bool(view.keys.candidates)
        self.error = (
            "\n".join(filter(None, words.sentence(view.error))) if view.error and not composing else ""
        )
        self.hint = "" if view.error or composing else words.label(view.hint)
        self.wrong = bool(view.error)
        self.typing = view.sort not in (CHOICE, YES_NO)
        self.pair = view.sort == YES_NO
        self._show_entry(view)
        self._show_options(view)
        self._show_keys(view)
        self._show_way_on(view)

    def _show_entry(self, view: FieldPage) -> None:
        self.entered = as_read(view.sort, view.entered) if self.typing else ""
        self.letters = view.keys.letters if view.keys else ""
        self.example = self.words.text(EXAMPLES[view.sort]) if view.sort in EXAMPLES else ""

    def _show_options(self, view: FieldPage) -> None:
        self.row_height = by_mode(128, 150) if len(view.options) <= MOST_HIGH_ROWS else by_mode(124, 120)
        self.ids.rows.show(view.options if view.sort == CHOICE else (), self.words)
        if not self.pair:
            return
        no, yes = view.options if len(view.options) == 2 else (NO_ROW, YES_ROW)
        # The refusal stands on the left, whichever way they came.
        if "no" in (no.value, yes.value) and no.value != "no":
            no, yes = yes, no
        for button, row in ((self.ids.no, no), (self.ids.yes, yes)):
            button.value, button.say = row.value, self.words.label(row.title)
            button.chosen = row.mark or row.value == view.entered

    def _show_keys(self, view: FieldPage) -> None:
        keys = view.keys if self.typing else None
        self.wide_keys = keys is not None and keys.sort in (PINYIN, LETTERS)
        self.ids.board.show(keys, self.words)
        self.ids.candidates.show(keys)

    def _show_way_on(self, view: FieldPage) -> None:
        answered = bool(view.entered) or any(row.mark for row in view.options)
        skips = not answered and not view.required
        self.go = self.words.text("Skip this") if skips else self.words.text("Next")
        self.go_action = SKIP if skips else NEXT
        self.can_go = (answered or skips) and not self.letters

    def choose(self, value: str) -> None:
        self.press(CHOOSE, value)


load_layout(__file__)

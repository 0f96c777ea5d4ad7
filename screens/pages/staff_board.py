"""05: the counts of the meal, the last cards, and what staff may do."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import Choice, Chrome, MealSummary, StaffBoard
from screens.pages.page import Page, load_layout
from screens.theme import u
from screens.widgets.icon import known_sign
from screens.widgets.money import written
from screens.widgets.surface import Column, Row
from screens.widgets.touch import Push

# The panel of the last cards and the buttons, reference pixels: what is left over holds cards.
PANEL_INSIDE = 500
HEADING = 55
MEAL_ROW = 73
BUTTON = 84
BUTTON_GAP = 14
MOST_BANDS = 6
MOST_NOTICES = 2
LEAVING = ("leave", "done")

STATES = {
    "online": ("Online", "check-circle-fill", "primary"),
    "under_review": ("Review", "clock-fill", "accent_ink"),
    "voided": ("Voided", "arrow-u-up-left-bold", "accent_ink"),
}


class BandCount(Column):
    """Served of ordered in one group."""

    word = StringProperty("")
    served = StringProperty("")
    ordered = StringProperty("")


class RecentMeal(Column):
    """One of the last cards."""

    at = StringProperty("")
    name = StringProperty("")
    amount = StringProperty("")
    state = StringProperty("")
    sign = StringProperty("")
    tone = StringProperty("primary")


class NoticeLine(Row):
    """Something that staff should know."""

    say = StringProperty("")
    sign = StringProperty("clock-fill")
    tone = StringProperty("primary")


class StaffBoardPage(Page):
    heading = StringProperty("")
    staff_name = StringProperty("")
    served = StringProperty("")
    ordered_word = StringProperty("")
    ordered = StringProperty("")
    left_word = StringProperty("")
    left = StringProperty("")
    fraction = NumericProperty(0)
    bar_shown = BooleanProperty(False)
    recent_shown = BooleanProperty(True)

    def show(self, view: StaffBoard, chrome: Chrome) -> None:
        self._show_counts(view)
        self._show_bands(view)
        self._show_notices(view, chrome)
        self._show_buttons(view)
        self._show_recent(view)

    def _show_counts(self, view: StaffBoard) -> None:
        words, counts = self.words, view.counts
        period = words.period(counts.period)
        self.heading = words.text("{period} counts", period=period) if period else words.text("No meal now")
        self.staff_name = words.text("Staff {name}", name=view.staff.masked_name)
        self.served = str(counts.served)
        self.ordered_word = words.text("served, ordered") if counts.ordered else words.text("served")
        self.ordered = str(counts.ordered) if counts.ordered else ""
        self.left_word = words.text("left") if counts.left is not None else ""
        self.left = "" if counts.left is None else str(counts.left)
        self.bar_shown = counts.ordered > 0
        self.fraction = min(1.0, counts.served / counts.ordered) if counts.ordered else 0

    def _show_bands(self, view: StaffBoard) -> None:
        grid = self.ids.bands
        grid.clear_widgets()
        for label_zh, label_en, served, ordered in view.counts.by_band[:MOST_BANDS]:
            word = self.words.of(label_zh, label_en)
            grid.add_widget(
                BandCount(word=word, served=str(served), ordered=f"/ {ordered}" if ordered else "")
            )

    def _show_notices(self, view: StaffBoard, chrome: Chrome) -> None:
        lines = self.ids.notices
        lines.clear_widgets()
        shown = notice_sentences(chrome.notices, self.words)
        for sentence in shown:
            lines.add_widget(NoticeLine(say=sentence, sign="warning-fill", tone="accent_ink"))
        if view.report_by and not shown:
            report = self.words.text("Report the count by {time}", time=view.report_by)
            lines.add_widget(NoticeLine(say=report))

    def _show_buttons(self, view: StaffBoard) -> None:
        column = self.ids.buttons
        column.clear_widgets()
        for first in range(0, len(view.choices), 2):
            row = Row(spacing=u(BUTTON_GAP))
            for choice in view.choices[first : first + 2]:
                row.add_widget(self._button(choice))
            column.add_widget(row)

    def _button(self, choice: Choice) -> Push:
        button = Push(
            say=self.words.label(choice.label),
            sign=known_sign(choice.icon),
            em=40,
            filled=choice.action in LEAVING,
        )
        button.bind(on_release=lambda _button: self.press(choice.action, choice.value))
        return button

    def _show_recent(self, view: StaffBoard) -> None:
        rows = -(-len(view.choices) // 2)
        grid_height = rows * BUTTON + max(0, rows - 1) * BUTTON_GAP
        self.ids.buttons.height = u(grid_height)
        room = PANEL_INSIDE - grid_height - HEADING - BUTTON_GAP - (40 if self.compact else 0)
        self.recent_shown = room >= MEAL_ROW
        column = self.ids.recent
        column.clear_widgets()
        for meal in view.recent[: max(0, room // MEAL_ROW)]:
            column.add_widget(recent_meal(meal, self.words))


def recent_meal(meal: MealSummary, words: Translator) -> RecentMeal:
    word, sign, tone = STATES.get(meal.state, STATES["under_review"])
    return RecentMeal(
        at=meal.at,
        name=meal.masked_name,
        amount=written(meal.own_part),
        state=words.text(word),
        sign=sign,
        tone=tone,
    )


def notice_sentences(codes: tuple[str, ...], words: Translator) -> list[str]:
    """The first notices as sentences; the last line says how many more there are."""
    sentences = [words.sentence(code)[0] for code in codes]
    hidden = len(sentences) - MOST_NOTICES
    if hidden > 0:
        sentences[MOST_NOTICES - 1] += words.text(" ({count} more)", count=hidden)
    return sentences[:MOST_NOTICES]


load_layout(__file__)

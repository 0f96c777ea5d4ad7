"""What the resident's pages are made of: headlines, steps, rows to choose, filters, notices, and the buttons below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.i18n import Translator
from kiosk.views_resident import Row as RowShown
from kiosk.views_resident import Steps
from screens.theme import by_mode, size, u
from screens.widgets import panels as _panels  # noqa: F401  registers Tag, which the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.surface import Beside, Column, Row, Stacked, Surface
from screens.widgets.text import Text
from screens.widgets.touch import Touchable, Worded
from screens.widgets.typesetting import natural_width

WARM_SIGNS = {"chats-circle-fill", "gift-fill", "megaphone-fill"}
"""Signs of what a person does for a person: their ground is warm."""

CONTENT = 984
STEP_GAP = 12
CURRENT_SHARE = 3


class Headline(Text):
    """The one question or instruction of a page; set smaller where a language needs more room."""


class Lead(Text):
    """A line or two under the headline."""


class PrimaryGround(FloatLayout):
    """An area of the primary colour, with things placed on it freely."""

    lies_on = "primary"


class SignBubble(Surface):
    """A sign on its own ground. `side` reference pixels."""

    sign = StringProperty("")
    side = NumericProperty(96)
    warm = BooleanProperty(False)
    ground = StringProperty("")
    tone = StringProperty("")


class StepMark(Column):
    """One step: its bar, its number or a ✓, and its word. `state`: done, current or to_come."""

    number = StringProperty("1")
    say = StringProperty("")
    state = StringProperty("to_come")


class Stepper(Row):
    """Where one is on the way; takes no room where there are no steps."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._shown: tuple[str, Steps] | None = None

    def show(self, steps: Steps, words: Translator) -> None:
        if self._shown == (words.locale, steps):
            return
        self._shown = (words.locale, steps)
        fit(self, len(steps.labels), StepMark)
        room_for_all = self._has_room_for([words.label(label) for label in steps.labels])
        for number, (mark, label) in enumerate(zip(reversed(self.children), steps.labels, strict=True)):
            mark.number = str(number + 1)
            mark.state = (
                "done" if number < steps.current else "current" if number == steps.current else "to_come"
            )
            mark.say = words.label(label) if room_for_all or mark.state == "current" else ""
            mark.size_hint_x = 1 if room_for_all or mark.state != "current" else CURRENT_SHARE
        self.height = u(by_mode(82, 92)) if steps.labels else 0
        self.opacity = 1 if steps.labels else 0

    @staticmethod
    def _has_room_for(labels: list[str]) -> bool:
        """Whether all words fit beside their numbers; else only that of the current step is written out."""
        share = u((CONTENT + STEP_GAP) / max(1, len(labels)) - STEP_GAP)
        room = share - u(by_mode(52 + 14, 52 + 8))
        return all(natural_width(label, u(size("caption")), True) <= room for label in labels)


class ChoiceRow(Touchable):
    """A full-width row: bubble, title, one line about it, a tag, and a radio (`radio`) or a chevron."""

    value = StringProperty("")
    say = StringProperty("")
    hint = StringProperty("")
    sign = StringProperty("")
    tag = StringProperty("")
    marked = BooleanProperty(False)
    radio = BooleanProperty(False)
    warm = BooleanProperty(False)

    def show(self, row: RowShown, words: Translator) -> None:
        self.value = row.value
        self.say = words.label(row.title)
        self.hint = words.label(row.hint)
        self.sign = known_sign(row.icon)
        self.warm = row.icon in WARM_SIGNS
        self.tag = words.label(row.tag)
        self.marked = row.mark


class Rows(Stacked):
    """Rows to choose, kept from page to page, from the top down: they share the height there is, up to `most`
    reference pixels each. `chosen` is called with a row's value."""

    chosen = ObjectProperty(None)
    radio = BooleanProperty(False)
    most = NumericProperty(0)

    def show(self, rows: Sequence[RowShown], words: Translator) -> None:
        fit(self, len(rows), self._made)
        for widget, row in zip(reversed(self.children), rows, strict=True):
            widget.radio = self.radio
            widget.show(row, words)

    def do_layout(self, *_: Any) -> None:
        gaps = self.spacing * max(0, len(self.children) - 1)
        share = (self.height - gaps) / max(1, len(self.children))
        for row in self.children:
            row.size_hint_y = None
            row.height = min(u(self.most), share) if self.most else share
        super().do_layout()

    def _made(self) -> ChoiceRow:
        return ChoiceRow(on_release=lambda row: self.chosen(row.value))


class Chip(Touchable):
    """A filter: chosen ones carry a ✓."""

    value = StringProperty("")
    say = StringProperty("")
    chosen = BooleanProperty(False)


class Chips(Row):
    """Filters beside each other; no room where there are none. `press` is called with a filter's value."""

    press = ObjectProperty(None)

    def show(self, filters: Sequence[tuple[str, str, bool]], words: Translator) -> None:
        fit(self, len(filters), self._made)
        for chip, (value, label, chosen) in zip(reversed(self.children), filters, strict=True):
            chip.value, chip.say, chip.chosen = value, words.label(label), chosen
        self.height = u(by_mode(96, 104)) if filters else 0
        self.opacity = 1 if filters else 0

    def _made(self) -> Chip:
        return Chip(on_release=lambda chip: self.press(chip.value))


class Pager(Row):
    """Page x of y with a button either way; no room where there is one page. `turn` is called with "-1" or "+1"."""

    turn = ObjectProperty(None)
    place = StringProperty("")
    earlier = StringProperty("")
    later = StringProperty("")
    can_go_back = BooleanProperty(False)
    can_go_on = BooleanProperty(False)

    def show(self, page: int, pages: int, words: Translator) -> None:
        several = pages > 1
        self.place = f"{page + 1}\u00a0/\u00a0{pages}" if several else ""
        self.earlier = words.text("Page before") if several else ""
        self.later = words.text("Next page") if several else ""
        self.can_go_back, self.can_go_on = page > 0, page + 1 < pages
        self.height = u(by_mode(96, 104)) if several else 0
        self.opacity = 1 if several else 0
        self.disabled = not several


class NoticeBar(Surface):
    """A sentence with its sign, neutral or warm."""

    say = StringProperty("")
    sign = StringProperty("")
    warm = BooleanProperty(False)


class Paper(Surface):
    """A card that looks like what will be printed."""


class BigPush(Worded):
    """A button of the resident's pages. `after`: the sign stands behind the words, as an arrow does."""

    after = BooleanProperty(False)


class ActRow(Beside):
    """返回 on the left, the one filled button on the right: `go` its word ("" leaves it away), `sign` its sign.
    `other` stands between them where there is a second way on."""

    words = ObjectProperty(None)
    press = ObjectProperty(None)
    back = StringProperty("")
    other = StringProperty("")
    other_sign = StringProperty("")
    other_action = StringProperty("")
    go = StringProperty("")
    sign = StringProperty("arrow-right-bold")
    can_go = BooleanProperty(True)
    back_action = StringProperty("back")
    go_action = StringProperty("next")
    back_sign = StringProperty("arrow-left-bold")
    full_height = NumericProperty(0)


class ResidentModal(Surface):
    """The white card of a question."""


class Ring(Surface):
    """Seconds that are left, as a number in a ring that gets shorter."""

    left = NumericProperty(0)
    of = NumericProperty(1)
    unit = StringProperty("")


class ChoiceButton(Touchable):
    """A wide way out of an interruption: sign, words and a hint; the first is filled."""

    action = StringProperty("")
    value = StringProperty("")
    say = StringProperty("")
    hint = StringProperty("")
    sign = StringProperty("")
    filled = BooleanProperty(False)


class ChoiceButtons(Column):
    """One ChoiceButton for each Choice; the first is filled where `leading`."""

    press = ObjectProperty(None)
    leading = BooleanProperty(True)

    def show(self, choices: Sequence[Any], words: Translator) -> None:
        fit(self, len(choices), self._made)
        for number, (button, choice) in enumerate(zip(reversed(self.children), choices, strict=True)):
            button.action, button.value = choice.action, choice.value
            button.say, button.hint = words.label(choice.label), words.label(choice.hint)
            button.sign = known_sign(choice.icon)
            button.filled = self.leading and number == 0

    def _made(self) -> ChoiceButton:
        return ChoiceButton(
            size_hint_y=None,
            height=u(by_mode(164, 176)),
            on_release=lambda button: self.press(button.action, button.value),
        )


def fit(layout: Any, count: int, make: Callable[[], Any]) -> None:
    """Give a layout `count` children, keeping those it has: making one takes longer than filling it."""
    while len(layout.children) < count:
        layout.add_widget(make())
    while len(layout.children) > count:
        layout.remove_widget(layout.children[0])


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

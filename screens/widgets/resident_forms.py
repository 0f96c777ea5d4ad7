"""What the pages of guides and applications share: flowing text, what was entered, facts, ways on, a small ring."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import BACK, Choice
from kiosk.views_resident import Row as RowShown
from screens.theme import by_mode, size, u
from screens.widgets import resident as _resident  # noqa: F401  registers what the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.resident import BigPush, Rows, fit
from screens.widgets.surface import Column, Row, Surface
from screens.widgets.text import Text
from screens.widgets.touch import Touchable
from screens.widgets.typesetting import broken, natural_width

CONTENT = 984
GAP = 24
MASKED = "＊"

# What stays on one line: a word, a number with its unit, a character; punctuation stays with what it belongs to.
_UNITS = re.compile(r"[（《“]*(?:[0-9]+ [^\x00-\x7f]|[!-~]+|[^\n])[。，、？：；！）》”]*")
_FIRST_WIDE = "\u2e80"
MOST_HANZI = 18
"""More in a line than this, and the eye loses the next one."""


def flowed(text: str, room: float, pixels: int, bold: bool = False) -> str:
    """`text` broken into lines of at most `room` pixels, Chinese into at most 18 characters: no line starts with a mark,
    none holds one character alone. Line breaks that it has stay."""
    if any(character >= _FIRST_WIDE for character in text):
        room = min(room, MOST_HANZI * pixels)
    return "\n".join(_flowed_line(line, room, pixels, bold) for line in text.split("\n"))


def lines_of(headline: str, em: int) -> int:
    """Lines that a headline takes across the page with letters of `em` reference pixels."""
    return flowed(headline, u(CONTENT), u(em), bold=True).count("\n") + 1


def _flowed_line(text: str, room: float, pixels: int, bold: bool) -> str:
    lines: list[list[str]] = [[]]
    taken = 0.0
    for unit in _UNITS.findall(text):
        width = _width(unit, pixels, bold)
        if lines[-1] and taken + width > room:
            lines.append([])
            taken = 0.0
        if unit.isspace() and not lines[-1]:
            continue
        lines[-1].append(unit)
        taken += width
    if len(lines) > 1 and _is_one_character(lines[-1]) and len(lines[-2]) > 2:
        lines[-1].insert(0, lines[-2].pop())
    return "\n".join("".join(line).strip() for line in lines)


def _is_one_character(line: list[str]) -> bool:
    return len(line) == 1 and len(line[0].strip("。，、？：；！）》”")) == 1


def _width(unit: str, pixels: int, bold: bool) -> float:
    """Wide characters are as wide as the letters are high, which saves asking the font for each."""
    if all(character >= _FIRST_WIDE for character in unit):
        return pixels * len(unit)
    return natural_width(unit, pixels, bold)


class Prose(Text):
    """A text that flows: `words` broken to fit `room`, in any language."""

    words = StringProperty("")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for name in ("words", "room", "em", "strong"):
            self.fbind(name, self._flow)
        self._flow()

    def _flow(self, *_: Any) -> None:
        self.say = flowed(self.words, self.room, u(self.em), self.strong) if self.room > 0 else self.words


class GuidePart(Surface):
    """One part of a guide: what it is about, and its lines, `em` reference pixels high. `aside`: the lines stand beside
    the label, which takes fewer of them."""

    label = StringProperty("")
    words = StringProperty("")
    em = NumericProperty(42)
    aside = BooleanProperty(False)


class PlaceLine(Row):
    """What is being done, and how far one is."""

    title = StringProperty("")
    place = StringProperty("")


class ToldFact(Row):
    """What something is on the left, what it says on the right."""

    label = StringProperty("")
    value = StringProperty("")
    sign = StringProperty("")


class ToldFacts(Column):
    """ToldFacts below each other, as many as there are facts."""

    def show(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """`facts` are (sign, label, value), in words."""
        fit(self, len(facts), ToldFact)
        for line, (sign, label, value) in zip(reversed(self.children), facts, strict=True):
            line.sign, line.label, line.value = known_sign(sign), label, value


class EvenRows(Rows):
    """Rows to choose that are all `row_height` reference pixels high; as high as they are together."""

    row_height = NumericProperty(128)

    def show(self, rows: Sequence[RowShown], words: Translator) -> None:
        super().show(rows, words)
        self.size_hint_y = None
        self.height = len(rows) * (u(self.row_height) + self.spacing) - self.spacing if rows else 0


class TurnLine(Row):
    """One turn of a way, with its number."""

    number = StringProperty("")
    words = StringProperty("")


class ChangeRow(Touchable):
    """What was entered, and that it can be changed."""

    value = StringProperty("")
    say = StringProperty("")
    entered = StringProperty("")
    change = StringProperty("")


class EntryBox(Surface):
    """What was typed so far, large, with its end in view; then the letters that are not characters yet."""

    entered = StringProperty("")
    letters = StringProperty("")
    example = StringProperty("")
    wrong = BooleanProperty(False)
    shown = StringProperty("")
    lines = NumericProperty(1)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        for name in ("entered", "letters", "width"):
            self.fbind(name, self._compose)

    def _compose(self, *_: Any) -> None:
        self.shown = last_lines(self.entered, self.width - u(80), u(size("row")))
        self.lines = self.shown.count("\n") + 1


def last_lines(text: str, room: float, pixels: int, most: int = 2) -> str:
    """`text` in lines of `room` pixels, the last `most` of them, led by an ellipsis where something went before."""
    if room <= 0 or not text:
        return text
    lines = flowed(text, room - pixels, pixels, bold=True).split("\n")
    kept = lines[-most:]
    return ("…" if len(lines) > most else "") + "\n".join(kept)


class CountRing(Surface):
    """Seconds that are left, in a small ring that gets shorter."""

    left = NumericProperty(0)
    of = NumericProperty(1)


class SmallWay(Touchable):
    """A further way on: its sign above its word."""

    say = StringProperty("")
    sign = StringProperty("")


class WaysOn(Column):
    """返回 and the first choice, filled, just above the bottom bar; the other choices above them, three in a row."""

    press = ObjectProperty(None)
    can_go_back = BooleanProperty(True)
    row_height = NumericProperty(128)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._shown: tuple[str, tuple[Choice, ...]] | None = None

    def show(self, choices: Sequence[Choice], words: Translator) -> None:
        """A page that counts seconds is shown again each second: a button that is being pressed has to stay."""
        if self._shown == (words.locale, tuple(choices)):
            return
        self._shown = (words.locale, tuple(choices))
        self.clear_widgets()
        others = choices[1:]
        for at in range(0, len(others), 3):
            row = others[at : at + 3]
            made = self._wide if len(row) < 3 else self._small
            self._add_row([made(choice, words) for choice in row])
        self._add_row(self._last_row(choices[:1], words))

    def _last_row(self, leading: Sequence[Choice], words: Translator) -> list[Touchable]:
        last = [self._wide(choice, words, 2, filled=True) for choice in leading]
        if self.can_go_back:
            back = Choice(BACK, "Back", icon="arrow-left-bold")
            last.insert(0, self._wide(back, words))
        return last

    def _add_row(self, buttons: Sequence[Touchable]) -> None:
        if buttons:
            row = Row(size_hint_y=None, height=u(self.row_height), spacing=u(GAP))
            for button in buttons:
                row.add_widget(button)
            self.add_widget(row)

    def _wide(self, choice: Choice, words: Translator, share: int = 1, *, filled: bool = False) -> Touchable:
        button = BigPush(
            say=words.label(choice.label), sign=known_sign(choice.icon), filled=filled, size_hint_x=share
        )
        button.bind(on_release=lambda _button: self.press(choice.action, choice.value))
        return button

    def _small(self, choice: Choice, words: Translator) -> Touchable:
        room = u((CONTENT - 2 * GAP) / 3 - 16)
        say = broken(words.label(choice.label), room, u(by_mode(34, 41)), True)
        button = SmallWay(say=say, sign="" if "\n" in say else known_sign(choice.icon))
        button.bind(on_release=lambda _button: self.press(choice.action, choice.value))
        return button


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

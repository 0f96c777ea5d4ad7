"""The keyboard on the glass: letters with pinyin, initials, and pads of digits; every key wide enough for an old finger.

It knows no dictionary and keeps nothing: what was typed, which characters it may mean and what is shifted come in Keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import ERASE
from kiosk.views_resident import CANDIDATE, KEYS, SHIFT, SPACE, TURN, TYPED, Keys
from screens.theme import by_mode, u
from screens.widgets.surface import Column, Row, Spacer
from screens.widgets.touch import Touchable

PINYIN, LETTERS, INITIALS, DIGITS, ID_NUMBER = "pinyin", "letters", "initials", "digits", "id_number"

DIGIT_ROW = "1234567890"
LETTER_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
INITIAL_ROWS = ("ABCDEFG", "HIJKLMN", "OPQRSTU", "VWXYZ")
PAD_ROWS = ("123", "456", "789")
STOPS = {PINYIN: ("，", "。"), LETTERS: ("-", ".")}
PAD_EM = 68
MOST_CANDIDATES = 8
CANDIDATES_A_ROW = 4

SWITCH_WORDS = {PINYIN: "中", LETTERS: "英", DIGITS: "123"}
"""What the switch leads to, in signs that are read in every language."""


class Key(Touchable):
    """One key: a character, words or a sign. `action` and `value` are what it sends. `em` reference pixels, 0: those of its kind. `quiet`: it types
    nothing. `on`: what it changes to is so."""

    say = StringProperty("")
    sign = StringProperty("")
    action = StringProperty(TYPED)
    value = StringProperty("")
    em = NumericProperty(0)
    quiet = BooleanProperty(False)
    on = BooleanProperty(False)


class CandidateKey(Key):
    """Characters that the letters may mean."""


class KeyRow(Row):
    """Keys beside each other."""


class Candidates(Row):
    """Two rows of four, between the page before and the next one; no room where there are none."""

    press = ObjectProperty(None)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        send = self._send
        self._earlier = Key(action=TURN, value="-1", sign="caret-left-bold", quiet=True, on_release=send)
        self._later = Key(action=TURN, value="+1", sign="caret-right-bold", quiet=True, on_release=send)
        self._cells = [CandidateKey(action=CANDIDATE, on_release=send) for _ in range(MOST_CANDIDATES)]
        self._rows = [KeyRow(), KeyRow()]
        middle = Column(spacing=u(by_mode(12, 14)))
        for row in self._rows:
            middle.add_widget(row)
        for widget in (_narrow(self._earlier), middle, _narrow(self._later)):
            self.add_widget(widget)

    def show(self, keys: Keys | None) -> None:
        """The candidates of this page of them."""
        keys = keys or Keys("")
        self.height = u(by_mode(180, 188)) if keys.candidates else 0
        self.opacity = 1 if keys.candidates else 0
        self.disabled = not keys.candidates
        self._earlier.enabled = keys.candidate_page > 0
        self._later.enabled = keys.candidate_page + 1 < keys.candidate_pages
        for number, row in enumerate(self._rows):
            first = number * CANDIDATES_A_ROW
            row.clear_widgets()
            self._fill(row, keys.candidates[first : first + CANDIDATES_A_ROW], self._cells[first:])
        for cell in self._cells[len(keys.candidates) :]:
            cell.say = cell.value = ""

    def _send(self, key: Key) -> None:
        self.press(key.action, key.value)

    @staticmethod
    def _fill(row: KeyRow, texts: Sequence[str], cells: Sequence[CandidateKey]) -> None:
        """Longer ones have more of the row; a single one does not take all of it."""
        for text, cell in zip(texts, cells, strict=False):
            cell.say = cell.value = text
            cell.size_hint_x = max(2, len(text))
            row.add_widget(cell)
        if len(texts) < CANDIDATES_A_ROW:
            row.add_widget(Spacer(size_hint_x=2 * (CANDIDATES_A_ROW - len(texts))))


class Keyboard(Column):
    """The keys of Keys.sort. `press` takes an action and its value."""

    press = ObjectProperty(None)
    rows = NumericProperty(0)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._sort: tuple[str, tuple[str, ...]] | None = None
        self._letters: list[Key] = []
        self._shift: Key | None = None
        self._space: Key | None = None

    def show(self, keys: Keys | None, words: Translator) -> None:
        """Lay the keys out, or take them away; then what is typed just now."""
        if keys is None:
            self._lay_out(None)
            return
        if self._sort != (keys.sort, keys.others):
            self._lay_out(keys)
        if self._shift is not None:
            self._shift.on = keys.shift
        if self._space is not None:
            self._space.say = words.text("Take the first one") if keys.candidates else words.text("Space")
        if self._sort is not None and self._sort[0] in (PINYIN, LETTERS):
            for key in self._letters:
                key.say = key.value = key.value.upper() if keys.shift else key.value.lower()

    def _lay_out(self, keys: Keys | None) -> None:
        self.clear_widgets()
        self._letters, self._shift, self._space = [], None, None
        self._sort = None if keys is None else (keys.sort, keys.others)
        if keys is None:
            pass
        elif keys.sort in (PINYIN, LETTERS):
            self._lay_out_letters(keys)
        elif keys.sort == INITIALS:
            self._lay_out_initials()
        else:
            self._lay_out_pad(keys)
        self.rows = len(self.children)

    def _lay_out_letters(self, keys: Keys) -> None:
        self._add_row(self._typing(DIGIT_ROW))
        top, middle, bottom = (self._typing(row) for row in LETTER_ROWS)
        self._letters = [*top, *middle, *bottom]
        self._add_row(top)
        self._add_row([_gap(0.5), *middle, _gap(0.5)])
        self._shift = self._key(SHIFT, sign="arrow-fat-up-bold", share=1.5)
        self._add_row([self._shift, *bottom, self._erasing(1.5)])
        before, after = STOPS[keys.sort]
        self._space = self._key(SPACE, share=5)
        last = [self._key(TYPED, before), self._space, self._key(TYPED, after)]
        self._add_row([*self._switches(keys, 1.5), *last])

    def _lay_out_initials(self) -> None:
        for row in INITIAL_ROWS[:-1]:
            self._add_row(self._typing(row))
        self._add_row([*self._typing(INITIAL_ROWS[-1]), self._erasing(2)])

    def _lay_out_pad(self, keys: Keys) -> None:
        for row in PAD_ROWS:
            self._add_row(self._typing(row, PAD_EM))
        left: Any = self._typing("X", PAD_EM)[0] if keys.sort == ID_NUMBER else None
        for switch in self._switches(keys, 1):
            left = left or switch
        self._add_row([left or _gap(1), *self._typing("0", PAD_EM), self._erasing(1)])

    def _switches(self, keys: Keys, share: float) -> list[Key]:
        return [self._key(KEYS, other, say=SWITCH_WORDS[other], share=share) for other in keys.others]

    def _typing(self, characters: str, em: int = 0) -> list[Key]:
        keys = [self._key(TYPED, character) for character in characters]
        for key in keys:
            key.em = em or key.em
        return keys

    def _erasing(self, share: float) -> Key:
        return self._key(ERASE, sign="backspace-bold", share=share)

    def _key(self, action: str, value: str = "", *, say: str = "", sign: str = "", share: float = 1) -> Key:
        return Key(
            action=action,
            value=value,
            say=say or value,
            sign=sign,
            quiet=action != TYPED,
            size_hint_x=share,
            on_release=_sender(self.press),
        )

    def _add_row(self, keys: Sequence[Any]) -> None:
        row = KeyRow()
        for key in keys:
            row.add_widget(key)
        self.add_widget(row)


def _sender(press: Any) -> Any:
    return lambda key: press(key.action, key.value)


def _gap(share: float) -> Spacer:
    return Spacer(size_hint_x=share)


def _narrow(key: Key) -> Key:
    key.size_hint_x = None
    key.width = u(by_mode(84, 88))
    return key


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""What is typed on the screen's keyboard: characters from pinyin letters, digits, initials.

Letters that are not characters yet stand beside the text until one of the candidates is chosen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from kiosk import views
from kiosk.commands_resident import Convert
from kiosk.events_resident import Converted
from kiosk.roles.resident_errand import Desk
from kiosk.views_resident import CANDIDATE, KEYS, SHIFT, SPACE, TURN, TYPED, Keys

CANDIDATES_A_PAGE = 8
MOST_LETTERS = 24
PINYIN, LETTERS, DIGITS, ID_NUMBER, INITIALS = "pinyin", "letters", "digits", "id_number", "initials"
FOR_TEXT = (PINYIN, LETTERS, DIGITS)


@dataclass
class Keyboard:
    """`sort` as in Keys; `most` characters of text at most. `sorts` are those that one can change to. `is_full`: the last
    key had no room."""

    desk: Desk = field(repr=False)
    sort: str
    most: int
    text: str = field(default="", repr=False)
    sorts: tuple[str, ...] = ()
    is_full: bool = False
    _letters: str = field(default="", repr=False)
    _candidates: tuple[str, ...] = field(default=(), repr=False)
    _used: tuple[int, ...] = ()
    _page: int = 0
    _shift: bool = False
    _ask_id: int = 0

    def keys(self) -> Keys:
        first = self._page * CANDIDATES_A_PAGE
        return Keys(
            self.sort,
            self._letters,
            self._candidates[first : first + CANDIDATES_A_PAGE],
            self._page,
            self._pages(),
            self._shift,
            tuple(sort for sort in self.sorts if sort != self.sort),
        )

    def pressed(self, action: str, value: str) -> bool:
        """Whether it was a key. A key that this keyboard does not have changes nothing."""
        match action:
            case _ if action in (TYPED, views.DIGIT):
                self._type(value)
            case views.ERASE:
                self._erase()
            case _ if action == CANDIDATE:
                self._choose(value)
            case _ if action == SPACE:
                self._space()
            case _ if action == SHIFT:
                self._shift = not self._shift and self.sort == LETTERS
            case _ if action == KEYS and value in self.sorts:
                self._change_to(value)
            case _ if action == TURN and self._candidates:
                step = {"+1": 1, "-1": -1}.get(value, 0)
                self._page = min(max(0, self._page + step), self._pages() - 1)
            case _:
                return False
        return True

    def on(self, event: Converted) -> None:
        """Candidates for letters; those of letters typed before are late."""
        if event.ask_id == self._ask_id and event.letters == self._letters:
            self._candidates, self._used, self._page = event.candidates, event.used, 0

    def finish(self) -> str:
        """The text, with letters that were never made into characters as they stand."""
        self._add(self._letters)
        self._forget_letters()
        return self.text.strip()

    # --- keys ---------------------------------------------------------------------------------------------------

    def _type(self, key: str) -> None:
        self.is_full = False
        if len(key) != 1 or not key.isprintable():
            return
        if self.sort == PINYIN and key.isascii() and key.isalpha():
            self._type_letter(key.lower())
        elif self.sort in (PINYIN, LETTERS):
            self._add(key.upper() if self._shift else key)
            self._shift = False
        elif self.sort == INITIALS and key.isascii() and key.isalnum():
            self._add(key.lower())
        elif key.isascii() and key.isdigit():
            self._add(key)
        elif self.sort == ID_NUMBER and key in "xX":
            self._add("X")

    def _type_letter(self, letter: str) -> None:
        if len(self._letters) < MOST_LETTERS and len(self.text) < self.most:
            self._letters += letter
            self._convert()
        else:
            self.is_full = True

    def _add(self, text: str) -> None:
        room = self.most - len(self.text)
        self.is_full = self.is_full or len(text) > room
        self.text += text[:room]

    def _erase(self) -> None:
        self.is_full = False
        if self._letters:
            self._letters = self._letters[:-1]
            self._convert()
        else:
            self.text = self.text[:-1]

    def _choose(self, candidate: str) -> None:
        if candidate not in self._candidates:
            return
        place = self._candidates.index(candidate)
        used = self._used[place] if place < len(self._used) else len(self._letters)
        self._add(candidate)
        self._letters = self._letters[used:]
        self._convert()

    def _change_to(self, sort: str) -> None:
        self._add(self._letters)
        self._forget_letters()
        self.sort, self._shift = sort, False

    def _space(self) -> None:
        if self._letters:
            self._choose(next(iter(self._candidates), ""))
        elif self.sort in (PINYIN, LETTERS) and self.text:
            self._add(" ")

    def _convert(self) -> None:
        self._candidates, self._used, self._page = (), (), 0
        self._ask_id = self.desk.number()
        if self._letters:
            self.desk.ask(Convert(self._ask_id, self._letters))

    def _forget_letters(self) -> None:
        self._letters, self._candidates, self._used, self._page = "", (), (), 0

    def _pages(self) -> int:
        return max(1, math.ceil(len(self._candidates) / CANDIDATES_A_PAGE))

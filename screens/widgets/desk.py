"""What the desk's board is made of at its sides: who came, and whom to look after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views_front_desk import Arrival, CareRow
from screens import tokens
from screens.pages.desk_words import CARE, CARE_DONE, HOW, VISITS
from screens.theme import u
from screens.widgets import panels as _panels  # noqa: F401  registers Tag, which the .kv file names
from screens.widgets.resident import fit
from screens.widgets.surface import Row, Stacked, Surface
from screens.widgets.touch import Touchable
from screens.widgets.typesetting import natural_width

Send = Callable[[str, str], None]

HIGHEST_ROW = 176
LEVELS = 3


class DeskPanel(Surface):
    """A white column of the board, with its head and a count."""

    title = StringProperty("")
    count = StringProperty("")


class LinesOfOneHeight(Stacked):
    """Rows from the top that share the height there is, `most` reference pixels each at most."""

    most = NumericProperty(HIGHEST_ROW)

    def do_layout(self, *_: Any) -> None:
        gaps = self.spacing * max(0, len(self.children) - 1)
        share = (self.height - gaps) / max(1, len(self.children))
        for row in self.children:
            row.size_hint_y = None
            row.height = int(min(u(self.most), share))
        super().do_layout()


class ArrivalLine(Touchable):
    """Somebody who came: when, who, and how that is known. `low` where the rows are many: one line."""

    value = StringProperty("")
    at = StringProperty("")
    who = StringProperty("")
    how = StringProperty("")
    sign = StringProperty("")
    chosen = BooleanProperty(False)
    handled = BooleanProperty(False)
    low = BooleanProperty(False)
    last = BooleanProperty(False)

    def show(self, arrival: Arrival, chosen: bool, words: Translator) -> None:
        word, sign = VISITS.get(arrival.state) or HOW[arrival.how]
        self.value, self.at, self.chosen = arrival.visit_id, arrival.at, chosen
        self.who = name_of(arrival, words)
        self.how, self.sign = words.text(word), sign
        self.handled = arrival.state in VISITS


def name_of(arrival: Arrival, words: Translator) -> str:
    """吴＊, 访客 A017, or who it may be while the board is covered or two look alike."""
    if arrival.masked_name:
        return arrival.masked_name
    if arrival.ticket:
        return words.text("Visitor {ticket}", ticket=arrival.ticket)
    return words.text("One of two") if arrival.how == "one_of" else words.text("Resident")


class Arrivals(LinesOfOneHeight):
    """The lines of 到访. `chosen` is called with a visit's id."""

    chosen = ObjectProperty(None)

    def show(self, arrivals: Sequence[Arrival], chosen: str, words: Translator) -> None:
        fit(self, len(arrivals), lambda: ArrivalLine(on_release=lambda line: self.chosen(line.value)))
        for line, arrival in zip(reversed(self.children), arrivals, strict=True):
            line.show(arrival, arrival.visit_id == chosen, words)
            line.last = arrival is arrivals[-1]


class CareLine(Row):
    """Somebody to look after: days without a sign of life, who, where, and what is next. `bare`: a low row whose place is long has a
    button without a sign."""

    case_id = StringProperty("")
    days = StringProperty("")
    days_word = StringProperty("")
    level = NumericProperty(1)
    who = StringProperty("")
    age = StringProperty("")
    place = StringProperty("")
    next_word = StringProperty("")
    next_sign = StringProperty("")
    done = StringProperty("")
    done_sign = StringProperty("")
    place_width = NumericProperty(0)
    bare = BooleanProperty(False)
    last = BooleanProperty(False)
    press = ObjectProperty(None)

    def show(self, row: CareRow, words: Translator) -> None:
        self.case_id = row.case_id
        self.days, self.days_word = str(row.days), words.plural("day", "days", row.days)
        self.level = max(1, min(LEVELS, row.days))
        self.who = row.masked_name or words.text("Resident")
        self.age = words.text("{age}\u00a0y", age=row.age) if row.age else ""
        self.place = words.of(row.place_zh, row.place_en)
        self.place_width = natural_width(self.place, u(tokens.DESK_TEXT_FLOOR), False)
        word, self.next_sign = CARE[row.next]
        self.next_word = "" if row.done else words.text(word)
        word, self.done_sign = CARE_DONE.get(row.done, (row.done, "check-circle-fill"))
        self.done = words.text(word) if word else ""


class CareLines(LinesOfOneHeight):
    """The rows of 关爱名单. `chosen` is called with a case's id."""

    chosen = ObjectProperty(None)

    def show(self, rows: Sequence[CareRow], words: Translator) -> None:
        fit(self, len(rows), lambda: CareLine(press=lambda case_id: self.chosen(case_id)))
        for line, row in zip(reversed(self.children), rows, strict=True):
            line.show(row, words)
            line.last = row is rows[-1]


class DeskPush(Touchable):
    """A button of the desk's pages. `filled` is the one thing to do."""

    say = StringProperty("")
    sign = StringProperty("")
    filled = BooleanProperty(False)
    em = NumericProperty(42)


class SmallPush(DeskPush):
    """A quiet one, as wide as its words."""


class DeskPager(Row):
    """Earlier and later in a list of the board; no room where there is one page. `turn` gets "-1" or "+1"."""

    turn = ObjectProperty(None)
    place = StringProperty("")
    can_go_back = BooleanProperty(False)
    can_go_on = BooleanProperty(False)

    def show(self, page: int, pages: int) -> None:
        several = pages > 1
        self.place = f"{page + 1}\u00a0/\u00a0{pages}" if several else ""
        self.can_go_back, self.can_go_on = page > 0, page + 1 < pages
        self.height = u(92) if several else 0
        self.opacity = 1 if several else 0
        self.disabled = not several


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

"""15: a record as it is and as it would print, how many copies on what, and the ways to take it along."""

from __future__ import annotations

import re

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import COPIES, MEDIUM, TURN, Around, Cell, RecordTable, Steps
from screens.pages.page import ResidentPage, load_layout
from screens.theme import by_mode, large
from screens.widgets import record as _record  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets import resident as _resident  # noqa: F401

MEDIA = {"slip": "Slip", "pages": "data:A4"}
MOST_COPIES = 3
MOST_COLUMNS = 4


class RecordTablePage(ResidentPage):
    headline = StringProperty("")
    title = StringProperty("")
    person = StringProperty("")
    period = StringProperty("")
    as_of = StringProperty("")
    number = StringProperty("")
    note = StringProperty("")
    cost = StringProperty("")
    low = BooleanProperty(False)
    copies = NumericProperty(1)
    most_copies = NumericProperty(MOST_COPIES)
    copies_word = StringProperty("")
    printable = BooleanProperty(True)
    take = StringProperty("")
    go = StringProperty("")

    rehearsal = RecordTable(
        Around(),
        Steps(("Place card", "Print"), 0),
        "data:查",
        "data:看",
        (Cell("data:月"), Cell("data:元", "money")),
        (("2025-01", "776.00"),) * 7,
        ("data:合计", "776.00"),
        media=("slip", "pages"),
        medium="slip",
        pages=2,
    )

    def show(self, view: RecordTable, chrome: Chrome) -> None:
        words = self.words
        self.ids.steps.show(view.steps, words)
        # Under a banner and with large letters the table needs the headline's room.
        several = view.pages > 1
        crowded = several or self.compact or len(view.columns) > MOST_COLUMNS
        self.headline = "" if large() and crowded else words.text("Is this what you want?")
        self._show_head(view)
        self.ids.table.show(
            view.columns,
            tuple(words.label(column.label) for column in view.columns),
            view.rows,
            tuple(words.label(cell) for cell in view.total),
            by_mode(7, 5) if several else len(view.rows),
        )
        self.number = words.text("Number {number}", number=view.number) if view.number else ""
        self.note = words.label(view.note)
        self._show_ways(view)
        self.ids.pager.show(view.page, view.pages, words)

    def _show_head(self, view: RecordTable) -> None:
        words, person = self.words, view.around.person
        self.title = words.label(view.title)
        self.person = "" if person is None or large() else f"{person.masked_name}  {person.masked_number}"
        self.period = words.label(view.period)
        # Some sources count their rows in the very words of the period.
        if view.count and str(view.count) not in re.findall(r"\d+", self.period):
            rows = words.plural("{count}\u00a0row", "{count}\u00a0rows", view.count)
            self.period = (
                words.text("{period}, {rows}", period=self.period, rows=rows) if self.period else rows
            )
        self.as_of = words.text("As of {time}", time=view.as_of) if view.as_of else ""

    def _show_ways(self, view: RecordTable) -> None:
        words = self.words
        self.printable = bool(view.medium)
        self.copies = view.copies
        self.copies_word = words.plural("{count}\u00a0copy", "{count}\u00a0copies", view.copies)
        self.low = view.paper_warning
        self.cost = self._cost(view)
        chosen = [(medium, MEDIA[medium], medium == view.medium) for medium in view.media]
        self.ids.media.show(chosen if len(chosen) > 1 else [], words)
        self.take = words.text("Onto my phone") if view.can_take else ""
        self.go = words.text("Print") if view.medium else ""

    def _cost(self, view: RecordTable) -> str:
        words = self.words
        if not view.medium:
            return words.text("Nothing can print here just now")
        if view.paper_warning:
            return words.text("Paper is low")
        if view.medium == "pages":
            sheets = words.plural("{count}\u00a0sheet", "{count}\u00a0sheets", view.sheets * view.copies)
            return words.text("{sheets},\nabout {seconds}\u00a0s", sheets=sheets, seconds=view.seconds)
        return words.text("Free,\nabout {seconds}\u00a0s", seconds=view.seconds)

    def step(self, step: str) -> None:
        self.press(COPIES, step)

    def choose_medium(self, medium: str) -> None:
        self.press(MEDIUM, medium)

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

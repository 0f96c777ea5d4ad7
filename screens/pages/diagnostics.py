"""32: every device with its health and what to do, what waits, the clock, the certificate, and the signed report."""

from __future__ import annotations

from datetime import date

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.i18n import MONTHS, Translator
from kiosk.views import Chrome
from kiosk.views_diagnostics import TEST, DeviceRow, DiagnosticsPage, Fact, HeadFigure, Saying
from screens.pages.page import Page, load_layout
from screens.theme import current
from screens.widgets.code import QrPicture as _QrPicture  # noqa: F401  registers the widget that the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.surface import Row, Surface

# severity: (word, sign, tone, fill of its row)
STATES = {
    "ok": ("Fine", "check-circle-fill", "primary", "surface"),
    "warn": ("Check", "warning-fill", "accent_ink", "accent_soft"),
    "fault": ("Fault", "warning-octagon-fill", "danger", "danger_tint"),
    "unknown": ("Open", "question-fill", "ink2", "surface"),
    "running": ("Busy", "hourglass-fill", "primary", "primary_soft"),
}
DASH = "—"
# Rows there is room for: (letters as usual, larger).
ROOM_FOR_ROWS = {False: (6, 4), True: (9, 7)}


class DeviceLine(Surface):
    """One row of the list."""

    slot = StringProperty("")
    say = StringProperty("")
    sign = StringProperty("")
    reading = StringProperty("")
    state_word = StringProperty("")
    state_sign = StringProperty("")
    tone = StringProperty("primary")
    test_word = StringProperty("")
    upright = BooleanProperty(False)
    large = BooleanProperty(False)
    last = BooleanProperty(False)
    press = ObjectProperty(None)


class FigureCard(Surface):
    """A large number, what it is, and how to take it."""

    word = StringProperty("")
    number = StringProperty("")
    unit = StringProperty("")
    hint = StringProperty("")
    tone = StringProperty("ink")
    upright = BooleanProperty(False)


class FactLine(BoxLayout):
    """A line of the small print."""

    word = StringProperty("")
    value = StringProperty("")
    em = NumericProperty(34)
    stacked = BooleanProperty(False)


class PersonBar(Row):
    """Who is at the screen, and what he cannot see."""

    lies_on = "primary_tint"


class DiagnosticsListPage(Page):
    upright = BooleanProperty(False)
    who = StringProperty("")
    number = StringProperty("")
    machine = StringProperty("")
    faults = StringProperty("")
    warnings = StringProperty("")
    note = StringProperty("")
    note_sign = StringProperty("")
    note_tone = StringProperty("primary")
    turn_word = StringProperty("")
    qr = StringProperty("")
    busy = BooleanProperty(False)

    def show(self, view: DiagnosticsPage, chrome: Chrome) -> None:
        words = self.words
        self.upright = current().upright
        self.who = words.text("Technician {name}", name=view.technician)
        self.number = words.text("Staff no. {number}", number=view.number)
        self.machine = view.machine
        self.faults = words.plural("{count}\u00a0fault", "{count}\u00a0faults", view.faults)
        self.warnings = words.plural("{count} to look at", "{count} to look at", view.warnings)
        self.qr = view.qr
        self.busy = view.busy
        self._show_note(view)
        self._show_figures(view)
        self._show_rows(view)
        self._show_facts(view)

    def _show_note(self, view: DiagnosticsPage) -> None:
        words = self.words
        self.note = words.label(view.note)
        self.note_sign = "warning-fill" if view.trouble else "info-fill" if view.note else ""
        self.note_tone = "accent_ink" if view.trouble else "primary"

    def _show_figures(self, view: DiagnosticsPage) -> None:
        row = self.ids.figures
        row.clear_widgets()
        for figure in view.figures:
            row.add_widget(self._card(figure))

    def _card(self, figure: HeadFigure) -> FigureCard:
        words = self.words
        units = {"rows": words.text("rows"), "seconds": words.text("s"), "days": words.text("days")}
        _, _, tone, fill = STATES[figure.severity]
        return FigureCard(
            word=words.label(figure.label),
            number=figure.value or DASH,
            unit=units[figure.unit] if figure.value else "",
            hint=said(figure.hint, words),
            tone="ink" if figure.severity in ("ok", "unknown") else tone,
            fill=fill,
            upright=self.upright,
        )

    def _show_rows(self, view: DiagnosticsPage) -> None:
        room = ROOM_FOR_ROWS[self.upright][view.large]
        parts = max(1, -(-len(view.rows) // room))
        part = view.page % parts
        shown = view.rows[part * room : (part + 1) * room]
        self.turn_word = f"{part + 1} / {parts}" if parts > 1 else ""
        column = self.ids.rows
        if len(column.children) != len(shown):
            column.clear_widgets()
            for _row in shown:
                column.add_widget(DeviceLine())
        # Filled anew and not made anew: a finger may lie on one of them.
        for line, row in zip(reversed(column.children), shown, strict=True):
            self._fill(line, row, view.large, last=row is shown[-1])

    def _fill(self, line: DeviceLine, row: DeviceRow, large: bool, last: bool) -> None:
        words = self.words
        word, sign, tone, fill = STATES[row.severity]
        line.slot = row.slot
        line.say = words.label(row.label)
        line.sign = known_sign(row.sign)
        line.reading = said(row.reading, words)
        line.state_word = words.text(word)
        line.state_sign = sign
        line.tone = tone
        line.fill = fill
        line.test_word = words.text("Test")
        line.upright = self.upright
        line.large = large
        line.last = last
        line.press = lambda slot=row.slot: self.press(TEST, slot)

    def _show_facts(self, view: DiagnosticsPage) -> None:
        column = self.ids.facts
        column.clear_widgets()
        for fact in view.facts if self.upright else [each for each in view.facts if each.label != "Hall"]:
            column.add_widget(fact_line(fact, self.words, stacked=not self.upright))


def fact_line(fact: Fact, words: Translator, em: int = 34, *, stacked: bool = False) -> FactLine:
    return FactLine(word=words.label(fact.label), value=said(fact.value, words), em=em, stacked=stacked)


def said(saying: Saying, words: Translator) -> str:
    """A Saying in this language; an ISO date in it as people say it."""
    if not saying.text:
        return ""
    return (
        words.text(saying.text, value=_day(saying.value, words)) if saying.value else words.text(saying.text)
    )


def _day(value: str, words: Translator) -> str:
    try:
        that = date.fromisoformat(value)
    except ValueError:
        return value
    return words.text("{day} {month}", day=that.day, month=words.text(MONTHS[that.month - 1]))


load_layout(__file__)

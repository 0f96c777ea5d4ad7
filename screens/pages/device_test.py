"""One device under test: what to do, what is seen of it, what came of it, and what to do next."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.i18n import Translator
from kiosk.views import Chrome
from kiosk.views_diagnostics import NO, RESET_PRINTER, RUN, YES, DeviceTestPage
from screens.pages.diagnostics import STATES, fact_line, said
from screens.pages.page import Page, Press, load_layout
from screens.theme import current, u
from screens.widgets.icon import known_sign
from screens.widgets.live_picture import LivePicture
from screens.widgets.surface import Surface
from screens.widgets.touch import Push

OPEN, GOOD, BAD = "open", "good", "bad"


class ReadMark(Surface):
    """One of the reads: still open, good, or bad. It has no room for a number."""

    state = StringProperty(OPEN)


class ReadMarks(GridLayout):
    """All the reads of a test, in order."""

    def show(self, marks: tuple[bool, ...], total: int) -> None:
        while len(self.children) < total:
            self.add_widget(ReadMark())
        while len(self.children) > total:
            self.remove_widget(self.children[0])
        for number, mark in enumerate(reversed(self.children)):
            mark.state = OPEN if number >= len(marks) else GOOD if marks[number] else BAD


class DeviceUnderTestPage(Page):
    upright = BooleanProperty(False)
    device = StringProperty("")
    sign = StringProperty("")
    prompt = StringProperty("")
    reading = StringProperty("")
    word = StringProperty("")
    word_sign = StringProperty("")
    tone = StringProperty("primary")
    what = StringProperty("")
    next_step = StringProperty("")

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(words, press)
        self._marks = ReadMarks(pos_hint={"center_x": 0.5, "center_y": 0.5})
        self._picture = LivePicture(fit_mode="contain", pos_hint={"x": 0, "y": 0})

    def show(self, view: DeviceTestPage, chrome: Chrome) -> None:
        words = self.words
        self.upright = current().upright
        self.device, self.sign = words.label(view.label), known_sign(view.sign)
        self.prompt = words.label(view.prompt)
        self.reading = said(view.reading, words)
        word, self.word_sign, self.tone, _fill = STATES[view.severity]
        self.word = words.text(word)
        self.what, self.next_step = words.sentence(view.code) if view.code else ("", "")
        self._marks.show(view.marks, view.total)
        self._show_beside(self._marks if view.total else self._picture if view.live else None)
        self._show_findings(view)
        self._show_buttons(view)

    def _show_beside(self, widget: Any) -> None:
        """What is to be seen beside the words; without it the words have the whole width."""
        beside = self.ids.beside
        beside.clear_widgets()
        if widget is not self._picture:
            self._picture.clear()
        if widget is not None:
            beside.add_widget(widget)
        beside.size_hint_x = 1 if widget is not None or self.upright else None
        if beside.size_hint_x is None:
            beside.width = 0

    def _show_findings(self, view: DeviceTestPage) -> None:
        column = self.ids.findings
        column.clear_widgets()
        for fact in view.findings:
            column.add_widget(fact_line(fact, self.words, 40))

    def _show_buttons(self, view: DeviceTestPage) -> None:
        row = self.ids.buttons
        row.clear_widgets()
        wanted = self._wanted(view)
        for action, say, sign in wanted:
            button = Push(say=say, sign=sign, filled=action == RUN)
            button.bind(on_release=lambda _button, action=action: self.press(action, view.slot))
            row.add_widget(button)
        row.height = u(128 if self.upright else 96) if wanted else 0

    def _wanted(self, view: DeviceTestPage) -> list[tuple[str, str, str]]:
        """The buttons: (action, words, sign)."""
        words = self.words
        if view.state == "asked":
            return [(NO, words.text("No"), "x-bold"), (YES, words.text("Yes"), "check-bold")]
        if view.state != "done":
            return []
        again = (RUN, words.text("Test again"), "activity-bold")
        reset = (RESET_PRINTER, words.text("Reset the printer"), "arrow-counter-clockwise-bold")
        return [reset, again] if view.can_reset else [again]

    def show_picture(self, picture: Any) -> None:
        """Pixels from memory to the glass, while the page is live."""
        if picture is not None and self._picture.parent is not None:
            self._picture.show(picture)


load_layout(__file__)

"""One device under test: what to do, what is seen of it, what came of it, and what to do next."""

from __future__ import annotations

from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.views import Chrome
from kiosk.views_diagnostics import DeviceTestPage
from screens.pages.diagnostics import STATES, fact_line, said
from screens.pages.page import Page, load_layout
from screens.theme import current
from screens.widgets.surface import Surface
from screens.widgets.text import known_sign

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
    state = StringProperty("")
    slot = StringProperty("")
    prompt = StringProperty("")
    reading = StringProperty("")
    word = StringProperty("")
    word_sign = StringProperty("")
    tone = StringProperty("primary")
    what = StringProperty("")
    next_step = StringProperty("")
    marks_total = NumericProperty(0)
    can_reset = BooleanProperty(False)
    live = BooleanProperty(False)
    picture = ObjectProperty(None, allownone=True)
    picture_size = ListProperty([0, 0])

    def show(self, view: DeviceTestPage, chrome: Chrome) -> None:
        words = self.words
        self.upright = current().upright
        self.device, self.sign, self.slot = words.label(view.label), known_sign(view.sign), view.slot
        self.state, self.can_reset, self.live = view.state, view.can_reset, view.live
        self.prompt = words.label(view.prompt)
        self.reading = said(view.reading, words)
        word, self.word_sign, self.tone, _fill = STATES[view.severity]
        self.word = words.text(word)
        self.what, self.next_step = words.sentence(view.code) if view.code else ("", "")
        self.marks_total = view.total
        self.ids.marks.show(view.marks, view.total)
        self._show_findings(view)

    def _show_findings(self, view: DeviceTestPage) -> None:
        column = self.ids.findings
        column.clear_widgets()
        for fact in view.findings:
            column.add_widget(fact_line(fact, self.words, 40))

    def show_picture(self, picture: Any) -> None:
        """Pixels from memory to the glass. The texture is let go of as soon as nothing is live."""
        if picture is None:
            self.picture = None
            return
        height, width = picture.shape[:2]
        if self.picture is None or tuple(self.picture.size) != (width, height):
            self.picture = Texture.create(size=(width, height), colorfmt="bgr")
            self.picture.flip_vertical()
            self.picture_size = [width, height]
        self.picture.blit_buffer(picture.tobytes(), colorfmt="bgr", bufferfmt="ubyte")
        self.canvas.ask_update()


load_layout(__file__)

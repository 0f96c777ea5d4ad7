"""Sign on the screen: what is signed, and a field for the finger."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.views import NEXT, Chrome
from kiosk.views_resident import SIGNED, Around, SignPage
from screens.pages.page import Page, load_layout
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets import signature as _signature  # noqa: F401


class SignScreen(Page):
    title = StringProperty("")
    headline = StringProperty("")
    statement = StringProperty("")
    error = StringProperty("")
    invitation = StringProperty("")
    clear_word = StringProperty("")
    go = StringProperty("")

    rehearsal = SignPage(Around(), "data:申请", ("data:以上内容属实。",))

    def show(self, view: SignPage, chrome: Chrome) -> None:
        words = self.words
        self.ids.stepper.show(view.steps, words)
        self.title = words.label(view.title)
        self.headline = words.text("Please sign here")
        self.statement = "\n".join(words.label(line) for line in view.lines)
        self.error = "\n".join(filter(None, words.sentence(view.error))) if view.error else ""
        self.invitation = words.text("Write with your finger")
        self.clear_word = words.text("Write again")
        self.go = words.text("Next")

    def go_on(self, action: str, value: str) -> None:
        """Hand the strokes over; without any, the flow knows whether that will do."""
        field = self.ids.field
        if action == NEXT and field.signed:
            self.press(SIGNED, field.take())
        else:
            self.press(action, value)

    def on_parent(self, _page: Any, parent: Any) -> None:
        """A signature is not kept on a page that was left."""
        if parent is None:
            self.ids.field.clear()


load_layout(__file__)

"""Taking it along: a code that the phone reads once, and how long it holds."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.views import DONE, Choice, Chrome
from kiosk.views_resident import Around, HandOffPage
from screens.pages.page import Page, load_layout
from screens.widgets import code as _code  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets import resident_forms as _forms  # noqa: F401

READY = Choice(DONE, "Done", icon="check-bold")


class HandOffScreen(Page):
    headline = StringProperty("")
    title = StringProperty("")
    lead = StringProperty("")
    url = StringProperty("")
    left = NumericProperty(0)
    of = NumericProperty(1)
    left_word = StringProperty("")
    safe = StringProperty("")

    rehearsal = HandOffPage(Around(), "data:样例", "https://example.invalid/", 60)

    def show(self, view: HandOffPage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.text("Take it along on your phone")
        self.title = words.label(view.title)
        self.lead = words.text("Scan this with the phone's camera.\nThere is nothing to install.")
        # The view says what is left; how long it held when it came is what the ring is a part of.
        self.of = max(1, view.left_s if view.url != self.url else max(self.of, view.left_s))
        self.url, self.left = view.url, view.left_s
        self.left_word = words.plural(
            "Works for {count} more second", "Works for {count} more seconds", view.left_s
        )
        self.safe = words.text("It works once. Nobody's name is in it.")
        self.ids.ways.show((READY,), words)

    def on_parent(self, _page: Any, parent: Any) -> None:
        """A code that was left is not kept to be shown again."""
        if parent is None:
            self.url = ""


load_layout(__file__)

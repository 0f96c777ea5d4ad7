"""It was received: its number, large, until when there is an answer, and what is still to be brought."""

from __future__ import annotations

from datetime import date

from kivy.properties import BooleanProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import Choice, Chrome
from kiosk.views_resident import Around, ReceiptPage
from screens.pages.page import Page, load_layout
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names


def said(value: str, words: Translator) -> str:
    """A value of a receipt in words: a day as people say it, anything else as it is."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return value
    return words.day(value)


class ReceiptScreen(Page):
    headline = StringProperty("")
    number_word = StringProperty("")
    number = StringProperty("")
    kept = StringProperty("")
    online = BooleanProperty(True)
    awaited_word = StringProperty("")
    awaited = StringProperty("")

    rehearsal = ReceiptPage(
        Around(),
        "data:已收到",
        "0001",
        (("data:事项", "样例"), ("data:答复", "2026-01-01")),
        (Choice("done", "Done"),),
        False,
        ("data:户口本",),
    )

    def show(self, view: ReceiptPage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.label(view.title)
        self.number_word, self.number = words.text("Its number, for asking later"), view.number
        self.online = view.online
        self.kept = (
            ""
            if view.online
            else words.text("Safely kept in this machine.\nIt goes out when the network is back.")
        )
        self.ids.facts.show([("", words.label(label), said(value, words)) for label, value in view.lines])
        self.awaited_word = words.text("Please bring these to the window") if view.awaited else ""
        self.awaited = "\n".join(words.label(paper) for paper in view.awaited)
        self.ids.ways.show(view.choices, words)


load_layout(__file__)

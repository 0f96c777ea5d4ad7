"""看全文: the whole wording of what is agreed to, page by page."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.views import Chrome
from kiosk.views_front_desk import ConsentTextPage
from kiosk.views_resident import TURN, Around
from screens.pages.page import ResidentPage, load_layout
from screens.widgets.resident import fit
from screens.widgets.text import Text


class Paragraph(Text):
    """One of the whole wording, as wide as the page lets it be."""

    def on_parent(self, _text: Any, parent: Any) -> None:
        if parent is not None:
            parent.bind(width=self._take_room)
            self._take_room(parent)

    def _take_room(self, parent: Any, *_: Any) -> None:
        self.room = parent.width


class ConsentWordsPage(ResidentPage):
    headline = StringProperty("")

    rehearsal = ConsentTextPage(Around(), "data:查", ("data:看",))

    def show(self, view: ConsentTextPage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.label(view.title)
        fit(self.ids.paragraphs, len(view.paragraphs), Paragraph)
        for text, paragraph in zip(reversed(self.ids.paragraphs.children), view.paragraphs, strict=True):
            text.say = words.label(paragraph)
        self.ids.pager.show(view.page, view.pages, words)

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

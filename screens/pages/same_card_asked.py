"""06: a card left while it was being read. The same one again; nothing was charged. Drawn as `retap_asked`."""

from __future__ import annotations

from typing import Any, ClassVar

from kiosk.views import Chrome, SameCardAsked
from screens.pages.retap_asked import RetapAskedPage

RETURN_S = 15


class SameCardAskedPage(RetapAskedPage):
    rehearsal: ClassVar[Any] = SameCardAsked(RETURN_S)

    def show(self, view: SameCardAsked, chrome: Chrome) -> None:  # type: ignore[override]  # a page of its own View
        if view.other_card:
            self.lines = self.words.text(
                "This is **another card**.\nPlease finish the first one,\nor touch Cancel."
            )
        else:
            self.lines = self.words.text(
                "Put the **same card** back\nand hold it still\nuntil you hear the tone."
            )
        self.safe = self.words.text("You are not charged twice.")
        self.count(view.seconds_left, RETURN_S)

"""A guide as it is said once: what it takes, what it costs, how long, where; and what can be done with it."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_resident import TURN, Around, GuidePage
from screens.pages.page import Page, load_layout
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.resident_forms import GuidePart


class GuideScreen(Page):
    headline = StringProperty("")
    sample = StringProperty("")
    everywhere = StringProperty("")

    rehearsal = GuidePage(
        Around(),
        "data:办事指南",
        (("data:材料", ("data:请带身份证。",)),),
        (Choice("print", "Print"),),
        True,
        True,
    )

    def show(self, view: GuidePage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.label(view.title)
        self.sample = words.text("Sample") if view.sample else ""
        self.everywhere = words.text("In any hall") if view.everywhere else ""
        parts = self.ids.parts
        fit(parts, len(view.parts), GuidePart)
        for widget, (label, lines) in zip(reversed(parts.children), view.parts, strict=True):
            widget.label = words.label(label)
            widget.words = "\n".join(words.label(line) for line in lines)
        self.ids.pager.show(view.page, view.pages, words)
        self.ids.ways.show(view.choices, words)

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

"""A guide as it is said once: what it takes, what it costs, how long, where; and what can be done with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kivy.properties import NumericProperty, StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_resident import TURN, Around, GuidePage
from screens import tokens
from screens.pages.page import Page, load_layout
from screens.theme import by_mode, current, large, size, u
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.resident_forms import CONTENT, GuidePart, flowed, lines_of

Part = tuple[str, str]
LABEL_BESIDE = 160 + 28


def _height(said: Sequence[Part], em: int, aside: bool) -> float:
    """Pixels that parts take with letters of `em` reference pixels."""
    room = u(CONTENT - 72 - (LABEL_BESIDE if aside else 0))
    lines = sum(flowed(words, room, u(em)).count("\n") + 1 for _, words in said)
    label = 0 if aside else size("body") * 1.35 + 4
    return u(lines * em * 1.42 + len(said) * (label + by_mode(40, 36) + by_mode(18, 16)))


class GuideScreen(Page):
    headline = StringProperty("")
    headline_em = NumericProperty(64)
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
        self.headline_em = size("title") if lines_of(self.headline, size("title")) == 1 else size("button")
        self.sample = words.text("Sample") if view.sample else ""
        self.everywhere = words.text("In any hall") if view.everywhere else ""
        self._show_parts(view)
        self.ids.pager.show(view.page, view.pages, words)
        self.ids.ways.show(view.choices, words)

    def _show_parts(self, view: GuidePage) -> None:
        words, parts = self.words, self.ids.parts
        said = [
            (words.label(label), "\n".join(words.label(line) for line in lines))
            for label, lines in view.parts
        ]
        # Lines of Chinese are short enough to stand beside their label.
        aside = not large() and words.locale != "en"
        em = self._largest_that_fits(said, aside, self._room(view))
        fit(parts, len(said), GuidePart)
        for widget, (label, lines) in zip(reversed(parts.children), said, strict=True):
            widget.aside, widget.label, widget.words = aside, label, lines
            widget.em = em

    def _room(self, view: GuidePage) -> float:
        """Pixels that the parts may take: the page without its headline, tags, pages and buttons."""
        rows = 1 + math.ceil(max(0, len(view.choices) - 1) / 3)
        fixed = (
            lines_of(self.headline, self.headline_em) * self.headline_em * 1.25
            + rows * by_mode(148, 170)
            + by_mode(80, 80)
        )
        tags = size("caption") * 1.4 + 28 if view.sample or view.everywhere else 0
        pager = by_mode(116, 122) if view.pages > 1 else 0
        return current().height - u(fixed + tags + pager + self._bars(view))

    def _bars(self, view: GuidePage) -> float:
        """Reference pixels of the bars around this page. Its own height is known only once it was laid out."""
        around = view.around
        person = tokens.PERSON_BAR if around.in_session or around.person is not None else 0
        banner = tokens.PORTRAIT_BANNER if self.compact else 0
        return tokens.PORTRAIT_TOP_BAR + tokens.PORTRAIT_BOTTOM_BAR + person + banner

    def _largest_that_fits(self, said: Sequence[Part], aside: bool, room: float) -> int:
        """Reference pixels of the letters: large where there is little to say, never below what can be read."""
        sizes = by_mode((42, 40, 38, 36), (48, 46, 44, 42))
        return next((em for em in sizes if _height(said, em, aside) <= room), sizes[-1])

    def turn(self, step: str) -> None:
        self.press(TURN, step)


load_layout(__file__)

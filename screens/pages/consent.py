"""23: would you like it? What is done, where it is kept and until when; and two answers of one weight."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_front_desk import ConsentPage
from kiosk.views_resident import Around
from screens.pages.page import ResidentPage, load_layout
from screens.theme import large
from screens.widgets import visitor as _visitor  # noqa: F401  registers the widgets that the .kv file names


class ConsentAskedPage(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")
    note = StringProperty("")
    foot = StringProperty("")
    crowded = BooleanProperty(False)

    rehearsal = ConsentPage(
        Around(), "data:查", "data:看", (("files-fill", "data:查", "data:看"),), "data:查", "data:看"
    )

    def show(self, view: ConsentPage, chrome: Chrome) -> None:
        label = self.words.label
        self.headline, self.lead = label(view.title), label(view.lead)
        self.note, self.foot = label(view.note), label(view.foot)
        # What is agreed to goes before the small print, which the full text holds too.
        self.crowded = self.compact and large()
        self.ids.lines.show(view.lines, self.words)


class LyingConsentPage(ConsentAskedPage):
    """In two columns: what to know on the right, the answers on the left."""

    def show(self, view: ConsentPage, chrome: Chrome) -> None:
        super().show(view, chrome)
        self.make_room()

    def make_room(self, *_: object) -> None:
        """Without the small print where the left column would not hold it."""
        left, small_print = self.ids.left, self.ids.small_print
        hidden = small_print.full + left.spacing if self.crowded else 0
        self.crowded = left.minimum_height + hidden > left.height


load_layout(__file__)

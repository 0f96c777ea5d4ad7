"""18: are you still there? Laid over the page before; help stays within reach."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, GoOnAsked, StillThere
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names


class RingPage(ResidentPage):
    """A question with its seconds: go on, or end and leave."""

    headline = StringProperty("")
    lines = StringProperty("")
    left = NumericProperty(0)
    of = NumericProperty(1)

    def on_touch_down(self, touch: object) -> bool:
        """What lies under the question cannot be pressed."""
        super().on_touch_down(touch)
        return True


class StillTherePage(RingPage):
    rehearsal = StillThere(Around(), 26, 30)

    def show(self, view: StillThere, chrome: Chrome) -> None:
        self.headline = self.words.text("Are you still there?")
        self.lines = self.words.text("To keep your data safe,\nthis ends by itself.")
        self.left, self.of = view.left_s, view.of_s


class GoOnAskedPage(RingPage):
    """还要继续吗: the card was taken after it was read."""

    rehearsal = GoOnAsked(Around(), 18, 20)

    def show(self, view: GoOnAsked, chrome: Chrome) -> None:
        self.headline = self.words.text("Go on?")
        self.lines = self.words.text("You have taken your card.\nWithout an answer this ends by itself.")
        self.left, self.of = view.left_s, view.of_s


load_layout(__file__)

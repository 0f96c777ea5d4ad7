"""Clear words: what is not possible just now, what to do next, and the ways on."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_resident import Around, MessagePage
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names

CLOUD_CODES = ("hall", "network", "sync", "token")


class ClearWordsPage(ResidentPage):
    headline = StringProperty("")
    next_step = StringProperty("")
    more = StringProperty("")
    code = StringProperty("")
    sign = StringProperty("")
    warm = BooleanProperty(True)
    alone = BooleanProperty(False)

    rehearsal = MessagePage(Around(), "hall.unreachable", choices=(Choice("again", "Try again"),))

    def show(self, view: MessagePage, chrome: Chrome) -> None:
        words = self.words
        self.headline, self.next_step = words.sentence(view.code)
        self.more = "\n".join(words.label(line) for line in view.lines)
        # An answer is no fault: there is nothing to tell staff by a code.
        self.code = words.text("For staff: {code}", code=view.code) if view.warm else ""
        self.warm = view.warm
        family = view.code.split(".")[0]
        self.sign = "cloud-slash-fill" if family in CLOUD_CODES else "palm" if view.warm else "info-fill"
        self.alone = not view.choices
        self.ids.choices.show(view.choices, words)
        self.ids.act.height = self.ids.act.full_height if self.alone else 0
        self.ids.act.opacity = 1 if self.alone else 0
        self.ids.act.disabled = not self.alone


load_layout(__file__)

"""What is done with personal data, once per version and person: two equal buttons, the refusal on the left."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, NoticePage
from screens.pages.page import ResidentPage, load_layout
from screens.theme import by_mode, size, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.text import Text


class NoticeTextPage(ResidentPage):
    headline = StringProperty("")

    rehearsal = NoticePage(Around(), ("data:查", "data:看"))

    def show(self, view: NoticePage, chrome: Chrome) -> None:
        self.headline = self.words.text("How we use your data")
        lines = self.ids.lines
        fit(lines, len(view.lines), lambda: Text(fold=True, lead=1.45, floor=by_mode(34, 41)))
        many = sum(len(line) for line in view.lines) > MANY_LETTERS
        for text, line in zip(reversed(lines.children), view.lines, strict=True):
            text.em = size("body") if many else by_mode(44, 50)
            text.room = u(984 - 2 * 44)
            text.say = self.words.label(line)


MANY_LETTERS = 300

load_layout(__file__)

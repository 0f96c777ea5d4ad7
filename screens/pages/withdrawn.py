"""What became of a withdrawal: stopped at once, and which machines have deleted."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_front_desk import WithdrawnPage
from kiosk.views_resident import Around
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import visitor as _visitor  # noqa: F401  registers the widgets that the .kv file names

PRINTED = {
    "printing": "Your slip is being printed",
    "printed": "Please take your slip",
    "failed": "No slip came out, please ask a person",
}


class WithdrawnScreen(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")
    number = StringProperty("")
    slip = StringProperty("")
    left = StringProperty("")
    slip_failed = BooleanProperty(False)
    gone = BooleanProperty(False)

    rehearsal = WithdrawnPage(Around(), "pending", "0", ("data:查",), ("data:看",), "none", 5)

    def show(self, view: WithdrawnPage, chrome: Chrome) -> None:
        words = self.words
        self.gone = view.state == "deleted"
        if self.gone:
            self.headline = words.text("Everything is deleted")
            self.lead = words.text("No machine of this hall knows your face.")
        else:
            self.headline = words.text("Stopped at once")
            self.lead = words.text(
                "No machine will know you now.\nThose that are offline\ndelete it when they are back."
            )
        self.number = words.text("Number {number}", number=view.number) if view.number else ""
        self.slip = words.text(PRINTED[view.printed]) if view.printed in PRINTED else ""
        self.slip_failed = view.printed == "failed"
        self.left = words.text("Back to the first page in {seconds}\u00a0s", seconds=view.left_s)
        self.ids.machines.show(view.deleted, view.waiting, words)


class LyingWithdrawnScreen(WithdrawnScreen):
    """Words on the left, machines on the right."""


load_layout(__file__)

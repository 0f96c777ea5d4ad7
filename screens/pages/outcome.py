"""What came of an alarm or of a care call: one of a few, and it is written down."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_front_desk import OutcomePage
from kiosk.views_resident import Around
from screens.pages.page import Page, load_layout
from screens.widgets import desk as _desk  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.icon import known_sign
from screens.widgets.resident import ChoiceButton, fit


class OutcomeScreen(Page):
    heading = StringProperty("")
    subject = StringProperty("")
    phone = StringProperty("")

    rehearsal = OutcomePage(Around(), "data:查", "data:看", (Choice("choose", "data:查"),))

    def show(self, view: OutcomePage, chrome: Chrome) -> None:
        words = self.words
        self.heading, self.subject, self.phone = (
            words.label(view.title),
            words.label(view.subject),
            view.phone,
        )
        grid = self.ids.choices
        fit(grid, len(view.choices), self._made)
        for button, choice in zip(reversed(grid.children), view.choices, strict=True):
            button.action, button.value = choice.action, choice.value
            button.say, button.hint = (
                words.label(choice.label),
                words.label(choice.hint) if choice.hint else "",
            )
            button.sign = known_sign(choice.icon)

    def _made(self) -> ChoiceButton:
        return ChoiceButton(on_release=lambda button: self.press(button.action, button.value))


load_layout(__file__)

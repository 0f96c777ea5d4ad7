"""Digits from staff: a PIN, a short number, a birthday, a count."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.i18n import Translator
from kiosk.views import DIGIT, ERASE, Chrome, StaffKeypad
from screens.pages.page import Page, Press, load_layout
from screens.widgets.touch import Push

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", ERASE)


class Keypad(GridLayout):
    """Ten digits and a key to take one back."""

    locked = BooleanProperty(False)

    def on_locked(self, _keypad: Any, locked: bool) -> None:
        """A locked keypad looks and is deaf."""
        for key in self.children:
            key.enabled = not locked and key.opacity > 0

    def build(self, page: Page) -> None:
        for key in KEYS:
            button = Push(
                em=64,
                say=key if key.isdigit() else "",
                sign="backspace-bold" if key == ERASE else "",
                enabled=bool(key),
                opacity=1 if key else 0,
            )
            action, value = (ERASE, "") if key == ERASE else (DIGIT, key)
            button.bind(on_release=lambda _button, action=action, value=value: page.press(action, value))
            self.add_widget(button)


class StaffKeypadPage(Page):
    heading = StringProperty("")
    prompt = StringProperty("")
    entered = StringProperty("")
    trouble = StringProperty("")
    complete = BooleanProperty(False)
    locked = BooleanProperty(False)

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(words, press)
        self.ids.keypad.build(self)

    def show(self, view: StaffKeypad, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.label(view.title)
        self.prompt = words.label(view.prompt)
        self.entered = places(view)
        self.locked = view.locked_s > 0
        self.complete = bool(view.entered) and not self.locked
        self.trouble = trouble(view, words)


def places(view: StaffKeypad) -> str:
    """What is entered, set wide. A secret arrives as dots already."""
    return "\u00a0".join(view.entered.replace("•", "●"))


def trouble(view: StaffKeypad, words: Translator) -> str:
    """Why it did not go on, in two lines at most."""
    if view.locked_s:
        minutes, seconds = divmod(view.locked_s, 60)
        return words.text(
            "Locked after five tries.\nOpen again in {minutes}:{seconds}.",
            minutes=minutes,
            seconds=f"{seconds:02d}",
        )
    return "\n".join(words.sentence(view.error)) if view.error else ""


load_layout(__file__)

"""The PIN of who laid her staff card down."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.i18n import Translator
from kiosk.views import Chrome
from kiosk.views_front_desk import DeskKeypad
from kiosk.views_resident import Around
from screens.pages.page import Page, Press, load_layout
from screens.pages.staff_keypad import Keypad as _Keypad  # noqa: F401  registers what the .kv file names
from screens.widgets import resident as _resident  # noqa: F401
from screens.widgets.desk import DeskPush as _DeskPush  # noqa: F401

PIN_DIGITS = 6


class DeskKeypadPage(Page):
    heading = StringProperty("")
    entered = StringProperty("")
    trouble = StringProperty("")
    complete = BooleanProperty(False)
    locked = BooleanProperty(False)

    rehearsal = DeskKeypad(Around(), "查＊", 1)

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(words, press)
        self.ids.keypad.build(self)

    def show(self, view: DeskKeypad, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.text("{name}, please enter your PIN", name=view.masked_name)
        self.entered = "\u00a0".join("●" * min(view.entered, PIN_DIGITS))
        self.locked = view.locked_min > 0
        self.complete = bool(view.entered) and not self.locked
        self.trouble = trouble(view, words)


def trouble(view: DeskKeypad, words: Translator) -> str:
    """Why it did not go on: how long it is locked, or what was wrong and how many tries are left."""
    if view.locked_min:
        return words.plural(
            "Locked. Try again in {count}\u00a0minute.",
            "Locked. Try again in {count}\u00a0minutes.",
            view.locked_min,
        )
    if not view.trouble:
        return ""
    what, next_step = words.sentence(view.trouble)
    if view.left > 0:
        next_step = words.plural("{count}\u00a0try is left", "{count}\u00a0tries are left", view.left)
    return f"{what}\n{next_step}"


load_layout(__file__)

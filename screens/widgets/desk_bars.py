"""The bars of the front desk's lying panel: where we are and who is signed in, what can be done, and 人工帮助."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.i18n import Translator
from kiosk.views import BACK, Chrome, View
from kiosk.views_front_desk import (
    APPOINTMENTS,
    CALL,
    ENROL,
    LOCK,
    NEEDS,
    DeskBoard,
)
from kiosk.views_resident import READ_ALOUD, Around
from screens import tokens
from screens.widgets.bars import Mark, TopBar
from screens.widgets.resident import fit
from screens.widgets.resident_bars import STAFF_VIEWS, resident_tools
from screens.widgets.touch import Touchable


class DeskMark(Mark):
    """The house, in the size of this bar."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(side=58, **properties)


class DeskTopBar(TopBar):
    """Where this is, who is signed in, the network, the date and the time."""

    staff = StringProperty("")

    def show(self, chrome: Chrome, words: Translator) -> None:
        super().show(chrome, words)
        self.machine = self.machine or "·" + words.text("Front desk")
        self.network = words.text("Network is fine") if chrome.online else words.text("Network is down")

    def show_staff(self, view: View) -> None:
        """Only the board knows who is signed in."""
        self.staff = view.staff if isinstance(view, DeskBoard) and not view.covered else ""


class DeskTool(Touchable):
    """A quiet button in the strip: a sign and a word, and how many wait behind it."""

    action = StringProperty("")
    say = StringProperty("")
    sign = StringProperty("")
    count = StringProperty("")
    on = BooleanProperty(False)
    em = NumericProperty(tokens.DESK_TEXT_FLOOR)


Wanted = tuple[str, str, str, str]
"""Action, word, sign, and how many wait."""


class DeskBottomBar(BoxLayout):
    """What staff, or whom the screen is turned to, can do on any page; 人工帮助 on the right."""

    lies_on = "surface"

    press = ObjectProperty(None)
    around = ObjectProperty(Around())
    help_word = StringProperty("")
    calling = BooleanProperty(False)

    def show(self, view: View, chrome: Chrome, words: Translator) -> None:
        self.help_word = words.text("On the way") if self.calling else words.text("Ask a person")
        wanted = desk_tools(view, self.around, words)
        row = self.ids.tools
        fit(row, len(wanted), self._made)
        for tool, (action, word, sign, count) in zip(reversed(row.children), wanted, strict=True):
            tool.action, tool.say, tool.sign, tool.count = action, word, sign, count
            tool.on = action == READ_ALOUD and self.around.reading

    def _made(self) -> DeskTool:
        return DeskTool(on_release=self._send)

    def _send(self, tool: Any) -> None:
        self.press(tool.action, "")


def desk_tools(view: View, around: Around, words: Translator) -> list[Wanted]:
    """What stands left of 人工帮助. Nobody is signed in at a covered board: nothing does."""
    if not isinstance(view, STAFF_VIEWS):
        return [(*tool, "") for tool in resident_tools(around, words)]
    if not isinstance(view, DeskBoard):
        return [(BACK, words.text("Back"), "arrow-left-bold", "")]
    if view.covered:
        return []
    waiting = str(view.waiting) if view.waiting else ""
    tools = [
        (APPOINTMENTS, words.text("Appointments"), "calendar-check-bold", ""),
        (CALL, words.text("Call in"), "megaphone-simple-bold", waiting),
        (NEEDS, words.text("Needs"), "clipboard-text-bold", ""),
        (ENROL, words.text("For the visitor"), "swap-bold", ""),
        (LOCK, words.text("Lock"), "lock-key-bold", ""),
    ]
    return [tool for tool in tools if tool[0] != ENROL or view.face != "none"]


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

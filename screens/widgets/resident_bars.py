"""The bars of the resident's terminal: where we are, who stands there, and the tools that are on every page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.i18n import Translator
from kiosk.views import Chrome, View
from kiosk.views_front_desk import (
    CallPage,
    ConsentPage,
    ConsentTextPage,
    DeskBoard,
    DeskKeypad,
    DeskList,
    OutcomePage,
    PosePage,
    TicketPage,
    WithdrawnPage,
)
from kiosk.views_resident import (
    LANGUAGE,
    LARGER,
    LEAVE_SESSION,
    READ_ALOUD,
    Around,
    Slideshow,
)
from screens import tokens
from screens.theme import u
from screens.widgets.bars import Mark, TopBar, banner_of
from screens.widgets.touch import Touchable

STAFF_VIEWS = (DeskBoard, DeskKeypad, DeskList, CallPage, OutcomePage)
"""What is meant for who works here; all else on a desk's panel is turned to a visitor."""
VISITOR_VIEWS = (ConsentPage, ConsentTextPage, PosePage, TicketPage, WithdrawnPage)
"""What a visitor sees who came for no record."""


class LargeMark(Mark):
    """The house, in the size of the upright panel's bar."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(side=64, **properties)


class ResidentTopBar(TopBar):
    """Where this is, the network and the time."""

    def show(self, chrome: Chrome, words: Translator) -> None:
        super().show(chrome, words)
        self.network = words.text("Network is fine") if chrome.online else words.text("Network is down")


class QuietBanner(BoxLayout):
    """One quiet sentence while the network or the clock cannot be relied on. `sentence` is what goes on without the network, by
    `words` and by who is the `reader`; `full_height` and `margin` are reference pixels."""

    lies_on = "offline"

    say = StringProperty("")
    sign = StringProperty("cloud-slash-fill")
    words = ObjectProperty(None, allownone=True)
    reader = StringProperty("resident")
    sentence = StringProperty("")
    full_height = NumericProperty(0)
    margin = NumericProperty(0)

    def show(self, view: View, chrome: Chrome, words: Translator) -> None:
        self.words, self.reader = words, reader_of(view)
        banner = banner_of(view, chrome) if not isinstance(view, Slideshow) else ""
        if banner == "offline":
            self.sign = "cloud-slash-fill"
            self.say = self.sentence
        elif banner == "clock_untrusted":
            self.sign = "clock-fill"
            self.say = words.text("The clock is unsure. Times will be checked.")
        self.height = u(self.full_height) if banner else 0
        self.opacity = 1 if banner else 0


def reader_of(view: View) -> str:
    """Whom a page is meant for: staff, a visitor, or a resident."""
    if isinstance(view, STAFF_VIEWS):
        return "staff"
    return "visitor" if isinstance(view, VISITOR_VIEWS) else "resident"


class LanguageButton(Touchable):
    """The other language, in its own letters."""

    say = StringProperty("")


class ResidentPersonBar(BoxLayout):
    """Who is identified, masked, and the language; as high as nothing before a session."""

    lies_on = "primary_tint"

    press = ObjectProperty(None)
    initial = StringProperty("")
    name = StringProperty("")
    number = StringProperty("")
    acting = StringProperty("")
    masked = StringProperty("")
    language = StringProperty("")

    def show(self, around: Around, words: Translator) -> None:
        shown = around.in_session or around.person is not None
        self.height = u(tokens.PERSON_BAR) if shown else 0
        self.opacity = 1 if shown else 0
        self.disabled = not shown
        person = around.person
        self.initial = person.initial if person else ""
        self.name = person.masked_name if person else words.text("No card needed so far") if shown else ""
        self.acting = words.text("for {name}", name=around.acting_for) if around.acting_for else ""
        self.number = person.masked_number if person and not self.acting else ""
        self.masked = words.text("Hidden") if person else ""
        self.language = other_language(words)


class ResidentTool(Touchable):
    """A tool of the bottom bar, `across` reference pixels wide. `on`: what it does is under way."""

    across = NumericProperty(174)
    action = StringProperty("")
    say = StringProperty("")
    sign = StringProperty("")
    on = BooleanProperty(False)


class ResidentBottomBar(BoxLayout):
    """Language or 结束离开, the size of letters, 朗读, and 人工帮助."""

    lies_on = "surface"

    press = ObjectProperty(None)
    around = ObjectProperty(Around())
    help_word = StringProperty("")
    calling = BooleanProperty(False)

    def show(self, view: View, chrome: Chrome, words: Translator) -> None:
        self.help_word = words.text("On the way") if self.calling else words.text("Ask a person")
        for tool, (action, word, sign) in zip(
            (self.ids.first, self.ids.second, self.ids.third), resident_tools(self.around, words), strict=True
        ):
            tool.action, tool.say, tool.sign = action, word, sign
        self.ids.third.on = self.around.reading

    def send(self, tool: Any) -> None:
        self.press(tool.action, "")


def resident_tools(around: Around, words: Translator) -> list[tuple[str, str, str]]:
    """(action, word, sign) of the three tools left of 人工帮助."""
    first = (
        (LEAVE_SESSION, words.text("End and leave"), "sign-out-bold")
        if around.in_session
        else (LANGUAGE, other_language(words), "translate-bold")
    )
    read = words.text("Stop") if around.reading else words.text("Speak")
    return [first, next_mode(around, words), (READ_ALOUD, read, "speaker-high-bold")]


def next_mode(around: Around, words: Translator) -> tuple[str, str, str]:
    """The tool that changes the mode, named by where it leads: normal, elder, dark, and round again."""
    if around.mode == "normal":
        return LARGER, words.text("Large"), "text-aa-bold"
    if around.mode == "elder":
        return LARGER, words.text("Dark"), "moon-bold"
    return LARGER, words.text("Normal"), "sun-bold"


def other_language(words: Translator) -> str:
    """The name of the language that is not spoken just now, as its speakers write it."""
    return "English" if words.locale != "en" else "中文"


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

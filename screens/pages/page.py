"""What every page is: it is handed a View and fills itself in; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.i18n import Translator
from kiosk.views import Choice, Chrome
from screens.widgets import bars as _bars  # noqa: F401  registers the widgets that the .kv files name
from screens.widgets import panels as _panels  # noqa: F401
from screens.widgets import text as _text  # noqa: F401
from screens.widgets.icon import known_sign
from screens.widgets.money import written
from screens.widgets.surface import Stacked
from screens.widgets.touch import WideChoice

Press = Callable[[str, str], None]


class Page(BoxLayout):
    """The area between the bars. `words` is the language, `press` takes an action and its value.

    `compact` is set while a banner takes some of the height. `rehearsal` is a View of the page that is filled in
    once before anyone comes, so that its fonts are open when the first card is tapped.
    """

    words = ObjectProperty(None, rebind=True)
    press = ObjectProperty(None)
    compact = BooleanProperty(False)

    rehearsal: ClassVar[Any] = None

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(words=words, press=press)

    def show(self, view: Any, chrome: Chrome) -> None:
        """Fill the page in."""
        raise NotImplementedError

    def show_picture(self, picture: Any) -> None:
        """A camera's frame, or None: for the one page that shows it."""


class ResidentPage(Stacked, Page):
    """A page of the resident's terminal: things below each other, those that are not needed just now left out."""


def load_layout(python_file: str) -> None:
    """Read the .kv file beside a page's .py file."""
    Builder.load_file(str(Path(python_file).with_suffix(".kv")))


class Choices(BoxLayout):
    """Wide buttons below each other, kept from page to page: as many as there are choices."""

    button_height = NumericProperty(160)

    def __init__(self, **properties: Any) -> None:
        super().__init__(orientation="vertical", **properties)
        self._choices: tuple[Choice, ...] = ()
        self._press: Press = lambda action, value: None

    def show(self, choices: tuple[Choice, ...], page: Page) -> None:
        """One button for each of `choices`, which send their action through `page`."""
        self._choices, self._press = choices, page.press
        while len(self.children) < len(choices):
            self.add_widget(WideChoice(on_release=self._chosen))
        while len(self.children) > len(choices):
            self.remove_widget(self.children[0])
        for button, choice in zip(reversed(self.children), choices, strict=True):
            fill_choice(button, choice, page.words)

    def _chosen(self, button: WideChoice) -> None:
        choice = self._choices[len(self.children) - 1 - self.children.index(button)]
        self._press(choice.action, choice.value)


def fill_choice(button: WideChoice, choice: Choice, words: Translator) -> None:
    """Put a Choice on a button. One that staff must confirm says so, where it has nothing else to say."""
    button.say = words.label(choice.label)
    button.hint = words.label(choice.hint) if choice.hint else ""
    if choice.staff and not choice.hint:
        button.hint = words.text("Staff enter their PIN")
    button.amount = "" if choice.amount is None else written(choice.amount)
    button.sign = known_sign(choice.icon)

"""What can be pressed: big, and with a visible border."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

from screens import theme, tokens
from screens.building import built_in
from screens.theme import u
from screens.widgets.surface import Surface


class Touchable(ButtonBehavior, Surface):
    """A surface that can be pressed. A trembling second press is the flow's to ignore: it knows what may repeat."""

    resting = StringProperty("surface")
    pressed = StringProperty("primary_tint")
    enabled = BooleanProperty(True)

    def __init__(self, **properties: Any) -> None:
        self._mode = theme.mode()
        super().__init__(**properties)

    def _do_release(self, *_: Any) -> None:
        # What it was pressed for may have turned the screen to another mode: it keeps the colours of its own.
        with built_in(self._mode):
            super()._do_release()

    def on_touch_down(self, touch: Any) -> bool:
        if not self.enabled and self.collide_point(*touch.pos):
            return True
        return super().on_touch_down(touch)


class Worded(Touchable):
    """A button with words. `filled` is the one thing to do on a page; the others are outlined."""

    say = StringProperty("")
    sign = StringProperty("")
    em = NumericProperty(48)
    floor = NumericProperty(tokens.STAFF_TEXT_FLOOR)
    filled = BooleanProperty(False)


class Push(Worded):
    """A button of the canteen's and the technician's pages."""


class Tool(Touchable):
    """A quiet button in the strip: a sign and a word."""

    action = StringProperty("")
    say = StringProperty("")
    sign = StringProperty("")


class HelpButton(Touchable):
    """人工帮助: the same rectangle on every page. `calling` while somebody is on the way."""

    say = StringProperty("")
    em = NumericProperty(48)
    sign_em = NumericProperty(54)
    air = NumericProperty(14)
    calling = BooleanProperty(False)


class WideChoice(Touchable):
    """One way to go on: a sign, what it is, and one line about it. `amount` strong at the end of that line."""

    say = StringProperty("")
    hint = StringProperty("")
    amount = StringProperty("")
    sign = StringProperty("")
    selected = BooleanProperty(False)
    choosing = BooleanProperty(False)
    bubble = NumericProperty(0)

    def on_height(self, _choice: Any, height: float) -> None:
        """The sign's square is smaller where many choices share the page."""
        self.bubble = min(u(96), height - u(24))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))

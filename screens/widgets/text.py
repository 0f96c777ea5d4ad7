"""Words on the screen: sized in reference pixels, drawn with a fallback font where a name needs one."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from screens import tokens
from screens.theme import colour, u
from screens.widgets.lettering import Lettering, Style
from screens.widgets.pieces import Pieces
from screens.widgets.typesetting import broken, is_plain, marked_up, natural_width, pieces_of


class Text(Widget):
    """Words of one size and colour, as wide as they are and `em * lead` high a line.

    `say` may hold `**strong**` parts. `room` (pixels, 0: unlimited) is what they may take: longer ones are broken
    where they `wrap` (at spaces) or `fold` (between hanzi as well), else set smaller, not below `floor`, and what is too
    long even so ends in an ellipsis. With `smaller_first` a line is broken only where it does not fit at `floor` either,
    and then at that size. There are `most_lines` at most, 0: as many as it takes. Lines `align` to one side, and take
    `span` pixels where that is not 0.
    A `plain` text may hold asterisks, as masked numbers do.
    """

    say = StringProperty("")
    em = NumericProperty(42)
    lead = NumericProperty(1.4)
    tone = StringProperty("ink")
    strong = BooleanProperty(False)
    underline = BooleanProperty(False)
    room = NumericProperty(0)
    floor = NumericProperty(tokens.STAFF_TEXT_FLOOR)
    wrap = BooleanProperty(False)
    fold = BooleanProperty(False)
    smaller_first = BooleanProperty(False)
    most_lines = NumericProperty(0)
    plain = BooleanProperty(False)
    align = OptionProperty("left", options=("left", "center", "right"))
    span = NumericProperty(0)
    font_size = NumericProperty(0)
    """Pixels of an em as it is drawn."""

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint", (None, None))
        properties.setdefault("font_size", u(tokens.STAFF_TEXT_FLOOR))
        self._widths: dict[tuple[str, int, bool, bool], int] = {}
        self._lettering = Lettering()
        self.drawn = ""
        super().__init__(**properties)
        with self.canvas:
            self._tint = Color()
            self._ink = Pieces()
        self._draw_soon = Clock.create_trigger(self.draw, -1)
        # While a page is laid out a text is moved several times: what it draws follows once.
        self._place_soon = Clock.create_trigger(self._place, -1)
        self.fbind("say", self._forget_widths)
        for name in (
            "say",
            "em",
            "lead",
            "strong",
            "room",
            "floor",
            "wrap",
            "fold",
            "smaller_first",
            "most_lines",
            "plain",
        ):
            self.fbind(name, self._compose)
        for name in ("underline", "align", "span"):
            self.fbind(name, self._draw_soon)
        for name in ("pos", "size"):
            self.fbind(name, self._place_soon)
        self.fbind("tone", self._colour)
        self._colour()
        self._compose()

    def width_of(self, words: str, size: int) -> int:
        """Pixels that `words`, what is said or a part of it, take at `size` pixels. Measuring is dear, so it is
        remembered, but only until something else is said: nobody's words are kept."""
        key = (words, size, self.strong, self.plain)
        if key not in self._widths:
            self._widths[key] = natural_width(*key)
        return self._widths[key]

    def _forget_widths(self, *_: Any) -> None:
        self._widths.clear()

    def _compose(self, *_: Any) -> None:
        words, em = self.say, u(self.em)
        if self.room and (self.wrap or self.fold):
            words, em = self._broken()
        self.font_size = self._fitting_size(words, em)
        self.drawn = self._shortened(words)
        lines = self.drawn.count("\n") + 1 if self.drawn else 0
        self.height = round(self.font_size * self.lead) * lines
        self._draw_soon()

    def draw(self, *_: Any) -> None:
        """Set what is to be read; done by itself before the next frame."""
        marked = len(pieces_of(self.drawn, self.plain)) > 1 or not is_plain(self.drawn)
        self.typeset(marked_up(self.drawn, self.plain) if marked else self.drawn, marked)

    @property
    def drawn_size(self) -> tuple[int, int]:
        """Width and height in pixels of all lines as they are drawn."""
        return self._lettering.size

    def typeset(self, text: str, marked: bool) -> None:
        """Draw `text` instead, in Kivy's markup where it is `marked`."""
        line_height = self.lead / tokens.FONT_LINE_EM
        style = Style(self.font_size, self.strong, line_height, self.underline, self.align, self.span)
        self._lettering.set(text, marked, style)
        self._ink.texture = self._lettering.texture
        if self.size_hint_x is None:
            self.width = self._lettering.size[0]
        self._place_soon()

    def _place(self, *_: Any) -> None:
        """What is drawn stands in the middle of the widget."""
        width, height = self._lettering.size
        x, y = int(self.x + (self.width - width) / 2), int(self.y + (self.height - height) / 2)
        self._ink.lay(
            [
                ((x + left, y + bottom, x + right, y + top), part)
                for (left, bottom, right, top), part in self._lettering.pieces
            ]
        )

    def _colour(self, *_: Any) -> None:
        self._tint.rgba = colour(self.tone)

    def _broken(self) -> tuple[str, int]:
        """The words in lines, and the size they are broken for."""
        em = u(self.em)
        if self.smaller_first and self.width_of(self.say, em) > self.room:
            em = min(em, u(self.floor))
            if self.width_of(self.say, em) <= self.room:
                return self.say, u(self.em)
        lines = broken(self.say, self.room, em, self.strong, self.fold).split("\n")
        if self.most_lines and len(lines) > self.most_lines:
            lines = lines[: int(self.most_lines)]
            lines[-1] += "…"
        return "\n".join(lines), em

    def _fitting_size(self, words: str, wanted: int) -> int:
        if self.room <= 0 or not words:
            return wanted
        width = self.width_of(words, wanted)
        if width <= self.room:
            return wanted
        return max(min(wanted, u(self.floor)), int(wanted * self.room / width))

    def _shortened(self, words: str) -> str:
        if self.room <= 0:
            return words
        while len(words) > 2 and self.width_of(words, int(self.font_size)) > self.room:
            words = words.rstrip("…")[:-1] + "…"
        return words

"""Texts and icons: sized in reference pixels, drawn with a fallback font where a name needs one."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget
from kivy.utils import escape_markup

from kiosk import fonts
from screens import drawings, tokens
from screens.theme import ICON_FONT, TEXT_FONT, colour, icon_files, u
from screens.widgets.lettering import Lettering, Style
from screens.widgets.picture import Picture, sharp
from screens.widgets.pieces import Pieces

# Signs of ours that the regular face has although GB 2312 lacks them: looking them up would read the font tables.
PLAIN_SIGNS = str.maketrans("", "", "¥−–\u00a0…")
STRONG = "**"


def is_plain(text: str) -> bool:
    """Whether the main face is known to hold all of `text`, without looking into any font."""
    try:
        text.translate(PLAIN_SIGNS).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def pieces_of(text: str, plain: bool = False) -> list[str]:
    """`text` at its `**`: every second piece is strong. A `plain` text is one piece, whatever it holds."""
    return [text] if plain else text.split(STRONG)


def marked_up(text: str, plain: bool = False) -> str:
    """`text` in Kivy's markup: `**words**` strong, and every character in a font that has it."""
    pieces = pieces_of(text, plain)
    return "".join(
        f"[b]{_with_fallback(piece)}[/b]" if number % 2 else _with_fallback(piece)
        for number, piece in enumerate(pieces)
    )


def _with_fallback(piece: str) -> str:
    if is_plain(piece):
        return escape_markup(piece)
    return "".join(
        escape_markup(run) if font == fonts.REGULAR else f"[font={font}]{escape_markup(run)}[/font]"
        for font, run in fonts.runs(piece)
    )


@lru_cache(maxsize=128)
def _ruler(size: int, bold: bool) -> CoreLabel:
    return CoreLabel(font_name=TEXT_FONT, font_size=size, bold=bold)


def natural_width(text: str, size: int, bold: bool, plain: bool = False) -> int:
    """Pixels that the widest line of `text` takes at `size` pixels."""
    return max(
        sum(
            _ruler(size, bold or number % 2 == 1).get_extents(piece)[0]
            for number, piece in enumerate(pieces_of(line, plain))
            if piece
        )
        for line in (text or " ").split("\n")
    )


NEVER_FIRST = "。，、？！：；）》」』”’…·％%.,;:?!)]}\u00a0"
NEVER_LAST = "（《「『“‘([{¥\u00a0"


def broken(text: str, room: float, size: int, bold: bool, fold: bool = False) -> str:
    """`text` with lines that are too long broken at their spaces, and between hanzi where it may `fold`.

    Lines of ours are broken by hand; what the hall sends is folded: no line begins with a closing sign, ends with an
    opening one, or is one hanzi alone.
    """
    return "\n".join(part for line in text.split("\n") for part in _lines_of(line, room, size, bold, fold))


def _lines_of(line: str, room: float, size: int, bold: bool, fold: bool) -> list[str]:
    if natural_width(line, size, bold) <= room:
        return [line]
    lines: list[list[str]] = [[]]
    for unit in _units(line) if fold else re.findall("[^ ]+ *", line):
        if lines[-1] and natural_width("".join([*lines[-1], unit]).rstrip(" "), size, bold) > room:
            lines.append([])
        lines[-1].append(unit)
    for before, units in pairwise(lines):
        if fold and _is_one_hanzi(units) and len(before) > 1:
            units.insert(0, before.pop())
    return ["".join(units).rstrip(" ") for units in lines]


@lru_cache(maxsize=256)
def folded_width(text: str, size: int, bold: bool) -> int:
    """The narrowest room in pixels where `text`, folded, takes two lines at most, none of them one sign alone. For the heads of columns: what is asked for
    is kept, and nobody's words may be."""
    units = _units(text)
    halves = [("".join(units[:at]).rstrip(" "), "".join(units[at:])) for at in range(1, len(units))]
    widths = [
        max(natural_width(half, size, bold) for half in both) for both in halves if min(map(len, both)) > 1
    ]
    return min(widths, default=natural_width(text, size, bold))


def _is_one_hanzi(units: list[str]) -> bool:
    return len(units) == 1 and _is_hanzi(units[0][0])


def _units(line: str) -> list[str]:
    """What stays together: a hanzi, a word with the space behind it, each with the signs that cling to it."""
    units: list[str] = []
    for char in line:
        if units and (
            char == " "
            or char in NEVER_FIRST
            or units[-1][-1] in NEVER_LAST
            or not (_is_hanzi(char) or _is_hanzi(units[-1][-1]) or units[-1].endswith(" "))
        ):
            units[-1] += char
        else:
            units.append(char)
    return units


def _is_hanzi(char: str) -> bool:
    return char >= "\u2e80" and char not in NEVER_LAST


class Text(Widget):
    """Words of one size and colour, as wide as they are and `em * lead` high a line.

    `say` may hold `**strong**` parts. `room` (pixels, 0: unlimited) is what they may take: longer ones are broken
    where they `wrap` (at spaces) or `fold` (between hanzi as well), else set smaller, not below `floor`, and what is too long even so ends in an ellipsis.
    With `smaller_first` a line is broken only where it does not fit at `floor` either, and then at that size.
    There are `most_lines` at most, 0: as many as it takes. Lines `align` to one side, and take `span` pixels where that is not 0.
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


@lru_cache(maxsize=1)
def _glyphs() -> dict[str, str]:
    names = json.loads(icon_files()[1].read_text(encoding="utf-8"))
    return {name: chr(int(point, 16)) for name, point in names.items()}


def known_sign(name: str) -> str:
    """`name` where there is such a sign, else none: a page without a sign is better than no page."""
    return name if name in drawings.ICONS or name in _glyphs() else ""


class Icon(Picture):
    """A sign by name, `em` reference pixels square: one of the icon font's, or one of our own drawings."""

    sign = StringProperty("")
    em = NumericProperty(48)
    tone = StringProperty("ink")

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint", (None, None))
        super().__init__(**properties)
        self.fit_mode = "contain"
        for name in ("sign", "em"):
            self.fbind(name, self._draw)
        self.fbind("tone", self._tint)
        self._tint()
        self._draw()

    def _tint(self, *_: Any) -> None:
        self.color = colour(self.tone)

    def _draw(self, *_: Any) -> None:
        size = u(self.em)
        self.size = (size, size) if self.sign else (0, 0)
        self.texture = icon_texture(self.sign, size) if self.sign else None


@lru_cache(maxsize=256)
def icon_texture(sign: str, size: int) -> Texture:
    """The picture of a sign, white on clear. Kept, because a page shows the same few again and again."""
    if sign in drawings.ICONS:
        return texture_of(drawings.icon(sign, size))
    label = CoreLabel(text=_glyphs()[sign], font_name=ICON_FONT, font_size=size)
    label.refresh()
    return label.texture


def texture_of(image: Any) -> Texture:
    """A Pillow RGBA image as a texture, to be shown at its own size."""
    texture = Texture.create(size=image.size, colorfmt="rgba")
    texture.blit_buffer(image.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return sharp(texture)


@lru_cache(maxsize=1)
def flat() -> Texture:
    """One white pixel, for areas of one colour; Kivy's own one is smoothed, at a price for every pixel drawn."""
    texture = Texture.create(size=(1, 1), colorfmt="rgba")
    texture.blit_buffer(b"\xff\xff\xff\xff", colorfmt="rgba", bufferfmt="ubyte")
    return sharp(texture)

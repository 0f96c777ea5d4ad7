"""How wide words are, where a line of them may be broken, and which font has each character."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from kivy.core.text import Label as CoreLabel
from kivy.utils import escape_markup

from kiosk import fonts
from screens.theme import TEXT_FONT

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
    """The narrowest room in pixels where `text`, folded, takes two lines at most, none of them one sign alone.

    For the heads of columns: what is asked for is kept, and nobody's words may be.
    """
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

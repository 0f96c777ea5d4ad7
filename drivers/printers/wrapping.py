"""Breaking Chinese text into lines (pure).

Chinese breaks between any two characters, but a line never begins with closing punctuation and never ends with
opening punctuation (行首行尾禁则); a Latin word or a number is kept whole where a line can hold it.
"""

from __future__ import annotations

import re

from drivers.printers.raster import cells

NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕〗…—～·％‰℃”’,.;:?!)]}%")
NEVER_LAST = frozenset("（《〈「『【〔〖“‘￥＄([{")

_TOKENS = re.compile(r" +|[!-~]+|.", re.DOTALL)


def wrap(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns` half-width cells. Line breaks in it are kept; no text gives no line."""
    return [line for paragraph in text.splitlines() for line in _wrap_paragraph(paragraph, columns)]


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    for token in _pieces(text, columns):
        if cells("".join(line)) + cells(token.rstrip()) <= columns:
            line.append(token)
            continue
        line, carried = _break_before(line, token)
        lines.append("".join(line).rstrip())
        line = [*carried, token] if token.strip() or carried else []
    if line:
        lines.append("".join(line).rstrip())
    return [kept for kept in lines if kept]


def _pieces(text: str, columns: int) -> list[str]:
    """Tokens of the text: spaces, words, single characters; a word longer than a line is cut into characters."""
    pieces: list[str] = []
    for token in _TOKENS.findall(text):
        pieces.extend(token if cells(token) > columns else [token])
    return pieces


def _break_before(line: list[str], token: str) -> tuple[list[str], list[str]]:
    """What stays on the full line, and what goes down with `token` to keep both ends of the break allowed."""
    carried: list[str] = []
    while len(line) > 1 and ((carried or [token])[0][0] in NEVER_FIRST or line[-1][-1] in NEVER_LAST):
        carried.insert(0, line.pop())
    return line, carried

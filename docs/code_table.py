"""`python docs/code_table.py`: writes the table of codes at the end of docs/operations.md anew, from the catalogue."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kiosk.i18n import Translator
from kiosk.locales.sentences import SENTENCES

PAGE = Path(__file__).parent / "operations.md"
HEADING = "| Code | Screen (English) | 屏幕 | Next | 下一步 |\n|---|---|---|---|---|\n"


def table() -> str:
    """One row a code. A code without a dot or colon stands for all of its family that have no row of their own."""
    english, chinese = Translator("en"), Translator("zh_CN")
    rows = []
    for code in SENTENCES:
        (what, next_step), (what_zh, next_zh) = english.sentence(code), chinese.sentence(code)
        cells = [f"`{code}`", what, what_zh, next_step, next_zh]
        rows.append("| " + " | ".join(cell.replace("\n", " ") for cell in cells) + " |\n")
    return HEADING + "".join(rows)


def renewed(page: str) -> str:
    """The page with its table, which runs to its end, made anew."""
    return page[: page.index("| Code |")] + table()


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

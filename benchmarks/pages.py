"""How long an A4 page takes to be set: the technician's test page beside one line of text by the same typst."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from benchmarks.measure import Result, against, percentile, take_turns
from drivers import fonts
from drivers.printers import pages

PAGES_A_BLOCK = 5
ROUNDS = 12
PEER = "typst alone: an A4 page with one line of Chinese, the same fonts"


def run(directory: Path) -> list[Result]:
    import typst

    numbers = itertools.count()
    faces = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[fonts.font_path(fonts.REGULAR).parent],
    )

    def ours() -> float:
        started = time.perf_counter()
        for _ in range(PAGES_A_BLOCK):
            pages.trial_page(f"CT-{next(numbers)}", "2026-11-20 12:00", "hall-a4")
        return (time.perf_counter() - started) / PAGES_A_BLOCK * 1000

    def bare() -> float:
        started = time.perf_counter()
        for _ in range(PAGES_A_BLOCK):
            text = f'#set page(paper: "a4")\n#set text(font: "Noto Sans CJK SC")\n社区 {next(numbers)}'
            typst.compile(text.encode(), format="pdf", font_paths=faces, ignore_system_fonts=True)
        return (time.perf_counter() - started) / PAGES_A_BLOCK * 1000

    ours()  # fonts are read once a process
    bare()
    set_ms, bare_ms = take_turns(ours, bare, ROUNDS)
    how = (
        f"{ROUNDS} blocks of {PAGES_A_BLOCK} pages each, in turns, no two pages alike, fonts read before; "
        "medians of a page"
    )
    return [
        against(
            "A4 test page to PDF",
            percentile(set_ms, 50),
            "ms",
            PEER,
            percentile(bare_ms, 50),
            how,
            value_at_most=100,
        )
    ]

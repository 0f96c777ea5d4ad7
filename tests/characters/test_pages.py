"""No name is a box on A4: the characters in a PDF as it is rendered, and as its text is selected."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from drivers.printers.pages import page_pdf
from tests.characters.lists import tried

COLUMNS, ROWS, CELL = 30, 40, 24
NOBODYS = "\U00030000"  # in extension G, which no font of ours has
DEADLINE_S = 120


def test_every_character_is_drawn_on_a_page_and_can_be_selected(tmp_path: Path) -> None:
    texts = tried() + NOBODYS
    pdf = tmp_path / "grid.pdf"
    pdf.write_bytes(page_pdf("grid", {"pages": list(_pages(texts))}, Path(__file__).parent))
    tiles = dict(zip(texts, _tiles(pdf, tmp_path), strict=False))
    missing = tiles[NOBODYS]
    blank = Image.new("L", (CELL, CELL), 255).tobytes()
    bad = [f"U+{ord(char):04X}" for char in tried() if tiles[char] in (blank, missing)]
    assert not bad, f"{len(bad)} missing: {bad[:20]}"
    read = subprocess.run(
        ["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True, timeout=DEADLINE_S
    ).stdout.decode()
    unread = set(unicodedata.normalize("NFC", tried())) - set(unicodedata.normalize("NFC", read))
    assert not unread, [f"U+{ord(char):04X}" for char in sorted(unread)[:20]]


def _pages(texts: str) -> Iterator[list[str]]:
    rows = [texts[start : start + COLUMNS] for start in range(0, len(texts), COLUMNS)]
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]


def _tiles(pdf: Path, directory: Path) -> Iterator[bytes]:
    """The grey pixels of each cell, in the order of the text."""
    subprocess.run(
        ["pdftoppm", "-gray", "-r", "100", str(pdf), str(directory / "page")], check=True, timeout=DEADLINE_S
    )
    for path in sorted(directory.glob("page*.pgm")):
        with Image.open(path) as page:
            for row in range(ROWS):
                for column in range(COLUMNS):
                    left, top = column * CELL, row * CELL
                    yield page.crop((left, top, left + CELL, top + CELL)).tobytes()

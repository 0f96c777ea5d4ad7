"""No name is a box on a slip: all characters through the slip's rasteriser, 0 missing."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from drivers import fonts
from drivers.printers.raster import MISSING_SORT, cell_image
from tests.characters.lists import every_character

NOBODYS = "\U0003fffe"  # a noncharacter, which no font may have


@lru_cache(maxsize=4)
def missing_glyph(font: str) -> bytes:
    """What this font draws for a character that it lacks, in a slip's cell."""
    from drivers.printers import raster

    face = raster._font(font, raster.LINE_DOTS)
    grey = Image.new("L", (raster.LINE_DOTS, raster.LINE_DOTS), 255)
    from PIL import ImageDraw

    baseline = round(raster.LINE_DOTS * raster._ASCENT)
    ImageDraw.Draw(grey).text((raster.LINE_DOTS / 2, baseline), NOBODYS, fill=0, font=face, anchor="ms")
    return raster.to_dots(grey).tobytes()


def test_every_character_is_drawn_on_a_slip() -> None:
    missing_sort = cell_image.__wrapped__(MISSING_SORT, 1, 1, False).tobytes()
    blank = Image.new("1", (24, 24), 1).tobytes()
    bad = []
    for char in every_character():
        cell = cell_image.__wrapped__(char, 1, 1, False).tobytes()
        font = fonts.covers(char)
        assert font is not None
        if cell in (blank, missing_sort, missing_glyph(font)):
            bad.append(f"U+{ord(char):04X}")
    assert not bad, f"{len(bad)} missing: {bad[:20]}"


def test_a_character_that_no_font_has_is_seen_as_missing() -> None:
    """The control: were nothing ever missing, the test above would say so of anything."""
    assert cell_image("\U00030000", 1, 1, False).tobytes() == cell_image(MISSING_SORT, 1, 1, False).tobytes()

"""What goes on paper must fit the paper, be made of characters that the printer has, and draw every name."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from drivers import fonts
from drivers.printers.encoding import encode
from drivers.printers.layout import clean, layout, missing
from drivers.printers.lines import PAPERS, DrawnLine, PrintLine, TextLine
from drivers.printers.profiles import PROFILES
from drivers.printers.raster import MISSING_SORT, cell_image, cells, text_image
from drivers.printers.slip import Amount, Inverted, Logo, Number, Pair, Slip, Tag, Text, Title
from tests.drivers.printers.samples import every_part, meal

WIDTHS = (58, 80)
RARE = "㛃𬭩𠅤䶮𠀁𠀃"


def text_of(lines: list[PrintLine]) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in lines if isinstance(line, TextLine)]


def width_of(line: PrintLine) -> int:
    if isinstance(line, TextLine):
        return sum(cells(piece.text) for piece in line.pieces) * 12 * line.size.width
    return line.image.width if isinstance(line, DrawnLine) else 0


def ink(image: Image.Image) -> int:
    return image.convert("L").histogram()[0]


@pytest.mark.parametrize("width_mm", WIDTHS)
@pytest.mark.parametrize("slip", [meal(), meal(offline=True), every_part()])
def test_every_line_fits_its_paper(slip: Slip, width_mm: int) -> None:
    assert all(width_of(line) <= PAPERS[width_mm].dots for line in layout(slip, width_mm))


@given(st.text(max_size=40), st.text(max_size=30), st.sampled_from(WIDTHS))
@settings(max_examples=150, deadline=None)
def test_any_text_is_laid_out_and_encoded(left: str, right: str, width_mm: int) -> None:
    slip = Slip(
        (
            Logo(left),
            Title(right),
            Inverted(left),
            Pair(left, right),
            Tag(right[:4], left),
            Text(left),
            Amount(right, left),
            Number(left),
        )
    )
    lines = layout(slip, width_mm)
    assert all(width_of(line) <= PAPERS[width_mm].dots for line in lines)
    encode(lines, PROFILES["generic"])


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_pair_stands_at_both_edges(width_mm: int) -> None:
    line = text_of(layout(Slip((Pair("午餐", "¥12.00"),)), width_mm))[0]
    assert line.startswith("午餐 ")
    assert line.endswith(" ￥12.00")


@pytest.mark.parametrize("width_mm", WIDTHS)
def test_a_ticket_s_number_is_the_largest_thing_on_paper(width_mm: int) -> None:
    """On a head of eight dots to the millimetre: at least 10 mm high on the narrow paper, 14 mm on the wide one."""
    (number,) = layout(Slip((Number("A017"),)), width_mm)
    (typed,) = layout(Slip((Number("A017"),)), width_mm, drawn_headings=False)
    assert isinstance(number, DrawnLine)
    assert number.image.height >= {58: 80, 80: 112}[width_mm]
    assert isinstance(typed, TextLine)
    assert typed.size.height == 3


def test_pairs_of_a_slip_have_one_size() -> None:
    slip = Slip((Pair("午餐", "¥12.00"), Pair("卡内余额（约）的一个很长的名字", "¥1286.50")))
    sizes = {line.size for line in layout(slip, 80) if isinstance(line, TextLine)}
    assert len(sizes) == 1


def test_label_too_long_for_its_line_is_wrapped_and_the_value_kept_whole() -> None:
    label = "一项名字特别长的补贴" * 4
    lines = text_of(layout(Slip((Pair(label, "−¥5.50"),)), 58))
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == label + "－￥5.50"
    assert lines[-1].endswith("－￥5.50")
    assert cells(lines[-1]) == 32


@pytest.mark.parametrize("char", RARE)
@pytest.mark.parametrize("width_mm", WIDTHS)
def test_line_with_a_rare_character_is_drawn_in_the_same_cells(char: str, width_mm: int) -> None:
    (drawn,) = layout(Slip((Pair(f"{char}＊", "卡尾号 1034", bold=True),)), width_mm)
    (text,) = layout(Slip((Pair("孙＊", "卡尾号 1034", bold=True),)), width_mm)
    assert isinstance(drawn, DrawnLine)
    assert isinstance(text, TextLine)
    assert drawn.image.width == width_of(text)


@pytest.mark.parametrize("char", RARE)
def test_rare_character_has_ink_of_its_own(char: str) -> None:
    glyph = cell_image(char, 2, 2, False)
    box = cell_image("\U0010ffff", 2, 2, False)
    assert fonts.covers(char)
    assert ink(glyph) > 150
    assert ink(ImageChops.logical_xor(glyph, box)) != glyph.width * glyph.height
    others = [cell_image(other, 2, 2, False).tobytes() for other in RARE if other != char]
    assert glyph.tobytes() not in [*others, box.tobytes()]


def test_character_in_no_font_is_seen_as_missing_and_counted() -> None:
    slip = Slip((Pair("\ue000＊", "1034"), Text("饭\U0010fffd")))
    assert missing(slip) == 2
    assert missing(meal()) == 0
    assert cell_image("\ue000", 1, 1, False).tobytes() == cell_image(MISSING_SORT, 1, 1, False).tobytes()
    assert ink(cell_image(MISSING_SORT, 1, 1, False)) > 50


def test_paper_takes_the_full_width_signs_and_no_commands() -> None:
    assert clean("−¥5.50") == "－￥5.50"
    assert clean("孙\x1b@\x10\x05\x02＊\u200b\ufe00") == "孙@＊"
    assert clean("a\u00a0b\n") == "a b\n"


def test_copy_mark_stands_under_the_title() -> None:
    plain, copy = layout(meal(), 80), layout(meal().marked("补打"), 80)
    assert len(copy) == len(plain) + 1
    band = copy[2]
    assert isinstance(band, DrawnLine)
    assert ink(band.image) > band.image.width * band.image.height / 2


def test_copy_mark_of_a_slip_without_title_is_printed_too() -> None:
    assert len(layout(Slip((Text("饭"),), copy_mark="补打"), 80)) == 2


def test_latin_descenders_are_whole() -> None:
    image = text_image("gjpqy", 56, True)
    assert ink(image.crop((0, image.height - 1, image.width, image.height))) > 0
    assert image.height > 60


def test_slips_are_built_by_thousands_of_lines_a_second() -> None:
    layout(meal(), 80)
    profile = PROFILES["generic"]
    started = time.perf_counter()
    lines = sum(len(encode(layout(meal(name=f"{name}＊"), 80), profile)) for name in "赵钱孙李" * 25)
    assert lines / (time.perf_counter() - started) > 2000

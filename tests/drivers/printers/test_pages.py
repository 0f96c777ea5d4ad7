"""A page must come out with every character of a name, at its true size, and with no way for data to become markup."""

from __future__ import annotations

import io
import subprocess

import pytest
from PIL import Image

from drivers.printers import pages

DPI = 100
PX_PER_MM = DPI / 25.4
DARK = 100


def told(*command: str, document: bytes) -> str:
    done = subprocess.run(command, input=document, capture_output=True, timeout=20, check=True)
    return done.stdout.decode("utf-8")


@pytest.fixture(scope="module")
def document() -> bytes:
    return pages.trial_page("CT-03", "2026-11-22 17:20", "hall-a4")


@pytest.fixture(scope="module")
def picture(document: bytes) -> Image.Image:
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-"],
        input=document,
        capture_output=True,
        timeout=20,
        check=True,
    )
    return Image.open(io.BytesIO(drawn.stdout)).convert("L")


def test_it_is_one_page_of_a4(document: bytes) -> None:
    facts = told("pdfinfo", "-", document=document)
    assert "Pages:           1\n" in facts
    assert "595.276 x 841.89 pts (A4)" in facts


def test_every_word_and_rare_character_is_there(document: bytes) -> None:
    text = told("pdftotext", "-", "-", document=document)
    for expected in ("A4 测试页", "CT-03", "2026-11-22 17:20", "hall-a4", "敬请取走您的凭条", *pages.RARE):
        assert expected in text


def test_all_fonts_are_embedded_and_none_is_another(document: bytes) -> None:
    lines = told("pdffonts", "-", document=document).splitlines()[2:]
    assert {line.split("+")[1].split("-")[0].split()[0] for line in lines} == {"NotoSansCJKsc", "HanaMinB"}
    for line in lines:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line


def test_the_bar_is_as_long_as_it_says(picture: Image.Image) -> None:
    """The longest dark run that is 3 mm high: 100 mm."""
    assert abs(picture.height / PX_PER_MM - 297) < 0.4
    lengths = [run for row in range(picture.height) for run in dark_runs(picture, row)]
    hundred_mm = [run for run in lengths if abs(run / PX_PER_MM - 100) < 0.6]
    assert abs(len(hundred_mm) / PX_PER_MM - 3) < 0.6


def test_the_frame_is_ten_millimetres_inside(picture: Image.Image) -> None:
    x = round(108 * PX_PER_MM)
    column = [value < DARK for value in picture.crop((x, 0, x + 1, picture.height)).tobytes()]
    first, last = column.index(True), len(column) - 1 - column[::-1].index(True)
    # In this column stands the step of 5 mm as well.
    assert abs(first / PX_PER_MM - 5) < 0.4
    assert abs((picture.height - last) / PX_PER_MM - 5) < 0.4
    assert column[round(10 * PX_PER_MM) - 1 : round(10 * PX_PER_MM) + 2].count(True) >= 1


def test_the_same_data_gives_the_same_bytes(document: bytes) -> None:
    assert pages.trial_page("CT-03", "2026-11-22 17:20", "hall-a4") == document
    assert pages.trial_page("CT-04", "2026-11-22 17:20", "hall-a4") != document


@pytest.mark.parametrize("evil", ['#panic("x")', "#read('/etc/passwd')", "*bold* $x$ //", '"}', "张三\\ #"])
def test_data_is_never_markup(evil: str) -> None:
    text = told("pdftotext", "-", "-", document=pages.trial_page(evil, "now", "a4"))
    assert evil in text


def test_characters_without_a_font_are_counted() -> None:
    assert pages.missing({"names": ["张三 㛃", ["\U00020003"]], "count": 3}) == 0
    assert pages.missing({"names": ["张\ue123", "\U0003ffff"]}) == 2


def test_what_a_template_misses_is_said_without_the_data() -> None:
    with pytest.raises(pages.PageError, match="printed_at") as caught:
        pages.page_pdf(pages.TRIAL_PAGE, {"terminal": "CT-03", "secret": "440524188001010014"})
    assert "440524" not in str(caught.value)
    assert caught.value.reason == "cups.bad_document"


def dark_runs(picture: Image.Image, row: int) -> list[int]:
    """The lengths of the dark pieces of one row of pixels."""
    runs, run = [], 0
    for value in picture.crop((0, row, picture.width, row + 1)).tobytes() + b"\xff":
        if value < DARK:
            run += 1
        elif run:
            runs.append(run)
            run = 0
    return runs

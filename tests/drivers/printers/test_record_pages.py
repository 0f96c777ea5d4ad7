"""A record on A4 is read back by people and by offices' programs: every character can be selected, a table over many
pages repeats its head, and what a person is called is never markup."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from drivers import fonts
from drivers.printers.pages import page_pdf

TEN_PAGES_S = 3.0
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1h-1z"/></svg>'
WORDS = {
    "issue_number": "编号",
    "printed": "打印时间",
    "device": "打印终端",
    "scan": "扫码可查真假",
    "page": "第 {} 页，共 {} 页",
}


def data(rows: int, name: str = "赵＊", copy_mark: str = "", latin: bool = False) -> dict[str, object]:
    return {
        "document": {
            "title": "社保缴费记录",
            "marks": [],
            "facts": [["姓名", name]],
            "table": {
                "heads": ["月份", "养老￥", "医疗￥"],
                "align": "lrr",
                "rows": [[f"{number:05}", "776.00", "372.00"] for number in range(rows)],
                "total": ["合计", "4,656.00", "2,232.00"],
            },
            "parts": [["所需材料", ["身份证原件。"]]],
            "notes": ["备注在这里。"],
            "only": "仅供本人查询使用",
        },
        "imprint": {"number": "QP01-20261120-0042", "terminal_id": "QP-01"},
        "words": WORDS,
        "weights": [8, 8, 8],
        "latin": latin,
        "place": "和顺社区服务大厅",
        "printed": "2026-11-20 10:02",
        "qr": SVG,
        "copy_mark": copy_mark,
    }


def text_of(pdf: bytes, directory: Path) -> list[str]:
    """The text of each page, as poppler selects it."""
    path = directory / "record.pdf"
    path.write_bytes(pdf)
    read = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, timeout=30, text=True
    )
    return read.stdout.split("\f")[:-1]


def test_everything_can_be_selected(tmp_path: Path) -> None:
    (page,) = text_of(page_pdf("document", data(3)), tmp_path)
    for said in (
        "和顺社区服务大厅",
        "社保缴费记录",
        "赵＊",
        "QP01-20261120-0042",
        "776.00",
        "4,656.00",
        "身份证原件",
        "仅供本人查询使用",
        "第 1 页，共 1 页",
    ):
        assert said.replace(" ", "") in page.replace(" ", ""), said


def test_a_long_table_repeats_its_head_and_counts_its_pages(tmp_path: Path) -> None:
    pages = text_of(page_pdf("document", data(400)), tmp_path)
    assert len(pages) >= 8
    for number, page in enumerate(pages, start=1):
        said = page.replace(" ", "")
        assert f"第{number}页，共{len(pages)}页" in said
        assert "QP01-20261120-0042" in said
    assert all("养老" in page for page in pages[:-1])
    assert "00399" in "".join(pages)


def test_a_character_that_only_one_font_has_is_embedded(tmp_path: Path) -> None:
    assert fonts.covers("\U00020001") != fonts.covers("赵")
    (page,) = text_of(page_pdf("document", data(1, name="\U00020001＊")), tmp_path)
    assert "\U00020001" in page


@pytest.mark.parametrize("name", ['#panic("x")', "*_`$\\", "<label> @ref", "a" * 60, "赵" * 60])
def test_a_name_is_never_markup(tmp_path: Path, name: str) -> None:
    (page,) = text_of(page_pdf("document", data(1, name=name)), tmp_path)
    assert name[:12] in page


def test_another_copy_says_so(tmp_path: Path) -> None:
    (first,) = text_of(page_pdf("document", data(1)), tmp_path)
    (second,) = text_of(page_pdf("document", data(1, copy_mark="补打")), tmp_path)
    assert "补打" not in first
    assert "补打" in second


def test_the_same_data_gives_the_same_bytes() -> None:
    assert page_pdf("document", data(40)) == page_pdf("document", data(40))


def test_ten_pages_are_quick() -> None:
    page_pdf("document", data(1))
    began = time.monotonic()
    page_pdf("document", data(440))
    assert time.monotonic() - began < TEN_PAGES_S

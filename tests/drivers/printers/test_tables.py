"""A table on a slip is read down its columns, on both papers, and no cell of it is ever cut off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.layout import layout
from drivers.printers.lines import PAPERS, DrawnLine, TextLine
from drivers.printers.raster import cells
from drivers.printers.slip import Pair, Row, Rule, Slip

MONTHS = (
    Row("月份\t养老￥\t医疗￥", "lrr"),
    Rule(),
    Row("01月\t776.00\t372.00", "lrr"),
    Row("12月\t1,802.40\t84.60", "lrr"),
    Rule(),
    Row("合计\t2,578.40\t456.60", "lrr", bold=True),
)


def lines_of(slip: Slip, width_mm: int) -> list[TextLine]:
    return [line for line in layout(slip, width_mm) if isinstance(line, TextLine)]


def text_of(line: TextLine) -> str:
    return "".join(piece.text for piece in line.pieces)


def end_of(text: str, cell: str) -> int:
    """How many half-width cells into its line a text ends."""
    return cells(text[: text.index(cell) + len(cell)])


@pytest.mark.parametrize("width_mm", [58, 80])
def test_rows_over_rules_share_their_columns(width_mm: int) -> None:
    head, january, december, total = (text_of(line) for line in lines_of(Slip(MONTHS), width_mm))
    ends = {
        end_of(head, "养老￥"),
        end_of(january, "776.00"),
        end_of(december, "1,802.40"),
        end_of(total, "2,578.40"),
    }
    assert len(ends) == 1
    assert {cells(line) for line in (head, january, december, total)} == {cells(head)}


def test_the_largest_letters_in_which_it_fits() -> None:
    wide = (*MONTHS, Row("12月\t1,234,567.00\t1,234,567.00", "lrr"))
    assert {line.size.width for line in lines_of(Slip(MONTHS), 80)} == {2}
    assert {line.size.width for line in lines_of(Slip(wide), 80)} == {1}
    assert all(line.size.height == 2 for line in lines_of(Slip(wide), 80)), "narrower, and still tall"


def test_two_tables_do_not_share_columns() -> None:
    apart = Slip((Row("a\tb", "lr"), Pair("x", "y"), Row("a long first cell here\tb", "lr")))
    first, _, second = (text_of(line) for line in lines_of(apart, 80))
    assert first.startswith("a")
    assert "a long first cell here" in second


def test_a_row_that_does_not_fit_goes_on_in_the_next_line() -> None:
    row = Row("2026-01-03\t老年人高龄津贴申请\t已办结\t1,234.50", "lllr")
    said = [text_of(line) for line in lines_of(Slip((row,)), 58)]
    assert len(said) > 1
    assert "".join("".join(said).split()) == "2026-01-03老年人高龄津贴申请已办结1,234.50"
    assert cells(said[-1]) == PAPERS[58].columns  # the figure stands at the edge


CELL = st.text(alphabet="月1234567890.,社保㛃", max_size=45)


@given(st.lists(st.lists(CELL, min_size=1, max_size=7), min_size=1, max_size=5), st.sampled_from([58, 80]))
def test_no_line_is_wider_than_the_paper_and_no_character_is_lost(
    rows: list[list[str]], width_mm: int
) -> None:
    lines = layout(Slip(tuple(Row("\t".join(row), "lrlrlrl") for row in rows)), width_mm)
    paper = PAPERS[width_mm]
    for line in lines:
        if isinstance(line, DrawnLine):
            assert line.image.width <= paper.dots
        elif isinstance(line, TextLine):
            assert cells(text_of(line)) * line.size.width <= paper.columns
    if all(isinstance(line, TextLine) for line in lines):
        said = "".join(text_of(line) for line in lines if isinstance(line, TextLine))
        assert sorted("".join(said.split())) == sorted("".join("".join(row) for row in rows))


def test_a_stored_row_comes_back_as_it_was() -> None:
    slip = Slip(MONTHS)
    assert Slip.from_json(slip.to_json()) == slip

"""A full stop at the start of a line is how one sees that a machine set a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.raster import cells
from drivers.printers.wrapping import NEVER_FIRST, NEVER_LAST, wrap


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("", 10, []),
        ("午餐", 10, ["午餐"]),
        ("请趁热吃，慢慢用。", 8, ["请趁热", "吃，慢慢", "用。"]),
        ("卡内余额（约）", 10, ["卡内余额", "（约）"]),
        ("有疑问请打 8390 1200", 16, ["有疑问请打 8390", "1200"]),
        ("有疑问请打 8390 1200", 14, ["有疑问请打", "8390 1200"]),
        ("一\n二三", 10, ["一", "二三"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("好" * 5, 4, ["好好", "好好", "好"]),
    ],
)
def test_lines(text: str, columns: int, expected: list[str]) -> None:
    assert wrap(text, columns) == expected


TEXT = st.text(alphabet="午餐吃，。（）！好a1b2 ", max_size=60)


@given(TEXT, st.integers(min_value=12, max_value=48))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cells(line) <= columns for line in lines)


@given(st.lists(st.sampled_from(["好", "饭", "菜，", "（约）", "吃。"]), max_size=30), st.integers(8, 40))
def test_no_line_begins_with_closing_or_ends_with_opening_punctuation(words: list[str], columns: int) -> None:
    for line in wrap("".join(words), columns):
        assert line[0] not in NEVER_FIRST
        assert line[-1] not in NEVER_LAST

"""A tariff is edited by hand at a hall: a slip of the pen must be answered with the line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services.tariff import SHIPPED, TariffError, load_tariff, parse_tariff, shipped_tariff

GOOD = (SHIPPED / "xuzhou_jinlonghu.toml").read_text(encoding="utf-8")


def line_number(text: str, fragment: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if fragment in line)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_tariff_loads_under_its_own_name(path: Path) -> None:
    assert load_tariff(path).id == path.stem
    assert shipped_tariff(path.stem) == load_tariff(path)


def test_no_such_tariff() -> None:
    assert shipped_tariff("nowhere") is None


@pytest.mark.parametrize(
    ("old", "new", "at", "field", "expected"),
    [
        ("pays = 650", "pays = 6.50", "pays = 6.50", "funds[3].pays", "whole number"),
        ("pays = 650", "pays = -1", "pays = -1", "funds[3].pays", "0 or more, found -1"),
        ("pays = 650", "payss = 650", "payss", "funds[3].payss", "no field of this name; known are amount"),
        ("list_price = 1200", 'list_price = "12"', "list_price", "list_price", "whole number"),
        ('title_zh = "金龙湖街道助餐价目"\n', "", "# Xuzhou", "title_zh", "this field to be given"),
        (
            'bands = ["age_75"]',
            'bands = ["age_57"]',
            "age_57",
            "funds[3].bands",
            "codes of [[bands]], found 'age_57'",
        ),
        ("to_age = 75", "to_age = 76", "from_age = 75", "bands[3].from_age", "to_age is not in its band"),
        ("to_age = 75", "to_age = 60", "to_age = 60", "bands[2].to_age", "more than from_age (60), found 60"),
        ('code = "age_75"', 'code = "age_60_74"', None, "bands[3].code", "a code no other band has"),
        ('code = "age_75"', 'code = "Age 75"', "Age 75", "bands[3].code", "small letters"),
        ("pays = 650", "per = 'week'\npays = 650", "week", "funds[3].per", "'meal' or 'day', found 'week'"),
        ("pays = 650", "percent = 120", "percent", "funds[3].percent", "100 or less, found 120"),
        ('label_zh = "福利卡"', 'label_zh = ""', 'label_zh = ""', "welfare.label_zh", "not empty"),
        ('source = "news', 'bands = 7\nsource = "news', None, "(syntax)", "TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, at: str | None, field: str, expected: str
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    path = tmp_path / "hall.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TariffError) as caught:
        load_tariff(path)
    complaints = {each.field: each for each in caught.value.complaints}
    assert field in complaints, caught.value
    assert expected in complaints[field].expected
    assert complaints[field].line > 0
    if at is not None:
        assert complaints[field].line == line_number(text, at)
    assert str(complaints[field]).startswith(f"hall.toml, line {complaints[field].line}: {field}: expected ")


@pytest.mark.parametrize("both", ["amount = 5\npays = 650", "home = 'town'", "cap = 5\namount = 5"])
def test_a_fund_pays_in_exactly_one_way(tmp_path: Path, both: str) -> None:
    text = GOOD.replace("pays = 650", both)
    path = tmp_path / "hall.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TariffError, match=r"funds\[3\]: expected exactly one of"):
        load_tariff(path)


def test_a_quarter_but_at_most_three_yuan_is_one_way(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(GOOD.replace("pays = 650", "percent = 25\ncap = 300"), encoding="utf-8")
    assert load_tariff(path).funds[2].cap == 300


@pytest.mark.parametrize(
    ("content", "line", "expected"),
    [
        (b'id = "x"\nversion =\n', 2, "TOML"),
        (b'id = "x"\nversion = 1\ntitle = "open', 3, "TOML"),
        (b"\xff\xfe", 0, "UTF-8"),
    ],
)
def test_text_that_is_no_toml(tmp_path: Path, content: bytes, line: int, expected: str) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(content)
    with pytest.raises(TariffError) as caught:
        load_tariff(path)
    (complaint,) = caught.value.complaints
    assert (complaint.line, expected in complaint.expected) == (line, True)


def test_a_tariff_from_the_hall_has_no_lines_to_name() -> None:
    with pytest.raises(TariffError) as caught:
        parse_tariff({"id": "x", "bands": [3]}, source="the hall")
    assert all(each.line == 0 for each in caught.value.complaints)
    assert str(caught.value.complaints[0]).startswith("the hall: ")


def test_a_set_price_must_be_the_days_default(tmp_path: Path) -> None:
    text = (
        (SHIPPED / "jurong.toml")
        .read_text(encoding="utf-8")
        .replace("list_price = 1100", "list_price = 1200")
    )
    path = tmp_path / "jurong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TariffError, match=r"jurong.toml, line 7: list_price: expected the price of one of"):
        load_tariff(path)

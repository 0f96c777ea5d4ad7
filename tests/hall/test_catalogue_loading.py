"""Somebody who edits a guide must be told at once which file and which item is wrong, not find out on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from hall.catalogue.load import CatalogueProblem, load_catalogue

ROOTS = """
[[roots]]
code = "government"
sort = "system"
order = 1
title_zh = "政务服务"
title_en = "Government services"
hint_zh = "登记"
hint_en = "Registrations"
icon = "bank-fill"

[[roots]]
code = "safety"
sort = "category"
order = 1
title_zh = "社区安全"
title_en = "Safety"
hint_zh = "住址"
hint_en = "Addresses"
icon = "shield-check-fill"
"""
ITEMS = """
[shared]
category = "safety"
window = true
sample = false

[[items]]
code = "sa-900"
version = 1
title_zh = "养犬登记"
title_en = "Register a dog"
system = "government"
form = [
  {field = "size", sort = "choice", label_zh = "多大", label_en = "Size", choices = [["small", "小", "Small"], ["large", "大", "Large"]]},
]
conditions = [["住在本社区", "You live here"]]
materials = [["身份证", "ID card"]]
fee = [["免费", "Free"]]
time = [["当场", "At once"]]
place = [["大厅", "The hall"]]
"""


def write(directory: Path, items: str = ITEMS, roots: str = ROOTS) -> Path:
    (directory / "items").mkdir()
    (directory / "roots.toml").write_text(roots, encoding="utf-8")
    (directory / "items" / "safety.toml").write_text(items, encoding="utf-8")
    return directory


def test_an_item_has_what_its_file_shares_and_its_initials(tmp_path: Path) -> None:
    [item] = load_catalogue(write(tmp_path)).items
    assert (item.category, item.window, item.sample, item.initials) == ("safety", True, False, "yqdj")


def test_lines_may_be_written_as_they_are_published(tmp_path: Path) -> None:
    """As a table of both languages, which is handy where many items share it."""
    table = ITEMS.replace('[["免费", "Free"]]', '{zh = ["免费"], en = ["Free"]}')
    [item] = load_catalogue(write(tmp_path, table)).items
    assert (item.fee.zh, item.fee.en) == (["免费"], ["Free"])


def test_an_item_may_say_otherwise_than_its_file(tmp_path: Path) -> None:
    own = ITEMS.replace("version = 1", 'version = 1\nwindow = false\ninitials = "gou"')
    [item] = load_catalogue(write(tmp_path, own)).items
    assert (item.window, item.initials) == (False, "gou")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('title_en = "Register a dog"', "", "title_en: Field required"),
        ('title_en = "Register a dog"', 'titel_en = "Register a dog"', "title_en: Field required"),
        ('fee = [["免费", "Free"]]', "fee = []", "fee does not say the same number of lines"),
        (
            'fee = [["免费", "Free"]]',
            'fee = {zh = ["免费", "不收钱"], en = ["Free"]}',
            "fee does not say the same number of lines",
        ),
        ('fee = [["免费", "Free"]]', "", "fee: Field required"),
        ('["免费", "Free"]', '["免费"]', "fee is not a list of pairs"),
        ('["免费", "Free"]', '["免费", ""]', "fee is not a list of pairs"),
        ('[["免费", "Free"]]', '"Free"', "fee: Input should be a valid dictionary"),
        ('system = "government"', 'system = "goverment"', "'goverment' is no service system"),
        ('category = "safety"', 'category = "government"', "'government' is no category"),
        ('sort = "choice"', 'sort = "text"', "size: choices belong to a question of the sort choice"),
        (', ["large", "大", "Large"]', "", "size: there is only one choice"),
        ('["large", "大"', '["small", "大"', "size: two choices have the code small"),
        (
            "\n]\n",
            '\n  {field = "size", sort = "text", label_zh = "高", label_en = "High"},\n]\n',
            "called size",
        ),
    ],
)
def test_what_is_wrong_with_an_item_names_its_file_and_code(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    assert right in ITEMS
    with pytest.raises(CatalogueProblem) as caught:
        load_catalogue(write(tmp_path, ITEMS.replace(right, wrong)))
    assert (caught.value.file, caught.value.item) == ("safety.toml", "sa-900")
    assert said in str(caught.value)


def test_one_code_in_two_files_is_found(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "items" / "twice.toml").write_text(ITEMS, encoding="utf-8")
    with pytest.raises(CatalogueProblem, match=r"twice\.toml, sa-900: another item has this code"):
        load_catalogue(tmp_path)


def test_two_roots_of_one_code_are_found(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblem, match=r"roots\.toml, government: another root"):
        load_catalogue(write(tmp_path, roots=ROOTS.replace('"safety"', '"government"')))


@pytest.mark.parametrize("damage", ["[[items]", "items = 3", "shared = 3", "[[items]]\ncode = 1\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, damage: str) -> None:
    with pytest.raises(CatalogueProblem, match=r"safety\.toml"):
        load_catalogue(write(tmp_path, damage))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (write(tmp_path) / "items" / "safety.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueProblem, match=r"safety\.toml"):
        load_catalogue(tmp_path)


def test_a_catalogue_without_roots_is_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "roots.toml").unlink()
    with pytest.raises(CatalogueProblem, match=r"roots\.toml"):
        load_catalogue(tmp_path)

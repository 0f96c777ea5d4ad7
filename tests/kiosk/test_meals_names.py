"""A name on a public screen must say too little to tell who it is, and never be empty for somebody who has one."""

from __future__ import annotations

import pytest

from kiosk.services.names import masked, surname_of


@pytest.mark.parametrize(
    ("name", "surname", "shown"),
    [
        ("孙某", "孙", "孙＊"),
        ("孙某某某", "孙", "孙＊"),
        ("欧阳某", "欧阳", "欧阳＊"),
        ("欧阳", "欧", "欧＊"),
        ("阿依古丽·买买提", "阿", "阿＊"),
        ("𠅤某", "𠅤", "𠅤＊"),
        (" 李某 ", "李", "李＊"),
        ("", "", ""),
    ],
)
def test_surname_and_one_star(name: str, surname: str, shown: str) -> None:
    assert (surname_of(name), masked(name)) == (surname, shown)

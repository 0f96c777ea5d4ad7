"""docs/devices.md is what a buyer reads: it must say what the code can do, and name only what is there."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from drivers.kinds import REQUIRED, Kind
from drivers.registry import KINDS

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "drivers" / "recordings"


def test_the_tables_are_those_of_the_code() -> None:
    """When they are not: python docs/device_table.py"""
    device_table = runpy.run_path(str(ROOT / "docs" / "device_table.py"))
    page = (ROOT / "docs" / "devices.md").read_text(encoding="utf-8")
    assert device_table["renewed"](page) == page


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_datasheet_names_what_is_there(kind: Kind) -> None:
    sheet = kind.datasheet
    assert sheet.models
    assert sheet.not_supported
    assert not sheet.emulated or (ROOT / sheet.emulated).is_file()
    for name in filter(None, sheet.recorded.split(", ")):
        assert (RECORDINGS / f"{name}.txt").is_file(), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_default_is_a_value_that_may_be_given(kind: Kind) -> None:
    for name, option in kind.options.items():
        # A choice that has to be made in so many words has its refusal as its default.
        if option.default is not REQUIRED and not option.reason:
            assert not option.choices or option.default in option.choices, name

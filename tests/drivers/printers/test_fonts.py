"""A person's name is never a box: the fonts that set-up takes from the system must cover it, and be the right face."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from drivers import fonts

CJK_BLOCKS = {
    "basic": (0x4E00, 0xA000, 20_976),
    "extension A": (0x3400, 0x4DC0, 6_582),
    "extension B": (0x20000, 0x2A6E0, 42_711),
    "extension C": (0x2A700, 0x2B740, 4_149),
    "extension D": (0x2B740, 0x2B820, 222),
    "extension E": (0x2B820, 0x2CEB0, 5_762),
    "extension F": (0x2CEB0, 0x2EBF0, 7_473),
}


@pytest.mark.parametrize("block", CJK_BLOCKS)
def test_union_of_the_fonts_covers(block: str) -> None:
    first, after_last, expected = CJK_BLOCKS[block]
    assert sum(1 for point in range(first, after_last) if fonts.covers(chr(point))) >= expected


def test_stored_coverage_is_what_the_fonts_say() -> None:
    for name in fonts.ORDER:
        with TTFont(str(fonts.font_path(name)), lazy=True) as font:
            points = set(font.getBestCmap())
        bounds = json.loads((fonts.directory() / fonts.COVERAGE).read_text())[name]
        stored = {
            point for start, end in zip(bounds[::2], bounds[1::2], strict=True) for point in range(start, end)
        }
        assert stored == points


def test_text_is_cut_into_runs_of_one_font() -> None:
    assert fonts.runs("孙𠀁𠀃a") == [
        (fonts.REGULAR, "孙"),
        (fonts.HANAZONO_B, "𠀁𠀃"),
        (fonts.REGULAR, "a"),
    ]
    assert fonts.runs("") == []
    assert fonts.covers("\U0010ffff") is None


@pytest.mark.parametrize("name", [fonts.REGULAR, fonts.BOLD])
def test_face_is_the_simplified_chinese_one(name: str) -> None:
    with TTFont(str(fonts.font_path(name)), lazy=True) as font:
        assert font["name"].getDebugName(1) == fonts.SC_FAMILY


def test_second_installation_writes_nothing() -> None:
    assert fonts.install() == []


def test_missing_package_is_named_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICE_HALL_FONTS", str(tmp_path / "cache"))
    with pytest.raises(fonts.FontMissing, match="fonts-noto-cjk"):
        fonts.install(source=tmp_path)
    assert list((tmp_path / "cache").iterdir()) == []
    with pytest.raises(fonts.FontMissing, match="fonts-hanazono"):
        fonts.covers("孙")
    with pytest.raises(fonts.FontMissing, match="python -m"):
        fonts.font_path(fonts.BOLD)
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", tmp_path)
    assert fonts.main() == 1
    assert capsys.readouterr().err.startswith("font.missing: ")

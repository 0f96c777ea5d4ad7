"""What the hall sends is folded as a reader would: no line begins with a closing sign or holds one hanzi alone."""

from __future__ import annotations

import pytest

from drivers import fonts

NEVER_FIRST = "。，、？！：；）"


@pytest.fixture(scope="module", autouse=True)
def _letters() -> None:
    from screens import theme

    fonts.install()
    theme.register_fonts()


@pytest.mark.parametrize("across", range(6, 19))
@pytest.mark.parametrize(
    "text",
    [
        "带身份证原件、户口本和近期照片（两张），到一号窗口办理。",
        "机动车驾驶证到期换证和遗失补证一次办",
        "60 周岁以上（含），凭 QP01-20261120-0042 办理，约 15 分钟。",
    ],
)
def test_every_width_breaks_well(text: str, across: int) -> None:
    from screens.widgets.typesetting import broken, natural_width

    room = natural_width("国" * across, 38, False)
    lines = broken(text, room, 38, False, fold=True).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert [line for line in lines if line[0] in NEVER_FIRST] == []
    assert [line for line in lines if line[-1] in "（《"] == []
    assert len(lines) == 1 or len(lines[-1].strip(NEVER_FIRST)) > 1


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        ("养老（元）", "养老\n（元）"),
        ("Medical (yuan)", "Medical\n(yuan)"),
        ("Amount paid in", "Amount\npaid in"),
        ("公租房分配情况", "公租房分\n配情况"),
        ("月份", "月份"),
        ("身份证", "身份证"),
        ("State", "State"),
        ("Pension ¥", "Pension ¥"),
        ("", ""),
    ],
)
def test_a_head_is_two_lines_in_the_narrowest_room_for_them(head: str, lines: str) -> None:
    from screens.widgets.typesetting import broken, folded_width

    room = folded_width(head, 38, False)
    assert broken(head, room, 38, False, fold=True) == lines


def test_lines_broken_by_hand_stay_as_they_are() -> None:
    from screens.widgets.typesetting import broken, natural_width

    text = "补办新卡，请到窗口。\n今天用餐，请找工作人员。"
    assert broken(text, natural_width("国" * 4, 38, False), 38, False) == text


def test_asterisks_of_a_masked_number_are_not_marks() -> None:
    from screens.widgets.typesetting import marked_up

    assert marked_up("320305 ******** 0024", plain=True) == "320305 ******** 0024"
    assert marked_up("到 **1 号窗口**") == "到 [b]1 号窗口[/b]"

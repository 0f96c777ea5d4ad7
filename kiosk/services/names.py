"""People's names as a public screen and a slip may show them: the surname, and one star for all the rest."""

from __future__ import annotations

MASK = "＊"

# The two-character surnames still common enough to be met in a hall; any other name's surname is its first character.
_DOUBLE_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶"
    " 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 令狐 轩辕 呼延".split()
)


def surname_of(name: str) -> str:
    """欧阳 of 欧阳修, 孙 of 孙某; empty for an empty name."""
    stripped = name.strip()
    double = len(stripped) > 2 and stripped[:2] in _DOUBLE_SURNAMES
    return stripped[: 2 if double else 1]


def masked(name: str) -> str:
    """孙＊, however long the name is: its length would tell it apart. Empty stays empty."""
    surname = surname_of(name)
    return surname + MASK if surname else ""

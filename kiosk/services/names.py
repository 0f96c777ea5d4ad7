"""People's names as a public screen and a slip may show them: the surname, and one star for all the rest."""

from __future__ import annotations

MASK = "＊"

# The two-character surnames still common enough to be met in a hall; any other name's surname is its first character.
_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西令狐轩辕呼延"
)
_DOUBLE_SURNAMES = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))


def surname_of(name: str) -> str:
    """欧阳 of 欧阳修, 孙 of 孙某; empty for an empty name."""
    stripped = name.strip()
    double = len(stripped) > 2 and stripped[:2] in _DOUBLE_SURNAMES
    return stripped[: 2 if double else 1]


def masked(name: str) -> str:
    """孙＊, however long the name is: its length would tell it apart. Empty stays empty."""
    surname = surname_of(name)
    return surname + MASK if surname else ""

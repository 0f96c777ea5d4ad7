"""What a phone is shown that takes a document along."""

from __future__ import annotations

from hall.pages.page import Language, Page
from hall.services.residents.hand_offs import Opened


def opened_page(opened: Opened, address: str, language: Language) -> Page:
    """`address` is where the document itself is fetched. Minutes are rounded up."""
    minutes = (opened.left_s + 59) // 60
    if language == "zh":
        return Page(
            "good",
            opened.title_zh,
            f"只有这部手机能打开。请在 {minutes} 分钟内保存，之后大厅会删除。",
            button=("保存到手机", address),
        )
    return Page(
        "good",
        opened.title_en,
        f"Only this phone can open it. Please save it within {minutes} min; the hall deletes it then.",
        button=("Save to this phone", address),
    )


def taken_page(language: Language) -> Page:
    if language == "zh":
        return Page("warm", "另一部手机已经打开过", "为了安全，只能打开一次。需要时请回到机器前重新取。")
    return Page(
        "warm",
        "Another phone has opened this",
        "For safety it opens on one phone only. If you need it, please take it again at the machine.",
    )


def gone_page(language: Language) -> Page:
    if language == "zh":
        return Page("warm", "这份材料已经不在这里了", "超过时间的材料会删除。需要时请回到机器前重新取。")
    return Page(
        "warm",
        "This document is no longer here",
        "Documents are deleted when their time is over. If you need it, please take it again at the machine.",
    )

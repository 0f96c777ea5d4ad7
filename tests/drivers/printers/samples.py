"""Slips made only of the printer's own parts, for tests of how they look and travel."""

from __future__ import annotations

from drivers.printers.slip import (
    Amount,
    Feed,
    Inverted,
    Logo,
    Number,
    Pair,
    QrCode,
    Rule,
    Slip,
    Tag,
    Text,
    Title,
)


def meal(name: str = "孙＊", offline: bool = False, place: str = "和顺社区餐厅") -> Slip:
    """A slip of a meal, about as long as a real one."""
    return Slip(
        (
            Logo(place),
            Title("就餐凭条"),
            *((Inverted("离线·待核"),) if offline else ()),
            Rule(),
            Pair(name, "卡尾号 1034", bold=True),
            Pair("2026-11-20 周五", "11:21"),
            Pair("午餐", "第 10412 号"),
            Rule(dashed=True),
            Pair("午餐市场价", "¥12.00"),
            Pair("高龄补贴", "−¥5.50"),
            Rule(),
            Amount("本次支付", "¥6.50"),
            Pair("卡内余额（约）" if offline else "卡内余额", "¥86.50"),
            Rule(dashed=True),
            Tag("联机", "CT-03　第 1 联"),
            Text("请趁热吃，慢慢用。", "center"),
        )
    )


def every_part() -> Slip:
    """One of each part, with every option used."""
    return Slip(
        (
            Logo("和顺"),
            Title("标题"),
            Inverted("时间待核"),
            Rule(),
            Pair("左", "右", bold=True, small=True),
            Tag("联机", "右"),
            Text("一段话", "right", small=True),
            Rule(dashed=True),
            Amount("本次支付", "¥0.01"),
            Number("A017"),
            QrCode("https://example.org/v/1"),
            Feed(2),
        ),
        copy_mark="补打",
    )


def plain_lines(count: int) -> Slip:
    """`count` lines of text and nothing drawn."""
    return Slip(tuple(Pair(f"第 {number} 行", "¥1.00") for number in range(1, count + 1)))

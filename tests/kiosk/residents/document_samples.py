"""Sources of documents about invented people, for tests of what is printed of them."""

from __future__ import annotations

from typing import Any

from kiosk.services.residents.printable import GuideSource, Holder, RecordSource, RouteSource
from offline_cache.wire_residents import Column, Lines, Place, RecordPage, ServiceItem

ZHAO = Holder("赵＊", "320305 ******** 0024")
AS_OF_MS = 1_795_140_000_000


def record(months: int = 6, holder: Holder = ZHAO, **changes: Any) -> RecordSource:
    """Social insurance by months: 776.00 and 372.00 each."""
    values: dict[str, Any] = {
        "kind": "social_insurance",
        "person_id": "",
        "title_zh": "社保缴费记录",
        "title_en": "Social insurance paid",
        "period_zh": "2025-01 至 2025-06",
        "period_en": "2025-01 to 2025-06",
        "columns": [
            Column(label_zh="月份", label_en="Month"),
            Column(label_zh="养老￥", label_en="Pension", sort="money"),
            Column(label_zh="医疗￥", label_en="Medical", sort="money"),
        ],
        "rows": [[f"{month % 12 + 1:02}月", "77600", "37200"] for month in range(months)],
        "total": ["合计", str(77600 * months), str(37200 * months)],
        "count": months,
        "as_of_ms": AS_OF_MS,
    }
    return RecordSource(RecordPage(**values | changes), holder)


def guide(**changes: Any) -> GuideSource:
    def lines(zh: str, en: str) -> Lines:
        return Lines(zh=[zh], en=[en])

    values: dict[str, Any] = {
        "code": "W01",
        "version": 1,
        "title_zh": "老年优待证办理",
        "title_en": "Senior card",
        "initials": "lnydzbl",
        "system": "government",
        "category": "elders",
        "sample": True,
        "everywhere": True,
        "conditions": lines("年满 60 周岁，户籍或居住证在本区。", "Aged 60 or over and living here."),
        "materials": lines("身份证原件。", "Your ID card."),
        "fee": lines("不收费。", "Free."),
        "time": lines("当场办结。", "While you wait."),
        "place": lines("1 号窗口。", "Window 1."),
    }
    return GuideSource(ServiceItem(**values | changes))


def route() -> RouteSource:
    place = Place(
        place_id="P1",
        site_id="site-1",
        sort="health",
        title_zh="和顺社区卫生站",
        title_en="Heshun clinic",
        address_zh="示例路 1 号",
        address_en="1 Sample Road",
        icon="hospital",
        metres=400,
        hours="08:00-17:30",
        phone="8390 0000",
        steps=Lines(zh=["出门左转，走 200 米。", "过桥，右手边。"], en=["Left, 200 m.", "Over the bridge."]),
    )
    return RouteSource(place, 6)

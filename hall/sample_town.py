"""The generated town: one kitchen, nine canteens, their staff, their dishes. All invented; phones cannot be rung."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hall.sample_people import CITY, DISTRICT, TOWNS
from offline_cache.wire import Notice, Period, PeriodHours, Site

KITCHEN = "K1"
SERVICE_HALL = "H1"
OPERATOR = "OP-1"
STAFF_A_SITE = 3
HOURS = [
    PeriodHours(period=Period.BREAKFAST, opens="06:00", closes="09:00"),
    PeriodHours(period=Period.LUNCH, opens="10:30", closes="13:30"),
    PeriodHours(period=Period.DINNER, opens="16:30", closes="19:30"),
]
# CT-03 and CT-07 stand 2.4 km apart: 36 minutes on foot.
PLACES = [
    ("C1", "银杏社区助餐点", "Ginkgo", 34.2512, 117.2801),
    ("C2", "海棠社区助餐点", "Crabapple", 34.2558, 117.2907),
    ("C3", "玉兰社区助餐点", "Magnolia", 34.2600, 117.3000),
    ("C4", "桂花社区助餐点", "Osmanthus", 34.2641, 117.2866),
    ("C5", "石榴社区助餐点", "Pomegranate", 34.2689, 117.2954),
    ("C6", "紫藤社区助餐点", "Wisteria", 34.2467, 117.3062),
    ("C7", "腊梅社区助餐点", "Wintersweet", 34.2600, 117.3261),
    ("C8", "青松社区助餐点", "Pine", 34.2734, 117.3118),
    ("C9", "翠竹社区助餐点", "Bamboo", 34.2423, 117.2949),
]
MEAT = (
    "红烧肉",
    "清蒸鲈鱼",
    "萝卜烧牛肉",
    "香菇滑鸡",
    "肉末豆腐",
    "糖醋排骨",
    "冬瓜丸子",
    "番茄炒蛋",
    "青椒肉丝",
    "盐水鸭",
)
GREENS = ("炒青菜", "蒜蓉西兰花", "清炒山药", "醋溜白菜", "凉拌黄瓜", "木耳莴笋", "炒豆芽", "荷塘小炒")
SOUPS = ("紫菜蛋汤", "冬瓜海带汤", "番茄豆腐汤", "萝卜丝汤", "银耳羹")
BREAKFASTS = ("小米粥", "豆浆", "鸡蛋", "花卷", "菜包", "南瓜粥", "烧饼", "拌豆干")


def sites(tariff_id: str) -> list[Site]:
    """The kitchen and the canteens, on one tariff."""
    kitchen = Site(
        site_id=KITCHEN,
        name_zh="中心厨房",
        name_en="Central kitchen",
        operator_id=OPERATOR,
        tariff_id=tariff_id,
        areas=[TOWNS[0], DISTRICT, CITY],
        periods=[],
        phone="0000-0000-000",
        latitude=34.2580,
        longitude=117.2985,
    )
    return [kitchen, *(_canteen(at, tariff_id) for at in range(len(PLACES)))]


def _canteen(at: int, tariff_id: str) -> Site:
    site_id, name_zh, name_en, latitude, longitude = PLACES[at]
    return Site(
        site_id=site_id,
        name_zh=name_zh,
        name_en=f"{name_en} community canteen",
        operator_id=OPERATOR,
        tariff_id=tariff_id,
        areas=[TOWNS[at * len(TOWNS) // len(PLACES)], DISTRICT, CITY],
        periods=HOURS,
        phone=f"0000-0000-{at + 1:03d}",
        latitude=latitude,
        longitude=longitude,
    )


def dishes(draw: random.Random, period: Period) -> list[str]:
    if period is Period.BREAKFAST:
        return draw.sample(BREAKFASTS, 3)
    return [*draw.sample(MEAT, 2), *draw.sample(GREENS, 2), draw.choice(SOUPS)]


@dataclass(frozen=True)
class StaffPlan:
    """One member of staff to be made: a whole site's, or of all sites when `site_ids` names them all."""

    staff_id: str
    site_ids: tuple[str, ...]
    duties: tuple[str, ...]
    label_zh: str
    label_en: str


def staff_plans() -> list[StaffPlan]:
    """Three a site, and one technician for all."""
    everywhere = tuple(place[0] for place in PLACES)
    plans = [
        StaffPlan(
            f"S-{site_id}-{at}",
            (site_id,),
            ("meals", "closing"),
            f"{site_id} 工作人员 {at}",
            f"staff {at} of {site_id}",
        )
        for site_id in (KITCHEN, *everywhere)
        for at in range(1, STAFF_A_SITE + 1)
    ]
    technicians_places = (KITCHEN, *everywhere, SERVICE_HALL)
    return [*plans, StaffPlan("S-TECH", technicians_places, ("technician",), "技术员", "technician")]


def notices() -> list[Notice]:
    return [
        Notice(notice_id="N-1", title="今日菜单", text="菜单每日更新，七日内可查。"),
        Notice(notice_id="N-2", title="刷卡用餐", text="请携带本人就餐卡，忘带卡请找工作人员。"),
    ]

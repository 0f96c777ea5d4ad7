"""Samples of the resident's pages: invented people, long names, full tables; what the gallery shows in each mode."""

from __future__ import annotations

from dataclasses import replace

from kiosk.views import Chrome, Counts, Shown, View
from kiosk.views_resident import Around, PersonShown, ResidentHome, Row, Steps
from screens.resident_form_samples import form_samples

CHROME = Chrome(
    place_zh="和顺社区服务大厅",
    place_en="Heshun Community Hall",
    machine="",
    online=True,
    clock="10:02",
    date="2026-11-20",
    banner="",
    counts=Counts(),
    window="1",
)
OFFLINE = replace(CHROME, online=False, banner="offline", offline_since="09:40")
UNSURE = replace(CHROME, online=False, banner="clock_untrusted", clock="", date="")

ZHAO = PersonShown("赵", "赵＊", "320305 ******** 0024")
OUYANG = PersonShown("欧", "欧阳＊＊", "尾号 1034")

STEPS = ("Your card", "Record", "Look", "Print")


def steps(current: int) -> Steps:
    """The way to a printed record."""
    return Steps(STEPS, current)


class Samples:
    """The samples of one language and mode. Data of the hall come in the language that is shown."""

    def __init__(self, locale: str, mode: str) -> None:
        self.locale = locale
        self.mode = mode
        self.before = Around(locale, mode)
        self.within = Around(locale, mode, ZHAO, in_session=True)

    def data(self, chinese: str, english: str) -> str:
        """What the hall sent, as a label."""
        return "data:" + (english if self.locale == "en" else chinese)

    def pages(self) -> dict[str, Shown]:
        """Every page by a short name."""
        made: dict[str, View | Shown] = {**self._home(), **form_samples(self)}
        return {name: page if isinstance(page, Shown) else Shown(page, CHROME) for name, page in made.items()}

    def _home(self) -> dict[str, View | Shown]:
        home = ResidentHome(self.before, "morning", self.home_rows(), 0, 1)
        return {
            "resident-home": home,
            "resident-home-evening-offline": Shown(replace(home, greeting="evening"), OFFLINE),
            "resident-home-known": replace(home, around=self.within, greeting=""),
        }

    def home_rows(self) -> tuple[Row, ...]:
        """What can be done; large letters have room for six."""
        data = self.data
        rows = (
            Row(
                "records",
                data("查询和打印", "Look up and print"),
                data("社保、证明、缴费记录", "Insurance, proofs, payments"),
                "printer-fill",
            ),
            Row(
                "guides",
                data("办事指南", "Guides"),
                data("要带什么、去哪办", "What to bring, where to go"),
                "files-fill",
            ),
            Row(
                "apply",
                data("在线办理", "Apply here"),
                data("填表、拍照、签字", "Form, photographs, sign"),
                "clipboard-text-fill",
            ),
            Row(
                "home",
                data("上门服务", "Home services"),
                data("理发、打扫、代买", "Haircut, cleaning, errands"),
                "hand-heart-fill",
            ),
            Row("meals", data("就餐账户", "Meals"), data("余额和就餐记录", "Balance and meals"), "bowl-food-fill"),
            Row(
                "points",
                data("志愿积分", "Volunteer points"),
                data("查积分、换东西", "Check and redeem"),
                "gift-fill",
            ),
            Row(
                "nearby",
                data("附近服务", "Nearby"),
                data("一刻钟走得到", "Within 15 minutes on foot"),
                "map-trifold-fill",
            ),
        )
        return rows if self.mode == "normal" else rows[:6]


def resident_samples(locale: str, mode: str) -> dict[str, Shown]:
    """Every page of the resident's terminal in one language and mode, by a short name."""
    return Samples(locale, mode).pages()

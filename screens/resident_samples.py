"""Samples of the resident's pages: invented people, long names, full tables; what the gallery shows in each mode."""

from __future__ import annotations

from dataclasses import replace

from kiosk.roles import resident_words as said
from kiosk.roles.resident_errand import Desk
from kiosk.roles.resident_home import RESIDENT, Home
from kiosk.roles.visitor import AT_THE_DOOR
from kiosk.views import Chrome, Counts, HelpComing, OutOfService, Shown, View
from kiosk.views_resident import (
    Around,
    CardForgotten,
    Cell,
    FinishedPage,
    GoOnAsked,
    ListPage,
    MessagePage,
    NoticePage,
    PersonShown,
    PlaceCard,
    PrintingPage,
    PrintTrouble,
    RatingPage,
    RecordTable,
    ResidentHome,
    Row,
    Slideshow,
    Steps,
    StillThere,
    Waiting,
)
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

ROWS_A_PAGE = {"normal": 7, "elder": 5, "dark": 5}
MONTHS = {2: "February", 5: "May", 7: "July"}
LIST_ROWS = {"normal": 5, "elder": 3, "dark": 3}


def steps(current: int) -> Steps:
    """The way to a printed record."""
    return Steps(said.QUERY_STEPS, current)


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
        made: dict[str, View | Shown] = {
            **self._home(),
            **self._identified(),
            **self._lists(),
            **self._records(),
            **self._printing(),
            **self._interruptions(),
            **form_samples(self),
        }
        return {name: page if isinstance(page, Shown) else Shown(page, CHROME) for name, page in made.items()}

    def _home(self) -> dict[str, View | Shown]:
        home = self.home_of(RESIDENT)
        return {
            "resident-home": home,
            "resident-home-evening-offline": Shown(replace(home, greeting="evening"), OFFLINE),
            "resident-home-known": replace(home, around=self.within, greeting=""),
            "resident-home-at-the-door": self.home_of(AT_THE_DOOR),
        }

    def home_of(self, home: Home) -> ResidentHome:
        """A first page as its flow shows it, at a machine without a fault."""
        return home.page(Desk(lambda command: None, self.locale, mode=self.mode), "morning", 0)

    def _identified(self) -> dict[str, View | Shown]:
        place = PlaceCard(self.before, steps(0), ("id_card", "social_security", "hall_card", "phone_code"))
        lines = (
            self.data(
                "读卡只为确认是您本人，只看办这件事要用的内容。",
                "The card is read to know that it is you, and only what this errand needs is looked at.",
            ),
            self.data(
                "办完、离开或超时，机器里的内容马上清除。",
                "What is on this machine is wiped when you are done, when you leave, or after a while.",
            ),
            self.data(
                "每次查看都会记下时间和用途，您可以要求查看。",
                "Each look is written down with its time and purpose, and you may ask to see that.",
            ),
        )
        return {
            "place-card": place,
            "place-card-one-way": replace(place, ways=("id_card",)),
            "place-card-busy": replace(place, ways=("hall_card",), busy=True),
            "place-card-trouble": Shown(replace(place, trouble="card.torn"), OFFLINE),
            "place-card-principal": replace(
                place, around=self.within, ways=("id_card",), whose="principal", steps=Steps()
            ),
            "notice": NoticePage(self.within, lines),
            "waiting": Waiting(self.within, said.ONE_MOMENT, said.FETCHING_RECORD, steps(1)),
        }

    def _lists(self) -> dict[str, View | Shown]:
        data = self.data
        rows = (
            Row(
                "a",
                data("社保缴费记录", "Social insurance"),
                data("养老、医疗，按年查", "Pension and health, by year"),
                "shield-check-fill",
                mark=True,
            ),
            Row(
                "b",
                data("医保账户", "Health account"),
                data("余额和今年的使用", "Balance and use this year"),
                "first-aid-kit-fill",
            ),
            Row(
                "c",
                data("居住证明", "Proof of residence"),
                data("本社区居住情况", "Where you live here"),
                "house-line-fill",
            ),
            Row(
                "d", data("就餐记录", "Meals"), data("最近三个月", "The last three months"), "bowl-food-fill"
            ),
            Row(
                "e",
                data("志愿服务证明", "Volunteer certificate"),
                data("时长和活动，免费", "Hours and events, free"),
                "hand-heart-fill",
            ),
        )
        years = (
            ("2025", "data:2025", True),
            ("2024", "data:2024", False),
            ("2023", "data:2023", False),
            ("earlier", said.EARLIER, False),
        )
        records = ListPage(
            self.within,
            said.WHICH_RECORD,
            rows[: LIST_ROWS[self.mode]],
            steps=steps(1),
            filters=years if self.mode == "normal" else (years[0], years[1], years[3]),
            go=said.NEXT,
        )
        guides = ListPage(
            self.before,
            data("养老服务", "Services for seniors"),
            (
                Row(
                    "a",
                    data("高龄老人津贴申领", "Old-age allowance"),
                    data("80 周岁以上，按月发", "From 80, every month"),
                    tag=data("全域通办", "Anywhere"),
                ),
                Row(
                    "b",
                    data("居家养老服务补贴", "Help at home"),
                    data("本社区 60 周岁以上", "From 60, in this community"),
                ),
                Row(
                    "c",
                    data("老年人助浴服务预约", "Assisted bathing"),
                    data("每周二、周四", "Tuesdays and Thursdays"),
                    tag=data("样例", "Sample"),
                ),
            ),
            hint=data("点一项看要带什么。", "Touch one to see what to bring."),
            page=1,
            pages=3,
            search=True,
        )
        return {
            "list-records": records,
            "list-records-known-by-card": replace(records, around=replace(self.within, person=OUYANG)),
            "list-guides": guides,
            "list-guides-acting": Shown(
                replace(guides, around=replace(self.within, acting_for="王＊＊")), OFFLINE
            ),
            "list-empty": replace(
                guides, rows=(), pages=1, page=0, hint="", search=False, empty=said.NO_RECORDS
            ),
        }

    def _record(self, months: int) -> RecordTable:
        """The first months of a year, and what they come to."""
        data = self.data
        columns = (
            Cell(data("月份", "Month"), "date"),
            Cell(data("养老（元）", "Pension ¥"), "money"),
            Cell(data("医疗（元）", "Health ¥"), "money"),
            Cell(data("状态", "State"), "state"),
        )
        paid = data("已到账", "Paid").removeprefix("data:")
        pension, health = (f"{months * fen / 100:,.2f}" for fen in (77600, 37200))
        return RecordTable(
            self.within,
            steps(2),
            data("社保缴费记录", "Social insurance"),
            data(f"2025年1月至{months}月", f"January to {MONTHS[months]} 2025"),
            columns,
            tuple((f"2025-{month:02}", "776.00", "372.00", paid) for month in range(1, months + 1)),
            (data("合计", "Total"), pension, health, ""),
            count=months,
            note=data("仅供本人查询使用", "For your own use"),
            medium="slip",
            media=("slip", "pages"),
            sheets=1,
            seconds=10,
            can_take=True,
        )

    def _records(self) -> dict[str, View | Shown]:
        data = self.data
        record = self._record(ROWS_A_PAGE[self.mode])
        middle = replace(
            record,
            period=data("全部年份", "All years"),
            page=140,
            pages=286,
            count=2000,
            total=(),
            medium="pages",
            sheets=67,
            seconds=280,
            copies=2,
        )
        address = data(
            "经济技术开发区金龙湖街道和顺社区", "Heshun, Jinlonghu, Development Zone"
        ).removeprefix("data:")
        wide = replace(
            record,
            title=data("公租房分配和缴费情况一览", "Public housing and its rents"),
            columns=(
                *record.columns[:3],
                Cell(data("地址", "Address")),
                Cell(data("份数", "Count"), "count"),
            ),
            rows=tuple((*row[:3], address, str(number)) for number, row in enumerate(record.rows)),
            total=(),
        )
        return {
            "record": record,
            "record-middle-page": middle,
            "record-offline": Shown(
                replace(
                    record,
                    title=data("就餐账户", "Canteen account"),
                    period="",
                    as_of="2026-11-20 09:40",
                    can_take=False,
                    paper_warning=True,
                ),
                OFFLINE,
            ),
            "record-wide": replace(wide, media=("pages",), medium="pages"),
            "record-no-printer": replace(self._record(2), medium="", media=()),
        }

    def _printing(self) -> dict[str, View | Shown]:
        title = self.data("社保缴费记录", "Social insurance")
        out = PrintTrouble(
            self.within,
            "printer.paper_out",
            (said.RECORD_IS_SAFE, said.NOTHING_TWICE),
            "10:15",
            (said.BY_PHONE, said.WAIT_HERE, said.AT_WINDOW),
        )
        return {
            "printing": PrintingPage(self.within, steps(3), title, 1, 1, "slip", 8, 60),
            "printing-pages": PrintingPage(self.within, steps(3), title, 2, 3, "pages", 24),
            "finished": FinishedPage(
                self.before, said.PRINTED, ("id_card", "slip"), 5, number="QP01-20261120-0042"
            ),
            "finished-unsure": FinishedPage(
                self.before, said.PRINTED, ("pages",), 5, sure=False, can_rate=False
            ),
            "finished-nothing-to-take": FinishedPage(self.before, said.TAKEN_ALONG, (), 5),
            "print-trouble": out,
            "print-trouble-bound": replace(
                out, safe=(said.RECORD_IS_SAFE,), choices=(said.DONE,), pick_up="B 042", until="18:00"
            ),
            "print-trouble-jam": Shown(
                replace(out, code="printer.jam", told_at="", choices=(said.PRINT_AGAIN, said.AT_WINDOW)),
                OFFLINE,
            ),
            "rating": RatingPage(self.before, title),
        }

    def _interruptions(self) -> dict[str, View | Shown]:
        away = MessagePage(
            self.within, "hall.unreachable", choices=(said.TRY_AGAIN, said.ASK_A_PERSON, said.GO_BACK)
        )
        slide = Slideshow(
            self.before,
            self.data("流感疫苗，本周六\n上午免费接种", "Flu vaccine, free,\nSaturday morning"),
            self.data(
                "60 岁及以上居民，带身份证到二楼卫生室。\n8:30–11:30",
                "Residents from 60, second floor,\nwith your ID card. 8:30–11:30",
            ),
            "notice",
        )
        return {
            "message-away": Shown(away, OFFLINE),
            "message-nothing-found": MessagePage(
                self.within, "record.empty", (said.NOTHING_THERE,), warm=False
            ),
            "still-there": StillThere(self.within, 26, 30),
            "go-on-asked": GoOnAsked(self.within, 18, 20),
            "help-coming": HelpComing(True, "1"),
            "help-coming-offline": Shown(HelpComing(False, "1"), OFFLINE),
            "card-forgotten": CardForgotten(self.before, 5, "card_reader"),
            "card-forgotten-long": CardForgotten(self.before, 60, "card_reader"),
            "slideshow": slide,
            "slideshow-dimmed": Shown(replace(slide, brightness=40), UNSURE),
        }


UPRIGHT_SAMPLES = {"resting": Shown(OutOfService("disk.read_only", "1"), CHROME)}
"""What an upright panel shows without a mode: nobody has chosen one."""


def resident_samples(locale: str, mode: str) -> dict[str, Shown]:
    """Every page of the resident's terminal in one language and mode, by a short name."""
    return Samples(locale, mode).pages()

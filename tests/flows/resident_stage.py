"""What the resident's flow tests are written with: a flow, what it asked for, and an invented person with a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from kiosk import commands, events, views
from kiosk import commands_resident as wishes_of
from kiosk import events_resident as told
from kiosk import views_resident as pages
from kiosk.roles.resident import ResidentFlow
from offline_cache.wire_residents import Column, RecordKind, RecordPage

T = TypeVar("T")

ID_CARD = events.CardHolder("id_card", "id_card_reader", "320305 ******** 0024", "2030-01-01", True)
MASKED_NAME = "赵＊"
NOTICE = ("谁在用您的信息", "只用来办这件事")


def kind(name: str, **about: Any) -> RecordKind:
    known = {"title_zh": f"记录{name}", "title_en": f"Record {name}", "hint_zh": "提示", "hint_en": "Hint"}
    return RecordKind(kind=name, **{**known, "icon": "file", "purpose": "Q01", **about})


KINDS = (
    kind("social_insurance", years=True),
    kind("pension"),
    kind("housing", strict=True),
    kind("health", printable=False),
    kind("canteen_account"),
    kind("points"),
    kind("applications"),
)
COLUMNS = [
    Column(label_zh="月份", label_en="Month", sort="date"),
    Column(label_zh="金额", label_en="Amount", sort="money"),
    Column(label_zh="状态", label_en="State", sort="state", english={"已到账": "Paid"}),
]


def record(rows: int = 6, **about: Any) -> RecordPage:
    known: dict[str, Any] = {
        "kind": "social_insurance",
        "person_id": "",
        "title_zh": "社保缴费记录",
        "title_en": "Payments",
    }
    lines = [[f"2025-{number % 12 + 1:02}", "123450", "已到账"] for number in range(rows)]
    known |= {
        "columns": COLUMNS,
        "rows": lines,
        "count": rows,
        "as_of_ms": 0,
        "total": ["合计", "740700", ""],
    }
    return RecordPage(**{**known, **about})


def chrome(online: bool = True) -> views.Chrome:
    counts = views.Counts()
    return views.Chrome(
        "和顺社区服务大厅", "Heshun", "1", online, "10:02", "2026-11-20", "", counts, window="2 号窗口"
    )


@dataclass
class ResidentStage:
    """One flow. `view` is what a face would show now; `touches` counts what a person pressed."""

    asked: list[commands.Command] = field(default_factory=list)
    now_s: float = 100.0
    touches: int = 0
    locale: str = "zh_CN"

    def __post_init__(self) -> None:
        self.flow = ResidentFlow(self.asked.append, self.locale)
        self.view = self.flow.start()
        self.tell(
            events.Ticked(self.now_s),
            events.ChromeChanged(chrome()),
            told.PrinterReady(("slip", "pages")),
            told.HourChanged("morning"),
        )
        self.asked.clear()

    def tell(self, *events_told: events.Event) -> views.View:
        for event in events_told:
            view = self.flow.on(event)
            if view is not None:
                self.view = view
        return self.view

    def press(self, action: str, value: str = "") -> views.View:
        self.touches += 1
        return self.tell(events.Pressed(action, value))

    def choose(self, value: str) -> views.View:
        return self.press(views.CHOOSE, value)

    def enter(self, letters: str) -> views.View:
        for letter in letters:
            self.press(pages.TYPED, letter)
        return self.view

    def wait(self, seconds: float) -> views.View:
        """Time passes, a second at a time, as a terminal ticks."""
        end = self.now_s + seconds
        while self.now_s < end:
            self.now_s = min(end, self.now_s + 1)
            self.tell(events.Ticked(self.now_s))
        return self.view

    def showing(self, sort: type[T]) -> T:
        """The page in front, which has to be of this sort."""
        assert isinstance(self.view, sort), self.view
        return self.view

    def wish(self, sort: type[T]) -> T:
        """The newest wish, which has to be of this sort, what is said and read aloud aside; older ones are forgotten."""
        aside = tuple({commands.Speak, commands.ReadAloud} - {sort})
        wishes = [command for command in self.asked if not isinstance(command, aside)]
        assert wishes and isinstance(wishes[-1], sort), wishes
        self.asked.clear()
        return wishes[-1]

    def wishes(self, sort: type[T]) -> list[T]:
        return [command for command in self.asked if isinstance(command, sort)]

    def spoken(self) -> list[str]:
        return [command.phrase for command in self.wishes(commands.Speak)]

    # --- what several tests begin with ------------------------------------------------------------------------------

    def tap(self, card_ref: str = "card-zhao", holder: events.CardHolder = ID_CARD) -> views.View:
        return self.tell(events.CardTapped(card_ref, 5, holder=holder))

    def identified(self, person_id: str = "zhao", **about: Any) -> views.View:
        """Answers the newest wish to know a card."""
        ask_id = self.wish(wishes_of.IdentifyResident).ask_id
        known: dict[str, Any] = {"initial": "赵", "masked_name": MASKED_NAME}
        known |= {"masked_number": "320305 ******** 0024", "elder": False}
        return self.tell(told.ResidentIdentified(ask_id, person_id, **{**known, **about}))

    def comes_in(self, **about: Any) -> views.View:
        """A card at home, known: she stands at home, greeted."""
        self.tap()
        return self.identified(**about)

    def kinds_told(self, kinds: tuple[RecordKind, ...] = KINDS) -> views.View:
        return self.tell(told.RecordKindsTold(self.wish(wishes_of.ListRecordKinds).ask_id, kinds))

    def record_told(self, page: RecordPage, cached_at: str = "") -> views.View:
        return self.tell(told.RecordTold(self.wish(wishes_of.AskRecord).ask_id, page, cached_at))

    def previews(self, page: RecordPage | None = None, **about: Any) -> pages.RecordTable:
        """From home to a record on the screen."""
        self.comes_in(**about)
        self.choose("records")
        self.kinds_told()
        self.press(views.NEXT)
        self.record_told(page or record())
        return self.showing(pages.RecordTable)

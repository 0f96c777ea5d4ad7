"""What the flow tests of the front desk are written with: a flow, what it asked for, and invented people who come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kiosk import commands, events, views
from kiosk import commands_front_desk as wishes
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.roles.front_desk import FrontDeskFlow
from tests.flows.resident_stage import ResidentStage, T, chrome

CHEN = views.StaffRecord("staff-chen", "陈＊")
HE = views.StaffRecord("staff-he", "何＊")
WU = pages.Arrival("v-wu", "10:02", "face", "吴＊")
MA = pages.Arrival("v-ma", "10:03", "card", "马＊")
NOBODY = pages.Arrival("v-a017", "10:04", "ticket", ticket="A017")
TWINS = pages.Arrival("v-twins", "10:05", "one_of")
WU_CARD = pages.PersonCard(
    "v-wu",
    "face",
    "吴",
    "吴＊",
    consented=True,
    grid_worker="陈＊",
    last_visit="2026-11-13",
    matters=(pages.MatterShown("居住证明", "1 号窗口", "file", "ready"),),
    can_say="您的居住证明好了，我带您去。",
)
CARDS = {
    "v-wu": WU_CARD,
    "v-ma": replace(WU_CARD, visit_id="v-ma", how="card", initial="马", masked_name="马＊"),
    "v-a017": pages.PersonCard("v-a017", "ticket", ticket="A017"),
    "v-twins": pages.PersonCard(
        "v-twins", "one_of", one_of=(("wang-1", "王＊", "王"), ("wang-2", "王＊", "王"))
    ),
}
CARE = (
    pages.CareRow("c-1", 3, "周＊", 79, "和顺里 5 幢", "Block 5", "visit"),
    pages.CareRow("c-2", 2, "郑＊", 84, "和顺里 1 幢", "Block 1", "call"),
    pages.CareRow("c-3", 1, "冯＊", 76, "春晖苑 2 幢", "Block 2", "remind"),
    pages.CareRow("c-4", 1, "褚＊", 81, "春晖苑 3 幢", "Block 3", "remind"),
)
BRACELET = pages.AlarmShown(
    "a-1", "bracelet", "raised", "10:02:18", 18, "李＊", 82, "和顺里 3 幢", "Block 3", "sent"
)
PUBLIC_BOX = pages.AlarmShown(
    "a-2", "call_box", "raised", "10:02:30", 30, place_zh="二楼走廊", place_en="Second floor"
)
WINDOWS = (("1", "综合窗口", "General"), ("2", "社保窗口", "Insurance"))
SECRETS = (
    "吴＊",
    "马＊",
    "陈＊",
    "周＊",
    "郑＊",
    "冯＊",
    "褚＊",
    "79",
    "84",
    "76",
    "81",
    "和顺里",
    "春晖苑",
    "居住证明",
    "王＊",
)


@dataclass
class DeskStage(ResidentStage):
    """The desk's flow. See ResidentStage."""

    cover_after_s: float = 60.0

    def __post_init__(self) -> None:
        self.flow: Any = FrontDeskFlow(self.asked.append, self.locale, self.cover_after_s)
        self.view = self.flow.start()
        bars = replace(chrome(), window="1")
        self.tell(events.Ticked(self.now_s), events.ChromeChanged(bars), told.RecognitionChanged(""))
        self.asked.clear()

    def enters_pin(self, digits: str) -> views.View:
        for digit in digits:
            self.press(views.DIGIT, digit)
        return self.press(views.NEXT)

    def lays_staff_card(self, staff: views.StaffRecord = CHEN, **about: Any) -> views.View:
        self.tell(events.CardTapped(f"card-{staff.staff_id}", 5, holder=events.CardHolder(**about)))
        return self.tell(events.StaffTapped(staff))

    def signs_in(self, staff: views.StaffRecord = CHEN, **about: Any) -> pages.DeskBoard:
        self.lays_staff_card(staff, **about)
        self.enters_pin("1234")
        self.tell(events.PinChecked(True, staff, 5, 0))
        return self.showing(pages.DeskBoard)

    def comes(self, *arrivals: pages.Arrival) -> views.View:
        """They came one after the other, the last one just now."""
        newest_first = tuple(reversed(arrivals))
        return self.tell(told.ArrivalsTold(newest_first, newest_first[0].visit_id))

    def card_told(self, card: pages.PersonCard | None = None) -> pages.DeskBoard:
        """Answers the newest wish to open a card."""
        wish = self.wishes(wishes.OpenPersonCard)[-1]
        self.tell(told.PersonCardTold(wish.ask_id, card or CARDS[wish.visit_id]))
        return self.showing(pages.DeskBoard)

    def board(self) -> pages.DeskBoard:
        return self.showing(pages.DeskBoard)

    def sees(self, *arrivals: pages.Arrival) -> pages.DeskBoard:
        """Staff are signed in and read the card of who came last."""
        self.signs_in()
        self.comes(*(arrivals or (WU,)))
        return self.card_told()

    def newest(self, sort: type[T]) -> T:
        """The newest wish of this sort; the others stay."""
        found = self.wishes(sort)
        assert found, self.asked
        return found[-1]


def signed(stage: DeskStage) -> list[wishes.SignStaff]:
    return stage.wishes(wishes.SignStaff)


def helped(stage: DeskStage) -> list[commands.CallHelp]:
    return stage.wishes(commands.CallHelp)

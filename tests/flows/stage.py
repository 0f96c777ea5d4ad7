"""What flow tests are written with: a flow, what it asked for, and a few people and pages to speak of."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk import commands, events, views
from kiosk.roles.canteen import CanteenFlow

IDLE = views.Idle("lunch", "10:30", "13:30", (("市场价", "Market price", 1200),))
OPTIONS = (("breakfast", "06:00", "09:00"), ("lunch", "10:30", "13:30"))
MEAL_TIME = events.MealTimeChanged(IDLE, OPTIONS, list_price=1200, report_by="12:30")
GAO = views.StaffRecord("staff-1", "高＊")
ZHENG = views.StaffRecord("staff-2", "郑＊")
SUN = views.PersonFound("sun", "孙＊", "孙", "100001")
LI = views.PersonFound("li", "李＊", "李", "100002")
LI_TOO = views.PersonFound("li2", "李＊", "李", "100003")


def bill(**about: object) -> views.Bill:
    known = {"masked_name": "孙＊", "period": "lunch", "list_price": 1200, "subsidy": 750, "own_part": 450}
    return views.Bill(**{**known, "balance": 8650, "balance_about": False, **about})  # type: ignore[arg-type]


def served(txn_id: str = "txn-1", card_ref: str = "card-sun", **about: object) -> events.MealServed:
    return events.MealServed(txn_id, 7, card_ref, bill(**about))


def denied(reason: str, **about: object) -> events.MealDenied:
    known = {"card_ref": "card-sun", "masked_name": "孙＊", "period": "lunch", "person_id": "sun"}
    return events.MealDenied(reason, **{**known, **about})  # type: ignore[arg-type]


def meal(txn_id: str, state: str = "online", **about: object) -> views.MealSummary:
    known = {"seq": 7, "at": "11:20", "masked_name": "孙＊", "card_tail": "1034", "period": "lunch"}
    return views.MealSummary(txn_id=txn_id, **{**known, "own_part": 450, "state": state, **about})  # type: ignore[arg-type]


def print_need(txn_id: str) -> views.PrintNeed:
    return views.PrintNeed(meal(txn_id), "unknown")


def chrome(online: bool = True) -> views.Chrome:
    counts = views.Counts("lunch", 186, 240, 54)
    return views.Chrome(
        "和顺社区餐厅", "Heshun", "3", online, "11:20", "2026-11-20", "", counts, window="1 号窗口"
    )


@dataclass
class Stage:
    """One flow. `view` is what a face would show now, `shown` everything it was told to show."""

    asked: list[commands.Command] = field(default_factory=list)
    shown: list[views.View] = field(default_factory=list)
    now_s: float = 100.0

    def __post_init__(self) -> None:
        self.flow = CanteenFlow(self.asked.append)
        self.view = self.flow.start()
        self.tell(events.Ticked(self.now_s), MEAL_TIME, events.ChromeChanged(chrome()))
        self.asked.clear()

    def tell(self, *told: events.Event) -> views.View:
        """Hands the events over one by one; returns the page in front afterwards."""
        for event in told:
            view = self.flow.on(event)
            if view is not None:
                self.view = view
                self.shown.append(view)
        return self.view

    def press(self, action: str, value: str = "") -> views.View:
        return self.tell(events.Pressed(action, value))

    def type(self, digits: str) -> views.View:
        for digit in digits:
            self.press(views.DIGIT, digit)
        return self.press(views.NEXT)

    def wait(self, seconds: float) -> views.View:
        """Time passes, a second at a time, as a terminal ticks."""
        end = self.now_s + seconds
        while self.now_s < end:
            self.now_s = min(end, self.now_s + 1)
            self.tell(events.Ticked(self.now_s))
        return self.view

    def tap(self, card_ref: str = "card-sun") -> views.View:
        return self.tell(events.CardTapped(card_ref, 5))

    def take_asked(self) -> list[commands.Command]:
        """What was asked for since the last time, without the phrases."""
        taken: list[commands.Command] = [
            command for command in self.asked if not isinstance(command, commands.Speak)
        ]
        self.asked.clear()
        return taken

    def spoken(self) -> list[str]:
        return [command.phrase for command in self.asked if isinstance(command, commands.Speak)]

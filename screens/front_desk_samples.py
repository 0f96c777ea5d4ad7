"""Samples of the front desk and of the door: invented people, what staff see of them, and what visitors are asked."""

from __future__ import annotations

from dataclasses import replace

from kiosk.roles import front_desk_words as words
from kiosk.views import Shown, View
from kiosk.views_front_desk import (
    AlarmShown,
    Arrival,
    CallPage,
    CareRow,
    DeskBoard,
    DeskKeypad,
    DeskList,
    MatterShown,
    OutcomePage,
    PersonCard,
    TicketRow,
)
from kiosk.views_resident import Around
from screens.resident_samples import CHROME, OFFLINE, UNSURE

DESK_MODE = "normal"


class DeskSamples:
    """The samples of staff's pages in one language. Data of the hall come in the language that is shown."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.around = Around(locale)
        self.alarm = AlarmShown(
            "a1",
            "bracelet",
            "raised",
            "10:02:18",
            18,
            "李＊",
            82,
            "和顺里 3 幢 2 单元",
            "Heshun Lane 3, stair 2",
            family="sent",
            more=0,
        )

    def data(self, chinese: str, english: str) -> str:
        """What the hall sent, as a label."""
        return "data:" + (english if self.locale == "en" else chinese)

    def pages(self) -> dict[str, Shown]:
        """Every page by a short name."""
        made: dict[str, View | Shown] = {**self._boards(), **self._middles(), **self._others()}
        return {name: page if isinstance(page, Shown) else Shown(page, CHROME) for name, page in made.items()}

    # --- the board ----------------------------------------------------------------------------------------------------

    def arrivals(self) -> tuple[Arrival, ...]:
        return (
            Arrival("v5", "10:02", "face", "吴＊"),
            Arrival("v4", "09:58", "card", "赵＊"),
            Arrival("v3", "09:51", "ticket", "", "A017"),
            Arrival("v2", "09:47", "card", "欧阳＊＊", state="received"),
        )

    def matters(self) -> tuple[MatterShown, ...]:
        return (
            MatterShown(
                self.data("居住证明", "Proof of residence"),
                self.data("可以取件，1 号窗口", "Ready at window 1"),
                "file-text-fill",
                "ready",
            ),
            MatterShown(
                self.data("楼道扶手维修", "Handrail repair"),
                self.data("N-0231，11月22日上门", "N-0231, visit on 22 Nov"),
                "wrench-fill",
                "open",
            ),
            MatterShown(
                self.data("老年卡年审", "Senior pass"),
                self.data("等您补一张照片", "A photograph is missing"),
                "identification-card-fill",
                "waiting",
            ),
        )

    def card(self) -> PersonCard:
        return PersonCard(
            "v5",
            "face",
            "吴",
            "吴＊",
            consented=True,
            grid_worker="陈＊",
            last_visit="2026-11-13",
            matters=self.matters()[:2],
            can_say=self.data("您的居住证明好了，我带您去。", "Your paper is ready, follow me."),
        )

    def care(self) -> tuple[CareRow, ...]:
        return (
            CareRow("c1", 3, "周＊", 79, "和顺里 5 幢", "Heshun Lane 5", "visit"),
            CareRow("c2", 2, "郑＊", 84, "和顺里 1 幢", "Heshun Lane 1", "call"),
            CareRow("c3", 1, "冯＊", 76, "春晖苑 2 幢", "Chunhui Court 2", "remind"),
        )

    def board(self) -> DeskBoard:
        return DeskBoard(
            self.around,
            "何＊",
            False,
            self.arrivals(),
            37,
            "v5",
            self.card(),
            self.care(),
            3,
            waiting=2,
        )

    def with_alarm(self, board: DeskBoard, **changes: object) -> DeskBoard:
        alarm = replace(self.alarm, **changes)  # type: ignore[arg-type]
        return replace(board, around=replace(self.around, alarm=alarm))

    def _boards(self) -> dict[str, View | Shown]:
        board = self.board()
        covered = replace(
            board,
            staff="",
            covered=True,
            arrivals=tuple(replace(each, masked_name="") for each in board.arrivals),
            chosen="",
            card=None,
            care=tuple(replace(each, masked_name="", age=0, place_zh="", place_en="") for each in board.care),
        )
        busy = replace(
            board,
            arrivals=(*board.arrivals, Arrival("v1", "09:30", "staff", "马＊", state="handed_over")),
            page=1,
            pages=8,
            care=(
                replace(board.care[0], done="no_answer"),
                replace(board.care[1], done="well"),
                board.care[2],
            ),
            care_count=7,
            care_page=0,
            care_pages=3,
            card=self.full_card(),
        )
        return {
            "desk-board": board,
            "desk-alarm": self.with_alarm(board),
            "desk-alarm-escalated": self.with_alarm(
                busy, sort="call_box", state="escalated", left_s=0, masked_name="", age=0, family="", more=1
            ),
            "desk-alarm-answered": self.with_alarm(
                board, state="acknowledged", left_s=0, family="asked", phone="139 0000 0001"
            ),
            "desk-covered": covered,
            "desk-covered-alarm": self.with_alarm(covered, age=0, place_zh="", place_en="", family="failed"),
            "desk-busy": Shown(busy, OFFLINE),
            "desk-faces-stopped": replace(
                board, notices=("faces.stopped",), face="off", card=None, chosen=""
            ),
            "desk-no-camera": Shown(
                replace(
                    board, arrivals=(), arrived=0, care=(), care_count=0, card=None, face="none", chosen=""
                ),
                UNSURE,
            ),
        }

    def full_card(self) -> PersonCard:
        return replace(
            self.card(),
            how="card",
            consented=False,
            matters=self.matters(),
            more_matters=1,
            appointments=(("10:30", self.data("养老金资格认证", "Pension check")), ("15:00", "data:")),
            help=("large_print", "speak_slowly", "sit_down"),
        )

    def _middles(self) -> dict[str, View | Shown]:
        board = self.board()
        alike = PersonCard("v5", "one_of", one_of=(("p1", "吴＊", "吴"), ("p2", "伍＊＊", "伍")))
        sensitive = replace(
            self.card(),
            matters=(MatterShown("", "", "", "open", sensitive=True),),
            can_say="",
            help=("come_along",),
        )
        unsure = (Arrival("v5", "10:02", "one_of"), *board.arrivals[1:])
        return {
            "desk-three-matters": replace(board, card=self.full_card()),
            "desk-sensitive": replace(board, card=sensitive),
            "desk-full-name": replace(board, card=replace(self.card(), full_name="吴样例")),
            "desk-alike": replace(board, arrivals=unsure, card=alike),
            "desk-ticket": replace(board, chosen="v3", card=PersonCard("v3", "ticket", ticket="A017")),
            "desk-handed-over": replace(
                board, card=replace(self.card(), state="handed_over", ticket="A018", matters=())
            ),
        }

    # --- what lies behind the board -----------------------------------------------------------------------------------

    def _others(self) -> dict[str, View | Shown]:
        data = self.data
        tickets = (
            TicketRow("A018", data("居住证明", "Residence"), "09:52", "waiting"),
            TicketRow("A019", data("社保", "Insurance"), "09:55", "waiting"),
            TicketRow("A020", data("社保", "Insurance"), "10:01", "waiting"),
            TicketRow("A016", data("居住证明", "Residence"), "09:40", "absent", "2"),
        )
        call = CallPage(self.around, "1", "A017", "called", tickets, 3, ("1", "2", "3"))
        return {
            "desk-keypad": DeskKeypad(self.around, "何＊", 3),
            "desk-keypad-wrong": DeskKeypad(self.around, "何＊", 0, "staff.pin_wrong", 3),
            "desk-keypad-locked": DeskKeypad(self.around, "何＊", 0, "staff.pin_locked", 0, 15),
            "desk-appointments": DeskList(
                self.around,
                data("今日预约", "Today's appointments"),
                tuple(
                    (f"r{number}", f"data:{at}　{name}", title, tag, "calendar-check-fill")
                    for number, (at, name, title, tag) in enumerate(
                        (
                            (
                                "10:30",
                                "吴＊",
                                data("养老金资格认证", "Pension check"),
                                data("1 号窗口", "Window 1"),
                            ),
                            (
                                "14:00",
                                "马＊",
                                data("居住证明", "Proof of residence"),
                                data("2 号窗口", "Window 2"),
                            ),
                            ("15:00", "欧阳＊＊", data("法律咨询", "Legal advice"), ""),
                        )
                    )
                ),
            ),
            "desk-windows": DeskList(
                replace(self.around, alarm=self.alarm),
                data("转到哪个窗口", "Which window?"),
                tuple(
                    (str(number), data(f"{number} 号窗口", f"Window {number}"), title, "", "storefront-fill")
                    for number, title in enumerate(
                        (
                            data("社保、医保", "Insurance"),
                            data("证明、户籍", "Papers and residence"),
                            data("养老、助残", "Old age and disability"),
                            data("综合受理", "Everything else"),
                            data("法律咨询", "Legal advice"),
                        ),
                        1,
                    )
                ),
                choosable=True,
                page=0,
                pages=2,
            ),
            "desk-list-empty": DeskList(
                self.around,
                data("居民需要", "Needs"),
                (),
                empty=data("现在没有没办完的需要", "No need is open now"),
            ),
            "call": call,
            "call-nobody": replace(call, now="", now_state="", rows=(), waiting=0),
            "outcome-alarm": OutcomePage(
                self.around,
                words.WHAT_CAME_OF_ALARM,
                self.data("李＊，和顺里 3 幢 2 单元", "李＊, Heshun Lane 3, stair 2"),
                words.ALARM_OUTCOMES,
            ),
            "outcome-care": OutcomePage(
                replace(self.around, alarm=self.alarm),
                words.WHAT_CAME_OF_CARE["call"],
                self.data("郑＊，和顺里 1 幢", "郑＊, Heshun Lane 1"),
                words.CARE_OUTCOMES,
                "139 0000 0002",
            ),
        }


def desk_samples(locale: str) -> dict[str, Shown]:
    """What staff of a front desk see, by a short name; in the normal mode."""
    return DeskSamples(locale).pages()

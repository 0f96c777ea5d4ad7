"""Samples of what a visitor is asked and told, at the door or on a desk's screen that is turned round, in each mode."""

from __future__ import annotations

from dataclasses import replace

from kiosk.views import Shown, View
from kiosk.views_front_desk import (
    AlarmShown,
    ConsentPage,
    ConsentTextPage,
    PosePage,
    TicketPage,
    WithdrawnPage,
)
from screens.resident_samples import CHROME, OFFLINE, Samples

TURNED = (
    "place-card",
    "place-card-trouble",
    "notice",
    "waiting",
    "list-guides",
    "finished",
    "message-away",
    "message-nothing-found",
    "still-there",
    "go-on-asked",
    "help-coming",
    "card-forgotten",
)
"""Pages of residents that a desk shows too, once its screen is turned."""

CONSENT_LINES = (
    (
        "buildings-fill",
        "谁在用",
        "Who",
        "和顺社区服务大厅，电话 8390\u00a01200",
        "Heshun Community Hall, call 8390\u00a01200",
    ),
    (
        "hand-heart-fill",
        "做什么用",
        "What for",
        "您进门时，前台知道您来了，好帮您",
        "The front desk knows that you came, to help you",
    ),
    (
        "hard-drives-fill",
        "存在哪里",
        "Kept where",
        "只存脸部特征，只存在这台机器里",
        "Only features of your face, on this machine",
    ),
    (
        "calendar-check-fill",
        "存多久",
        "How long",
        "12 个月没用，或您说不用了，就删除",
        "Deleted after 12 unused months, or when you say so",
    ),
    (
        "arrow-u-up-left-fill",
        "怎么撤回",
        "Taking it back",
        "随时在这台机器上撤回，马上停用并删除",
        "Here, at any time; it stops at once",
    ),
    (
        "video-camera-slash-fill",
        "现在的状态",
        "Just now",
        "摄像头还没有认人，也没有拍照",
        "The camera knows nobody",
    ),
)


class VisitorSamples(Samples):
    """The samples of one language and mode."""

    def pages(self) -> dict[str, Shown]:
        made: dict[str, View | Shown] = {**self._consents(), **self._poses(), **self._papers()}
        return {name: page if isinstance(page, Shown) else Shown(page, CHROME) for name, page in made.items()}

    def turned(self) -> dict[str, Shown]:
        """What a desk's turned screen shows: the visitor's pages, and the resident's that fit in between."""
        resident = super().pages()
        return {**self.pages(), **{name: resident[name] for name in TURNED}}

    def _consents(self) -> dict[str, View | Shown]:
        data = self.data
        consent = ConsentPage(
            self.before,
            data("要不要开通刷脸识别？", "Use face recognition?"),
            data(
                "您来定。不同意，服务一样好、一样快。",
                "It is up to you. If you say no, you are served just as well and as fast.",
            ),
            tuple(
                (icon, data(zh, en), data(text_zh, text_en))
                for icon, zh, en, text_zh, text_en in CONSENT_LINES
            ),
            data(
                "不刷脸，可以用**身份证、手机号**，\n或找工作人员。",
                "Or use your **ID card**, your **telephone**, or us.",
            ),
            data(
                "未满 14 岁，请由家长到窗口办理。\n刷过卡的，90 天内不再询问。",
                "Under 14: come with a parent.\nCard users are asked again\nafter 90 days.",
            ),
        )
        alarm = AlarmShown(
            "a1",
            "bracelet",
            "raised",
            "10:02:18",
            18,
            "李＊",
            82,
            "和顺里 3 幢 2 单元",
            "Heshun Lane 3, stair 2",
            "sent",
        )
        return {
            "consent": consent,
            "consent-known": replace(consent, around=self.within),
            "consent-alarm": replace(consent, around=replace(self.before, alarm=alarm)),
            "consent-text": ConsentTextPage(
                self.within,
                data("刷脸识别，全文", "Face recognition, the full text"),
                (
                    data(
                        "机器从摄像头的画面里算出脸部特征，加密后存在这台机器里，不存照片，也不发给别的机器。",
                        "The machine works out features of the face, keeps them encrypted here, and keeps no picture.",
                    ),
                    data(
                        "它只用来让前台知道您来了。付钱、开门、看记录，都不用它。",
                        "It only tells the front desk that you came. It never pays, opens a door or shows a record.",
                    ),
                ),
                0,
                3,
            ),
        }

    def _poses(self) -> dict[str, View | Shown]:
        title = self.data("请看摄像头", "Please look at the camera")
        left = PosePage(self.within, title, "left", (380, 220, 600, 760), "turn", 1)
        return {
            "pose-straight": replace(left, pose="straight", advice="", box=(390, 180, 610, 780), done=0),
            "pose-left": left,
            "pose-nobody": replace(left, pose="right", advice="light", box=None, done=2),
        }

    def _papers(self) -> dict[str, View | Shown]:
        machines = (self.data("前台一号机", "Front desk 1"), self.data("门口一号机", "Door 1"))
        pending = WithdrawnPage(
            self.within, "pending", "FD01-20261120-0007", machines[:1], machines[1:], "printing", 20
        )
        return {
            "ticket": TicketPage(self.before, "A017", 3, "2", True, 8),
            "ticket-not-printed": Shown(TicketPage(self.before, "A018", 0, "", False, 30), OFFLINE),
            "withdrawn-pending": pending,
            "withdrawn-deleted": replace(
                pending, around=self.before, state="deleted", deleted=machines, waiting=(), printed="failed"
            ),
        }


def visitor_samples(locale: str, mode: str) -> dict[str, Shown]:
    """What a visitor is shown on an upright panel, by a short name."""
    return VisitorSamples(locale, mode).pages()


def turned_samples(locale: str, mode: str) -> dict[str, Shown]:
    """What a visitor is shown on a desk's screen, by a short name."""
    return VisitorSamples(locale, mode).turned()

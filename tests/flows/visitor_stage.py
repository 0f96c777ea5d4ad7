"""What the flow tests of the door are written with: a resident's stage with the door's flow, and an invented consent text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk import commands_front_desk as wishes
from kiosk import events, views
from kiosk import events_front_desk as told
from kiosk import views_front_desk as pages
from kiosk.events_resident import PrinterReady
from kiosk.roles.visitor import visitor_flow
from offline_cache.wire_front_desk import ConsentLine, ConsentText
from tests.flows.resident_stage import ResidentStage, chrome

QUEUES = (("general", "综合", "General"), ("insurance", "社保", "Insurance"))


def consent_text(purpose: str = "recognition", **about: Any) -> ConsentText:
    known: dict[str, Any] = {
        "title_zh": "要不要开通刷脸识别？",
        "title_en": "Would you like to be known by your face?",
        "lead_zh": "您来定。",
        "lead_en": "It is up to you.",
        "lines": [
            ConsentLine(icon="buildings", head_zh="谁在用", head_en="Who", text_zh="大厅", text_en="The hall")
        ],
        "full_zh": [f"第 {number} 段" for number in range(1, 7)],
        "full_en": [f"Paragraph {number}" for number in range(1, 7)],
    }
    return ConsentText(purpose=purpose, version=3, **{**known, **about})


@dataclass
class VisitorStage(ResidentStage):
    """The door's flow. See ResidentStage."""

    def __post_init__(self) -> None:
        self.flow = visitor_flow(self.asked.append, self.locale)
        self.view = self.flow.start()
        self.tell(events.Ticked(self.now_s), events.ChromeChanged(chrome()), PrinterReady(("slip",)))
        self.asked.clear()

    def text_told(self, text: ConsentText | None = None, purpose: str = "recognition") -> views.View:
        wish = self.wish(wishes.TellConsentText)
        assert wish.purpose == purpose
        return self.tell(told.ConsentTextTold(wish.ask_id, text or consent_text(purpose)))

    def asked_about_face(self) -> pages.ConsentPage:
        """From home to the question."""
        self.choose(pages.FACE)
        self.text_told()
        return self.showing(pages.ConsentPage)

    def standing(self, state: str, **about: Any) -> views.View:
        return self.tell(told.ConsentStanding(self.wish(wishes.MayAsk).ask_id, state, **about))

    def agrees(self, state: str = "may_ask", **about: Any) -> views.View:
        """From the question to the first pose, her card on the reader."""
        self.press(pages.AGREE)
        self.tap()
        self.identified()
        return self.standing(state, **about)

    def guided(self, ask_id: int, done: int = 0, advice: str = "") -> views.View:
        pose = ("straight", "left", "right", "right")[done]
        return self.tell(told.PoseGuided(ask_id, pose, (400, 300, 600, 600), advice, done, 3))

    def poses(self) -> int:
        """All three, as they are asked for. Returns the number of the enrolment."""
        ask_id = self.wish(wishes.StartEnrolment).ask_id
        for done in range(4):
            self.guided(ask_id, done)
        return ask_id

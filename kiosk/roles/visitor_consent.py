"""A consent is asked for: the page that asks, its whole text, and a no, which leads on as fast as a yes."""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk import views
from kiosk.commands_front_desk import RefuseConsent, TellConsentText
from kiosk.events_front_desk import ConsentTextTold
from kiosk.roles import visitor_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_query import turned
from kiosk.roles.resident_waits import Asking
from kiosk.roles.resident_words import data
from kiosk.roles.visitor_other_way import OtherWay, other_way
from kiosk.views_front_desk import AGREE, FULL_TEXT, REFUSE, ConsentPage, ConsentTextPage
from kiosk.views_resident import TURN
from offline_cache.wire_front_desk import ConsentText

PARAGRAPHS_A_PAGE = 4
PARAGRAPHS_A_PAGE_ELDER = 2
NO_TEXT = "consent.no_text"
REFUSED = {"recognition": "consent.refused", "preferred_help": "consent.help_refused"}


def ask_consent(errand: Errand, purpose: str, agreed: Callable[[ConsentText], None]) -> None:
    """The page of this purpose; `agreed` is handed the text that was agreed to."""

    def told(event: ConsentTextTold) -> None:
        text = event.text
        if text is None:
            other_way(errand, NO_TEXT)
        else:
            errand.open(Consent(errand, text, lambda: agreed(text)))

    errand.open(Asking(errand, words.FETCHING_TEXT, lambda ask_id: TellConsentText(ask_id, purpose), told))


class Consent(Step):
    """Who asks, what for, where it is kept, how long, and how it is taken back. Nothing was looked at yet."""

    def __init__(self, errand: Errand, text: ConsentText, agreed: Callable[[], None]) -> None:
        super().__init__(errand)
        self._text = text
        self._agreed = agreed

    def view(self) -> ConsentPage:
        text, of = self._text, self.desk.of
        lines = tuple(
            (line.icon, data(of(line.head_zh, line.head_en)), data(of(line.text_zh, line.text_en)))
            for line in text.lines
        )
        return ConsentPage(
            self.desk.around(),
            data(of(text.title_zh, text.title_en)),
            data(of(text.lead_zh, text.lead_en)),
            lines,
            words.OTHER_WAYS[text.purpose],
            words.SMALL_PRINT[text.purpose],
        )

    def pressed(self, action: str, value: str) -> None:
        if action == AGREE:
            self._agreed()
        elif action == REFUSE:
            self.errand.replace(Refused(self.errand, self._text))
        elif action == FULL_TEXT:
            self.errand.open(WholeText(self.errand, self._text))
        elif action == views.BACK:
            self.errand.back()


class WholeText(Step):
    """看全文: the paragraphs as the hall has published them."""

    def __init__(self, errand: Errand, text: ConsentText) -> None:
        super().__init__(errand)
        self._text = text
        self._page = 0

    def view(self) -> ConsentTextPage:
        paragraphs = self.desk.lines(self._text.full_zh, self._text.full_en)
        height = PARAGRAPHS_A_PAGE_ELDER if self.desk.is_large else PARAGRAPHS_A_PAGE
        pages = max(1, math.ceil(len(paragraphs) / height))
        self._page = min(self._page, pages - 1)
        shown = paragraphs[self._page * height : (self._page + 1) * height]
        title = data(self.desk.of(self._text.title_zh, self._text.title_en))
        return ConsentTextPage(self.desk.around(), title, tuple(map(data, shown)), self._page, pages)

    def pressed(self, action: str, value: str) -> None:
        if action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action in (views.BACK, views.DONE):
            self.errand.back()


class Refused(OtherWay):
    """A no, and what to do instead. Who lays a card down now is not asked again for 90 days."""

    def __init__(self, errand: Errand, text: ConsentText) -> None:
        super().__init__(errand, REFUSED[text.purpose])
        self._text = text
        self._noted: str | None = None

    def entered(self) -> None:
        session = self.desk.session
        card_ref = session.card_ref if session else ""
        if card_ref != self._noted:
            self._noted = card_ref
            self.desk.ask(RefuseConsent(self._text.purpose, self._text.version, card_ref))

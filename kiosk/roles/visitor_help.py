"""我的帮助: the help that somebody would like, kept only under its own consent text and only as she chose it herself."""

from __future__ import annotations

import math

from kiosk import views
from kiosk.commands_front_desk import KeepConsent
from kiosk.events_front_desk import ConsentStanding
from kiosk.roles import visitor_words as words
from kiosk.roles.resident_errand import Errand, Step
from kiosk.roles.resident_query import ROWS_A_PAGE, ROWS_A_PAGE_ELDER, turned
from kiosk.roles.visitor_cards import GuardianCard, keep_consent, with_standing
from kiosk.roles.visitor_consent import ask_consent
from kiosk.views_resident import TURN, ListPage, Row
from offline_cache.wire_front_desk import HELP_WISHES, ConsentText

PREFERRED_HELP = "preferred_help"


def my_help(errand: Errand) -> None:
    """Its text first, whatever she has agreed to before; then her card, then what would help."""

    def agreed(text: ConsentText) -> None:
        with_standing(errand, lambda standing: choose(text, standing))

    def choose(text: ConsentText, standing: ConsentStanding) -> None:
        if standing.needs_guardian or standing.state == "too_young":
            errand.open(
                GuardianCard(
                    errand, lambda guardian_id: errand.open(HelpWishes(errand, text, standing, guardian_id))
                )
            )
        else:
            errand.open(HelpWishes(errand, text, standing))

    ask_consent(errand, PREFERRED_HELP, agreed)


class HelpWishes(Step):
    """As many as she likes. What she had chosen before is marked."""

    def __init__(
        self, errand: Errand, text: ConsentText, standing: ConsentStanding, guardian_id: str = ""
    ) -> None:
        super().__init__(errand)
        self._version = text.version
        self._guardian_id = guardian_id
        self._chosen = set(standing.help)
        self._page = 0

    def view(self) -> ListPage:
        height = ROWS_A_PAGE_ELDER if self.desk.is_large else ROWS_A_PAGE
        pages = math.ceil(len(HELP_WISHES) / height)
        self._page = min(self._page, pages - 1)
        return ListPage(
            self.desk.around(),
            words.WHICH_HELP,
            tuple(map(self._row, HELP_WISHES[self._page * height : (self._page + 1) * height])),
            hint=words.WHICH_HELP_HINT,
            page=self._page,
            pages=pages,
            go=words.KEEP_HELP,
            can_go=bool(self._chosen),
        )

    def pressed(self, action: str, value: str) -> None:
        if action == views.BACK:
            self.errand.back()
        elif action == TURN:
            self._page = max(0, self._page + turned(value))
        elif action == views.CHOOSE and value in HELP_WISHES:
            self._chosen ^= {value}
        elif action == views.NEXT and self._chosen:
            keep_consent(self.errand, self._wish, words.HELP_KEPT, self._guardian_id)

    def _row(self, wish: str) -> Row:
        label, icon = words.HELP_WISHES[wish]
        return Row(wish, label, icon=icon, mark=wish in self._chosen)

    def _wish(self, ask_id: int, guardian_id: str) -> KeepConsent:
        return KeepConsent(
            ask_id,
            self.desk.person_id,
            PREFERRED_HELP,
            self._version,
            guardian_id,
            self.desk.staff_id,
            tuple(wish for wish in HELP_WISHES if wish in self._chosen),
        )

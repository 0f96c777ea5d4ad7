"""30: the front desk: who came, who stands there and what she came for, and whom to look after."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.views import CHOOSE, Chrome
from kiosk.views_front_desk import (
    CARE,
    TURN_CARE,
    Arrival,
    CareRow,
    DeskBoard,
    MatterShown,
    PersonCard,
)
from kiosk.views_resident import TURN, Around
from screens.pages.page import Page, load_layout
from screens.widgets import desk as _desk  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.desk_person import AlikePanel, PersonPanel, QuietPanel, TicketPanel


class DeskBoardPage(Page):
    arrived = StringProperty("")
    cared = StringProperty("")
    notice = StringProperty("")
    covered = BooleanProperty(False)
    nobody_came = StringProperty("")
    nobody_listed = StringProperty("")
    rows_most = NumericProperty(0)
    panel = ObjectProperty(None, allownone=True)

    rehearsal = DeskBoard(
        Around(),
        "何＊",
        False,
        (Arrival("v", "10:02", "face", "查＊"),),
        1,
        "v",
        PersonCard(
            "v", "face", "查", "查＊", matters=(MatterShown("data:查", "data:看", "files-fill", "open"),)
        ),
        (CareRow("c", 3, "查＊", 80, "查", "", "call"),),
        1,
    )

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._person = PersonPanel(words=self.words, press=self.press)
        self._alike = AlikePanel(words=self.words, press=self.press)
        self._ticket = TicketPanel(words=self.words, press=self.press)
        self._quiet = QuietPanel()

    def show(self, view: DeskBoard, chrome: Chrome) -> None:
        words = self.words
        self.arrived = words.plural("{count}\u00a0person", "{count}\u00a0people", view.arrived)
        self.cared = words.plural("{count}\u00a0person", "{count}\u00a0people", view.care_count)
        self.nobody_came = "" if view.arrivals else words.text("No arrivals yet")
        self.nobody_listed = "" if view.care else words.text("Nobody is on the list")
        self.notice = self._notice(view.notices)
        self.covered = view.covered
        self.ids.arrivals.show(view.arrivals, view.chosen, words)
        self.ids.arrivals_pager.show(view.page, view.pages)
        self.ids.care.show(view.care, words)
        self.ids.care_pager.show(view.care_page, view.care_pages)
        self._show_middle(view)

    def _notice(self, notices: tuple[str, ...]) -> str:
        """The first of what staff should know, in words, and how many more there are."""
        if not notices:
            return ""
        what, next_step = self.words.sentence(notices[0])
        said = f"{what}. {next_step}" if self.words.locale == "en" else f"{what}。{next_step}"
        more = len(notices) - 1
        return said + (f"\u00a0(+{more})" if more else "")

    def _show_middle(self, view: DeskBoard) -> None:
        """One panel in the middle. Those that are not shown keep nobody's words."""
        for panel in (self._person, self._alike, self._ticket):
            panel.words = self.words
        panel = self._filled(view)
        if panel is not self._person:
            self._person.forget()
        if panel is not self.panel:
            self.ids.middle.clear_widgets()
            self.ids.middle.add_widget(panel)
            self.panel = panel

    def _filled(self, view: DeskBoard) -> PersonPanel | AlikePanel | TicketPanel | QuietPanel:
        card, text = view.card, self.words.text
        if view.covered:
            return self._say(
                "lock-key-fill", text("Place your staff card"), text("Names are covered\nuntil then.")
            )
        if card is None:
            if view.chosen:
                return self._say("hourglass-fill", text("One moment please"), "")
            return self._say("hand-heart-fill", text("Nobody is waiting"), text("Arrivals will appear here."))
        if card.one_of:
            self._alike.show(card)
            return self._alike
        if not card.masked_name:
            self._ticket.show(card, self.words)
            return self._ticket
        self._person.show(card, self.words)
        return self._person

    def _say(self, sign: str, title: str, lines: str) -> QuietPanel:
        self._quiet.sign, self._quiet.title, self._quiet.lines = sign, title, lines
        return self._quiet

    def choose(self, visit_id: str) -> None:
        self.press(CHOOSE, visit_id)

    def care(self, case_id: str) -> None:
        self.press(CARE, case_id)

    def turn(self, step: str) -> None:
        self.press(TURN, step)

    def turn_care(self, step: str) -> None:
        self.press(TURN_CARE, step)


load_layout(__file__)

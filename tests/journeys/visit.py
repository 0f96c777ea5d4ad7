"""One person at the resident's terminal: what she touches and what she sees, counted and timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PIL import Image

from kiosk import views
from kiosk.i18n import Translator
from kiosk.views_resident import LANGUAGE, LARGER, LEAVE_SESSION, TURN
from tests.journeys.report import Journey
from tests.journeys.service_hall import ServiceHall
from tests.stage.residents import HallResident
from tests.stage.terminal import LOOK_BACK_BYTES, Page
from tests.stage.waiting import Overdue, pause, wait_for

SEEN_S = 20.0
LOOK_S = 0.15
"""A touch within a moment of a page's turn was meant for the page before, and is ignored: nobody is that quick."""
AGAIN_S = 0.7
"""The same button again at once is a trembling hand, where letters are large."""


class Visit:
    """`person` in front of `hall`'s terminal, in the looks of `journey`."""

    def __init__(self, hall: ServiceHall, journey: Journey, person: HallResident) -> None:
        self.hall = hall
        self.terminal = hall.terminal
        self.journey = journey
        self.person = person
        self.touches = 0
        self.began = time.monotonic()
        self.ended = self.began
        self.slips_before = self.terminal.devices.printer.page_count
        self.rows_before = self.hall.stage.hall.row_count(self.terminal.terminal_id)
        self.first_seen = self.terminal.seen_bytes()
        self._after = self.first_seen
        self._words = {locale: Translator(locale) for locale in ("zh_CN", "en")}
        self.locale = "zh_CN"
        self.page: Page = {}
        self._touched: tuple[tuple[str, str], float] = (("", ""), 0.0)
        self._shown: set[str] = set()
        self._counted: tuple[int, float] | None = None

    # --- words ------------------------------------------------------------------------------------------------------

    def label(self, msgid: str) -> str:
        """As it is drawn: a msgid in the language of the page, or data as it is."""
        return self._words[self.locale].label(msgid)

    def check(self, what: str, expected: object, got: object) -> bool:
        return self.journey.check(what, expected, got)

    def check_that(self, what: str, holds: bool, expected: object, got: object) -> bool:
        return self.journey.check_that(what, holds, expected, got)

    def is_drawn(self, msgid: str, texts: list[str] | None = None) -> bool:
        """Whether it can be read on the glass now, however its lines are broken."""
        if self.terminal.display is None:
            return True
        drawn = "".join("".join(text.split()) for text in (texts or self.terminal.texts()))
        return "".join(self.label(msgid).split()) in drawn

    # --- touching ---------------------------------------------------------------------------------------------------

    def touch(self, say: str, action: str, value: str = "", *, typing: bool = False) -> Visit:
        """Touch the button that says `say` (a msgid, or "data:" and a text). A terminal without a face is told `action`.
        `typing`: a key, which may come as quickly as fingers are."""
        if not typing:
            again = (action, value) == self._touched[0]
            pause(self._touched[1] + AGAIN_S - time.monotonic() if again else LOOK_S)
        self.locale = self._shown_now()["around"]["locale"]
        if not self.touches:
            self.began = time.monotonic()
        self.touches += 1
        if self.terminal.display is None or self.terminal.faceless:
            self._after = self.terminal.press(action, value)
        else:
            self._after = self.terminal.touch(self.label(say))
        self._touched = ((action, value), time.monotonic())
        return self

    def _shown_now(self) -> Page:
        """The page that stands there, as long as it says in which language."""
        pages = self.terminal.pages(max(0, self.terminal.seen_bytes() - LOOK_BACK_BYTES))
        return next(
            (page for page in reversed(pages) if "around" in page), {"around": {"locale": self.locale}}
        )

    def choose(self, value: str) -> Visit:
        """Touch the row of the page that stands for `value`, turning pages until it is there."""
        for _ in range(self.page.get("pages", 1)):
            pause(LOOK_S)
            shown = self._shown_now()  # rows of a page that was turned to may come a moment later
            self.page = shown if shown.get("view") == self.page["view"] else self.page
            row = next((row for row in self.page["rows"] if row["value"] == value), None)
            if row is not None:
                return self.touch(row["title"], views.CHOOSE, value)
            self.turn()
        raise AssertionError(f"{value} is on no page of {self.page}")

    def turn(self) -> Visit:
        """To the next page of a list, of a table or of a guide."""
        view, number = self.page["view"], self.page["page"]
        self.touch("Next page", TURN, "+1")
        self.sees(view, lambda page: page["page"] != number)
        return self

    def pick(self, action: str) -> Visit:
        """Touch one of the page's own choices."""
        choice = wait_for(f"the choice {action}", lambda: self._choice(action), SEEN_S)
        return self.touch(choice["label"], action, choice.get("value", ""))

    def _choice(self, action: str) -> Page | None:
        """Of the newest page of this kind: its choices change with what the printer says."""
        shown = self._shown_now()
        self.page = shown if shown.get("view") == self.page["view"] else self.page
        return next((choice for choice in self.page["choices"] if choice["action"] == action), None)

    # --- seeing -----------------------------------------------------------------------------------------------------

    def sees(
        self, view: str, matches: Callable[[Page], bool] = lambda page: True, deadline_s: float = SEEN_S
    ) -> Page:
        """The first page of that kind since what was done last."""
        self.page = self._first(view, lambda page: page["view"] == view and matches(page), deadline_s)
        self.ended = time.monotonic()
        return self.page

    def sees_one_of(self, kinds: Sequence[str], matches: Callable[[Page], bool]) -> Page:
        """The first page of one of these kinds."""
        self.page = self._first(
            f"one of {', '.join(kinds)}", lambda page: page["view"] in kinds and matches(page)
        )
        self.ended = time.monotonic()
        return self.page

    @property
    def after(self) -> int:
        """The place in what was shown from where the next page is looked for."""
        return self._after

    def sees_now(self, view: str, matches: Callable[[Page], bool]) -> Page:
        """The page that stands there, once it is such a one: what was typed quickly is drawn when it comes to it."""

        def look() -> Page | None:
            page = self.terminal.pages(self.first_seen)[-1]
            return page if page["view"] == view and matches(page) else None

        self.page = wait_for(f"{view} as it should be", look, SEEN_S)
        self.ended = time.monotonic()
        return self.page

    def sees_past_notice(self, view: str, matches: Callable[[Page], bool] = lambda page: True) -> Page:
        """That page, with the notice before it where she has not read it yet."""
        page = self._first(
            f"{view} or the notice",
            lambda page: page["view"] == "NoticePage" or (page["view"] == view and matches(page)),
        )
        if page["view"] == "NoticePage":
            self.touch("I agree", views.NEXT)
        return self.sees(view, matches)

    def _first(self, what: str, matches: Callable[[Page], bool], deadline_s: float = SEEN_S) -> Page:
        try:
            return self.terminal.wait_page(what, self._after, matches, deadline_s)
        except Overdue as overdue:
            raise Overdue(f"{overdue}; it shows {self.terminal.pages()[-1]}") from overdue

    def ended_here(self) -> None:
        """What follows is no longer hers: neither touches nor seconds count."""
        self._counted = (self.touches, round(self.ended - self.began, 1))

    def show_once(self, key: str, caption: str) -> None:
        """As `show`, the first time that `key` is given in this visit."""
        if key not in self._shown:
            self._shown.add(key)
            self.show(caption)

    def show(self, caption: str, slips: list[Image.Image] | None = None, note: str = "") -> None:
        self.journey.show(caption, self.terminal.picture(), slips or [], note=note)

    # --- what people do ---------------------------------------------------------------------------------------------

    def arrives(self, *, larger: bool = False) -> Visit:
        """At the first page, which turns into her language; `larger`: into large letters too, by hand."""
        self._after = self.first_seen if self.touches == 0 else self._after
        if self.journey.locale == "en":
            self.touch("data:English", LANGUAGE)
            self.sees("ResidentHome", lambda page: page["around"]["locale"] == "en")
            self.locale = "en"
        if larger and self.journey.mode == "elder":
            self.touch("Large", LARGER)
            self.sees("ResidentHome", lambda page: page["around"]["mode"] == "elder")
        if not self.touches:
            self.page = self.terminal.pages()[-1]
        return self

    def lays_card_down(self, person: HallResident | None = None) -> Visit:
        """Her own ID card, or `person`'s."""
        self._after = self.hall.lay_down(person or self.person)
        return self

    def takes_card(self) -> Visit:
        """Whatever lies on a reader."""
        self._after = self.hall.take_card()
        return self

    def leaves(self) -> Visit:
        """By 结束离开, which is always at the same place."""
        self.touch("End and leave", LEAVE_SESSION)
        self.sees("ResidentHome", lambda page: page["around"]["person"] is None)
        return self

    def waits(self, seconds: float) -> Visit:
        """Time passes, without anybody waiting for it."""
        self._after = self.terminal.seen_bytes()
        self.hall.stage.let_pass(seconds)
        return self

    def reads_notice(self) -> Visit:
        """What is done with her data: once, and on."""
        self.sees("NoticePage")
        return self.touch("I agree", views.NEXT)

    def count(self) -> None:
        """Touches and seconds, from her first touch to the last page she saw, into the report."""
        if self._counted is None:
            self.ended_here()
        assert self._counted is not None
        self.journey.touches, self.journey.visit_s = self._counted

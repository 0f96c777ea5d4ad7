"""One mode's whole picture: its bars, one page between them, and a question laid over it now and then.

Colours and sizes go into widgets when they are built, so each mode has a sheet of its own, kept once built; turning to
another mode changes sheets.
"""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.i18n import Translator
from kiosk.views import HelpComing, Shown, View
from kiosk.views_resident import Around, GoOnAsked, StillThere
from screens import theme
from screens.building import built_in
from screens.pages.page import Page, Press, load_layout
from screens.pages.registry import page_class
from screens.widgets import alarm as _alarm  # noqa: F401  registers what the .kv file names
from screens.widgets import desk_bars as _desk_bars  # noqa: F401
from screens.widgets import resident_bars as _resident_bars  # noqa: F401
from screens.widgets.bars import banner_of

QUESTIONS: tuple[type, ...] = (HelpComing, StillThere, GoOnAsked)
"""What is laid over the page before."""


class Sheet(FloatLayout):
    """Bars and pages of one mode. Pages are kept once built, so that showing one again only changes its words."""

    press = ObjectProperty(None)

    def __init__(self, mode: str, words: Translator, press: Press) -> None:
        super().__init__(press=press)
        self.mode = mode
        self.words = words
        self.pages: dict[type, Page] = {}
        self.page: Page | None = None
        self.question: Page | None = None
        self._below: View | None = None
        self._filled_pages: set[Page] = set()

    def build(self, kind: type) -> Page:
        """The page for a kind of View, built in this sheet's mode; the theme's own mode stays as it was."""
        if kind not in self.pages:
            with built_in(self.mode):
                page = page_class(kind, upright=theme.current().upright, lying=theme.lying())
                self.pages[kind] = page(self.words, self.press)
            self.pages[kind].size = self.ids.body.size
        return self.pages[kind]

    def forget(self) -> set[Page]:
        """Which pages were filled in since the last call: whoever was there has gone, and her words are still on them."""
        pages, self._filled_pages = self._filled_pages, set()
        self._below = None
        return pages

    def speak(self, words: Translator) -> None:
        """Another language; a page that is not shown takes it when it is."""
        self.words = words

    def show_bars(self, shown: Shown) -> None:
        """Fill in the bars. A question keeps those of the page below it."""
        view, chrome, words = shown.view, shown.chrome, self.words
        asking = isinstance(view, QUESTIONS)
        if asking and self._below is not None:
            view = self._below
        self.ids.top.show(chrome, words)
        self.ids.banner.show(view, chrome, words)
        self.ids.bottom.calling = isinstance(shown.view, HelpComing)
        self.ids.bottom.show(view, chrome, words)

    def turn_to(self, shown: Shown) -> None:
        """Show a page, in place of the one before and of any question over it."""
        self.take_question_away()
        self._below = shown.view
        page = self._filled(shown)
        if page is not self.page:
            self.ids.body.clear_widgets()
            self.ids.body.add_widget(page)
            self.page = page

    def ask(self, shown: Shown) -> None:
        """Lay a question over the page that is there."""
        question = self._filled(shown)
        if question is not self.question:
            self.take_question_away()
            self.ids.over.add_widget(question)
            self.question = question

    def take_question_away(self) -> None:
        if self.question is not None:
            self.ids.over.remove_widget(self.question)
            self.question = None

    def _filled(self, shown: Shown) -> Page:
        page = self.build(type(shown.view))
        if page.words is not self.words:
            page.words = self.words
        page.compact = bool(banner_of(shown.view, shown.chrome)) or _has_alarm(shown.view)
        page.show(shown.view, shown.chrome)
        self._filled_pages.add(page)
        return page


class PlainSheet(Sheet):
    """The sheet of a terminal with one mode, and of the technician's pages."""


class AroundSheet(Sheet):
    """A sheet with a bar for who stands there, tools at the bottom, and an alarm above any page while there is one."""

    def __init__(self, mode: str, words: Translator, press: Press) -> None:
        super().__init__(mode, words, press)
        self._around = Around(mode=mode)

    def forget(self) -> set[Page]:
        self._around = Around(self._around.locale, self.mode)
        return super().forget()

    def show_bars(self, shown: Shown) -> None:
        # HelpComing comes from the terminal itself and says nothing of who stands there: that has not changed.
        self._around = getattr(shown.view, "around", self._around)
        self.ids.alarm.show(self._around.alarm, self.words)
        # Both bars would leave a page too little room, and who stands there knows who she is.
        person = Around(self._around.locale, self._around.mode) if self._around.alarm else self._around
        self.ids.person.show(person, self.words)
        self.ids.bottom.around = self._around
        super().show_bars(shown)


class ResidentSheet(AroundSheet):
    """The upright sheet of residents and of the door."""


class DeskSheet(AroundSheet):
    """The lying sheet of the front desk, for staff and for a visitor whom the screen is turned to."""

    def show_bars(self, shown: Shown) -> None:
        super().show_bars(shown)
        asking = isinstance(shown.view, QUESTIONS)
        self.ids.top.show_staff(self._below if asking and self._below is not None else shown.view)


def _has_alarm(view: View) -> bool:
    around = getattr(view, "around", None)
    return around is not None and around.alarm is not None


load_layout(__file__)

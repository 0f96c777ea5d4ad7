"""The whole picture: bars above and below, one page between them, and a question laid over it now and then."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.i18n import Translator
from kiosk.views import Chrome, HelpComing, Shown, View
from kiosk.views_diagnostics import CORNER
from screens.pages.page import Page, Press, load_layout
from screens.pages.registry import PAGES, page_class
from screens.theme import current
from screens.widgets.bars import banner_of

CORNER_MM = 20.0
CORNER_S = 3.0
"""The technician's way in: the top left corner, pressed and held. It shows nothing and hints at nothing."""


class Frame(FloatLayout):
    """Draws what it is shown. Pages are kept once built, so that showing one again only changes its words."""

    press = ObjectProperty(None)

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(press=press)
        self._words = words
        self._pages: dict[type, Page] = {}
        self._shown: Shown | None = None
        self._page: Page | None = None
        self._question: Page | None = None
        self._corner: tuple[Any, Any] | None = None

    @property
    def shown(self) -> Shown | None:
        """What was drawn last."""
        return self._shown

    def show(self, shown: Shown) -> None:
        """Draw a page and the bars around it; what has not changed is left alone."""
        before, self._shown = self._shown, shown
        asking = isinstance(shown.view, HelpComing)
        if before is None or before.chrome != shown.chrome or before.view != shown.view:
            self._show_bars(shown, asking)
        if before is None or before.view != shown.view or _concerns_pages(before.chrome, shown.chrome):
            if asking:
                self._ask(shown)
            else:
                self._turn_to(shown)
        if self._page is not None and (before is None or shown.picture is not before.picture):
            self._page.show_picture(shown.picture)

    def use(self, words: Translator) -> None:
        """Speak another language, at once."""
        self._words = words
        for page in self._pages.values():
            page.words = words
        shown, self._shown = self._shown, None
        if shown is not None:
            self.show(shown)

    def build_next(self) -> bool:
        """Build one page that is not there yet; False when all are. Called between frames, so that no tap waits."""
        missing = next((kind for kind in PAGES if kind not in self._pages), None)
        if missing is None:
            return False
        page = self._page_for(missing)
        page.size = self.ids.body.size
        if page.rehearsal is not None and self._shown is not None and page is not self._page:
            page.show(page.rehearsal, self._shown.chrome)
        return True

    def _show_bars(self, shown: Shown, asking: bool) -> None:
        view, chrome, words = self._underneath(shown), shown.chrome, self._words
        self.ids.top.show(chrome, words)
        self.ids.banner.show(view, chrome, words)
        self.ids.bottom.calling = asking
        self.ids.bottom.show(view, chrome, words)

    def _underneath(self, shown: Shown) -> View:
        """The page that the bars belong to: a question keeps those of the page below it."""
        if isinstance(shown.view, HelpComing) and self._under_question is not None:
            return self._under_question
        return shown.view

    _under_question: View | None = None

    def _turn_to(self, shown: Shown) -> None:
        if self._question is not None:
            self.ids.over.remove_widget(self._question)
            self._question = None
        self._under_question = shown.view
        page = self._page_for(type(shown.view))
        page.compact = bool(banner_of(shown.view, shown.chrome))
        page.show(shown.view, shown.chrome)
        if page is not self._page:
            self.ids.body.clear_widgets()
            self.ids.body.add_widget(page)
            self._page = page

    def _ask(self, shown: Shown) -> None:
        question = self._page_for(HelpComing)
        question.show(shown.view, shown.chrome)
        if self._question is None:
            self.ids.over.add_widget(question)
            self._question = question

    def on_touch_down(self, touch: Any) -> bool:
        """A hold of the corner is listened to beside whatever else lies there."""
        if self._corner is None and self._in_corner(touch):
            self._corner = (touch, Clock.schedule_once(lambda _dt: self._send(CORNER), CORNER_S))
        return bool(super().on_touch_down(touch))

    def on_touch_move(self, touch: Any) -> bool:
        if not self._in_corner(touch):
            self._let_go_of_corner(touch)
        return bool(super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        self._let_go_of_corner(touch)
        return bool(super().on_touch_up(touch))

    def _in_corner(self, touch: Any) -> bool:
        side = CORNER_MM / current().mm_per_px
        return bool(touch.x <= self.x + side and touch.y >= self.top - side)

    def _let_go_of_corner(self, touch: Any) -> None:
        if self._corner is not None and self._corner[0] is touch:
            self._corner[1].cancel()
            self._corner = None

    def _page_for(self, kind: type) -> Page:
        if kind not in self._pages:
            self._pages[kind] = page_class(kind)(self._words, self._send)
        return self._pages[kind]

    def _send(self, action: str, value: str = "") -> Any:
        return self.press(action, value)


def _concerns_pages(before: Chrome, after: Chrome) -> bool:
    return (before.banner, before.notices, before.window) != (after.banner, after.notices, after.window)


load_layout(__file__)

"""The whole picture: the sheet of the mode that is asked for, in the language that is asked for."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics import Color, Rectangle
from kivy.properties import ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.i18n import Translator
from kiosk.views import Chrome, HelpComing, Shown, View
from kiosk.views_diagnostics import CORNER
from kiosk.views_resident import WAKE, Slideshow
from screens import theme, tokens
from screens.building import built_in, settle, sweep
from screens.pages.page import Page, Press
from screens.pages.registry import DESK_PAGES, PAGES, RESIDENT_PAGES, VISITOR_PAGES
from screens.sheet import QUESTIONS, DeskSheet, PlainSheet, ResidentSheet, Sheet

FULL_BRIGHTNESS = 100
PEOPLES_PAGES = {**RESIDENT_PAGES, **VISITOR_PAGES}
DESK_MODE = "normal"
CORNER_MM = 20.0
CORNER_S = 3.0
"""The technician's way in: the top left corner, pressed and held. It shows nothing and hints at nothing."""


class Frame(FloatLayout):
    """Draws what it is shown. Sheets and their pages are kept once built."""

    press = ObjectProperty(None)

    def __init__(self, words: Translator, press: Press) -> None:
        super().__init__(press=press)
        self._words = self._own_words = words
        self._spoken = {words.locale: words}
        self._sheets: dict[str, Sheet] = {}
        self._sheet: Sheet | None = None
        self._shown: Shown | None = None
        self._below: Shown | None = None
        self._to_forget: list[Page] = []
        self._settled = False
        self._corner: tuple[Any, Any] | None = None
        self._brightness = FULL_BRIGHTNESS

    @property
    def shown(self) -> Shown | None:
        """What was drawn last."""
        return self._shown

    @property
    def mode(self) -> str:
        """The mode that was drawn last."""
        return self._sheet.mode if self._sheet is not None else theme.CANTEEN

    def show(self, shown: Shown) -> None:
        """Draw a page and the bars around it; what has not changed is left alone."""
        before, self._shown = self._shown, shown
        if _ends_session(before, shown):
            self._to_forget += {page for sheet in self._sheets.values() for page in sheet.forget()}
        elif before is not None and _leaves_a_desk_page(before.view, shown.view):
            self._to_forget.append(self._sheet_of(DESK_MODE).build(type(before.view)))
        turned = self._use_mode(self._mode_of(shown.view)) | self._use_locale(shown.view)
        sheet = self._sheet
        assert sheet is not None
        if before is None or turned or before.chrome != shown.chrome or before.view != shown.view:
            self._show_page(sheet, before, shown, turned)
            sheet.show_bars(shown)
        self._dim(getattr(shown.view, "brightness", FULL_BRIGHTNESS))
        if sheet.page is not None and (before is None or shown.picture is not before.picture):
            sheet.page.show_picture(shown.picture)

    def use(self, words: Translator) -> None:
        """Speak another language, at once. A page that names a language of its own goes on speaking that."""
        self._spoken[words.locale] = self._own_words = words
        self._speak(words)
        shown, self._shown = self._shown, None
        if shown is not None:
            self.show(shown)

    def build_next(self) -> bool:
        """Build one page that is not there yet; False when all are. Called between frames, so that no tap waits.

        A resident's terminal has each page in each mode, a desk its own in one of them; any other terminal has its own and
        the technician's in the one there is.
        """
        if self._to_forget:
            self._rehearse(self._to_forget.pop())
            return True
        mode, kind = self._missing()
        if kind is None:
            return False
        self._rehearse(self._sheet_of(mode).build(kind))
        self._settled = False
        self._settle()
        return True

    def clear_up(self) -> None:
        """For when nothing has changed for a while."""
        self._settle()
        if self._settled:  # else it would look through all pages
            sweep()

    def _settle(self) -> None:
        if not self._settled and self._shown is not None and not _in_session(self._shown.view):
            settle()
            self._settled = True

    def _rehearse(self, page: Page) -> None:
        """Fill a page that is not shown with invented words: its fonts are open then, and nobody's data are left."""
        if page.rehearsal is not None and self._shown is not None and not self._is_on_screen(page):
            sheet = next(sheet for sheet in self._sheets.values() if page in sheet.pages.values())
            with built_in(sheet.mode):
                page.show(page.rehearsal, self._shown.chrome)

    def _is_on_screen(self, page: Page) -> bool:
        """A page of another mode's sheet may still lie on that, but nobody sees it."""
        return self._sheet is not None and page in (self._sheet.page, self._sheet.question)

    def _missing(self) -> tuple[str, type | None]:
        modes: tuple[str, ...] = (self.mode,)
        kinds: set[type] = PAGES.keys() - PEOPLES_PAGES.keys() - DESK_PAGES.keys()
        if self.mode in tokens.MODES:
            modes = (self.mode, *(each for each in tokens.MODES if each != self.mode))
            kinds = {*PEOPLES_PAGES, HelpComing}
        for mode in modes:
            built = self._sheets[mode].pages if mode in self._sheets else {}
            wanted = kinds | self._desk_kinds(mode)
            for kind in PAGES:
                if kind in wanted and kind not in built:
                    return mode, kind
        return self.mode, None

    def _desk_kinds(self, mode: str) -> set[type]:
        return set(DESK_PAGES) if mode == DESK_MODE and not theme.current().upright else set()

    def _show_page(self, sheet: Sheet, before: Shown | None, shown: Shown, turned: bool) -> None:
        same = before is not None and not turned and before.view == shown.view
        if same and before is not None and not _concerns_pages(before.chrome, shown.chrome):
            return
        if isinstance(shown.view, QUESTIONS):
            if turned and self._below is not None:
                sheet.turn_to(self._below)
            sheet.ask(shown)
        else:
            self._below = shown
            sheet.turn_to(shown)

    def _dim(self, percent: int) -> None:
        """Darken everything, as a panel whose light cannot be turned down by us."""
        if percent == self._brightness:
            return
        self._brightness = percent
        self.canvas.after.clear()
        if percent < FULL_BRIGHTNESS:
            with self.canvas.after:
                Color(0, 0, 0, 1 - percent / FULL_BRIGHTNESS)
                Rectangle(pos=self.pos, size=self.size)

    def _mode_of(self, view: View) -> str:
        """A question that names no mode is asked in that of the page below it."""
        if isinstance(view, HelpComing):
            return self.mode
        around = getattr(view, "around", None)
        return theme.CANTEEN if around is None else str(around.mode)

    def _use_mode(self, mode: str) -> bool:
        if self._sheet is not None and self._sheet.mode == mode:
            return False
        sheet = self._sheet_of(mode)
        theme.use_mode(mode)
        Window.clearcolor = theme.colour("paper")
        sheet.take_question_away()
        self.clear_widgets()
        self.add_widget(sheet)
        self._sheet = sheet
        return True

    def _use_locale(self, view: View) -> bool:
        locale = self._locale_of(view)
        if locale == self._words.locale:
            return False
        if locale not in self._spoken:
            self._spoken[locale] = Translator(locale)
        self._speak(self._spoken[locale])
        return True

    def _locale_of(self, view: View) -> str:
        """A question that names no language is asked in that of the page below it; any other page is for everybody."""
        if isinstance(view, HelpComing):
            return self._words.locale
        around = getattr(view, "around", None)
        return self._own_words.locale if around is None else str(around.locale)

    def _speak(self, words: Translator) -> None:
        self._words = words
        for sheet in self._sheets.values():
            sheet.speak(words)

    def _sheet_of(self, mode: str) -> Sheet:
        if mode not in self._sheets:
            of_people = ResidentSheet if theme.current().upright else DeskSheet
            kind = of_people if mode in tokens.MODES else PlainSheet
            with built_in(mode):
                self._sheets[mode] = kind(mode, self._words, self._send)
            self._sheets[mode].size = self.size
        return self._sheets[mode]

    def on_touch_down(self, touch: Any) -> bool:
        """A hold of the corner is listened to beside whatever else lies there; what wakes presses nothing."""
        if self._shown is not None and isinstance(self._shown.view, Slideshow):
            self._send(WAKE)
            return True
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
        side = CORNER_MM / theme.current().mm_per_px
        return bool(touch.x <= self.x + side and touch.y >= self.top - side)

    def _let_go_of_corner(self, touch: Any) -> None:
        if self._corner is not None and self._corner[0] is touch:
            self._corner[1].cancel()
            self._corner = None

    def _send(self, action: str, value: str = "") -> Any:
        return self.press(action, value)


def _ends_session(before: Shown | None, after: Shown) -> bool:
    """Whether somebody's session was on the screen before, and none is now."""
    around = getattr(before.view, "around", None) if before is not None else None
    return around is not None and around.in_session and not _in_session(after.view)


def _leaves_a_desk_page(before: View, after: View) -> bool:
    """Whether staff turned from a page that says who came: a name that was shown in full is not kept under the next one."""
    return (
        type(before) in DESK_PAGES and type(after) is not type(before) and not isinstance(after, HelpComing)
    )


def _in_session(view: View) -> bool:
    around = getattr(view, "around", None)
    return isinstance(view, HelpComing) or (around is not None and around.in_session)


def _concerns_pages(before: Chrome, after: Chrome) -> bool:
    return (before.banner, before.notices, before.window) != (after.banner, after.notices, after.window)

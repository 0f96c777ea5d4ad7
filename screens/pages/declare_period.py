"""08: the clock is not trusted, so staff say which meal is served."""

from __future__ import annotations

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.views import CHOOSE, Chrome, DeclarePeriodPage
from screens.pages.page import Page, load_layout
from screens.widgets.touch import WideChoice

PERIOD_SIGNS = {"breakfast": "sun-horizon-fill", "lunch": "sun-fill", "dinner": "moon-fill"}


class DeclarePage(Page):
    chosen = BooleanProperty(False)

    def show(self, view: DeclarePeriodPage, chrome: Chrome) -> None:
        self.chosen = bool(view.selected)
        options: BoxLayout = self.ids.options
        options.clear_widgets()
        for period, opens, closes in view.options:
            button = WideChoice(
                say=self.words.period(period),
                hint=f"{opens}–{closes}",
                sign=PERIOD_SIGNS.get(period, "clock-fill"),
                choosing=True,
                selected=period == view.selected,
            )
            button.bind(on_release=lambda _button, period=period: self.press(CHOOSE, period))
            options.add_widget(button)


load_layout(__file__)

"""Choose one row: a person, a meal, a reason."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import Choice, Chrome, StaffList
from screens.pages.page import Page, load_layout
from screens.theme import u
from screens.widgets.icon import known_sign
from screens.widgets.money import written
from screens.widgets.touch import Touchable

FEW_ROWS = 3


class ListRow(Touchable):
    """One row: what it is, and on the right what tells it from the others."""

    say = StringProperty("")
    hint = StringProperty("")
    sign = StringProperty("")


class StaffListPage(Page):
    heading = StringProperty("")
    empty = StringProperty("")
    pages = StringProperty("")
    turning = BooleanProperty(False)
    columns = NumericProperty(1)
    row_height = NumericProperty(92)

    def show(self, view: StaffList, chrome: Chrome) -> None:
        words = self.words
        self.heading = words.label(view.title)
        self.empty = words.label(view.empty) if not view.rows else ""
        self.turning = view.pages > 1
        self.pages = f"{view.page + 1}\u00a0/\u00a0{view.pages}" if self.turning else ""
        few = len(view.rows) <= FEW_ROWS
        self.columns = 1 if few else 2
        self.row_height = 108 if few and not self.compact else 92
        rows = self.ids.rows
        rows.clear_widgets()
        for choice in view.rows:
            rows.add_widget(self._row(choice))

    def _row(self, choice: Choice) -> ListRow:
        hint = self.words.label(choice.hint) if choice.hint else ""
        if choice.amount is not None:
            hint = f"{hint}\u00a0{written(choice.amount)}" if hint else written(choice.amount)
        row = ListRow(
            say=self.words.label(choice.label),
            hint=hint,
            sign=known_sign(choice.icon),
            size_hint_y=None,
            height=u(self.row_height),
        )
        row.bind(on_release=lambda _row: self.press(choice.action, choice.value))
        return row


load_layout(__file__)

"""The way to a place nearby: how far, where, when it is open, and the turns."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_resident import Around, RoutePage
from screens.pages.page import Page, load_layout
from screens.widgets import resident_forms as _forms  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.resident_forms import TurnLine


class RouteScreen(Page):
    headline = StringProperty("")
    far = StringProperty("")
    far_hint = StringProperty("")

    rehearsal = RoutePage(
        Around(),
        "data:卫生站",
        "和顺路 8 号",
        5,
        400,
        "8:00-17:00",
        "",
        ("data:出门左转",),
        (Choice("print", "Print"),),
    )

    def show(self, view: RoutePage, chrome: Chrome) -> None:
        words = self.words
        self.headline = words.label(view.title)
        self.far = words.plural("{count} minute on foot", "{count} minutes on foot", view.minutes)
        self.far_hint = words.text("{metres} metres from here", metres=view.metres)
        facts = (
            ("map-pin-fill", words.text("Address"), view.address),
            ("clock-fill", words.text("Hours"), view.hours),
            ("phone-fill", words.text("Telephone"), view.phone),
        )
        self.ids.facts.show([fact for fact in facts if fact[2]])
        turns = self.ids.turns
        fit(turns, len(view.steps), TurnLine)
        for number, (line, step) in enumerate(zip(reversed(turns.children), view.steps, strict=True)):
            line.number, line.words = str(number + 1), words.label(step)
        self.ids.ways.show(view.choices, words)


load_layout(__file__)

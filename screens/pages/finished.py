"""16b: it is done; what not to forget, and that nothing is left of the person."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, FinishedPage
from screens.pages.page import ResidentPage, load_layout
from screens.theme import u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.surface import Surface

# what to take: (its name, where it lies, sign)
THINGS = {
    "id_card": ("ID card", "On the reader", "identification-card-fill"),
    "card": ("Your card", "On the reader", "credit-card-fill"),
    "slip": ("Printed slip", "Below the screen", "receipt-fill"),
    "pages": ("Printed pages", "In the tray", "files-fill"),
}


class TakeCard(Surface):
    """One thing not to forget, and where it lies."""

    say = StringProperty("")
    hint = StringProperty("")
    sign = StringProperty("")


class FinishedThingsPage(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")
    number = StringProperty("")
    cleared = StringProperty("")
    rate = StringProperty("")
    sure = BooleanProperty(True)

    rehearsal = FinishedPage(Around(), "It is done", ("id_card", "slip"), 5)

    def show(self, view: FinishedPage, chrome: Chrome) -> None:
        words = self.words
        self.sure = view.sure
        self.headline = words.label(view.title)
        self.lead = self._lead(view)
        self.number = words.text("Number {number}", number=view.number) if view.number else ""
        self.cleared = words.text(
            "Your data are wiped.\nBack to the first page in {seconds}\u00a0s.", seconds=view.left_s
        )
        self.rate = words.text("Rate it") if view.can_rate else ""
        self._show_things(view.take)

    def _lead(self, view: FinishedPage) -> str:
        if not view.sure:
            return self.words.text("The printer did not say so.\nPlease see whether your paper is there.")
        if not view.take:
            return self.words.text("Take care.")
        return self.words.text("Please take these with you.")

    def _show_things(self, take: tuple[str, ...]) -> None:
        row = self.ids.things
        fit(row, len(take), TakeCard)
        for card, thing in zip(reversed(row.children), take, strict=True):
            name, place, sign = THINGS[thing]
            card.say, card.hint, card.sign = self.words.text(name), self.words.text(place), sign
        row.height = u(320) if take else 0


load_layout(__file__)

"""17: the printer cannot go on; what is safe comes first, then what can be done."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.views import Choice, Chrome
from kiosk.views_resident import Around, PrintTrouble
from screens.pages.page import ResidentPage, load_layout
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.resident import fit
from screens.widgets.surface import Row

PAPER_SIGNS = ("printer.paper_out", "printer.paper_near_end")


class SafeLine(Row):
    """✓ and what is safe."""

    say = StringProperty("")


class PrintTroublePage(ResidentPage):
    headline = StringProperty("")
    sign = StringProperty("")
    question = StringProperty("")
    pick_up_word = StringProperty("")
    pick_up = StringProperty("")
    until = StringProperty("")
    show_it = StringProperty("")

    rehearsal = PrintTrouble(
        Around(),
        "printer.paper_out",
        ("Your record is safely kept.",),
        "10:15",
        (Choice("wait", "Wait a little"),),
    )

    def show(self, view: PrintTrouble, chrome: Chrome) -> None:
        words = self.words
        what, _next_step = words.sentence(view.code)
        self.headline = what
        self.sign = "receipt-fill" if view.code in PAPER_SIGNS else "warning-fill"
        self._show_safe(view)
        bound = bool(view.pick_up)
        self.question = "" if bound else words.text("What shall we do?")
        self.pick_up_word = words.text("Your number") if bound else ""
        self.pick_up = view.pick_up
        self.until = words.text("Valid today until {time}", time=view.until) if view.until else ""
        self.show_it = words.text("Say this number at the window\nand show your ID card.") if bound else ""
        self.ids.choices.leading = bound
        self.ids.choices.show(view.choices, words)

    def _show_safe(self, view: PrintTrouble) -> None:
        words = self.words
        said = [words.label(line) for line in view.safe]
        if view.told_at:
            said.append(words.text("Our staff were told at {time}.", time=view.told_at))
        lines = self.ids.safe
        fit(lines, len(said), SafeLine)
        for line, text in zip(reversed(lines.children), said, strict=True):
            line.say = text


load_layout(__file__)

"""16: it prints, as far as the printer has confirmed it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.views import Chrome
from kiosk.views_resident import Around, PrintingPage, Steps
from screens import drawings_resident
from screens.pages.page import ResidentPage, load_layout
from screens.theme import mode, u
from screens.widgets import resident as _resident  # noqa: F401  registers the widgets that the .kv file names
from screens.widgets.picture import Picture, texture_of


class PrinterPicture(Picture):
    """A printer with a slip or a page coming out of it."""

    pages = BooleanProperty(False)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.fit_mode = "scale-down"
        self._textures: dict[bool, Any] = {}
        self.bind(pages=self._draw)
        self._draw()

    def _draw(self, *_: Any) -> None:
        if mode() == "dark":
            self.opacity = 0
            return
        if self.pages not in self._textures:
            drawn = texture_of(drawings_resident.printer(u(680), u(529), self.pages))
            drawn.mag_filter = drawn.min_filter = "linear"
            self._textures[self.pages] = drawn
        self.texture = self._textures[self.pages]


class PrintingProgressPage(ResidentPage):
    headline = StringProperty("")
    lead = StringProperty("")
    what = StringProperty("")
    percent = NumericProperty(-1)
    percent_word = StringProperty("")
    pages = BooleanProperty(False)
    sign = StringProperty("")

    rehearsal = PrintingPage(Around(), Steps(("Place card", "Print"), 1), "data:查", 1, 2, "slip", 8, 60)

    def show(self, view: PrintingPage, chrome: Chrome) -> None:
        words = self.words
        self.ids.steps.show(view.steps, words)
        self.headline = words.text("Printing")
        self.pages = view.medium == "pages"
        self.sign = "printer-fill" if mode() == "dark" else ""
        self.lead = self._lead(view)
        self.what = words.text("Copy {number} of {copies}", number=view.copy_number, copies=view.copies)
        self.ids.title.say = words.label(view.title)
        self.percent = view.percent
        self.percent_word = f"{view.percent}%" if view.percent >= 0 else ""

    def _lead(self, view: PrintingPage) -> str:
        """Where the paper comes out, once it is known how long that takes."""
        words = self.words
        if not view.seconds:
            return words.text("One moment please") + "\n\u00a0"  # as high as what will be said
        if self.pages:
            return words.text(
                "About {seconds}\u00a0s. The pages come out\nof the large printer.", seconds=view.seconds
            )
        return words.text(
            "About {seconds}\u00a0s. The slip comes out\nbelow the screen.", seconds=view.seconds
        )


load_layout(__file__)

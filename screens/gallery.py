"""Every page, as pictures: `python -m screens.gallery OUT_DIR [--size 1366x768@0.252] [--locale zh_CN] [--mode elder]
[--only idle]`.

Writes OUT_DIR/<locale>/<page>.png at full size, and beside each a .json that says what was drawn where, which is what
the tests measure. On an upright panel the pages of the resident's terminal come in each of its modes, as
<page>.<mode>.png; on any other the pages of the one mode there is. Needs a display; `xvfb-run` will do.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.i18n import LOCALES, Translator
from kiosk.views import Shown
from screens import theme, tokens
from screens.environment import configure_kivy

REFERENCE_SIZE = "1366x768@0.252"
SETTLING_FRAMES = 40
UNDER_QUESTIONS = ("resident-home-known", "consent-known")
"""What lies under a question: the first of these that the panel has."""
DESK_WIDTH_MM = 500.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of some size; satisfies screens.environment.Screen."""

    width: int
    height: int
    mm_per_px: float
    fullscreen: bool = False
    show_cursor: bool = True

    @property
    def of_a_desk(self) -> bool:
        """Whether it is as wide as a front desk's; a canteen's is smaller, whatever its pixels are."""
        return self.height < self.width and self.width * self.mm_per_px >= DESK_WIDTH_MM

    @classmethod
    def parse(cls, text: str) -> Panel:
        """From "1366x768@0.252": pixels, and millimetres a pixel."""
        size, _, pitch = text.partition("@")
        width, _, height = size.partition("x")
        return cls(int(width), int(height), float(pitch or 0.252))


class Gallery:
    """One window that shows page after page."""

    def __init__(self, panel: Panel) -> None:
        configure_kivy(panel)
        theme.use(theme.Theme.of(panel))
        theme.register_fonts()
        from kivy.base import EventLoop
        from kivy.core.window import Window

        from screens.frame import Frame

        Window.size = (panel.width, panel.height)
        Window.clearcolor = theme.colour("paper")
        EventLoop.ensure_window()
        self.frame = Frame(Translator(LOCALES[0]), lambda action, value: None)
        Window.add_widget(self.frame)
        EventLoop.start()
        self._window = Window
        self._turn = EventLoop.idle

    def picture(self, shown: Any) -> Image.Image:
        """What the window shows for a page, once its layout has come to rest."""
        self.frame.show(shown)
        self.settle()
        return self.read()

    def settle(self) -> None:
        """Turn the loop until a whole turn has drawn nothing new."""
        for _frame in range(SETTLING_FRAMES):
            self._turn()
            if not self._window.canvas.needs_redraw:
                return

    def read(self) -> Image.Image:
        """The window's pixels."""
        self._window.dispatch("on_draw")
        return window_pixels(self._window)


def window_pixels(window: Any) -> Image.Image:
    """What was drawn last, before its flip."""
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    width, height = window.size
    pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    # Without alpha, and the rows from the bottom up, as OpenGL counts them.
    return Image.frombytes("RGB", (width, height), bytes(pixels), "raw", "RGBX", 0, -1)


def shown_pages(panel: Panel, locale: str, modes: Sequence[str]) -> dict[str, Shown]:
    """What a panel of this size shows, by name. The resident's pages stand beside what an upright panel had before."""
    from screens.resident_samples import UPRIGHT_SAMPLES, resident_samples
    from screens.samples import samples
    from screens.visitor_samples import visitor_samples

    if panel.of_a_desk:
        return _desk_pages(locale, modes)
    pages = dict(samples()) if not modes or panel.height <= panel.width else {}
    if panel.height > panel.width and not modes:
        pages |= UPRIGHT_SAMPLES
    if panel.height > panel.width:
        for mode in modes or tokens.MODES:
            both = {**resident_samples(locale, mode), **visitor_samples(locale, mode)}
            pages |= {f"{name}.{mode}": shown for name, shown in both.items()}
    return pages


def _desk_pages(locale: str, modes: Sequence[str]) -> dict[str, Shown]:
    """Staff's pages in the normal mode, a visitor's in each."""
    from screens.front_desk_samples import DESK_MODE, desk_samples
    from screens.visitor_samples import turned_samples

    pages: dict[str, Shown] = {}
    for mode in modes or tokens.MODES:
        staff = desk_samples(locale) if mode == DESK_MODE else {}
        shown_here = {**staff, **turned_samples(locale, mode)}
        pages |= {f"{name}.{mode}": shown for name, shown in shown_here.items()}
    return pages


def write(
    directory: Path, panel: Panel, locales: Sequence[str], only: Sequence[str], modes: Sequence[str] = ()
) -> int:
    """Draw every page (or those whose name starts with one of `only`) in each language; returns how many."""
    from screens.inspection import inspect

    gallery = Gallery(panel)
    count = 0
    for locale in locales:
        gallery.frame.use(Translator(locale))
        (directory / locale).mkdir(parents=True, exist_ok=True)
        pages = shown_pages(panel, locale, modes)
        for name, shown in pages.items():
            if only and not name.startswith(tuple(only)):
                continue
            below = below_question(name, shown, pages)
            if below is not None:
                gallery.picture(below)
            gallery.picture(shown).save(directory / locale / f"{name}.png", compress_level=1)
            drawn = json.dumps(inspect(gallery.frame), ensure_ascii=False)
            (directory / locale / f"{name}.json").write_text(drawn, encoding="utf-8")
            count += 1
    return count


def below_question(name: str, shown: Shown, pages: dict[str, Shown]) -> Shown | None:
    """The page that a question is laid over in the gallery; None for what is a page itself."""
    from screens.sheet import QUESTIONS

    if not isinstance(shown.view, QUESTIONS):
        return None
    _, _, mode = name.partition(".")
    wanted = [f"{under}.{mode}" for under in UNDER_QUESTIONS] if mode else ["idle"]
    below = next(pages[under] for under in wanted if under in pages)
    return Shown(below.view, shown.chrome)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m screens.gallery", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--size", default=REFERENCE_SIZE)
    parser.add_argument("--locale", action="append", choices=LOCALES)
    parser.add_argument("--mode", action="append", choices=tokens.MODES, default=[])
    parser.add_argument("--only", action="append", default=[])
    chosen = parser.parse_args(arguments)
    count = write(
        chosen.directory, Panel.parse(chosen.size), chosen.locale or LOCALES, chosen.only, chosen.mode
    )
    sys.stdout.write(f"{count} pages in {chosen.directory}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

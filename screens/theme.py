"""Tokens on the panel at hand: millimetres become pixels, names become colours, font files become Kivy fonts."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from kiosk import fonts
from screens import tokens
from screens.environment import Screen

TEXT_FONT = "Text"
ICON_FONT = "Icons"

Rgba = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """One panel's measures. `unit` is how many of its pixels one reference pixel takes; `desk_unit` the same for the pages
    of residents and of the desk on a lying panel, which are given in the pixels of a desk's."""

    unit: float
    width: int
    height: int
    mm_per_px: float
    desk_unit: float = 1.0

    @classmethod
    def of(cls, screen: Screen) -> Theme:
        """The physical size of the reference where the panel has the room, else as large as it fits."""
        unit = _unit_on(screen, _reference(upright=screen.height > screen.width))
        return cls(unit, screen.width, screen.height, screen.mm_per_px, _unit_on(screen, DESK))

    @property
    def upright(self) -> bool:
        """Whether the panel is higher than wide."""
        return self.height > self.width

    @property
    def keeps_its_size(self) -> bool:
        """Whether letters and buttons reach their millimetres; a smaller panel cannot, and set-up should say so."""
        return self.unit * self.mm_per_px >= 0.98 * _reference(self.upright)[2]


DESK = (tokens.DESK_WIDTH, tokens.DESK_HEIGHT, tokens.DESK_MM_PER_PX)


def _unit_on(screen: Screen, reference: tuple[int, int, float]) -> float:
    width, height, pitch = reference
    return min(pitch / screen.mm_per_px, screen.width / width, screen.height / height)


def _reference(upright: bool) -> tuple[int, int, float]:
    """The panel that sizes are given for: width and height in pixels, millimetres a pixel."""
    if upright:
        return tokens.PORTRAIT_WIDTH, tokens.PORTRAIT_HEIGHT, tokens.PORTRAIT_MM_PER_PX
    return tokens.REFERENCE_WIDTH, tokens.REFERENCE_HEIGHT, tokens.REFERENCE_MM_PER_PX


CANTEEN = "canteen"
_mode = CANTEEN
_current = Theme(1.0, tokens.REFERENCE_WIDTH, tokens.REFERENCE_HEIGHT, tokens.REFERENCE_MM_PER_PX)


def use(theme: Theme) -> None:
    """Lay out for this panel from now on; before the first widget is built."""
    global _current
    _current = theme


def current() -> Theme:
    return _current


def lying() -> bool:
    """Whether the mode that is built in is one of residents and desks, on a panel that is wider than high."""
    return _mode != CANTEEN and not _current.upright


def unit() -> float:
    """Pixels of this panel that one pixel of the mode's reference takes."""
    return _current.desk_unit if lying() else _current.unit


def u(reference_px: float) -> int:
    """Pixels of this panel for pixels of the reference."""
    pixels = round(reference_px * unit())
    return max(1, pixels) if reference_px > 0 else pixels


def measure(name: str) -> Any:
    """A token that each sort of panel has its own of: TOP_BAR, BOTTOM_BAR, MARGIN, HELP_BUTTON, reference pixels."""
    sort = "PORTRAIT_" if _current.upright else "DESK_" if lying() else ""
    return getattr(tokens, sort + name)


def use_mode(mode: str) -> None:
    """Colours and letter sizes of `mode` from now on: "canteen", "normal", "elder" or "dark".

    What is built already keeps those it was built with. Raises KeyError for another mode.
    """
    global _mode
    _RGBA[mode]
    _mode = mode


def mode() -> str:
    """The mode that is built in just now."""
    return _mode


def large() -> bool:
    """Whether the mode has large letters and targets."""
    return _mode != "normal"


def size(name: str) -> int:
    """Letters of this mode in reference pixels: caption, label, body, row, button, title, display or hero."""
    return tokens.TYPE[_mode][name]


def by_mode(normal: Any, larger: Any) -> Any:
    """One of two, by whether the mode has large letters."""
    return larger if large() else normal


def colour(name: str) -> Rgba:
    """A token's colour in this mode as Kivy takes it: four floats from 0 to 1."""
    return _RGBA[_mode][name]


def _rgba(text: str) -> Rgba:
    channels = [int(text[at : at + 2], 16) / 255 for at in range(1, len(text), 2)]
    red, green, blue, *alpha = channels
    return red, green, blue, alpha[0] if alpha else 1.0


_RGBA = {
    mode: {name: _rgba(text) for name, text in {**colours, **tokens.ILLUSTRATION_COLOURS}.items()}
    for mode, colours in tokens.COLOUR_SETS.items()
}


def register_fonts() -> None:
    """Tell Kivy where the letters are. Nothing is opened until the first text is drawn. Raises FontMissing."""
    from kivy.core.text import LabelBase

    LabelBase.register(
        TEXT_FONT, fn_regular=str(fonts.font_path(fonts.REGULAR)), fn_bold=str(fonts.font_path(fonts.BOLD))
    )
    for fallback in fonts.FALLBACKS:
        LabelBase.register(fallback, fn_regular=str(fonts.font_path(fallback)))
    LabelBase.register(ICON_FONT, fn_regular=str(icon_files()[0]))


def icon_files() -> tuple[Path, Path]:
    """Phosphor's font and its map of names, from the QtAwesome wheel. QtAwesome itself would pull in Qt, so it is
    looked up among the installed files and never imported."""
    wheel = distribution("qtawesome")
    found = {file.name: Path(str(wheel.locate_file(file))) for file in wheel.files or ()}
    return found["phosphor-1.3.0.ttf"], found["phosphor-charmap-1.3.0.json"]

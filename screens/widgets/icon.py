"""Signs that stand beside words: the icon font's, and our own drawings."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from kivy.core.text import Label as CoreLabel
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, StringProperty

from screens import drawings
from screens.theme import ICON_FONT, colour, icon_files, u
from screens.widgets.picture import Picture, texture_of


@lru_cache(maxsize=1)
def _glyphs() -> dict[str, str]:
    names = json.loads(icon_files()[1].read_text(encoding="utf-8"))
    return {name: chr(int(point, 16)) for name, point in names.items()}


def known_sign(name: str) -> str:
    """`name` where there is such a sign, else none: a page without a sign is better than no page."""
    return name if name in drawings.ICONS or name in _glyphs() else ""


class Icon(Picture):
    """A sign by name, `em` reference pixels square: one of the icon font's, or one of our own drawings."""

    sign = StringProperty("")
    em = NumericProperty(48)
    tone = StringProperty("ink")

    def __init__(self, **properties: Any) -> None:
        properties.setdefault("size_hint", (None, None))
        super().__init__(**properties)
        self.fit_mode = "contain"
        for name in ("sign", "em"):
            self.fbind(name, self._draw)
        self.fbind("tone", self._tint)
        self._tint()
        self._draw()

    def _tint(self, *_: Any) -> None:
        self.color = colour(self.tone)

    def _draw(self, *_: Any) -> None:
        size = u(self.em)
        self.size = (size, size) if self.sign else (0, 0)
        self.texture = icon_texture(self.sign, size) if self.sign else None


@lru_cache(maxsize=256)
def icon_texture(sign: str, size: int) -> Texture:
    """The picture of a sign, white on clear. Kept, because a page shows the same few again and again."""
    if sign in drawings.ICONS:
        return texture_of(drawings.icon(sign, size))
    label = CoreLabel(text=_glyphs()[sign], font_name=ICON_FONT, font_size=size)
    label.refresh()
    return label.texture

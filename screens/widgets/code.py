"""A QR code as a picture of whole pixels, so that a phone finds its edges."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.properties import StringProperty
from PIL import Image

from screens.widgets.picture import Picture, texture_of

QUIET_MODULES = 2  # beside the four that the standard asks for stands white paper anyway


class QrPicture(Picture):
    """The QR code of `code`, as large as whole pixels a module allow within the widget; nothing for ""."""

    code = StringProperty("")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.fit_mode = "scale-down"
        for name in ("code", "size"):
            self.fbind(name, self._draw)
        self._draw()

    def _draw(self, *_: Any) -> None:
        side = int(min(self.size))
        self.texture = texture_of(_picture(self.code, side)) if self.code and side > 0 else None
        self.opacity = 1 if self.texture else 0


@lru_cache(maxsize=4)
def _picture(code: str, side: int) -> Any:
    modules = _modules(code)
    across = len(modules) + 2 * QUIET_MODULES
    small = Image.new("RGBA", (across, across), "white")
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                small.putpixel((x + QUIET_MODULES, y + QUIET_MODULES), (0, 0, 0, 255))
    scale = max(1, side // across)
    return small.resize((across * scale, across * scale), Image.Resampling.NEAREST)


def _modules(code: str) -> list[list[bool]]:
    """Rows of modules, True for a dark one. Loaded here: no page but one needs it."""
    import qrcode  # type: ignore[import-untyped]

    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=0)
    drawn.add_data(code)
    drawn.make(fit=True)
    found: list[list[bool]] = drawn.get_matrix()
    return found

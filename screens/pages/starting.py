"""The first frame: somebody is at home."""

from __future__ import annotations

from typing import Any

from kiosk.views import Chrome
from screens.pages.page import Page, load_layout


class StartingPage(Page):
    def show(self, view: Any, chrome: Chrome) -> None:
        """Nothing to fill in."""


load_layout(__file__)

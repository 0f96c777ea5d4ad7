"""The flow of the front desk: who has come, who needs looking after, what is urgent; given what has happened."""

from __future__ import annotations

from collections.abc import Callable

from kiosk import commands, events, views
from kiosk.views_front_desk import DeskBoard
from kiosk.views_resident import Around

COVER_AFTER_S = 60.0


class FrontDeskFlow:
    """The pure state machine of a front desk. Commands go to `ask`; time comes only in Ticked. `cover_after_s` seconds after
    the last touch, and without a staff card, names are covered."""

    def __init__(
        self,
        ask: Callable[[commands.Command], None],
        locale: str = "zh_CN",
        cover_after_s: float = COVER_AFTER_S,
    ) -> None:
        self._ask = ask
        self._locale = locale
        self._cover_after_s = cover_after_s
        self._shown: views.View = self._view()

    def start(self) -> views.View:
        return self._shown

    def on(self, event: events.Event) -> views.View | None:
        """The page to show after `event`, or None while the same one stays."""
        view = self._view()
        if view == self._shown:
            return None
        self._shown = view
        return view

    def _view(self) -> views.View:
        return DeskBoard(Around(locale=self._locale), "", True, (), 0, "", None, (), 0)

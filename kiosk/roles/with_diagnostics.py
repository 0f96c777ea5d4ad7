"""Any role, with the technician behind it: one flow that hands each event to the role, to the technician, or to both.

Facts go to both, so that the role is up to date when the technician leaves. Cards and buttons go to whoever is in
front. 人工帮助 is the role's, and lies over everything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk import commands, events, views
from kiosk.roles.diagnostics import DiagnosticsSession, is_technician
from kiosk.views_diagnostics import CORNER

_CARDS = (events.CardTapped, events.CardTorn, events.CodeScanned)
_ANSWERS_TO_THE_TECHNICIAN = (events.PinChecked, events.StaffTapped)


class RoleFlow(Protocol):
    """What a role's flow is: see kiosk.roles.Flow."""

    def start(self) -> views.View: ...

    def on(self, event: events.Event) -> views.View | None: ...


class WithDiagnostics:
    """The flow of a terminal. `machine` names it before the first diagnosis does."""

    def __init__(self, role: RoleFlow, ask: Callable[[commands.Command], None], machine: str) -> None:
        self._role = role
        self._ask = ask
        self._machine = machine
        self._now_s = 0.0
        self._role_view = role.start()
        self._session: DiagnosticsSession | None = None
        self._shown = self._role_view

    def start(self) -> views.View:
        return self._shown

    def on(self, event: events.Event) -> views.View | None:
        """As kiosk.roles.Flow says. While no technician is there, it is the role's own answer."""
        was_open = self._session is not None
        told = self._handle(event)
        view = self._view()
        again = told is not None and not was_open
        if view == self._shown and not again:
            return None
        self._shown = view
        return view

    # --- who hears it -------------------------------------------------------------------------------------------

    def _handle(self, event: events.Event) -> views.View | None:
        """Returns what the role answered."""
        if isinstance(event, events.Ticked):
            self._pass_time(event.now_s)
        if isinstance(event, events.Pressed) and event.action == CORNER:
            self._corner_held()
            return None
        if isinstance(event, events.StaffTapped) and self._takes_over(event.staff):
            return None
        if self._session is None:
            return self._without_technician(event)
        return self._with_technician(self._session, event)

    def _without_technician(self, event: events.Event) -> views.View | None:
        if isinstance(event, events.CardTapped) and self._is_out_of_service:
            # Nothing is served, so the role is deaf; a technician is who should be heard now.
            self._ask(commands.IdentifyStaff(event.card_ref))
        if isinstance(event, events.StaffTapped) and self._is_out_of_service:
            return None
        return self._tell_role(event)

    def _with_technician(self, session: DiagnosticsSession, event: events.Event) -> views.View | None:
        told = None
        if isinstance(event, events.Pressed):
            self._pressed(session, event)
        elif isinstance(event, _CARDS):
            told = self._card_read(session, event)
        else:
            session.on(event)
            if not isinstance(event, _ANSWERS_TO_THE_TECHNICIAN):
                self._tell_role(event)
        if session.is_over:
            self._session = None
        return told

    def _pressed(self, session: DiagnosticsSession, press: events.Pressed) -> None:
        if self._help_is_open or press.action == views.HELP:
            self._tell_role(press)
        else:
            session.on(press)

    def _card_read(self, session: DiagnosticsSession, event: events.Event) -> views.View | None:
        """A card is a test and no meal, once the technician is known; a mere keypad keeps nobody from a meal."""
        if session.is_unlocked:
            session.on(event)
            return None
        if isinstance(event, events.CardTorn):
            return None
        self._session = None
        return self._tell_role(event)

    def _tell_role(self, event: events.Event) -> views.View | None:
        view = self._role.on(event)
        if view is not None:
            self._role_view = view
        return view

    def _takes_over(self, staff: views.StaffRecord) -> bool:
        """A technician's card leads to the PIN, wherever the role stands; the second time it changes nothing."""
        if is_technician(staff) and self._session is None:
            self._session = DiagnosticsSession(self._ask, self._now_s, self._machine, staff)
        return is_technician(staff)

    def _corner_held(self) -> None:
        if self._session is None and not self._help_is_open:
            self._session = DiagnosticsSession(self._ask, self._now_s, self._machine, None)

    def _pass_time(self, now_s: float) -> None:
        passed_s = max(0.0, now_s - self._now_s) if self._now_s else 0.0
        self._now_s = now_s
        if self._session is not None and self._help_is_open:
            self._session.wait_longer(passed_s)

    # --- what is shown ------------------------------------------------------------------------------------------

    @property
    def _help_is_open(self) -> bool:
        return isinstance(self._role_view, views.HelpComing)

    @property
    def _is_out_of_service(self) -> bool:
        return isinstance(self._role_view, views.OutOfService)

    def _view(self) -> views.View:
        if self._session is None or self._help_is_open:
            return self._role_view
        return self._session.view()

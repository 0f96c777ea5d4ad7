"""Which services belong to which role.

Only those of the role that a terminal plays are loaded: a canteen does not wait for the catalogue of guides, nor a
resident's terminal for the tariffs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.services.role_services import Papers, RoleServices

if TYPE_CHECKING:
    from kiosk.services.meals import Meals


def services_of(role: str, papers: Papers, make_meals: Callable[..., Meals] | None = None) -> RoleServices:
    """`make_meals` is how a canteen's meals are served; None: as they should be."""
    if role == "canteen":
        return _canteen(papers, make_meals)
    if role in ("front_desk", "visitor"):
        from kiosk.services.front_desk.desk import FrontDesk

        return FrontDesk(papers)
    from kiosk.services.front_desk.consent_desk import consent_services
    from kiosk.services.residents.desk import ResidentDesk

    return ResidentDesk(papers, consent_services)


def _canteen(papers: Papers, make_meals: Callable[..., Meals] | None) -> RoleServices:
    from kiosk.services.canteen import Canteen
    from kiosk.services.meals import Meals

    terminal, doors = papers.settings.terminal, papers.doors
    return Canteen(
        outbox=papers.outbox,
        reference=papers.reference,
        clock=papers.clock,
        site_id=papers.identity.enrolled.site_id,
        limits=papers.settings.limits,
        zone=ZoneInfo(terminal.timezone),
        data_dir=terminal.data_dir,
        online=doors.online,
        publish=doors.publish,
        on_disk=doors.on_disk,
        slip_queued=doors.slip_queued,
        reprint=doors.printer.reprint if doors.printer is not None else None,
        locale=terminal.locale,
        make_meals=make_meals or Meals,
    )

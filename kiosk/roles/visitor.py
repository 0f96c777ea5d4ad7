"""The flow of the screen at the door: a resident's flow with a home of its own."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from kiosk import commands
from kiosk.roles import visitor_words as words
from kiosk.roles.resident import ResidentFlow
from kiosk.roles.resident_errand import Desk
from kiosk.roles.resident_home import Home
from kiosk.roles.visitor_tickets import take_ticket
from kiosk.views_front_desk import TAKE_TICKET
from kiosk.views_resident import Row


def _tiles(desk: Desk) -> tuple[Row, ...]:
    return (words.TICKET_TILE,)


AT_THE_DOOR = Home(tiles=_tiles, errands=MappingProxyType({TAKE_TICKET: take_ticket}))


def visitor_flow(ask: Callable[[commands.Command], None], locale: str) -> ResidentFlow:
    """The flow of role `visitor`."""
    return ResidentFlow(ask, locale, AT_THE_DOOR)
